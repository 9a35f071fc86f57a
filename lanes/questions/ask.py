"""Questions become work items: checked, given to a credential, and asked once however many want to know."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.catalog import ERRANDS, Capability, capability, write
from core.capabilities.record import Query
from core.errors import (
    AccountLocked,
    ActionNeeded,
    ApprovalRequired,
    AutomationBlocked,
    CodeRequired,
    CredentialRejected,
    FleetError,
    PasswordExpired,
    RequestInvalid,
)
from core.manifest import Manifest
from lanes import policy
from lanes.assembly import Fleet
from store import audit, credentials, quarantine, work_items
from store.base import alone
from store.credentials import Credential, CredentialState
from store.work_items import NewItem, Priority, WorkItem

MAX_AGE = {
    "eligibility": timedelta(hours=4),
    "claim_status": timedelta(hours=1),
    "remittances": timedelta(hours=4),
    "messages": timedelta(minutes=30),
    "documents": timedelta(hours=4),
    "users": timedelta(hours=4),
    "authorizations": timedelta(hours=1),
    "appeals": timedelta(minutes=5),
    "sent_messages": timedelta(minutes=5),
    "claim_files": timedelta(minutes=5),
    "notifications": timedelta(minutes=5),
}
"""How old a stored answer may be and still stand for a new one."""
NOT_REUSABLE = ("no_answer_now", "mismatch")
"""Outcomes that are worth asking again at once."""
Q = TypeVar("Q", bound=Query)
_NAMES = ("first_name", "last_name")
"""Portals do not tell capitals in names apart; ids and claim numbers stay exactly as they are."""


@dataclass(frozen=True)
class Question:
    capability: str
    portal: str
    query: Query
    requested_by: str
    payer: str | None = None
    credential: str | None = None
    """Its name; the portal's least busy one when None."""
    priority: int = Priority.PERSON_WAITS
    due_at: datetime | None = None
    fresh: bool = False
    """Stored answers do not count."""
    attended: bool = False
    """Somebody watches: an adapter that is not proven yet may ask the real portal."""


class How(StrEnum):
    NEW = "new"
    JOINED = "joined"
    """The same question was in the queue already."""
    ANSWERED = "answered"
    """From the store; the item's `finished_at` says how old the answer is."""


@dataclass(frozen=True)
class Asked:
    item: WorkItem
    how: How


@dataclass(frozen=True)
class Counter:
    """Where questions of one kind are handed in, checked as far as the question itself does not matter."""

    capability: Capability
    manifest: Manifest
    payer: str | None

    def check(self, query: Query, now: datetime) -> None:
        """Raises RequestInvalid for what lies wholly before the portal's memory, by the portal's own days."""
        if (sought := query.sought()) is None:
            return
        since = self.manifest.kept_since(self.capability.name, sought.kinds, self.manifest.today(now))
        if since is not None and sought.until < since:
            raise RequestInvalid(
                f"{self.manifest.name} keeps this since {since} only; what was asked for lies before that.",
                field=sought.field,
            )


async def ask(fleet: Fleet, question: Question) -> Asked:
    """Wakes nobody. Raises core errors; a credential that is stopped is never asked for another try."""
    counter = counter_for(fleet, question.capability, question.portal, question.payer, attended=question.attended)
    counter.check(question.query, fleet.clock.now())
    async with fleet.database.begin() as session:
        credential = await choose_credential(session, fleet, counter, question.credential)
        (asked,) = await hand_in(session, fleet, counter, credential, [question])
        if question.attended:
            event = audit.Event("portal.attended", question.requested_by, asked.item.id, {"portal": question.portal})
            await audit.append(session, event, now=fleet.clock.now())
    return asked


def counter_for(
    fleet: Fleet, capability_name: str, portal: str, payer: str | None, *, attended: bool = False
) -> Counter:
    """Raises RequestInvalid, PortalUnavailable for a paused portal, AutomationBlocked where bots may not go, and
    AdapterError where the adapter is not whole.
    """
    fleet.check_whole(portal)
    counter = counter_at(fleet.portals, capability_name, portal, payer)
    check_policy(fleet, counter.manifest, attended=attended)
    return counter


def check_policy(fleet: Fleet, manifest: Manifest, *, attended: bool = False) -> None:
    """Raises PortalUnavailable for a paused portal, AutomationBlocked where bots may not go."""
    if (refused := policy.refused(manifest, fleet.settings.environment, attended=attended)) is not None:
        raise refused


def counter_at(portals: Mapping[str, Manifest], capability_name: str, portal: str, payer: str | None) -> Counter:
    """Whatever the portal's policy says. Raises RequestInvalid."""
    wanted = capability(capability_name)
    manifest = portals.get(portal)
    if manifest is None:
        raise RequestInvalid(unknown("portal", portal, portals), field="portal")
    if wanted.name not in manifest.capabilities and wanted.name not in ERRANDS:
        known = ", ".join(manifest.capabilities)
        raise RequestInvalid(f"{manifest.name} is not asked for {wanted.name}; it knows {known}.", field="capability")
    found = manifest.payer(payer)
    if found is None and (payer is not None or (manifest.payers and wanted.asks_payer)):
        ids = [each.id for each in manifest.payers]
        if payer is None:
            raise RequestInvalid(f"{manifest.name} needs a payer: {', '.join(ids)}.", field="payer")
        raise RequestInvalid(unknown("payer", payer, ids), field="payer")
    return Counter(wanted, manifest, found.id if found and wanted.asks_payer else None)


async def choose_credential(
    session: AsyncSession, fleet: Fleet, counter: Counter, name: str | None, *, tin: str | None = None
) -> Credential:
    """The named one, else the open one with the shortest queue. Raises what its stop said when there is no open one.

    `tin`: of this tax ID alone.
    """
    everyone = await credentials.of_portal(session, counter.manifest.id, fleet.settings.environment)
    known = [each for each in everyone if tin in (None, each.tin)]
    if not known:
        raise RequestInvalid(
            f"There is no credential for {counter.manifest.name}; an administrator adds one first.", field="credential"
        )
    if name is not None:
        names = [credential.name for credential in known]
        if name not in names:
            raise RequestInvalid(unknown("credential", name, names), field="credential")
        known = [known[names.index(name)]]
    usable = [credential for credential in known if credential.state is CredentialState.OPEN]
    if not usable:
        raise refusal(known[0], counter.manifest)
    if len(usable) == 1:
        return usable[0]
    queued = await work_items.queued_per_credential(session, [credential.id for credential in usable])
    return min(usable, key=lambda credential: queued.get(credential.id, 0))


async def hand_in(
    session: AsyncSession, fleet: Fleet, counter: Counter, credential: Credential, questions: Sequence[Question]
) -> list[Asked]:
    """In the order of the questions. Raises PortalChanged while the capability is in quarantine, and as
    `choose_credential` when the credential was stopped meanwhile.
    """
    if (await credentials.locked(session, credential.id)).state is not CredentialState.OPEN:
        raise refusal(credential, counter.manifest)
    await alone(session, credential.portal, credential.scope)
    resting = await quarantine.resting(session, counter.manifest.id, counter.capability.name)
    if resting is not None:
        raise resting
    now = fleet.clock.now()
    complete = [completed(question.query, credential) for question in questions]
    keys = [_natural_key(fleet, counter, credential, query) for query in complete]
    waiting = await work_items.waiting_by_key(session, keys)
    stored = await work_items.answered_by_key(
        session, keys, since=now - MAX_AGE.get(counter.capability.name, timedelta(0)), not_reusable=NOT_REUSABLE
    )
    new: dict[str, NewItem] = {}
    for question, query, key in zip(questions, complete, keys, strict=True):
        if key in waiting:
            await work_items.hurry(session, waiting[key].id, priority=question.priority)
        elif key not in new and (question.fresh or key not in stored):
            new[key] = NewItem(
                capability=counter.capability.name,
                portal=counter.manifest.id,
                payer=counter.payer,
                credential_id=credential.id,
                natural_key=key,
                query=write(query),
                requested_by=question.requested_by,
                priority=question.priority,
                due_at=question.due_at,
            )
    made = await work_items.add_all(session, fleet.sealer, list(new.values()), now=now)
    fresh = dict(zip(new, made, strict=True))
    answered: list[Asked] = []
    seen: set[str] = set()
    for key in keys:
        if key in fresh:
            answered.append(Asked(fresh[key], How.JOINED if key in seen else How.NEW))
        else:
            answered.append(Asked(waiting[key], How.JOINED) if key in waiting else Asked(stored[key], How.ANSWERED))
        seen.add(key)
    return answered


def refusal(credential: Credential, manifest: Manifest | None) -> FleetError:
    """What the portal said when the credential was stopped, with the cure."""
    lock = manifest.lock if manifest and credential.stop_code == "AccountLocked" else None
    since = f"{credential.stopped_at:%Y-%m-%d %H:%M} UTC" if credential.stopped_at else "now"
    sentence = (
        f"{credential.stop_sentence} The credential “{credential.name}” has rested since {since}; "
        f"an administrator checks it on the portal and reopens it.{f' {lock.sentence}' if lock else ''}"
    )
    return _STOPS.get(credential.stop_code or "", CredentialRejected)(sentence)


_STOPS: Mapping[str, Callable[[str], FleetError]] = {
    "AccountLocked": AccountLocked,
    "PasswordExpired": PasswordExpired,
    "AutomationBlocked": AutomationBlocked,
    "ApprovalRequired": ApprovalRequired,
    "CodeRequired": lambda sentence: CodeRequired(sentence, medium="unknown"),
    "ActionNeeded": lambda sentence: ActionNeeded(sentence, kind="unknown"),
}


def completed(query: Q, credential: Credential) -> Q:
    """The credential's provider asks where the question names none."""
    if credential.provider_npi and getattr(query, "provider_npi", "") is None:
        return query.model_copy(update={"provider_npi": credential.provider_npi})
    return query


def _natural_key(fleet: Fleet, counter: Counter, credential: Credential, query: Query) -> str:
    asked = {
        name: _plain(value, fold=name in _NAMES)
        for name, value in json.loads(write(query)).items()
        if value is not None
    }
    whole = [counter.capability.name, counter.manifest.id, counter.payer, credential.scope, sorted(asked.items())]
    return fleet.sealer.blind(json.dumps(whole), "natural_key")


def _plain(value: str, *, fold: bool) -> str:
    text = unicodedata.normalize("NFKC", str(value)).strip()
    return text.casefold() if fold else text


def unknown(kind: str, name: str, known: Sequence[str] | Mapping[str, object]) -> str:
    return f"“{name}” is not a {kind} here; known are {', '.join(known) or 'none'}."
