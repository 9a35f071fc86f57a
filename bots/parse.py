"""From what a page prints to a value. Parsers raise Unreadable without repeating the text: it may be patient data."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")


class Unreadable(ValueError):
    """Its words are logged, so they never repeat what was printed. Of any other error of a parser its name is told."""


NOT_STATED = frozenset({"", "-", "–", "—", "--", "n/a", "na", "not available", "not stated", "none on file"})  # noqa: RUF001
"""What portals print where they have nothing to say. A field that reads so is not stated: None."""

_THOUSANDS = r"(?:\d{1,3}(?:,\d{3})+|\d+)"
_AMOUNT = rf"(?:{_THOUSANDS}(?:\.\d{{1,2}})?|\.\d{{1,2}})"
_DOLLARS = rf"(?:-?\$?\s?|\$\s?-){_AMOUNT}"
_CREDIT = rf"\$?\s?{_AMOUNT}(?:-| ?CR)"
_MONEY = re.compile(rf"(?:\({_DOLLARS}\)|\$\s?\({_AMOUNT}\)|{_DOLLARS})(?: ?USD)?|{_CREDIT}", re.IGNORECASE)
_NUMBER = re.compile(rf"-?{_THOUSANDS}(?:\.\d+)?")
_FOOTNOTES = re.compile(r"[\s*†‡§¶#⁰¹²³⁴-⁹]+$")
_WHOLE = re.compile(r"(?<![\d.,])(-?)(\d+)(?![.,]?\d)")
_CODE = re.compile(r"\w{1,5}")
_DAYS = ("%m/%d/%Y", "%m-%d-%Y", "%Y-%m-%d", "%b %d, %Y", "%B %d, %Y", "%d%b%Y", "%d-%b-%Y", "%d %b %Y")
"""None with a year of two digits: people are born in two centuries."""
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR, _NAME, _OF_YEAR = r"(?P<year>\d\d)", r"(?P<name>[a-zA-Z]{3})", r"(?P<of_year>\d{3})"
FORMS = {
    "MM/DD/YY": re.compile(rf"(?P<month>\d\d?)/(?P<day>\d\d?)/{_YEAR}"),
    "MM-DD-YY": re.compile(rf"(?P<month>\d\d?)-(?P<day>\d\d?)-{_YEAR}"),
    "DD-MON-YY": re.compile(rf"(?P<day>\d\d?)-{_NAME}-{_YEAR}"),
    "DDMONYY": re.compile(rf"(?P<day>\d\d){_NAME}{_YEAR}"),
    "MMDDYY": re.compile(rf"(?P<month>\d\d)(?P<day>\d\d){_YEAR}"),
    "YYMMDD": re.compile(rf"{_YEAR}(?P<month>\d\d)(?P<day>\d\d)"),
    "YYDDD": re.compile(rf"{_YEAR}{_OF_YEAR}"),
    "YYYYDDD": re.compile(rf"(?P<year>\d{{4}}){_OF_YEAR}"),
    "YYYYMMDD": re.compile(r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)"),
    "MMDDYYYY": re.compile(r"(?P<month>\d\d)(?P<day>\d\d)(?P<year>\d{4})"),
}
"""Forms in which looks alone do not tell the day. MON: the month's first three letters; DDD: the day of the year."""
_DIGITS = re.compile(r"\d+")


def stated(raw: str) -> bool:
    return raw.strip().casefold() not in NOT_STATED


def text(raw: str) -> str:
    return raw


def usd(raw: str) -> Decimal:
    """Reads $1,234.50, 1234.5 and $.50; (12.00), $(12.00), 12.00- and 12.00 CR are minus."""
    plain = raw.strip().replace("\N{MINUS SIGN}", "-")
    if not _MONEY.fullmatch(plain):
        raise Unreadable("not an amount in dollars")
    digits = Decimal(re.sub(r"[^\d.]", "", plain)).quantize(Decimal("0.01"))
    return -digits if "-" in plain or "(" in plain or plain.upper().endswith("CR") else digits


def footnoted(parse: Callable[[str], T]) -> Callable[[str], T]:
    """For values that may carry the marks of footnotes: $25.00*, $250¹."""
    return lambda raw: parse(_FOOTNOTES.sub("", raw))


def number(raw: str) -> Decimal:
    """Commas part thousands and nothing else: 1,2 is not a number."""
    if not _NUMBER.fullmatch(raw.strip()):
        raise Unreadable("not a number")
    return Decimal(raw.strip().replace(",", ""))


def integer(raw: str) -> int:
    """The only whole number in the text: "Line 3", "2 attempts remaining"."""
    whole = _WHOLE.search(raw)
    if whole is None or whole[1] or len(_DIGITS.findall(raw)) != 1:
        raise Unreadable("not one whole number")
    return int(whole[2])


def percent(raw: str) -> Decimal:
    """Reads 20% as 20."""
    if not raw.strip().endswith("%"):
        raise Unreadable("not a percentage")
    return number(raw.strip()[:-1])


def us_date(raw: str) -> date:
    """MM/DD/YYYY, or any other form that names one day only: 01-05-2026, 2026-01-05, Jan 5, 2026, 05JAN2026. No time
    zone: a day is a day.
    """
    for form in _DAYS:
        try:
            return datetime.strptime(raw.strip(), form).date()  # noqa: DTZ007
        except ValueError:
            continue
    raise Unreadable("not a date written MM/DD/YYYY, nor in another form that names one day only")


def day_as(form: str) -> Callable[[str], date]:
    """A day in a form that names several, as the portal is known to print it: one of `FORMS`, by its name. Of two
    digits the year is the one that brings it nearest to today; a birth date is read by `birth_date_as`. 31 December of
    99 is refused: mostly it says that there is no end, and `unsaid` of bots.words reads it.
    """

    def nearest(days: list[date], today: date) -> date:
        if len(days) > 1 and (days[0].year % 100, days[0].month, days[0].day) == (99, 12, 31):
            raise ValueError
        return min(days, key=lambda day: abs(day - today))

    return _read_as(form, nearest)


def birth_date_as(form: str) -> Callable[[str], date]:
    """As `day_as`, the latest that is not in the future: whoever is older than a hundred years is taken for a child."""
    return _read_as(form, lambda days, today: max(day for day in days if day <= today))


def _read_as(form: str, chosen: Callable[[list[date], date], date]) -> Callable[[str], date]:
    if form not in FORMS:
        raise ValueError(f"“{form}” is not a form of days; known are {', '.join(FORMS)}")

    def parse(raw: str) -> date:
        written, today = FORMS[form].fullmatch(raw.strip()), datetime.now(UTC).date()
        if written is None:
            raise Unreadable(f"not a day written {form}")
        year = written["year"]
        centuries = [""] if len(year) == 4 else [str(today.year // 100 + step) for step in (-1, 0, 1)]
        days = [day for century in centuries if (day := _day(int(century + year), written)) is not None]
        try:
            return chosen(days, today)
        except ValueError:
            raise Unreadable(f"not a day written {form}") from None

    return parse


def _day(year: int, written: re.Match[str]) -> date | None:
    """None where that year has no such day."""
    parts = written.groupdict()
    try:
        if "of_year" in parts:
            day = date(year, 1, 1) + timedelta(int(parts["of_year"]) - 1)
            return day if day.year == year else None
        month = _MONTHS.index(parts["name"].casefold()) + 1 if "name" in parts else int(parts["month"])
        return date(year, month, int(parts["day"]))
    except (ValueError, OverflowError):
        return None


def tax_id(printed: str) -> str:
    """From "36-4418027" or "364418027"."""
    digits = printed.replace("-", "")
    if len(digits) != 9 or not digits.isdigit():
        raise Unreadable("not a tax id of nine digits")
    return digits


def one_of(known: Mapping[str, T]) -> Callable[[str], T]:
    """By the portal's own words, without regard to case. A word that is not known is a changed portal."""
    folded = {key.casefold(): value for key, value in known.items()}

    def parse(raw: str) -> T:
        try:
            return folded[raw.strip().casefold()]
        except KeyError:
            raise Unreadable("not one of the words that the portal was known to use") from None

    return parse


def code(raw: str) -> str:
    """One code, without words beside it."""
    if not _CODE.fullmatch(raw.strip()):
        raise Unreadable("not a code")
    return raw.strip()


def codes(raw: str) -> tuple[str, ...]:
    """Codes that are parted by commas, blanks or semicolons; none where the portal prints a dash."""
    return tuple(part for part in re.split(r"[,;\s]+", raw.strip()) if stated(part))


def us_moment(raw: str) -> datetime:
    """MM/DD/YYYY hh:mm AM, by the clock on the portal's wall: it has no zone yet."""
    try:
        return datetime.strptime(raw.strip(), "%m/%d/%Y %I:%M %p")  # noqa: DTZ007
    except ValueError:
        raise Unreadable("not a moment written MM/DD/YYYY hh:mm AM") from None
