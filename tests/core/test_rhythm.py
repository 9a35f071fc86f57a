"""What people choose becomes a cron line, and such a line is shown as what was chosen."""

from __future__ import annotations

import pytest

from core.errors import RequestInvalid
from core.rhythm import DAYS, WEEKDAYS, Every, Rhythm
from core.timetable import Timetable

SAID = {
    "0 6 * * *": (Rhythm.of("day", "06:00"), "At 06:00 every day"),
    "30 7 * * 1-5": (Rhythm.of("weekdays", "7:30"), "At 07:30 on Monday through Friday"),
    "5 23 * * 0": (Rhythm.of("week", "23:05", weekday="0"), "At 23:05 on Sunday"),
    "0 0 15 * *": (Rhythm.of("month", "00:00", day="15"), "At 00:00 on the 15th day of every month"),
    "0 0 L * *": (Rhythm.of("month", "00:00", day="L"), "At 00:00 on the last day of every month"),
}


@pytest.mark.parametrize("cron", SAID)
def test_each_way_to_say_it_is_one_line_and_back(cron: str) -> None:
    said, words = SAID[cron]
    assert (said.cron, Rhythm.read(cron)) == (cron, said)
    assert Timetable.of(cron, "UTC").words == words


def test_whatever_can_be_chosen_comes_back_as_it_was_chosen() -> None:
    chosen = [Rhythm.of(every, "07:30", weekday=weekday) for every in Every for weekday in WEEKDAYS]
    chosen += [Rhythm.of("month", "07:30", day=day) for day in DAYS]
    assert all((read := Rhythm.read(each.cron)) is not None and read.cron == each.cron for each in chosen)


@pytest.mark.parametrize(
    "cron",
    ["*/30 * * * *", "0 6 * * 1-6", "0 6 31 * *", "0 6 1 * 1", "0 6 1 1 *", "0 24 * * *", "60 6 * * *", "0 6", "L"],
)
def test_any_other_line_stays_a_line(cron: str) -> None:
    assert Rhythm.read(cron) is None


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"every": "year", "at": "06:00"}, "every"),
        ({"every": "week", "at": "06:00", "weekday": "8"}, "every"),
        ({"every": "month", "at": "06:00", "day": "31"}, "every"),
        ({"every": "day", "at": ""}, "at"),
        ({"every": "day", "at": "25:00"}, "at"),
    ],
)
def test_what_makes_no_sense_is_said_with_its_field(said: dict[str, str], field: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        Rhythm.of(**said)
    assert refused.value.field == field
