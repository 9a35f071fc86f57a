"""The tax IDs of a person: what lies beyond them does not exist for that person."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RequestInvalid
from lanes.people import Visitor
from store import credentials, history, work_items
from store.credentials import Credential
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
