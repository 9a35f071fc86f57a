"""A vault that is down, sealed, slow or out of disk: nothing is asked of it again and again, and no work is lost."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest

from core.errors import PartUnavailable
from core.vault import MemoryVault, Vault
from lanes.assembly import Fleet
from lanes.clock import SystemClock
from lanes.lane import LaneWorker
from simulator.accounts import CODE_STEP_SECONDS
from store import credentials, leases, work_items
from store.credentials import Credential, CredentialState
from store.work_items import ItemState
from tests.lanes.conftest import ScriptedPortal

AskAll = Callable[..., Awaitable[list[str]]]
SENTENCE = "The vault refuses all work; nearly always it cannot write its audit file. Make room on that disk."


class LaterClock(SystemClock):
    """Runs as ours does, from a moment that a test chooses; and a wait for the next code takes no time. Who renews a
    lease sleeps longer, and in earnest: it would do nothing else.
    """

    ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def sleep_until(self, moment: datetime) -> None:
        if timedelta(seconds=1) < moment - self.now() <= timedelta(seconds=CODE_STEP_SECONDS):
            self.ahead += moment - self.now()
        await super().sleep_until(moment - self.ahead)


class SickVault:
    """Fails in the ways that it is told, and counts what it was asked."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.ails: set[str] = set()
        self.asked: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        async def ask(*arguments: Any, **named: Any) -> Any:
            self.asked[name] += 1
            if name in self.ails:
                raise PartUnavailable("vault", SENTENCE)
            return await getattr(self._vault, name)(*arguments, **named)

        return ask


@pytest.fixture
def clock() -> LaterClock:
    return LaterClock()


@pytest.fixture
def vault(fleet: Fleet, clock: LaterClock) -> SickVault:
    assert isinstance(fleet.vault, MemoryVault)
    fleet.vault._clock = lambda: clock.now().timestamp()
    return SickVault(fleet.vault)


@pytest.fixture
def ailing(fleet: Fleet, vault: SickVault, clock: LaterClock) -> Fleet:
    return dataclasses.replace(fleet, vault=cast("Vault", vault), clock=clock)


async def _next_rest(fleet: Fleet, credential: Credential) -> datetime | None:
    async with fleet.database.read() as session:
        lane = await leases.resting(session, credential.id, now=fleet.clock.now())
    return lane.rest_until if lane else None


async def test_a_vault_that_is_down_for_an_hour_is_asked_a_few_times(
    ailing: Fleet, credential: Credential, portal: ScriptedPortal, ask_all: AskAll, vault: SickVault, clock: LaterClock
) -> None:
    ids = await ask_all(*(f"M{number}" for number in range(20)))
    vault.ails, began, wakes = {"login_secret"}, clock.now(), 0
    while clock.now() < began + timedelta(hours=1):
        for _ in range(3):  # people ask, and the re-waking flow comes by
            wakes += 1
            await LaneWorker(ailing, portal).work(credential.id)
        rests_until = await _next_rest(ailing, credential)
        assert rests_until is not None
        clock.ahead += rests_until - clock.now()
    assert wakes > 20
    assert vault.asked["login_secret"] <= 10
    async with ailing.database.read() as session:
        waiting = [await work_items.get(session, item_id) for item_id in ids]
        assert (await credentials.get(session, credential.id)).state is CredentialState.OPEN
    assert {(item.state, item.attempts) for item in waiting} == {(ItemState.QUEUED, 0)}
    assert {item.error_sentence for item in waiting if item.error_code} == {SENTENCE}
    assert portal.contexts == 0

    vault.ails = set()
    clock.ahead += timedelta(minutes=15)
    assert (await LaneWorker(ailing, portal).work(credential.id)).answered == len(ids)
    assert (portal.logins, portal.wrong_passwords) == (1, 0)


@pytest.mark.parametrize("ails", ["login_secret", "totp_code"])
async def test_wherever_the_vault_fails_the_question_is_kept(
    ailing: Fleet,
    credential: Credential,
    portal: ScriptedPortal,
    ask_all: AskAll,
    vault: SickVault,
    clock: LaterClock,
    ails: str,
) -> None:
    # A wait for the next code moves the clock by half a minute, which is no sign of a worker that stood still.
    ailing = dataclasses.replace(ailing, settings=ailing.settings.model_copy(update={"lease_seconds": 120}))
    portal.needs_code = True
    (first,) = await ask_all("M0")
    await LaneWorker(ailing, portal).work(credential.id)
    portal.alive.clear()
    (item_id,) = await ask_all("M1")
    vault.ails = {ails}
    await LaneWorker(ailing, portal).work(credential.id)
    async with ailing.database.read() as session:
        assert (await work_items.get(session, first)).outcome == "member_not_found"
        kept = await work_items.get(session, item_id)
    assert (kept.state, kept.error_sentence, kept.attempts) == (ItemState.QUEUED, SENTENCE, 0)
    vault.ails = set()
    clock.ahead += timedelta(minutes=15)
    assert (await LaneWorker(ailing, portal).work(credential.id)).answered == 1
    assert (portal.wrong_passwords, len(portal.codes)) == (0, len(set(portal.codes)))


async def test_a_vault_that_gives_no_key_for_pictures_costs_no_answer(
    ailing: Fleet,
    credential: Credential,
    portal: ScriptedPortal,
    ask_all: AskAll,
    clock: LaterClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each month begins with a new key: what cannot be sealed is not kept, and its question waits."""
    assert isinstance(ailing.vault, SickVault)
    well = ailing.vault._vault

    def no_key(period: str, *, make: bool) -> bytes:
        if period.startswith("pictures"):
            raise PartUnavailable("vault", SENTENCE)
        return type(well).period_key(well, period, make=make)

    with monkeypatch.context() as outage:
        outage.setattr(well, "period_key", no_key)
        (item_id,) = await ask_all("M0")
        await LaneWorker(ailing, portal).work(credential.id)
        async with ailing.database.read() as session:
            kept = await work_items.get(session, item_id)
        assert (kept.state, kept.error_sentence, kept.attempts) == (ItemState.QUEUED, SENTENCE, 0)
    clock.ahead += timedelta(minutes=15)
    assert (await LaneWorker(ailing, portal).work(credential.id)).answered == 1


async def test_a_vault_that_fails_after_the_first_password_was_taken_stops_nobody(
    ailing: Fleet, credential: Credential, portal: ScriptedPortal, ask_all: AskAll, vault: SickVault, clock: LaterClock
) -> None:
    """Found by the chaos of log-ins: who asks for a code has answered the password, and no worker has ended."""
    ailing = dataclasses.replace(ailing, settings=ailing.settings.model_copy(update={"lease_seconds": 120}))
    portal.needs_code = True
    await ask_all("M0")
    vault.ails = {"totp_code"}
    await LaneWorker(ailing, portal).work(credential.id)
    vault.ails = set()
    clock.ahead += timedelta(minutes=15)
    assert (await LaneWorker(ailing, portal).work(credential.id)).answered == 1
    async with ailing.database.read() as session:
        assert (await credentials.get(session, credential.id)).state is CredentialState.OPEN
