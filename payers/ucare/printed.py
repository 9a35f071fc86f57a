"""How UCare prints people, services, spans of days and codes."""

import re
from datetime import date

from bots.parse import us_date

_SERVICE = re.compile(r"(?P<label>.+) \[(?P<code>\w{1,2})\]")
_PAIR = re.compile(r"(?P<first>[A-Z]\w*)[ /](?P<second>\w+)")


def first_name(printed: str) -> str:
    """From "Last, First"."""
    return _name(printed)[1]


def last_name(printed: str) -> str:
    return _name(printed)[0]


def _name(printed: str) -> tuple[str, str]:
    last, comma, first = printed.partition(", ")
    if not comma:
        raise ValueError("not a name written “Last, First”")
    return last, first


def service_label(printed: str) -> str:
    """From "Hospital - Inpatient [48]"."""
    return _match(_SERVICE, printed)["label"]


def service_code(printed: str) -> str:
    return _match(_SERVICE, printed)["code"]


def first_code(printed: str) -> str:
    """From a status code "F1/65", or an adjustment "CO 45"."""
    return _match(_PAIR, printed)["first"]


def second_code(printed: str) -> str:
    return _match(_PAIR, printed)["second"]


def _match(pattern: re.Pattern[str], printed: str) -> re.Match[str]:
    found = pattern.fullmatch(printed)
    if found is None:
        raise ValueError("not written as UCare was known to write it")
    return found


def first_day(printed: str) -> date:
    """From "01/02/2026 - 01/05/2026", or the one day of a span that has only one."""
    return us_date(printed.split(" - ", maxsplit=1)[0])


def last_day(printed: str) -> date:
    return us_date(printed.rsplit(" - ", maxsplit=1)[-1])
