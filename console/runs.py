"""What the bots did: the history, one run as a film strip, failures by signature, and looks at evidence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request, Response

from console.choices import LAST_ROW, OUTCOMES, day, local
from console.door import EvidenceReader, Form, House, HouseOf, Revealer, RunReader
from console.pages import page
from console.scope import allowed_credentials, credential_in_scope
from core.capabilities.catalog import CAPABILITIES
from core.errors import RequestInvalid
from lanes import looks
from lanes.assembly import Fleet
from lanes.people import Visitor
from store import credentials, history, run_pages, runs
from store.history import Failure, Wanted
from store.run_pages import RunPage
from store.runs import Evidence, RunState, RunStep
from store.work_items import ItemState, WorkItem

router = APIRouter(include_in_schema=False)
FAILURE_DAYS = (1, 7, 30, 90)
FILTERS = ("portal", "capability", "credential", "outcome", "state", "person", "since", "until")


@router.get("/runs")
async def history_page(request: Request, visitor: RunReader, house: HouseOf) -> Response:
    asked = {name: value for name in FILTERS if (value := request.query_params.get(name, "").strip())}
    async with house.fleet.database.read() as session:
        known = {each.id: each for each in await credentials.all_of(session)}
        allowed = await allowed_credentials(session, visitor)
        found = await history.page(
            session, wanted_from(asked, allowed), before=request.query_params.get("before") or None
        )
    visible = [each for each in known.values() if allowed is None or each.id in allowed]
    return page(
        request,
        "runs.html",
        runs=found.runs,
        names={each.id: each.name for each in known.values()},
        asked=asked,
        older=f"?{urlencode(asked | {'before': found.before})}" if found.before else None,
        portals=house.fleet.portals,
        credentials=visible,
        capabilities=list(CAPABILITIES),
        outcomes=OUTCOMES,
        states=list(RunState),
    )


@router.get("/runs/{run_id}")
async def run_page(
    request: Request,
    run_id: str,
    visitor: RunReader,
    house: HouseOf,
    after: Annotated[int, Query(ge=0, le=LAST_ROW)] = 0,
) -> Response:
    async with house.fleet.database.read() as session:
        view = await run_pages.page(session, run_id, after=after)
        credential = await credential_in_scope(session, visitor, view.run.credential_id)
    return page(request, "run.html", view=view, credential=credential, scenes=scenes(view), after=after)


@router.get("/failures")
async def failures_page(request: Request, visitor: RunReader, house: HouseOf) -> Response:
    wanted = request.query_params.get("days", "7")
    days = int(wanted) if wanted in map(str, FAILURE_DAYS) else 7
    found, cut_at = await failures_of(house, visitor, days)
    return page(
        request,
        "failures.html",
        failures=found,
        cut_at=cut_at,
        days=days,
        spans=FAILURE_DAYS,
        portals=house.fleet.portals,
    )


@router.get("/evidence/{evidence_id}/picture")
async def picture(evidence_id: str, visitor: EvidenceReader, house: HouseOf) -> Response:
    return await picture_of(house, visitor, evidence_id)


@router.get("/evidence/{evidence_id}/reveal")
async def reveal_page(request: Request, evidence_id: str, visitor: Revealer, house: HouseOf) -> Response:
    return page(request, "reveal.html", evidence=await _in_scope(house.fleet, visitor, evidence_id), reason="")


@router.post("/evidence/{evidence_id}/reveal")
async def reveal(request: Request, evidence_id: str, visitor: Revealer, house: HouseOf, form: Form) -> Response:
    evidence = await _in_scope(house.fleet, visitor, evidence_id)
    try:
        return await revealed(house, visitor, evidence_id, form.get("reason", ""))
    except RequestInvalid as problem:
        return page(request, "reveal.html", status=422, evidence=evidence, reason="", problem=problem)


# -- the same for pages and programs


async def failures_of(house: House, visitor: Visitor, days: int) -> tuple[Sequence[Failure], datetime | None]:
    """Of the last days, the most frequent first; with the moment since which they are counted, if there were more."""
    since = datetime.now(UTC) - timedelta(days=days)
    async with house.fleet.database.read() as session:
        allowed = await allowed_credentials(session, visitor)
        found = await history.failures(session, since=since, credentials=allowed)
    return found.found, found.since if found.since > since else None


async def picture_of(house: House, visitor: Visitor, evidence_id: str) -> Response:
    """Masked. Audited as `phi.view`. Raises RequestInvalid."""
    await _in_scope(house.fleet, visitor, evidence_id)
    shown = await looks.picture(house.fleet, evidence_id, viewer=visitor.name)
    return Response(shown.data, media_type=shown.evidence.media_type)


async def revealed(house: House, visitor: Visitor, evidence_id: str, reason: str) -> Response:
    """A file and never a page: a portal's own HTML must not run as ours. Audited as `phi.reveal` with the reason.

    Raises RequestInvalid.
    """
    evidence = await _in_scope(house.fleet, visitor, evidence_id)
    shown = await looks.reveal(house.fleet, evidence_id, reason, viewer=visitor.name)
    name = f"{evidence.id}.txt" if evidence.media_type == "text/html" else evidence.id
    return Response(
        shown.data,
        media_type="application/octet-stream",
        headers={
            "content-disposition": f'attachment; filename="{name}"',
            "content-security-policy": "sandbox; default-src 'none'",
        },
    )


def wanted_from(asked: Mapping[str, str], allowed: frozenset[str] | None) -> Wanted:
    """Raises RequestInvalid for a filter that makes no sense."""
    state = asked.get("state")
    if state is not None and state not in list(RunState):
        raise RequestInvalid(f"A run is one of {', '.join(RunState)}.", field="state")
    until = day(asked, "until")
    return Wanted(
        portal=asked.get("portal"),
        credential_id=asked.get("credential"),
        state=RunState(state) if state else None,
        capability=asked.get("capability"),
        outcome=asked.get("outcome"),
        person=asked.get("person"),
        since=local(day(asked, "since")),
        until=local(until + timedelta(days=1) if until else None),
        credentials=allowed,
    )


@dataclass
class Scene:
    """What happened for one question of a run, with its pictures; None is what the lane did between questions."""

    item: WorkItem | None
    steps: list[RunStep] = field(default_factory=list)
    pictures: list[Evidence] = field(default_factory=list)
    others: list[Evidence] = field(default_factory=list)

    @property
    def at_work_since(self) -> datetime | None:
        """Its steps are written down when it is done."""
        return self.item.started_at if self.item and self.item.state is ItemState.WORKING else None

    @property
    def milliseconds(self) -> int:
        return sum(step.milliseconds for step in self.steps)


def scenes(view: RunPage) -> Sequence[Scene]:
    items = {item.id: item for item in view.items}
    found: dict[str | None, Scene] = {}

    def scene(item_id: str | None) -> Scene:
        return found.setdefault(item_id, Scene(items.get(item_id) if item_id else None))

    for step in view.steps:
        scene(step.work_item_id).steps.append(step)
    for evidence in view.evidence:
        kept = scene(evidence.work_item_id)
        (kept.pictures if evidence.kind == looks.PICTURE else kept.others).append(evidence)
    for item_id in items:
        scene(item_id)
    return list(found.values())


async def _in_scope(fleet: Fleet, visitor: Visitor, evidence_id: str) -> Evidence:
    async with fleet.database.read() as session:
        evidence = await runs.piece(session, evidence_id)
        run = await runs.get(session, evidence.run_id)
        await credential_in_scope(session, visitor, run.credential_id)
    return evidence
