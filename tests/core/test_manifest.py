"""What a manifest says of hours, locks and memory."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from core.manifest import Environment, Hours, Lock, Maintenance, Manifest, Opening, Retention
from payers.registry import load_manifest

WEEK = Opening(weekdays=(0, 1, 2, 3, 4), starts=time(6), ends=time(21), time_zone="America/Chicago")
SATURDAY = Opening(weekdays=(5,), starts=time(18), ends=time(2), time_zone="America/Chicago")
HOURS = Hours(open=(WEEK, SATURDAY), source="assumed")


def chicago(day: int, hour: int, minute: int = 0) -> datetime:
    """In November 2026: the 23rd is a Monday. Six hours behind UTC."""
    return (
        datetime(2026, 11, day, hour + 6, minute, tzinfo=UTC)
        if hour < 18
        else datetime(2026, 11, day + 1, hour - 18, minute, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        (chicago(23, 6), None),
        (chicago(23, 20, 59), None),
        (chicago(23, 21), chicago(24, 6)),
        (chicago(27, 21), chicago(28, 18)),
        (chicago(28, 23), None),
        (chicago(29, 1), None),
        (chicago(29, 2), chicago(30, 6)),
    ],
)
def test_outside_of_its_hours_it_is_closed_until_it_opens(moment: datetime, opens: datetime | None) -> None:
    assert HOURS.opens_at(moment) == opens
    assert Hours(source="assumed").opens_at(moment) is None


def test_hours_and_maintenance_that_touch_are_one_time_of_being_closed() -> None:
    here = Environment(url="http://a.localhost", hosts=("a.localhost",))
    early = Maintenance(weekday=0, starts=time(5), ends=time(7), time_zone="America/Chicago")
    portal = Manifest.model_construct(environments={"simulator": here}, hours=HOURS, maintenance=(early,))
    assert portal.closed_until(chicago(23, 4), "simulator") == chicago(23, 7)
    assert portal.closed_until(chicago(23, 8), "simulator") is None
    open_always = portal.model_copy(
        update={"environments": {"simulator": here.model_copy(update={"keeps_hours": False})}}
    )
    assert open_always.closed_until(chicago(23, 4), "simulator") is None


def test_a_portal_closes_and_opens_at_its_turns_only() -> None:
    here = Environment(url="http://a.localhost", hosts=("a.localhost",))
    weekly = Maintenance(weekday=6, starts=time(0, 30), ends=time(4, 7), time_zone="America/New_York")
    portal = Manifest.model_construct(environments={"simulator": here}, hours=HOURS, maintenance=(weekly,))
    # The clock is set back between.
    since, until = datetime(2026, 10, 30, tzinfo=UTC), datetime(2026, 11, 3, tzinfo=UTC)
    minutes = [since + timedelta(minutes=each) for each in range((until - since) // timedelta(minutes=1))]
    is_open = {each: portal.closed_until(each, "simulator") is None for each in minutes}
    changes = [later for former, later in pairwise(minutes) if is_open[former] != is_open[later]]
    assert len(changes) == 6
    assert changes == [each for each in portal.turns(since, until) if each in changes]


def test_a_portal_that_never_opens_is_no_portal() -> None:
    known = load_manifest("availity").model_dump()
    half = {"starts": time(0), "ends": time(12), "time_zone": "UTC"}
    other = {**half, "starts": time(12), "ends": time(0)}
    assert Manifest.model_validate(known | {"maintenance": [half]}).maintenance
    with pytest.raises(ValueError, match="leave no time at which the portal is open"):
        Manifest.model_validate(known | {"maintenance": [half, other]})


def test_a_lock_says_how_long_it_lasts_and_what_opens_it() -> None:
    ends = Lock(opened_by="the help desk", minutes=30, source="assumed")
    stays = Lock(opened_by="the help desk", source="assumed")
    assert ends.sentence == "A lock lasts 30 minutes there; before that it is opened by the help desk."
    assert stays.sentence == "A lock does not end by itself there; it is opened by the help desk."


def test_what_nobody_knows_is_no_memory_of_no_days() -> None:
    unknown = Retention(kind="messages", source="not known: no page says it")
    portal = Manifest.model_construct(retention=(unknown,))
    assert portal.keeps("messages") is None
    assert portal.kept_since("messages", ("message",), date(2026, 11, 22)) is None
