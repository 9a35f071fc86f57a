"""Checks that queries share. They raise ValueError with the rest of a sentence that begins with the field's name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from core.identifiers import is_npi
from core.phi import Phi

OLDEST = timedelta(days=366 * 125)
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2200, 12, 31)
"""Between these lies every day that a person may look at; beyond them calendars end."""


def born(value: Phi[date] | None) -> Phi[date] | None:
    if value is not None:
        if value.reveal() > date.today():
            raise ValueError("lies in the future; a birth date is written YYYY-MM-DD")
        if value.reveal() < date.today() - OLDEST:
            raise ValueError("is more than 125 years ago; a birth date is written YYYY-MM-DD")
    return value


def known_npi(value: str | None) -> str | None:
    if value is not None and not is_npi(value):
        raise ValueError("is not an NPI: ten digits whose last one is the Luhn check digit")
    return value


def service_day(*, back: timedelta, ahead: timedelta) -> Callable[[date | None], date | None]:
    """Payers answer for a window around today; a date outside it is a slip of the keyboard."""

    def check(value: date | None) -> date | None:
        if value is not None and not date.today() - back <= value <= date.today() + ahead:
            raise ValueError(f"must lie between {date.today() - back} and {date.today() + ahead}")
        return value

    return check


def ordered(from_date: date, to_date: date, *, longest: timedelta) -> None:
    if from_date > to_date:
        raise ValueError("from_date lies after to_date")
    if to_date - from_date > longest:
        raise ValueError(f"from_date and to_date may lie {longest.days} days apart at most")
