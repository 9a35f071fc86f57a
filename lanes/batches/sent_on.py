"""Rows of a sheet that their portal sends to another one: asked there, once, whoever handed the sheet in."""

from __future__ import annotations

from contextlib import suppress

from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.catalog import capability
from core.capabilities.common import AskElsewhere
from core.capabilities.record import Answer
from core.errors import FleetError
from lanes.assembly import Fleet
from lanes.questions.ask import Question, choose_credential, counter_for, hand_in
from lanes.questions.elsewhere import elsewhere
from store import batches, credentials, work_items
from store.work_items import Priority, WorkItem

ELSEWHERE: str = AskElsewhere.model_fields["outcome"].default


async def ask_there(session: AsyncSession, fleet: Fleet, item: WorkItem, answer: Answer) -> str | None:
    """The credential whose lane to wake, if rows of sheets waited for this answer and somebody can ask where it sends
    them; they stand for the new question from then on. Else whom to ask stays their answer.

    Asked by an account of the same tax ID: whoever may see the sheet may see that answer too.
    """
    if not isinstance(answer, AskElsewhere):
        return None
    there = elsewhere(fleet, answer.portal, item.payer)
    asked_by = await batches.asked_first(session, item)
    if there is None or asked_by is None:
        return None
    with suppress(FleetError):
        counter = counter_for(fleet, item.capability, there.portal, there.payer)
        here = await credentials.get(session, item.credential_id)
        query = capability(item.capability).read_query(work_items.query_of(item, fleet.sealer))
        if here.provider_npi and getattr(query, "provider_npi", None) == here.provider_npi:
            query = query.model_copy(update={"provider_npi": None})  # the account's own: there it is the other one's
        counter.check(query, fleet.clock.now())
        account = await choose_credential(session, fleet, counter, None, tin=here.tin)
        question = Question(
            item.capability, there.portal, query, asked_by, counter.payer, account.name, priority=Priority.BATCH
        )
        (asked,) = await hand_in(session, fleet, counter, account, [question])
        await batches.pass_on(session, item, asked.item)
        return account.id
    return None
