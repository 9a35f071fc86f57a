"""What the store knows of the claim that is disputed: told before a log-in is spent on it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.appeals import Appeal
from core.capabilities.catalog import capability
from core.capabilities.claim_status import Claims, Lifecycle
from core.capabilities.record import Answer
from core.capabilities.remittances import ClaimFate, Remittances
from core.capabilities.submissions import Submission
from core.errors import RequestInvalid
from core.manifest import SubmissionRule
from core.seal import Shredded
from lanes.assembly import Fleet
from lanes.questions.ask import Counter
from store import audit, credentials, runs, tallies, work_items
from store.credentials import Credential
from store.runs import StoredAnswer

DAYS = 90
MOST = 300
"""Answers of a kind that are opened, the latest ones: a claim that was asked for before them counts as unknown."""
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
    fleet: Fleet, counter: Counter, rule: SubmissionRule, wanted: Submission, sender: Credential, *, viewer: str
) -> RequestInvalid | None:
    """When the latest stored answer says that this claim cannot be disputed here; audited as `phi.view` then.

    None where nothing is stored of the claim, or nothing since the decision that is disputed.
    """
    if not isinstance(wanted, Appeal):
        return None
    manifest = counter.manifest
    async with fleet.database.begin() as session:
        known = await _latest(session, fleet, counter, wanted.subject(), sender)
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


async def _latest(
    session: AsyncSession, fleet: Fleet, counter: Counter, claim_number: str, sender: Credential
) -> _Known | None:
    """Of claim status and remittances, as accounts of the sender's tax ID have read them of this payer."""
    same = [
        each.id
        for each in await credentials.all_of(session)
        if each.environment == sender.environment and (each.id == sender.id or each.tin == sender.tin is not None)
    ]
    since = fleet.clock.now() - timedelta(days=DAYS)
    found: list[_Known] = []
    for name in ("claim_status", "remittances"):
        stored = await tallies.answers(session, name, since=since, credentials=same, limit=MOST)
        items = await work_items.by_ids(session, [each.work_item_id for each in stored])
        for each in stored:
            item = items[each.work_item_id]
            here = item.payer == counter.payer or (item.payer is None and item.portal == counter.manifest.id)
            states = _states_in(fleet, each, name, claim_number) if here else []
            if states:
                found.append(_Known(states, each.as_of, item.id))
    return max(found, key=lambda each: each.as_of, default=None)


def _states_in(fleet: Fleet, stored: StoredAnswer, name: str, claim_number: str) -> list[Lifecycle]:
    try:
        payload = runs.payload_of(stored, fleet.sealer)
    except Shredded:
        return []
    # Most are of other claims, and to read an answer takes far longer than to open it.
    return [*_states(capability(name).read_answer(payload), claim_number)] if claim_number in payload.upper() else []


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
