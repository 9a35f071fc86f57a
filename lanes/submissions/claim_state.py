"""What the store knows of claims that are disputed or corrected: told before a log-in is spent on them."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, true
from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.appeals import Appeal
from core.capabilities.catalog import capability
from core.capabilities.claim_files import ClaimFile
from core.capabilities.claim_status import Claims, Lifecycle
from core.capabilities.record import Answer
from core.capabilities.remittances import ClaimFate, Remittances
from core.capabilities.submissions import Submission
from core.errors import RequestInvalid
from core.manifest import SubmissionRule
from core.seal import Shredded
from core.x12.claim_file import Claim, read_837
from lanes.assembly import Fleet
from lanes.questions.ask import Counter
from store import audit, claim_marks, credentials
from store.credentials import Credential
from store.runs import StoredAnswer, payload_of
from store.work_items import WorkItem

CATCH_UP = 300
"""Answers from before they were marked with their claims, that one look marks; the rest follows each night."""
_TOLD = 3
"""Corrections of a sentence."""
_FATES = {
    ClaimFate.PRIMARY: Lifecycle.PAID,
    ClaimFate.SECONDARY: Lifecycle.PAID,
    ClaimFate.TERTIARY: Lifecycle.PAID,
    ClaimFate.DENIED: Lifecycle.DENIED,
}


@dataclass(frozen=True)
class _Known:
    states: Sequence[Lifecycle]
    as_of: datetime
    item_id: str


async def doubt(
    fleet: Fleet,
    counter: Counter,
    rule: SubmissionRule,
    wanted: Submission,
    sender: Credential,
    *,
    contents: Sequence[bytes],
    viewer: str,
) -> RequestInvalid | None:
    """When the latest stored answer says that this claim cannot be disputed here, or that what is corrected is not
    decided yet, or not known at all; audited as `phi.view` then.

    None where nothing is stored of a disputed claim, or nothing since the decision that is disputed.
    """
    if isinstance(wanted, ClaimFile):
        return await _doubted_corrections(fleet, rule, contents, sender, viewer=viewer)
    if not isinstance(wanted, Appeal):
        return None
    manifest = counter.manifest
    of_payer = claim_marks.of_payer(manifest.id, counter.payer)
    async with fleet.database.begin() as session:
        known = await _latest(session, fleet, wanted.subject(), sender, of_payer)
        if known is None or set(known.states) & set(rule.claim_states):
            return None
        if wanted.decided_on is not None and manifest.today(known.as_of) < wanted.decided_on:
            return None
        event = audit.Event("phi.view", viewer, known.item_id, {"what": "state of the claim"})
        await audit.append(session, event, now=fleet.clock.now())
    taken, state = " or ".join(map(_words, rule.claim_states)), _words(known.states[-1])
    return RequestInvalid(
        f"{manifest.name} takes a {wanted.kind.value} of a claim that is {taken}; this one was {state} as of "
        f"{known.as_of.astimezone():%Y-%m-%d %H:%M}, by the latest answer in the store. That may be old: ask for the "
        "claim's status anew, or say that it is to be sent anyway.",
        field="anyway",
    )


async def _doubted_corrections(
    fleet: Fleet, rule: SubmissionRule, contents: Sequence[bytes], sender: Credential, *, viewer: str
) -> RequestInvalid | None:
    """Of whatever payer, asked through whatever portal: an 837 often goes another way than its claims are asked for."""
    told: list[str] = []
    async with fleet.database.begin() as session:
        for claim in await asyncio.to_thread(_corrections, contents):
            number = (claim.original_number or "").upper()
            known = await _latest(session, fleet, number, sender, true())
            if known is None:
                told.append(f"Of the claim that claim {claim.place} corrects the store knows nothing.")
            elif not set(known.states) & set(rule.claim_states):
                state = f"{_words(known.states[-1])} as of {known.as_of.astimezone():%Y-%m-%d %H:%M}"
                told.append(f"What claim {claim.place} corrects was {state}: payers correct what is decided.")
                event = audit.Event("phi.view", viewer, known.item_id, {"what": "state of the claim"})
                await audit.append(session, event, now=fleet.clock.now())
    if not told:
        return None
    more = f" And {len(told) - _TOLD} more." if len(told) > _TOLD else ""
    cure = "Ask for their status, or say that the file is to be sent anyway."
    return RequestInvalid(f"{' '.join(told[:_TOLD])}{more} {cure}", field="anyway")


def _corrections(contents: Sequence[bytes]) -> list[Claim]:
    return [claim for data in contents for claim in read_837(data).claims if claim.corrects]


async def mark_answers(fleet: Fleet) -> None:
    """All that are left of those from before there were marks, so many in one transaction."""
    left = True
    while left:
        async with fleet.database.begin() as session:
            left = await claim_marks.catch_up(session, fleet.sealer, limit=CATCH_UP) > 0


async def _latest(
    session: AsyncSession, fleet: Fleet, claim_number: str, sender: Credential, here: ColumnElement[bool]
) -> _Known | None:
    """Of claim status and remittances, as accounts of the sender's tax ID have read them. `here`: of work items."""
    same = [
        each.id
        for each in await credentials.all_of(session)
        if each.environment == sender.environment and (each.id == sender.id or each.tin == sender.tin is not None)
    ]
    await claim_marks.catch_up(session, fleet.sealer, limit=CATCH_UP)
    found = await claim_marks.about(session, fleet.sealer, claim_number, credentials=same, here=here)
    for stored, item in found:
        if states := _states_in(fleet, stored, item, claim_number):
            return _Known(states, stored.as_of, item.id)
    return None


def _states_in(fleet: Fleet, stored: StoredAnswer, item: WorkItem, claim_number: str) -> list[Lifecycle]:
    try:
        payload = payload_of(stored, fleet.sealer)
    except Shredded:
        return []
    return [*_states(capability(item.capability).read_answer(payload), claim_number)]


def _words(state: Lifecycle) -> str:
    return state.value.replace("_", " ")


def _states(answer: Answer, claim_number: str) -> Iterator[Lifecycle]:
    if isinstance(answer, Claims):
        for claim in answer.claims:
            if claim.claim_number.upper() == claim_number and claim.lifecycle not in (None, Lifecycle.ERROR):
                yield claim.lifecycle
    if isinstance(answer, Remittances):
        for payment in answer.payments:
            for remitted in payment.remittance.claims if payment.remittance else ():
                state = _FATES.get(remitted.fate) if remitted.fate else None
                if (remitted.claim_number or "").upper() == claim_number and state is not None:
                    yield state
