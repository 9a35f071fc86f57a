"""What is asked of the portals at once: how far payers are with what they have, and what became of what is open."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response

from console import submissions as room
from console.door import Form, House, HouseOf, Submitter
from console.pages import as_download, go
from console.scope import allowed_credentials, submission_in_scope
from core.errors import FleetError, RequestInvalid
from lanes import looks
from lanes.looks import Piece
from lanes.people import Visitor
from lanes.questions.ask import unknown
from lanes.submissions import following, submit
from lanes.submissions.following import LeftOut, Wanted

router = APIRouter(include_in_schema=False)


@router.post("/submissions/track")
async def track(request: Request, visitor: Submitter, house: HouseOf, form: Form) -> Response:
    one = form.get("submission") or None
    try:
        asked, left_out = await asked_after(house, visitor, submission=one)
    except FleetError as problem:
        return await room.shown_again(request, house, visitor, one, problem)
    if left_out or not asked:
        return await room.shown_again(request, house, visitor, one, _not_all(asked, left_out))
    return _back(one)


@router.post("/submissions/reconcile")
async def reconcile(request: Request, visitor: Submitter, house: HouseOf, form: Form) -> Response:
    one = form.get("submission") or None
    if not await looked_for(house, visitor, submission=one):
        nothing = RequestInvalid("There is nothing to look for: all is settled, or waits for a yes.", field="page")
        return await room.shown_again(request, house, visitor, one, nothing)
    return _back(one)


@router.get("/submissions/{submission_id}/letters/{letter_id}")
async def letter(submission_id: str, letter_id: str, visitor: Submitter, house: HouseOf) -> Response:
    return as_download(await letter_of(house, visitor, submission_id, letter_id), "letter")


# -- the same for pages and programs


async def asked_after(
    house: House, visitor: Visitor, *, portal: str | None = None, submission: str | None = None
) -> tuple[list[str], list[LeftOut]]:
    """Ids of those that are asked after now, as `fleet submissions track` does. Raises core errors."""
    if portal is not None and portal not in house.fleet.portals:
        raise RequestInvalid(unknown("portal", portal, house.fleet.portals), field="portal")
    mine = await _mine(house, visitor, submission)
    wanted = Wanted(visitor.name, portal, submission=submission, of=mine)
    asked, left_out = await following.track(house.fleet, wanted)
    await room.wake(house, {item.credential_id for _, item in asked})
    return [row.id for row, _ in asked], left_out


async def looked_for(house: House, visitor: Visitor, *, submission: str | None = None) -> list[str]:
    """Ids of those that go on now, as `fleet submissions reconcile` lets them."""
    mine = await _mine(house, visitor, submission)
    found = await submit.reconcile(house.fleet, submission=submission, of=mine)
    await room.wake(house, {item.credential_id for _, item in found})
    return [row.id for row, _ in found]


async def letter_of(house: House, visitor: Visitor, submission_id: str, letter_id: str) -> Piece:
    """Audited as `phi.export`."""
    async with house.fleet.database.read() as session:
        await submission_in_scope(session, visitor, submission_id)
    return await looks.letter(house.fleet, submission_id, letter_id, viewer=visitor.name)


async def _mine(house: House, visitor: Visitor, submission: str | None) -> frozenset[str] | None:
    """Whose submissions these are; None: everybody's. Raises RequestInvalid for one beyond the visitor's tax IDs."""
    async with house.fleet.database.read() as session:
        if submission is not None:
            await submission_in_scope(session, visitor, submission)
        return await allowed_credentials(session, visitor)


def _not_all(asked: Sequence[str], left_out: Sequence[LeftOut]) -> RequestInvalid:
    if not left_out:
        return RequestInvalid("There is nothing to ask after: no payer has anything undecided.", field="submission")
    said = [f"{each.row.id} was not asked after. {each.sentence}" for each in left_out]
    return RequestInvalid(" ".join([f"{len(asked)} are asked after now.", *said]), field="submission")


def _back(submission: str | None) -> Response:
    return go(f"/submissions/{submission}" if submission else "/submissions")
