"""Why a schedule may not run at a moment: asked before its fires, and for a whole day by the forecast."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from core.capabilities.canary import CANARY
from core.errors import FleetError, RequestInvalid
from core.manifest import Manifest
from core.schedules import Definition
from core.timetable import closed_until
from lanes import policy
from lanes.assembly import Fleet
from lanes.clock import Clock, SystemClock
from lanes.questions.ask import Counter, counter_at, refusal, unknown
from lanes.submissions.following import sending
from payers.registry import AdapterError
from store import canaries, credentials, quarantine
from store.canaries import CanaryPage
from store.credentials import Credential, CredentialState
from store.database import Database
from store.quarantine import Quarantine
from store.schedules import Schedule


@dataclass(frozen=True)
class Board:
    """What is needed to look at schedules: no vault, no key."""

    database: Database
    portals: Mapping[str, Manifest]
    environment: Literal["simulator", "live"]
    clock: Clock = field(default_factory=SystemClock)
    broken: Mapping[str, AdapterError] = field(default_factory=dict)

    @classmethod
    def of(cls, fleet: Fleet) -> Board:
        return cls(fleet.database, fleet.portals, fleet.settings.environment, fleet.clock, fleet.broken)


@dataclass(frozen=True)
class Known:
    """What may be in the way of schedules, read at once however many of them are looked at."""

    credentials: Sequence[Credential]
    """Of the environment, without those that are retired."""
    failing: Sequence[CanaryPage]
    resting: Sequence[Quarantine]

    @classmethod
    async def of(cls, session: AsyncSession, board: Board) -> Known:
        return cls(
            [
                each
                for each in await credentials.all_of(session)
                if each.environment == board.environment and each.state is not CredentialState.RETIRED
            ],
            await canaries.all_failing(session),
            await quarantine.all_resting(session),
        )

    def accounts(self, said: Definition) -> Sequence[Credential]:
        """Those that it may use, in whatever state."""
        return [
            each for each in self.credentials if each.portal == said.portal and said.credential in (None, each.name)
        ]


class Kind(StrEnum):
    POLICY = "policy"
    QUARANTINE = "quarantine"
    HELD = "held"
    PAUSED = "paused"
    CREDENTIAL = "credential"
    PASSWORD = "password"  # noqa: S105 - a word for a kind
    MAINTENANCE = "maintenance"
    QUIET = "quiet"
    SLOT = "slot"


@dataclass(frozen=True)
class Obstacle:
    kind: Kind
    sentence: str
    until: datetime | None = None
    """When it goes away by itself."""
    final: bool = False
    """Not before somebody changes the schedule or its portal's manifest."""
    page: str | None = None
    element: str | None = None


def counters(board: Board, said: Definition) -> list[Counter]:
    """Where its questions are handed in; those of a roster that names payers at the first payer's. Raises
    RequestInvalid, AdapterError.
    """
    if said.portal in board.broken:
        raise board.broken[said.portal]
    manifest = board.portals.get(said.portal)
    if said.kind.journal and manifest is not None:
        return [_sending(manifest, said)]
    if said.payer is not None or manifest is None or len(manifest.payers) < 2:
        return [counter_at(board.portals, said.task, said.portal, said.payer)]
    found = [counter_at(board.portals, said.task, said.portal, payer.id) for payer in manifest.payers]
    return found[:1] if said.kind.roster or not found[0].capability.asks_payer else found


def _sending(manifest: Manifest, said: Definition) -> Counter:
    payer = manifest.payer(said.payer)
    if said.payer is not None and payer is None:
        raise RequestInvalid(unknown("payer", said.payer, [each.id for each in manifest.payers]), field="payer")
    found = next((each for each in sending() if each.name in manifest.capabilities), None)
    if found is None:
        raise RequestInvalid(f"Nothing is sent to {manifest.name}, so nothing can be followed.", field="task")
    return Counter(found, manifest, payer.id if payer else None)


def _asked(said: Definition, manifest: Manifest) -> list[str]:
    """The capabilities that it needs."""
    if not said.kind.journal:
        return [said.task]
    return [each.name for each in sending() if each.name in manifest.capabilities]


def obstacles(known: Known, board: Board, schedule: Schedule, at: datetime) -> list[Obstacle]:
    """As far as they are known now."""
    said = schedule.read()
    try:
        manifest = counters(board, said)[0].manifest
    except RequestInvalid as problem:
        return [Obstacle(Kind.POLICY, f"{problem.sentence} Change the schedule.", final=True)]
    except AdapterError as problem:
        return [Obstacle(Kind.POLICY, problem.sentence)]
    found: list[Obstacle] = []
    if (refused := policy.refused(manifest, board.environment)) is not None:
        found.append(Obstacle(Kind.POLICY, refused.sentence, final=refused.code != "PortalUnavailable"))
    for task in _asked(said, manifest):
        found += _changed(known, manifest, task)
    if (trouble := _no_account(manifest, known.accounts(said), said)) is not None:
        found.append(Obstacle(Kind.CREDENTIAL, trouble))
    if (closed := policy.closed(manifest, at, board.environment)) is not None:
        found.append(Obstacle(Kind.MAINTENANCE, closed.sentence, until=closed.retry_at))
    if (quiet := closed_until(said.quiet, at)) is not None:
        local = quiet.astimezone(said.timetable.zone)
        sentence = f"Its quiet hours last until {local:%Y-%m-%d %H:%M} {said.time_zone}; then it begins."
        found.append(Obstacle(Kind.QUIET, sentence, until=quiet))
    return found


def _changed(known: Known, manifest: Manifest, task: str) -> list[Obstacle]:
    found: list[Obstacle] = []
    of_it = [(manifest.id, task), (manifest.id, quarantine.LOGIN)]
    page = next((each for each in known.failing if (each.portal, each.capability) in of_it), None)
    if page is not None and task != CANARY:
        sentence = (
            f"The canary has not found {page.place} of {manifest.name} since {page.failing_since:%Y-%m-%d %H:%M} UTC; "
            f"a developer mends it, and `fleet canary --portal {manifest.id}` lets it go on."
        )
        found.append(Obstacle(Kind.HELD, sentence, page=page.entry, element=page.element))
    resting = next((each for each in known.resting if (each.portal, each.capability) in of_it), None)
    if resting is not None:
        cure = f"a developer mends it, then `fleet portals reopen {manifest.id} {task}` lets it go on."
        sentence = f"{manifest.name} has changed at {_place(resting.page, resting.element)}; {cure}"
        found.append(Obstacle(Kind.QUARANTINE, sentence, page=resting.page, element=resting.element))
    return found


def _no_account(manifest: Manifest, known: Sequence[Credential], said: Definition) -> str | None:
    if not known:
        which = f"credential “{said.credential}”" if said.credential else "credential"
        return f"{manifest.name} has no {which}; an administrator adds it with `fleet credentials add`."
    if any(each.state is CredentialState.OPEN for each in known):
        return None
    problem: FleetError = refusal(known[0], manifest)
    return problem.sentence


def _place(page: str, element: str | None) -> str:
    return f"page “{page}”, element “{element}”" if element else f"page “{page}”"
