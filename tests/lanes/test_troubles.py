from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from core.errors import (
    ActionNeeded,
    AutomationBlocked,
    CredentialRejected,
    FleetError,
    NextStep,
    PartUnavailable,
    PortalChanged,
    PortalUnavailable,
    RateLimited,
    RequestInvalid,
    SessionExpired,
)
from core.manifest import Maintenance
from core.phi import Secret
from lanes import sink
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.notices import Notice, Notices
from lanes.questions.ask import Question, ask
from lanes.questions.pull import Settled, Wish, pull
from store import credentials, queue, work_items
from store.credentials import Credential, CredentialState, NewCredential
from store.runs import RunState
from store.work_items import ItemState, WorkItem

AskAll = Callable[..., Awaitable[list[str]]]


async def _items(fleet: Fleet, ids: list[str]) -> list[WorkItem]:
    async with fleet.database.read() as session:
        return [await work_items.get(session, item_id) for item_id in ids]


def _once(problem: FleetError, *, member: str | None = None) -> Callable[[str], FleetError | None]:
    """Meets the first question, or the first about this member, with the problem."""
    left = [problem]

    def script(asked: str) -> FleetError | None:
        return left.pop() if left and member in (None, asked) else None

    return script


@pytest.mark.parametrize(("provider", "stopped"), [("one", True), (None, False)])
async def test_a_refused_password_stops_the_account_on_every_portal_that_shares_it(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, provider: str | None, *, stopped: bool
) -> None:
    shared = fleet.portals["availity"].model_copy(update={"identity_provider": provider})
    fleet = dataclasses.replace(fleet, portals={"availity": shared, "other": shared.model_copy(update={"id": "other"})})
    async with fleet.database.begin() as session:
        same, another = [
            await credentials.add(
                session, fleet.sealer, NewCredential("other", name, "simulator"), actor="test", now=fleet.clock.now()
            )
            for name in ("north", "south")
        ]
    portal.password = "changed by a person"
    await ask_all("M1")
    await LaneWorker(fleet, portal).work(credential.id)
    async with fleet.database.read() as session:
        found = [await credentials.get(session, each.id) for each in (credential, same, another)]
    states = [each.state is CredentialState.STOPPED for each in found]
    assert states == [True, stopped, False]


async def test_a_wrong_password_reaches_the_portal_once(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    portal.password = "changed by a person"
    ids = await ask_all(*(f"M{number}" for number in range(50)))
    for _ in range(5):
        await LaneWorker(fleet, portal).work(credential.id)
    assert portal.wrong_passwords == 1
    items = await _items(fleet, ids)
    assert {(item.state, item.error_sentence) for item in items} == {
        (ItemState.HELD, "The portal refused the password.")
    }
    with pytest.raises(CredentialRejected, match=r"refused the password.*reopens"):
        await ask_all("M99")
    async with fleet.database.begin() as session:
        known = await credentials.get(session, credential.id)
        assert (known.state, known.attempts_remaining) == (CredentialState.STOPPED, 2)

    await fleet.vault.save_login(
        "availity", "north", Secret("bot-north"), Secret("changed by a person"), expected_version=1
    )
    async with fleet.database.begin() as session:
        await credentials.reopen(session, credential.id, actor="kim", reason="new password", now=fleet.clock.now())
        await queue.release_held(session, "availity")
    assert (await LaneWorker(fleet, portal).work(credential.id)).answered == 50
    assert portal.wrong_passwords == 1


@pytest.mark.parametrize(
    "problem",
    [
        AutomationBlocked("The portal shows a CAPTCHA."),
        ActionNeeded("The portal wants its new terms accepted.", kind="terms"),
    ],
)
async def test_what_needs_a_person_stops_the_lane_and_keeps_its_questions(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, problem: FleetError
) -> None:
    portal.script = _once(problem)
    ids = await ask_all("M1", "M2")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.state, summary.answered) == (RunState.TROUBLED, 0)
    assert {item.state for item in await _items(fleet, ids)} == {ItemState.HELD}
    assert portal.asked == ["M1"]


async def test_a_lost_session_costs_one_login(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    def drop(_member: str) -> FleetError | None:
        portal.script = lambda _asked: None
        portal.alive.clear()
        return SessionExpired("The portal ended the session.")

    portal.script = drop
    await ask_all("M1", "M2")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.answered, summary.logins, portal.asked) == (2, 2, ["M1", "M1", "M2"])


async def test_a_session_that_dies_again_and_again_is_not_logged_in_for_ever(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    portal.script = lambda _member: portal.alive.clear() or SessionExpired("The portal ended the session.")
    await ask_all("M1", "M2", "M3")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert summary.state is RunState.TROUBLED
    assert portal.logins <= 4


async def test_whoever_else_logs_in_with_the_account_is_left_alone(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, virtual_clock: Any
) -> None:
    portal.script = _once(SessionExpired("Somebody else has logged in.", kicked=True))
    virtual_clock.advance(days=3650)
    timed = dataclasses.replace(fleet, clock=_Leaping(virtual_clock))
    await ask_all("M1", "M2")
    summary = await LaneWorker(timed, portal).work(credential.id)
    assert (summary.state, summary.logins, portal.asked) == (RunState.TROUBLED, 1, ["M1"])
    virtual_clock.advance(minutes=14)
    assert (await LaneWorker(timed, portal).work(credential.id)).run_id is None
    virtual_clock.advance(minutes=2)
    summary = await LaneWorker(timed, portal).work(credential.id)
    assert (summary.answered, summary.logins) == (2, 1)


async def test_one_slow_question_does_not_hold_up_the_others(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    portal.script = _once(PortalUnavailable("The portal did not answer in time."), member="M1")
    first, second = await ask_all("M1", "M2")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.answered, summary.put_back) == (1, 1)
    items = await _items(fleet, [first, second])
    assert [item.state for item in items] == [ItemState.QUEUED, ItemState.DONE]
    assert items[0].error_code == "PortalUnavailable"


async def test_a_portal_in_maintenance_is_left_alone_for_longer_and_longer_and_nothing_is_lost(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, virtual_clock: Any
) -> None:
    portal.login_trouble = PortalUnavailable("The portal is in maintenance.")
    ids = await ask_all("M1", "M2", "M3")
    timed = dataclasses.replace(fleet, clock=_Leaping(virtual_clock))
    virtual_clock.advance(days=3650)
    rests: list[float] = []
    for _ in range(8):
        assert (await LaneWorker(timed, portal).work(credential.id)).state is RunState.TROUBLED
        assert (await LaneWorker(timed, portal).work(credential.id)).run_id is None
        before = virtual_clock.now()
        while not await _awake(timed, virtual_clock):
            virtual_clock.advance(seconds=5)
        rests.append((virtual_clock.now() - before).total_seconds())
    assert rests == sorted(rests)
    assert rests[-1] == timedelta(minutes=15).total_seconds()
    assert {item.state for item in await _items(fleet, ids)} == {ItemState.QUEUED}
    portal.login_trouble = None
    virtual_clock.advance(minutes=15)
    assert (await LaneWorker(timed, portal).work(credential.id)).answered == 3


class _Leaping:
    """The virtual clock for what is due; a lease's renewal waits in real time."""

    def __init__(self, clock: Any) -> None:
        self._clock = clock

    def now(self) -> Any:
        return self._clock.now()

    async def sleep_until(self, moment: Any) -> None:
        await asyncio.sleep((moment - self._clock.now()).total_seconds())


async def _awake(fleet: Fleet, clock: Any) -> bool:
    async with fleet.database.read() as session:
        return bool(await queue.lanes_needing_wake(session, "simulator", now=clock.now()))


async def test_the_portals_own_word_on_when_to_come_back_is_kept(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    retry_at = fleet.clock.now() + timedelta(hours=2)
    portal.script = _once(RateLimited("Too many requests.", retry_at=retry_at))
    ids = await ask_all("M1", "M2")
    await LaneWorker(fleet, portal).work(credential.id)
    (first, second) = await _items(fleet, ids)
    assert (first.not_before, second.state, portal.asked) == (retry_at, ItemState.QUEUED, ["M1"])
    assert (await LaneWorker(fleet, portal).work(credential.id)).run_id is None


async def test_nobody_logs_in_while_the_portal_is_closed_and_the_question_waits_for_its_end(
    fleet: Fleet, credential: Credential, portal: Any, query: Any, virtual_clock: Any
) -> None:
    """The clock says 2:00 on a Sunday in Chicago."""
    window = Maintenance(weekday=6, starts=time(2), ends=time(4), time_zone="America/Chicago")
    open_again = datetime(2026, 11, 22, 10, tzinfo=UTC)
    closes = fleet.portals["availity"].model_copy(update={"maintenance": (window,)})
    fleet = dataclasses.replace(fleet, clock=virtual_clock, portals={"availity": closes})
    worker = LaneWorker(fleet, portal)
    early = (await ask(fleet, Question("eligibility", "availity", query("M1"), "t", "aetna"))).item.id
    summary = await worker.work(credential.id)
    (item,) = await _items(fleet, [early])
    assert (portal.logins, summary.put_back, item.not_before, item.attempts) == (0, 1, open_again, 0)
    assert "closed for maintenance until 2026-11-22 10:00 UTC" in (item.error_sentence or "")
    assert (await worker.work(credential.id)).run_id is None, "the lane rests until the window's end"
    virtual_clock.advance(hours=2)
    await worker.work(credential.id)
    assert portal.logins == 1
    assert portal.asked == ["M1"]
    where = closes.environments["simulator"].model_copy(update={"keeps_hours": False})
    never = closes.model_copy(update={"environments": {"simulator": where}})
    assert never.closed_until(open_again - timedelta(hours=1), "simulator") is None


async def test_a_wrong_question_fails_alone(fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll) -> None:
    portal.script = _once(RequestInvalid("The portal takes no such member id.", field="member_id"))
    first, second = await _items(fleet, await ask_all("M1", "M2"))
    await LaneWorker(fleet, portal).work(credential.id)
    first, second = await _items(fleet, [first.id, second.id])
    assert (first.error_code, first.next_step, second.outcome) == ("RequestInvalid", "ask_biller", "member_not_found")


async def test_a_changed_portal_fails_with_evidence_and_rests_after_the_second_time(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    portal.script = lambda _member: PortalChanged("coverage", "plan_name")
    ids = await ask_all("M1", "M2", "M3", "M4")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.failed, portal.asked) == (2, ["M1", "M2"])
    items = await _items(fleet, ids)
    assert [item.state for item in items] == [ItemState.DONE] * 2 + [ItemState.HELD] * 2
    with pytest.raises(PortalChanged):
        await ask_all("M5")


async def test_a_changed_log_in_rests_the_portal(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    portal.login_trouble = PortalChanged("login", "password")
    ids = await ask_all("M1", "M2", "M3")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.state, summary.failed) == (RunState.TROUBLED, 2)
    assert (await _items(fleet, ids))[2].state is ItemState.HELD


async def test_a_crashed_browser_is_replaced(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    portal.script = _once(PartUnavailable("browser", "The browser ended."))
    await ask_all("M1")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.answered, portal.contexts, portal.logins) == (1, 2, 1)
    assert portal.open_contexts == 0


async def test_a_browser_that_hangs_is_replaced(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sink, "STALLED_SECONDS", 0.2)

    async def hangs_once(_member: str) -> None:
        if len(portal.asked) == 1:
            await asyncio.Event().wait()

    portal.before_answer = hangs_once
    await ask_all("M1")
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.answered, portal.contexts, portal.asked) == (1, 2, ["M1", "M1"])
    assert portal.open_contexts == 0


async def test_a_vault_that_is_down_keeps_the_questions_and_says_so(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    ids = await ask_all("M1", "M2")
    await fleet.vault.close()
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.state, summary.put_back, portal.contexts) == (RunState.TROUBLED, 1, 0)
    (first, second) = await _items(fleet, ids)
    assert (first.state, first.next_step, second.state) == (ItemState.QUEUED, "mend_stack", ItemState.QUEUED)
    assert first.attempts == 0


async def test_who_asks_a_lane_that_rests_is_told_why_at_once(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    async def no_one_comes(_credentials: Sequence[str]) -> None: ...

    portal.login_trouble = PortalUnavailable("The portal is in maintenance.")
    await ask_all("M1")
    await LaneWorker(fleet, portal).work(credential.id)
    keys = {"member_id": "M2", "birth_date": "1980-02-29"}
    wish = Wish("eligibility", "availity", "aetna", "north", keys, fresh=False, requested_by="kim")
    async with asyncio.timeout(10):
        *_, settled = [event async for event in pull(fleet, no_one_comes, wish)]
    assert isinstance(settled, Settled)
    assert settled.trouble is not None
    assert (settled.outcome, settled.trouble.next_step) == ("portal_unavailable", NextStep.WAIT)
    assert "in maintenance. The question is kept and asked again at" in settled.trouble.sentence


async def test_a_damaged_question_fails_alone_and_the_credential_stays_open(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll
) -> None:
    ids = await ask_all("M1", "M2")
    async with fleet.database.begin() as session:
        item = await work_items.get(session, ids[0])
        item.query = item.query[:-1] + bytes([item.query[-1] ^ 1])
    summary = await LaneWorker(fleet, portal).work(credential.id)
    assert (summary.answered, summary.failed) == (1, 1)
    assert (await _items(fleet, ids))[0].error_code == "SealBroken"


@pytest.mark.parametrize(
    ("trouble", "event"),
    [
        (AutomationBlocked("The portal shows a CAPTCHA."), "account_stopped"),
        (PortalChanged("coverage", "plan_name"), "portal_changed"),
    ],
    ids=lambda each: each if isinstance(each, str) else each.code,
)
async def test_who_has_to_look_is_told_once(
    fleet: Fleet, credential: Credential, portal: Any, ask_all: AskAll, trouble: FleetError, event: str
) -> None:
    told: list[Notice] = []

    async def tell(notice: Notice) -> None:
        told.append(notice)

    noticing = dataclasses.replace(fleet, notices=Notices(tell))
    portal.script = lambda _member: trouble
    await ask_all("M1", "M2", "M3")
    await LaneWorker(noticing, portal).work(credential.id)
    await noticing.notices.told()
    assert [(each.event, each.portal, each.credential) for each in told] == [(event, "availity", "north")]
    assert trouble.sentence in told[0].text
    assert event == "portal_changed" or "before Availity has agreed to bots" in told[0].text
