"""How the portal prints people, services, codes and spans of days."""

from datetime import date

from bots.parse import us_date


def first_name(printed: str) -> str:
    """From "Last, First"."""
    return _parted(printed, ", ")[1]


def last_name(printed: str) -> str:
    return _parted(printed, ", ")[0]


def code(printed: str) -> str:
    """From "F1 - Finalized/Payment"."""
    return _parted(printed, " - ")[0]


def words(printed: str) -> str:
    return _parted(printed, " - ")[1]


def first_day(printed: str) -> date:
    """From "01/02/2026 - 01/05/2026", or the one day of a span that has only one."""
    return us_date(printed.split(" - ", maxsplit=1)[0])


def last_day(printed: str) -> date:
    return us_date(printed.rsplit(" - ", maxsplit=1)[-1])


def _parted(printed: str, by: str) -> tuple[str, str]:
    first, found, second = printed.partition(by)
    if not found:
        raise ValueError(f"nothing parted by “{by}”")
    return first, second
