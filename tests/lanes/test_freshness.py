"""What ends first, and log-ins before an account dies of silence."""

from __future__ import annotations

import dataclasses
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from core.errors import CredentialRejected
from core.manifest import Maintenance
from core.settings import Settings
from lanes.accounts.freshness import AHEAD, board, keep_alive
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.questions.ask import Question, ask
from store import credentials
from store.credentials import Credential, LoggedIn, Noted
from tests.lanes.conftest import ScriptedPortal

DAYS = 90


@pytest.fixture
def dying(fleet: Fleet, virtual_clock: Any) -> Fleet:
    """Of a portal that deactivates accounts after 90 days of silence; closed on Mondays from 22:00 to 02:00."""
    closed = Maintenance(weekday=0, starts=time(22), ends=time(2), time_zone="America/Chicago")
    manifest = fleet.portals["availity"].model_copy(update={"inactivity_days": DAYS, "maintenance": (closed,)})
    return dataclasses.replace(fleet, clock=virtual_clock, portals={"availity": manifest})


async def _last_login(fleet: Fleet, credential: Credential, days_ago: float) -> None:
    async with fleet.database.begin() as session:
        known = await credentials.get(session, credential.id)
        known.last_login_at = fleet.clock.now() - timedelta(days=days_ago)


async def test_what_ends_first_is_on_top(
    dying: Fleet, credential: Credential, second_credential: Credential, virtual_clock: Any
) -> None:
    today: date = virtual_clock.now().date()
    await _last_login(dying, credential, 10)
    await _last_login(dying, second_credential, 80)
    async with dying.database.begin() as session:
        listed = await board(session, dying.portals, dying.settings)
        assert [(each.credential.name, each.ends) for each in listed] == [
            ("south", (today + timedelta(days=10), "inactive")),
            ("north", (today + timedelta(days=80), "inactive")),
        ]
        noted = Noted(recertify_by=today + timedelta(days=3), backup_codes_left=7)
        await credentials.note(session, credential.id, noted, actor="kim", now=virtual_clock.now())
        (first, _) = await board(session, dying.portals, dying.settings)
        assert (first.credential.name, first.ends) == ("north", (today + timedelta(days=3), "recertification"))
        assert (first.credential.backup_codes_left, first.credential.authorized_on) == (7, None)
        (unknown, *_) = await board(session, {}, dying.settings)
        assert unknown.inactive_on is None


async def test_the_board_tells_every_deadline_the_form_on_file_and_the_last_failure(
    dying: Fleet, credential: Credential, virtual_clock: Any
) -> None:
    today: date = virtual_clock.now().date()
    day = [today + timedelta(days=days) for days in range(5)]
    noted = Noted(
        attest_by=day[2], authorized_on=day[0], authorized_until=day[1], authorization_form="Form 7, binder 2"
    )
    login = LoggedIn(virtual_clock.now(), 0.0, day[4], 1)
    async with dying.database.begin() as session:
        refused = CredentialRejected("The portal refused the password.")
        await credentials.stop(session, credential.id, refused, actor="t", now=virtual_clock.now())
        await credentials.reopen(session, credential.id, actor="kim", reason="mended", now=virtual_clock.now())
        await credentials.logged_in(session, credential.id, login, actor="t")
        await credentials.note(session, credential.id, noted, actor="kim", now=virtual_clock.now())
    async with dying.database.read() as session:
        (fresh,) = await board(session, dying.portals, dying.settings)
    told = ["authorization ends", "attestation", "password expires", "inactive"]
    assert [why for _, why in fresh.deadlines] == told
    assert (fresh.ends, fresh.authorization) == (
        (day[1], "authorization ends"),
        f"Form 7, binder 2 of {day[0]} until {day[1]}",
    )
    assert fresh.last_failure == f"CredentialRejected on {today}"


async def test_an_account_that_would_die_of_silence_is_logged_in_once(
    dying: Fleet, credential: Credential, second_credential: Credential, portal: ScriptedPortal
) -> None:
    await _last_login(dying, credential, DAYS - AHEAD.days)
    await _last_login(dying, second_credential, DAYS - AHEAD.days - 1)
    assert await keep_alive(dying) == [credential.id]
    assert await keep_alive(dying) == [credential.id]
    summary = await LaneWorker(dying, portal).work(credential.id)
    assert (summary.logins, summary.answered, portal.asked) == (1, 1, [])
    assert await keep_alive(dying) == []


async def test_real_work_is_a_log_in_too_and_a_stopped_account_is_left_alone(
    dying: Fleet, credential: Credential, second_credential: Credential, portal: ScriptedPortal, query: Any
) -> None:
    for each in (credential, second_credential):
        await _last_login(dying, each, DAYS - 1)
    await ask(dying, Question("eligibility", "availity", query("M1"), "t", "aetna", "north"))
    await LaneWorker(dying, portal).work(credential.id)
    async with dying.database.begin() as session:
        (await credentials.get(session, second_credential.id)).state = credentials.CredentialState.STOPPED
    assert await keep_alive(dying) == []


@pytest.mark.parametrize(
    ("there", "closed"),
    [("2026-11-23 21:59", False), ("2026-11-23 22:00", True), ("2026-11-24 01:59", True), ("2026-11-24 02:00", False)],
)
async def test_nobody_logs_in_while_the_portal_is_closed(
    dying: Fleet, credential: Credential, virtual_clock: Any, there: str, closed: bool
) -> None:
    """Chicago is six hours behind UTC in November."""
    moment = datetime.fromisoformat(there).replace(tzinfo=UTC) + timedelta(hours=6)
    await _last_login(dying, credential, DAYS - 1)
    virtual_clock.advance(seconds=(moment - virtual_clock.now()).total_seconds())
    assert await keep_alive(dying) == ([] if closed else [credential.id])


@pytest.mark.parametrize(("there", "quiet"), [("20:59", False), ("21:00", True), ("06:29", True), ("06:30", False)])
async def test_nobody_logs_in_at_night_only_to_keep_an_account(
    dying: Fleet, credential: Credential, virtual_clock: Any, there: str, quiet: bool
) -> None:
    settings = Settings(**dying.settings.model_dump() | {"quiet_hours": "21:00-06:30 America/Chicago"})
    moment = datetime.fromisoformat(f"2026-11-23 {there}").replace(tzinfo=UTC) + timedelta(hours=6)
    await _last_login(dying, credential, DAYS - 1)
    virtual_clock.advance(seconds=(moment - virtual_clock.now()).total_seconds())
    assert await keep_alive(dataclasses.replace(dying, settings=settings)) == ([] if quiet else [credential.id])


def test_quiet_hours_that_make_no_sense_say_how_they_are_written() -> None:
    for text in ("night", "21:00-06:30", "21:00-06:30 Chicago", "25:00-06:30 America/Chicago"):
        with pytest.raises(ValidationError, match="America/Chicago"):
            Settings(quiet_hours=text)
