"""What is sent to payers: checked first, watched, approved by a person where the rules ask, and its receipt."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from console.asking import account_for, who
from console.door import Form, House, HouseOf, Submitter
from console.forms import Counterpart, Field, fields_in, label_of
from console.pages import go, page
from console.scope import allowed_credentials, submission_in_scope
from console.uploads import uploaded
from core.capabilities.catalog import CAPABILITIES
from core.errors import FleetError, PartUnavailable, RequestInvalid
from core.manifest import Manifest, SubmissionRule
from core.preflight import Cleared
from lanes import looks
from lanes.people import Visitor
from lanes.questions.pull import settled, trouble_of
from lanes.questions.waiting import waits_for
from lanes.submissions import submit
from lanes.submissions.following import Stand, how_they_stand
from lanes.submissions.receipt import receipt
from lanes.submissions.submit import HandedIn, Order
from lanes.views import SeenSubmission, see_submission
from store import approvals, runs, submission_lists, work_items
from store.runs import Evidence
from store.submissions import SETTLED, StoredSubmission, SubmissionState
from store.work_items import WorkItem

router = APIRouter(include_in_schema=False)
KINDS = [kind for each in CAPABILITIES.values() if each.sends for kind in each.sends.kinds]
LISTED = 50


@dataclass(frozen=True)
class Line:
    stand: Stand
    by: date | None
    """The last day to file it as long as it is not settled, then that of what is next."""
    days_left: int | None

    @classmethod
    def of(cls, house: House, stand: Stand) -> Line:
        row, coming = stand.row, stand.next
        if row.state not in SETTLED:
            return cls(stand, row.file_by, _days_left(house, row))
        return cls(stand, coming.by if coming else None, coming.days_left if coming else None)


@router.get("/submissions")
async def submissions_page(request: Request, visitor: Submitter, house: HouseOf) -> Response:
    return await _list(request, house, visitor)


@router.get("/submissions/new/{kind}")
async def new_page(request: Request, kind: str, visitor: Submitter, house: HouseOf) -> Response:
    del visitor
    given = {"counterpart": request.query_params.get("of", "")}
    return await _form(request, house, _known(kind), given=given)


@router.post("/submissions/new/{kind}")
async def hand_in(request: Request, kind: str, visitor: Submitter, house: HouseOf, form: Form) -> Response:
    _known(kind)
    files = await uploaded(request, "files")
    try:
        order = await order_of(house, visitor, kind, form, files)
        if form.get("check"):
            cleared = await submit.check(house.fleet, order)
            return await _form(request, house, kind, given=form, cleared=cleared)
        made = await sent(house, order)
    except FleetError as problem:
        return await _form(request, house, kind, given=form, problem=problem)
    where = f"/submissions/{made.row.id}"
    # The script has kept the form, with its files, where they were, and goes on by itself.
    by_script = request.headers.get("accept") == "application/json"
    return JSONResponse({"go": where}) if by_script else go(where)


@router.get("/submissions/{submission_id}")
async def submission_page(request: Request, submission_id: str, visitor: Submitter, house: HouseOf) -> Response:
    return await _one(request, house, visitor, submission_id)


@router.get("/submissions/{submission_id}/pictures/{picture_id}")
async def picture(submission_id: str, picture_id: str, visitor: Submitter, house: HouseOf) -> Response:
    return await picture_of(house, visitor, submission_id, picture_id)


@router.get("/submissions/{submission_id}/receipt")
async def receipt_file(submission_id: str, visitor: Submitter, house: HouseOf) -> Response:
    return capsule(submission_id, await receipt_of(house, visitor, submission_id))


@router.post("/submissions/{submission_id}/approve")
async def approve(request: Request, submission_id: str, visitor: Submitter, house: HouseOf, form: Form) -> Response:
    version = form.get("version", "")
    try:
        if not version.isdecimal():
            raise RequestInvalid("Say which version you read; the button on its page does.", field="version")
        await approved(house, visitor, submission_id, version=int(version))
    except FleetError as problem:
        return await _one(request, house, visitor, submission_id, problem=problem)
    return go(f"/submissions/{submission_id}")


@router.post("/submissions/{submission_id}/settle")
async def settle(request: Request, submission_id: str, visitor: Submitter, house: HouseOf, form: Form) -> Response:
    number = form.get("number", "").strip()
    try:
        if bool(number) == bool(form.get("not_received")):
            raise RequestInvalid("Say what the payer calls it, or that it was not received.", field="number")
        await decided(house, visitor, submission_id, number=number or None, reason=form.get("reason", ""))
    except FleetError as problem:
        return await _one(request, house, visitor, submission_id, problem=problem)
    return go(f"/submissions/{submission_id}")


# -- the same for pages and programs


async def listed(house: House, visitor: Visitor, *, before: str | None = None) -> list[Line]:
    """A page of them, the newest first; free of patient data."""
    async with house.fleet.database.read() as session:
        allowed = await allowed_credentials(session, visitor)
        rows = await submission_lists.latest(session, of=allowed, before=before, limit=LISTED)
        stood = await how_they_stand(session, house.fleet.portals, rows, now=house.fleet.clock.now())
    return [Line.of(house, each) for each in stood]


async def stand_of(house: House, row: StoredSubmission) -> Stand:
    async with house.fleet.database.read() as session:
        (stand,) = await how_they_stand(session, house.fleet.portals, [row], now=house.fleet.clock.now())
    return stand


async def shown_again(
    request: Request, house: House, visitor: Visitor, submission_id: str | None, problem: FleetError
) -> Response:
    """The page from which a form came, or the list."""
    if submission_id is None:
        return await _list(request, house, visitor, problem=problem)
    return await _one(request, house, visitor, submission_id, problem=problem)


async def order_of(
    house: House, visitor: Visitor, kind: str, form: Mapping[str, str], files: Sequence[tuple[str, bytes]]
) -> Order:
    """Raises RequestInvalid."""
    model = _sends(kind)
    portal, payer = who(form)
    async with house.fleet.database.read() as session:
        account = await account_for(session, house, visitor, portal, None)
    keys = {name: value.strip() for name in model if (value := form.get(name, "")).strip()}
    return Order(
        kind=kind,
        portal=portal,
        keys=keys,
        files=files,
        requested_by=visitor.name,
        payer=payer,
        credential=account,
        tins=visitor.tins,
        rehearsal=bool(form.get("rehearsal")),
        anyway=bool(form.get("anyway")),
    )


async def sent(house: House, order: Order) -> HandedIn:
    made = await submit.hand_in(house.fleet, order)
    if made.to_wake:
        await wake(house, [made.item.credential_id])
    return made


async def seen_by(house: House, visitor: Visitor, submission_id: str) -> SeenSubmission:
    """Audited as `phi.view`. Raises RequestInvalid beyond the visitor's tax IDs."""
    async with house.fleet.database.read() as session:
        await submission_in_scope(session, visitor, submission_id)
    return await see_submission(house.fleet, submission_id, viewer=visitor.name)


async def approved(house: House, visitor: Visitor, submission_id: str, *, version: int) -> None:
    async with house.fleet.database.read() as session:
        await submission_in_scope(session, visitor, submission_id)
    item = await submit.approve(house.fleet, submission_id, version=version, actor=visitor.name)
    await wake(house, [item.credential_id])


async def decided(house: House, visitor: Visitor, submission_id: str, *, number: str | None, reason: str) -> None:
    async with house.fleet.database.read() as session:
        await submission_in_scope(session, visitor, submission_id)
    item = await submit.decide(house.fleet, submission_id, number=number, actor=visitor.name, reason=reason)
    if number is None:
        await wake(house, [item.credential_id])


async def picture_of(house: House, visitor: Visitor, submission_id: str, picture_id: str) -> Response:
    """Masked. Audited as `phi.view`. Raises RequestInvalid."""
    async with house.fleet.database.read() as session:
        row = await submission_in_scope(session, visitor, submission_id)
        evidence = await runs.piece(session, picture_id)
    if evidence.work_item_id != row.work_item_id:
        raise RequestInvalid("There is no such picture of this submission.", field="page")
    shown = await looks.picture(house.fleet, picture_id, viewer=visitor.name)
    return Response(shown.data, media_type=shown.evidence.media_type)


async def receipt_of(house: House, visitor: Visitor, submission_id: str) -> bytes:
    """Audited as `phi.export`."""
    async with house.fleet.database.read() as session:
        await submission_in_scope(session, visitor, submission_id)
    return await receipt(house.fleet, submission_id, viewer=visitor.name)


def capsule(submission_id: str, data: bytes) -> Response:
    name = f'attachment; filename="receipt-{submission_id}.zip"'
    return Response(data, media_type="application/zip", headers={"content-disposition": name})


async def wake(house: House, credential_ids: Collection[str]) -> None:
    with suppress(PartUnavailable):  # the work is kept, and the re-waking flow finds it
        await house.wake(sorted(credential_ids))


async def _list(request: Request, house: House, visitor: Visitor, *, problem: FleetError | None = None) -> Response:
    lines = await listed(house, visitor, before=request.query_params.get("before") or None)
    return page(
        request,
        "submissions.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        lines=lines,
        older=f"?before={lines[-1].stand.row.id}" if len(lines) == LISTED else None,
        kinds=KINDS,
        portals=house.fleet.portals,
        settled=SETTLED,
        problem=problem,
    )


def _days_left(house: House, row: StoredSubmission) -> int | None:
    portal = house.fleet.portals.get(row.portal)
    if portal is None or row.file_by is None or row.state in SETTLED:
        return None
    return (row.file_by - portal.today(house.fleet.clock.now())).days


def _known(kind: str) -> str:
    """Raises RequestInvalid as for a page that is not there."""
    if kind not in KINDS:
        raise RequestInvalid(f"What is submitted is {', '.join(KINDS)}.", field="page")
    return kind


def _sends(kind: str) -> list[str]:
    """Its keys."""
    sends = submit.sending_of(kind).sends
    return [name for name in (sends.submission.model_fields if sends else {}) if name not in ("kind", "files")]


def _takers(kind: str, portals: Mapping[str, Manifest]) -> Iterator[tuple[Counterpart, SubmissionRule]]:
    asks_payer = submit.sending_of(kind).asks_payer
    for portal in portals.values():
        for payer in portal.payers if asks_payer else ():
            rule = portal.takes(kind, payer.id)
            if rule is not None:
                yield Counterpart(f"{portal.id}|{payer.id}", f"{payer.name} · {portal.name}"), rule


@dataclass(frozen=True)
class Entry:
    field: Field
    needed: str | None
    """By whom, in words; None: by nobody."""
    always: bool
    """By every one of them."""


def _entries(kind: str, takers: Sequence[tuple[Counterpart, SubmissionRule]]) -> Iterator[Entry]:
    sends = submit.sending_of(kind).sends
    for field in fields_in(sends.submission) if sends else ():
        if field.name not in _sends(kind):
            continue
        must = bool(sends and sends.submission.model_fields[field.name].is_required())
        wanting = [who for who, rule in takers if must or field.name in rule.needs]
        always = must or (bool(takers) and len(wanting) == len(takers))
        names = ", ".join(dict.fromkeys(who.label.partition(" · ")[0] for who in wanting))
        yield Entry(field, "needed" if always else f"needed for {names}" if names else None, always)


async def _form(
    request: Request,
    house: House,
    kind: str,
    *,
    given: Mapping[str, str],
    cleared: Cleared | None = None,
    problem: FleetError | None = None,
) -> Response:
    wrong = getattr(problem, "field", None)
    takers = list(_takers(kind, house.fleet.portals))
    fields = list(_entries(kind, takers))
    async with house.fleet.database.read() as session:
        wanting = [portal for portal in house.fleet.portals if await approvals.needed(session, portal, kind)]
    return page(
        request,
        "submission_new.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        kind=kind,
        kinds=KINDS,
        fields=fields,
        files_needed=all(rule.min_files for _, rule in takers),
        fold_open=any(given.get(each.field.name) or wrong == each.field.name for each in fields if not each.needed),
        takers=takers,
        wanting=wanting,
        given=given,
        cleared=cleared,
        wrong=wrong,
        problem=problem,
    )


async def _one(
    request: Request, house: House, visitor: Visitor, submission_id: str, *, problem: FleetError | None = None
) -> Response:
    seen = await seen_by(house, visitor, submission_id)
    asked: dict[str, Any] = json.loads(work_items.query_of(seen.item, house.fleet.sealer))
    told = [(label_of(name), value) for name, value in asked.items() if value is not None and name != "files"]
    titles = {each["sha256"]: each["title"] for each in asked.get("files", [])}
    row, pictures, stand = seen.row, _latest_pictures(seen), await stand_of(house, seen.row)
    following = await _followed(house, stand)
    followed_up = (rule := _rule(house, row)) is not None and rule.follow_up is not None
    return page(
        request,
        "submission.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        seen=seen,
        row=row,
        item=seen.item,
        answer=seen.answer,
        asked=told,
        titles=titles,
        pictures=pictures,
        days_left=_days_left(house, row),
        settled=row.state in SETTLED,
        unknown=row.state is SubmissionState.UNKNOWN,
        to_approve=row.needs_approval and row.approved_at is None and row.state not in SETTLED and not row.rehearsal,
        following=following,
        waits=await waits_for(house.fleet, following) if following else None,
        next=stand.next,
        can_track=followed_up
        and row.state is SubmissionState.CONFIRMED
        and not (seen.standing and seen.standing.closed),
        portals=house.fleet.portals,
        problem=problem,
    )


async def _followed(house: House, stand: Stand) -> WorkItem | None:
    """At which a bot is, or is about to be: the submission itself, or the question that asks after it."""
    items = [stand.item]
    if stand.standing is not None and stand.standing.asked_item_id is not None:
        async with house.fleet.database.read() as session:
            items.append(await work_items.get(session, stand.standing.asked_item_id))
    for item in items:
        if not settled(item, house.fleet.clock.now()) and await trouble_of(house.fleet, item) is None:
            return item
    return None


def _rule(house: House, row: StoredSubmission) -> SubmissionRule | None:
    portal = house.fleet.portals.get(row.portal)
    return portal.takes(row.kind, row.payer) if portal else None


def _latest_pictures(seen: SeenSubmission) -> list[Evidence]:
    """Of the last time that a bot was at this version."""
    since = seen.row.intended_at
    pictures = [each for each in seen.evidence if each.kind == looks.PICTURE and each.created_at >= since]
    return [each for each in pictures if each.run_id == pictures[-1].run_id]
