"""The tax IDs of a person: what lies beyond them does not exist for that person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RequestInvalid
from core.schedules import Definition
from lanes.calendar.obstacles import Board, Known
from lanes.people import Visitor
from lanes.sent_codes import CodeWanted, wanted
from store import credentials, history, schedules, submissions, work_items
from store.credentials import Credential
from store.schedules import Schedule
from store.submissions import StoredSubmission
from store.work_items import WorkItem


async def allowed_credentials(session: AsyncSession, visitor: Visitor) -> frozenset[str] | None:
    """None: all."""
    return await history.credentials_of(session, visitor.tins)


async def credential_in_scope(session: AsyncSession, visitor: Visitor, credential_id: str) -> Credential:
    """Raises RequestInvalid as for an id that nobody has."""
    credential = await credentials.get(session, credential_id)
    if not visitor.may_see(credential.tin):
        raise RequestInvalid("There is no such page, or it belongs to a tax ID that is not yours.", field="page")
    return credential


async def item_in_scope(session: AsyncSession, visitor: Visitor, item_id: str) -> tuple[WorkItem, Credential]:
    item = await work_items.get(session, item_id)
    return item, await credential_in_scope(session, visitor, item.credential_id)


async def submission_in_scope(session: AsyncSession, visitor: Visitor, submission_id: str) -> StoredSubmission:
    row = await submissions.get(session, submission_id)
    await item_in_scope(session, visitor, row.work_item_id)
    return row


async def codes_in_scope(session: AsyncSession, visitor: Visitor, *, now: datetime) -> list[CodeWanted]:
    found = await wanted(session, now=now)
    if visitor.tins is None or not found:
        return found
    mine = {(each.portal, each.name) for each in await credentials.all_of(session) if visitor.may_see(each.tin)}
    return [each for each in found if (each.portal, each.credential) in mine]


async def schedules_in_scope(session: AsyncSession, visitor: Visitor, board: Board) -> frozenset[str] | None:
    """Ids of the schedules all of whose accounts belong to the visitor's tax IDs; None: all."""
    if visitor.tins is None:
        return None
    known = await Known.of(session, board)
    return frozenset([each.id for each in await schedules.all_of(session) if _theirs(visitor, known, each.read())])


async def may_schedule(session: AsyncSession, visitor: Visitor, board: Board, said: Definition) -> bool:
    """Whether every account that it may use belongs to the visitor's tax IDs."""
    return visitor.tins is None or _theirs(visitor, await Known.of(session, board), said)


def _theirs(visitor: Visitor, known: Known, said: Definition) -> bool:
    mine = known.accounts(said)
    return bool(mine) and all(visitor.may_see(each.tin) for each in mine)


async def schedule_in_scope(session: AsyncSession, visitor: Visitor, board: Board, name: str) -> Schedule:
    """Raises RequestInvalid as for a name that no schedule has."""
    found = next((each for each in await schedules.all_of(session) if each.name == name), None)
    if found is None or not await may_schedule(session, visitor, board, found.read()):
        raise RequestInvalid("There is no such schedule, or it is of a tax ID that is not yours.", field="page")
    return found
