"""Sheets of questions: pasted or uploaded, watched while they are answered, taken home as CSV or XLSX."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from dataclasses import asdict
from functools import partial
from http import HTTPStatus
from pathlib import Path

from fastapi import APIRouter, Request, Response

from console.answers import summary
from console.asking import account_for, askable, permitted, who
from console.choices import row_number
from console.door import Asker, Form, House, HouseOf, Watcher
from console.following import Events, told
from console.forms import counterparts, ways_of
from console.pages import go, page
from console.rights import may_ask
from console.scope import allowed_credentials
from console.uploads import as_file, uploaded
from core.capabilities.catalog import Capability
from core.errors import FleetError, PartUnavailable, RequestInvalid
from lanes.batches import batch as planning
from lanes.batches.batch import BatchOrder, Planned, RowView, Standing
from lanes.batches.results import ENDINGS
from lanes.news import ITEM, changed
from lanes.people import Visitor
from store import batches
from store.batches import Batch

router = APIRouter(include_in_schema=False)
ROWS = 100
SOONEST = 1.0
"""Seconds: a sheet whose rows come in at once is not counted for each of them."""
SETTLED = 60.0
"""Seconds for which the count of a sheet is good that waits for nothing: handed in again, it may be at work again."""
LONGEST_STREAM = 600.0
"""Seconds; the browser comes back by itself, and is asked again who it is."""
MEDIA = {
    ".csv": "text/csv; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@router.get("/batches")
async def batches_page(request: Request, visitor: Asker, house: HouseOf) -> Response:
    found = await listed(house, visitor)
    ids = [each.id for each in found]
    key = ("sheets", *((each.id, each.row_count) for each in found))
    stands = await house.kept.get(key, partial(planning.standings, house.fleet, ids), seconds=_of_all)
    return page(request, "batches.html", batches=found, stands=stands, portals=house.fleet.portals)


@router.get("/batches/new/{name}")
async def new_page(request: Request, name: str, visitor: Asker, house: HouseOf) -> Response:
    return _form(request, house, visitor, permitted(visitor, name), given={})


@router.post("/batches/new/{name}")
async def hand_in(request: Request, name: str, visitor: Asker, house: HouseOf, form: Form) -> Response:
    wanted = permitted(visitor, name)
    uploads = await uploaded(request, "sheet")
    pasted = ("the pasted rows.csv", form.get("pasted", "").strip().encode())
    try:
        planned = await asked(house, visitor, wanted, who(form), uploads[0] if uploads else pasted)
    except FleetError as problem:
        return _form(request, house, visitor, wanted, given=form, problem=problem)
    return go(f"/batches/{planned.batch_id}")


@router.get("/batches/{batch_id}")
async def batch_page(request: Request, batch_id: str, visitor: Asker, house: HouseOf) -> Response:
    batch = await own(house, visitor, batch_id)
    after = _after(request)
    came_in = await _came_in(house, batch_id, after)  # before the rows: what comes in between is looked for again
    rows = await _rows(house, visitor, batch_id, after)
    return page(
        request,
        "batch.html",
        batch=batch,
        standing=await standing(house, batch),
        rows=rows,
        after=after,
        came_in=came_in,
        more=f"?after={rows[-1][0].number}" if len(rows) == ROWS else None,
        portals=house.fleet.portals,
    )


@router.get("/batches/{batch_id}/rows")
async def rows_page(request: Request, batch_id: str, visitor: Watcher, house: HouseOf) -> Response:
    """The rows alone, for a page that is open: what came in takes its place there."""
    batch = await own(house, visitor, batch_id)
    rows = await _rows(house, visitor, batch_id, _after(request))
    return page(request, "batch_parts.html", batch=batch, rows=rows, portals=house.fleet.portals)


@router.get("/batches/{batch_id}/events")
async def events(request: Request, batch_id: str, visitor: Watcher, house: HouseOf) -> Response:
    return Events(followed(house, await own(house, visitor, batch_id), after=_after(request)))


@router.get("/batches/{batch_id}/answers{ending}")
async def export(batch_id: str, ending: str, visitor: Asker, house: HouseOf) -> Response:
    return await exported(house, visitor, batch_id, ending)


# -- the same for pages and programs


async def listed(house: House, visitor: Visitor) -> list[Batch]:
    """The latest, of everybody for those who see all tax IDs; free of patient data."""
    async with house.fleet.database.read() as session:
        found = await batches.latest(session, requested_by=None if visitor.tins is None else visitor.name)
    return [each for each in found if may_ask(visitor.roles, each.capability)]


async def exported(house: House, visitor: Visitor, batch_id: str, ending: str) -> Response:
    """Audited as `phi.export`. Raises RequestInvalid."""
    batch = await own(house, visitor, batch_id)
    if ending not in ENDINGS:
        raise RequestInvalid(f"Answers are written as {' or '.join(ENDINGS)}.", field="page")
    with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
        target = Path(folder) / f"answers{ending}"
        await planning.export(house.fleet, batch_id, target, viewer=visitor.name)
        data = await asyncio.to_thread(target.read_bytes)
    name = f"{batch.capability}-{batch.created_at:%Y-%m-%d}{ending}"
    return Response(data, media_type=MEDIA[ending], headers={"content-disposition": f'attachment; filename="{name}"'})


async def asked(
    house: House, visitor: Visitor, wanted: Capability, whom: tuple[str, str | None], sheet: tuple[str, bytes]
) -> Planned:
    """Its questions, their lanes woken. `whom`: portal and payer; `sheet`: its name and data. Raises core errors."""
    (portal, payer), (name, data) = whom, sheet
    async with house.fleet.database.read() as session:
        account = await account_for(session, house, visitor, portal, None)
    if not data:
        raise RequestInvalid("Choose a sheet, or paste rows with their column names on top.", field="sheet")

    async def unwatched(_rows: int) -> None:
        """Planning takes seconds; what is watched is the asking."""

    async with as_file(name, data) as source:
        order = BatchOrder(wanted.name, portal, source, visitor.name, payer, account)
        planned = await planning.plan(house.fleet, order, unwatched)
    for kind in ("sheet", "sheets"):
        house.kept.forget(kind)
    with suppress(PartUnavailable):  # the questions are kept, and the re-waking flow finds them
        await house.wake(sorted(planned.to_wake))
    return planned


async def own(house: House, visitor: Visitor, batch_id: str) -> Batch:
    """Raises RequestInvalid as for an id that nobody has."""
    async with house.fleet.database.read() as session:
        batch = await session.get(Batch, batch_id)
        allowed = await allowed_credentials(session, visitor)
        if batch is None or (allowed is not None and not await batches.only_of(session, batch_id, allowed)):
            raise RequestInvalid("There is no such batch, or it belongs to a tax ID that is not yours.", field="batch")
    permitted(visitor, batch.capability)
    return batch


async def standing(house: House, batch: Batch, since: float = 0) -> Standing:
    """As of this moment or later. Several people may watch one sheet, and it is counted once for all of them."""
    key, count = ("sheet", batch.id, batch.row_count), partial(planning.standing, house.fleet, batch.id)
    return await house.kept.get(key, count, seconds=_lasts, since=since, soonest=SOONEST if since else 0)


def _lasts(found: Standing) -> float:
    return 0 if found.waiting else SETTLED


def _of_all(found: Mapping[str, Standing]) -> float:
    return min(map(_lasts, found.values()), default=0)


async def followed(house: House, batch: Batch, *, after: int | None = None) -> AsyncIterator[str]:
    """`after`: also how many of the page of rows behind this one have come in, as `rows`."""
    now, before = time.monotonic(), ""
    ends = now + LONGEST_STREAM
    async with house.fleet.news.following(ITEM) as news:
        while now < ends:
            stands = await standing(house, batch, since=now)
            shown = {} if after is None else {"rows": await _came_in(house, batch.id, after)}
            if (event := told("standing", asdict(stands) | shown)) != before:
                before = event
                yield event
            if not stands.waiting:
                yield told("settled", {})
                return
            await changed(news)
            now = time.monotonic()


async def _came_in(house: House, batch_id: str, after: int) -> int:
    async with house.fleet.database.read() as session:
        return await batches.settled_rows(session, batch_id, after, ROWS)


async def _rows(house: House, visitor: Visitor, batch_id: str, after: int) -> list[tuple[RowView, str]]:
    rows = await planning.rows_of(house.fleet, batch_id, viewer=visitor.name, after=after, limit=ROWS)
    return [(row, summary(row.query or {})) for row in rows]


def _after(request: Request) -> int:
    return row_number(request.query_params, "after") or 0


def _form(
    request: Request,
    house: House,
    visitor: Visitor,
    wanted: Capability,
    *,
    given: dict[str, str],
    problem: FleetError | None = None,
) -> Response:
    return page(
        request,
        "batch_new.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
        wanted=wanted,
        capabilities=askable(visitor),
        counterparts=list(counterparts(wanted, house.fleet.portals)),
        keys=list(wanted.query.model_fields),
        ways=ways_of(wanted),
        given=given,
        problem=problem,
    )
