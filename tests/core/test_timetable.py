from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import RequestInvalid
from core.manifest import Maintenance
from core.schedules import Definition
from core.timetable import MOST, CatchUp, Span, Timetable, closed_until

CHICAGO = ZoneInfo("America/Chicago")
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)
LATE = timedelta(minutes=10)

minutes, hours = st.integers(0, 59), st.integers(0, 23)
dst_days = st.sampled_from([SPRING, AUTUMN])
lines = st.one_of(
    st.builds("{} {} * * *".format, minutes, hours),
    st.builds("{} {},{} * * *".format, minutes, hours, hours),
    st.builds("{} * * * *".format, minutes),
    st.sampled_from(["*/5 * * * *", "*/30 * * * *", "30 1-3 * * *", "0 */6 * * *"]),
)


def local(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(day, time(hour, minute), CHICAGO).astimezone(UTC)


@settings(max_examples=150, deadline=None)
@given(day=dst_days, minute=minutes, hour=hours)
def test_a_daily_time_fires_once_on_each_local_day(day: date, minute: int, hour: int) -> None:
    begins, ends = local(day - timedelta(days=2), 0), local(day + timedelta(days=3), 0)
    fires = [
        fire.astimezone(CHICAGO)
        for fire in Timetable.of(f"{minute} {hour} * * *", "America/Chicago").between(
            begins - timedelta(seconds=1), ends
        )
        if fire < ends
    ]
    assert [fire.date() for fire in fires] == [day + timedelta(days=offset) for offset in range(-2, 3)]
    skipped = (SPRING, 2)
    clocks = [(fire.hour, fire.minute) for fire in fires if (fire.date(), hour) != skipped]
    assert set(clocks) == {(hour, minute)}
    assert all(fire.hour == 3 for fire in fires if (fire.date(), hour) == skipped)


@settings(max_examples=30, deadline=None)
@given(day=dst_days, minute=minutes)
def test_what_comes_every_hour_follows_the_real_hours(day: date, minute: int) -> None:
    begins, ends = local(day, 0), local(day + timedelta(days=1), 0)
    fires = [
        each
        for each in Timetable.of(f"{minute} * * * *", "America/Chicago").between(begins - timedelta(seconds=1), ends)
        if each < ends
    ]
    assert len(fires) == (23 if day == SPRING else 25)
    assert {later - earlier for earlier, later in pairwise(fires)} == {timedelta(hours=1)}


@settings(max_examples=120, deadline=None)
@given(line=lines, day=dst_days, cuts=st.lists(st.integers(0, 2 * 24 * 3600), max_size=12))
def test_a_restart_storm_neither_loses_nor_repeats_an_instant(line: str, day: date, cuts: list[int]) -> None:
    table = Timetable.of(line, "America/Chicago")
    begins = local(day - timedelta(days=1), 12)
    moments = [begins, *(begins + timedelta(seconds=cut) for cut in sorted(cuts)), begins + timedelta(days=2)]
    got = [fire for first, last in pairwise(moments) for fire in table.between(first, last)]
    assert got == list(table.between(moments[0], moments[-1]))


@settings(max_examples=80, deadline=None)
@given(line=lines, day=dst_days, hour=hours, minute=minutes, policy=st.sampled_from(CatchUp))
def test_after_six_hours_without_a_scheduler_each_policy_gets_what_it_wants(
    line: str, day: date, hour: int, minute: int, policy: CatchUp
) -> None:
    table, down = Timetable.of(line, "America/Chicago"), local(day, hour, minute)
    up = down + timedelta(hours=6)
    swallowed = list(table.between(down, up))
    wanted = table.wanted(down, up, policy, LATE)
    if policy is CatchUp.ALL:
        assert wanted.fires == tuple(swallowed)
    elif not swallowed or (policy is CatchUp.NONE and up - swallowed[-1] > LATE):
        assert wanted.fires == ()
    else:
        assert wanted.fires == (swallowed[-1],)
    assert wanted.until == up
    assert len(wanted.fires) + wanted.missed == len(swallowed)


def test_a_long_backlog_is_worked_off_in_parts() -> None:
    table, down = Timetable.of("* * * * *", "UTC"), datetime(2026, 5, 1, tzinfo=UTC)
    up, fires, seen = down + timedelta(days=2), 0, down
    while seen < up:
        part = table.wanted(seen, up, CatchUp.ALL, LATE)
        assert len(part.fires) <= MOST
        fires, seen = fires + len(part.fires), part.until
    assert fires == 2 * 24 * 60


@pytest.mark.parametrize(
    ("cron", "zone", "said"),
    [
        ("0 6 * *", "America/Chicago", "five fields"),
        ("0 0 30 2 *", "America/Chicago", "never fires"),
        ("0 25 * * *", "America/Chicago", "never fires"),
        ("0 6 * * *", "Chicago", "IANA"),
    ],
)
def test_a_wrong_time_is_said_in_a_sentence(cron: str, zone: str, said: str) -> None:
    with pytest.raises(RequestInvalid, match=said):
        Timetable.of(cron, zone)


def test_windows_end_when_the_clock_of_their_zone_says_so() -> None:
    weekly = Maintenance(weekday=6, starts=time(1), ends=time(4), time_zone="America/Chicago").span()
    night = Span(time(22), time(1), CHICAGO)
    assert closed_until([weekly], local(SPRING, 0, 59)) is None
    assert closed_until([weekly], local(SPRING, 1)) == datetime(2026, 3, 8, 9, tzinfo=UTC), "three hours, of which two"
    assert closed_until([weekly], local(SPRING, 4)) is None
    assert closed_until([weekly, night], local(SPRING - timedelta(days=1), 23)) == local(SPRING, 4), "one after another"
    once = Maintenance(on=AUTUMN, starts=time(0), ends=time(3), time_zone="America/Chicago").span()
    assert closed_until([once], local(AUTUMN, 0)) == local(AUTUMN, 0) + timedelta(hours=4)
    assert closed_until([once], local(AUTUMN + timedelta(days=7), 1)) is None


def test_a_schedule_has_what_is_usual_for_its_work_and_says_what_is_wrong() -> None:
    said = {"name": "morning", "portal": "availity", "cron": "0 6 * * 1-5", "time_zone": "America/Chicago"}
    morning = Definition.of(task="eligibility", **said)
    assert morning.days(local(SPRING, 23)) == (SPRING, SPRING + timedelta(days=3)), "of its own zone's day"
    assert Definition.model_validate_json(morning.model_dump_json()) == morning
    assert morning.changed(quiet_from=time(20), quiet_until=time(5)).quiet[0].ends_after(local(SPRING, 21))
    for wrong, sentence in (
        ({"task": "faxes"}, "cannot be scheduled; what can is eligibility"),
        ({"name": "Morning!"}, "small letters"),
        ({"days_from": 4}, "first day lies after"),
        ({"quiet_from": time(20)}, "need a beginning and a different end"),
        ({"priority": 0}, "Priority: .*greater than"),
    ):
        with pytest.raises(RequestInvalid, match=sentence):
            morning.changed(**wrong)
