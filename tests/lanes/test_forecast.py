from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.errors import CredentialRejected, PortalChanged, RequestInvalid
from core.manifest import Hours, Maintenance, Opening
from core.schedules import Definition
from lanes.assembly import Fleet
from lanes.calendar import schedules as office
from lanes.calendar.firing import Scheduler
from lanes.calendar.forecast import forecast, parsed_day
from lanes.calendar.obstacles import Board, Kind
from store import credentials, quarantine, schedules
from store.credentials import Credential
from store.fires import FireState

SUNDAY = date(2026, 11, 22)
Add = Callable[..., Awaitable[None]]


@pytest.fixture
def clocked(fleet: Fleet, virtual_clock: Any) -> Fleet:
    """Its clock says Sunday, November 22, 2:00 in Chicago."""
    window = Maintenance(weekday=6, starts=time(4), ends=time(6), time_zone="America/Chicago")
    changes = {"maintenance": (window,), "capabilities": ("users", "messages", "eligibility")}
    return dataclasses.replace(
        fleet, clock=virtual_clock, portals={"availity": fleet.portals["availity"].model_copy(update=changes)}
    )


@pytest.fixture
def add(clocked: Fleet, credential: Credential) -> Add:
    async def add(name: str, cron: str, **said: Any) -> None:
        usual = {"task": "users", "portal": "availity", "time_zone": "America/Chicago"}
        definition = Definition.of(name=name, cron=cron, **usual | said)
        await office.add(Board.of(clocked), definition, actor="Kim")

    return add


async def test_a_fire_before_the_portal_opens_waits_for_its_hours(clocked: Fleet, add: Add) -> None:
    await add("early", "0 5 * * *", due_minutes=120)
    opening = Opening(starts=time(6, 30), ends=time(22), time_zone="America/Chicago")
    hours = Hours(open=(opening,), source="assumed")
    portal = clocked.portals["availity"].model_copy(update={"hours": hours, "maintenance": ()})
    seen = await forecast(Board.of(dataclasses.replace(clocked, portals={"availity": portal})), SUNDAY)
    (early,) = seen.fires
    opens = datetime(2026, 11, 22, 12, 30, tzinfo=UTC)
    assert (early.verdict, early.starts_at) == ("waits", opens)
    assert early.reasons[0].sentence == "Availity is closed at this hour until 2026-11-22 12:30 UTC; then it is asked."
    (slots,) = seen.slots
    assert slots.total == 15.5 * 120


async def test_each_fire_of_the_day_is_told_with_the_reasons_known_now(
    clocked: Fleet, add: Add, credential: Credential
) -> None:
    await add("audit", "0 3,5,9 * * *", due_minutes=30)
    await add("mail", "0 8 * * *", task="messages", payer="aetna")
    await add("rest", "0 9 * * *", quiet_from=time(8), quiet_until=time(9, 30), priority=91)
    await add("later", "0 10 * * *")
    board = Board.of(clocked)
    async with clocked.database.begin() as session:
        for _ in range(quarantine.IN_A_ROW):
            problem = PortalChanged("inbox", "subject")
            await quarantine.changed(session, "availity", "messages", problem, actor="t", now=clocked.clock.now())
    await office.pause(board, "later", reason="holidays", actor="Kim")
    seen = await forecast(board, SUNDAY)
    told = [
        (each.said.name, each.instant.hour - 6, each.verdict, [r.kind for r in each.reasons]) for each in seen.fires
    ]
    assert told == [
        ("audit", 3, "runs", []),
        ("audit", 5, "late", [Kind.MAINTENANCE]),
        ("mail", 8, "fails", [Kind.QUARANTINE]),
        ("audit", 9, "runs", []),
        ("rest", 9, "waits", [Kind.QUIET]),
        ("later", 10, "fails", [Kind.PAUSED]),
    ]
    (drifted,) = seen.fires[2].reasons
    assert (drifted.page, drifted.element) == ("inbox", "subject")
    (slots,) = seen.slots
    assert (slots.account, slots.total, slots.wanted) == ("availity/north", 2 * 22 * 60, 3), "at 9:30 the session lives"

    await Scheduler(clocked).tick()
    clocked.clock.advance(hours=1, seconds=1)  # type: ignore[attr-defined]
    await Scheduler(clocked).tick()
    assert (await forecast(board, SUNDAY)).fires[0].verdict == FireState.RUNNING
    async with clocked.database.begin() as session:
        expiry = SUNDAY + timedelta(days=1)
        await session.execute(update(Credential).values(password_expires_on=expiry))
    by_day = [await forecast(board, SUNDAY + timedelta(days=days)) for days in (0, 1)]
    assert [{r.kind for each in seen.fires for r in each.reasons} >= {Kind.PASSWORD} for seen in by_day] == [
        False,
        True,
    ]
    async with clocked.database.begin() as session:
        refused = CredentialRejected("The portal refused the password.")
        await credentials.stop(session, credential.id, refused, actor="t", now=clocked.clock.now())
    after = [each for each in (await forecast(board, SUNDAY)).fires if each.fire is None]
    assert {each.verdict for each in after} == {"fails"}
    assert all(any(r.kind is Kind.CREDENTIAL for r in each.reasons) for each in after)


async def test_log_ins_of_one_seed_are_given_one_per_half_minute(
    clocked: Fleet, add: Add, second_credential: Credential
) -> None:
    """Two portals of one identity provider, and one account by the same name on each."""
    shared = clocked.portals["availity"].model_copy(update={"identity_provider": "one"})
    portals = {name: shared.model_copy(update={"id": name}) for name in ("availity", "other", "third")}
    fleet = dataclasses.replace(clocked, portals=portals)
    async with fleet.database.begin() as session:
        for portal in ("other", "third"):
            new = credentials.NewCredential(portal, "north", "simulator")
            await credentials.add(session, fleet.sealer, new, actor="t", now=fleet.clock.now())
        for portal in portals:
            said = Definition.of(
                name=portal, task="users", portal=portal, credential="north", cron="0 7 * * *", time_zone="UTC"
            )
            await schedules.add(session, said, actor="Kim", now=fleet.clock.now())
    seen = await forecast(Board.of(fleet), SUNDAY + timedelta(days=1))
    begins = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert [(each.starts_at or begins) - begins for each in seen.fires] == [timedelta(seconds=30 * n) for n in range(3)]
    assert "waits 60 s for a code of “north”" in seen.fires[2].reasons[0].sentence
    (slots,) = seen.slots
    assert (slots.account, slots.portals, slots.wanted) == ("one/north", set(portals), 3)
    assert slots.longest_wait == timedelta(seconds=60)


async def test_a_schedule_without_a_log_in_is_refused(
    clocked: Fleet, credential: Credential, second_credential: Credential
) -> None:
    """The two last half-minutes of the day are given away; the next one is tomorrow, when the portal opens."""
    opening = Opening(starts=time(6), ends=time(22), time_zone="UTC")
    hours = Hours(open=(opening,), source="assumed")
    shared = clocked.portals["availity"].model_copy(
        update={"hours": hours, "maintenance": (), "identity_provider": "one", "session_minutes": 1}
    )
    portals = {name: shared.model_copy(update={"id": name}) for name in ("availity", "other", "third")}
    board = Board.of(dataclasses.replace(clocked, portals=portals))
    async with clocked.database.begin() as session:
        for portal in ("other", "third"):
            new = credentials.NewCredential(portal, "north", "simulator")
            await credentials.add(session, clocked.sealer, new, actor="t", now=clocked.clock.now())

    def late(portal: str, **said: Any) -> Definition:
        usual = {"task": "users", "credential": "north", "cron": "59 21 * * *", "time_zone": "UTC", "due_minutes": 60}
        return Definition.of(name=portal, portal=portal, **usual | said)

    await office.add(board, late("availity"), actor="Kim")
    await office.add(board, late("other"), actor="Kim")
    with pytest.raises(
        RequestInvalid, match=r"At 2026-11-22 21:59 there is no log-in left .* waits 28860 s for a code"
    ):
        await office.add(board, late("third"), actor="Kim")
    assert [each.said.name for each in await office.listed(board)] == ["availity", "other"], "nothing is kept of it"
    await office.add(board, late("third", due_minutes=600), actor="Kim")
    third = next(each for each in (await forecast(board, SUNDAY)).fires if each.said.name == "third")
    assert (third.verdict, third.starts_at) == ("waits", datetime(2026, 11, 23, 6, tzinfo=UTC))
    with pytest.raises(RequestInvalid, match="there is no log-in left"):
        await office.edit(board, "third", actor="Kim", due_minutes=60)
    await office.edit(board, "third", actor="Kim", cron="0 12 * * *")


async def test_a_day_is_a_date() -> None:
    assert parsed_day(None, SUNDAY) == SUNDAY
    with pytest.raises(RequestInvalid, match="YYYY-MM-DD"):
        parsed_day("tomorrow", SUNDAY)
    with pytest.raises(RequestInvalid, match="lies before"):
        parsed_day("9999-12-31", SUNDAY)
