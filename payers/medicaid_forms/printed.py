"""How the portal prints names, spans of days, codes and adjustments."""

import re
from datetime import date

from bots.parse import us_date, usd
from core.capabilities.claim_status import Adjustment, Lifecycle

_CODES = re.compile(r"The claim is in category (?P<category>[A-Z]\d) \(.+\), status (?P<status>\d{1,3}) \(.+\)\.")
_DELIVERER = re.compile(r"Services on these dates are delivered through (?P<name>.+)\. Inquire with the health plan\.")
_ADJUSTMENT = re.compile(r"(?P<group>[A-Z]{2})-(?P<code>\w{1,3}) (?P<amount>-?\$[\d,]+\.\d\d)")


def last_name(printed: str) -> str:
    """From "Last, First"."""
    return _parted(printed, ", ")[0]


def first_name(printed: str) -> str:
    return _parted(printed, ", ")[1]


def first_day(printed: str) -> date:
    """From "01/02/2026 - 01/05/2026", or the one day of a span that has only one."""
    return us_date(printed.split(" - ", maxsplit=1)[0])


def last_day(printed: str) -> date:
    return us_date(printed.rsplit(" - ", maxsplit=1)[-1])


def place(printed: str) -> str:
    """From "2 of 3"."""
    return _parted(printed, " of ")[0]


def category(printed: str) -> str:
    """From "The claim is in category F1 (Finalized/Payment), status 65 (Claim/line has been paid)."."""
    return _codes(printed)["category"]


def status(printed: str) -> str:
    return _codes(printed)["status"]


def lifecycle(printed: str) -> Lifecycle | None:
    return Lifecycle.of_category(category(printed))


def procedure(printed: str) -> str:
    """From "99213 25 59": the code, and its modifiers after it."""
    return printed.split(maxsplit=1)[0]


def modifiers(printed: str) -> tuple[str, ...]:
    return tuple(printed.split()[1:])


def deliverer(printed: str) -> str:
    """From "Services on these dates are delivered through UCare. Inquire with the health plan."."""
    found = _DELIVERER.fullmatch(printed)
    if found is None:
        raise ValueError("not the sentence that names a health plan")
    return found["name"]


def adjustments(printed: str) -> tuple[Adjustment, ...]:
    """From "CO-45 $12.00; PR-2 $3.00"."""
    return tuple(map(_adjustment, printed.split("; ")))


def _adjustment(printed: str) -> Adjustment:
    found = _ADJUSTMENT.fullmatch(printed)
    if found is None:
        raise ValueError("not an adjustment written “CO-45 $12.00”")
    return Adjustment(group=found["group"], code=found["code"], amount=usd(found["amount"]))


def _codes(printed: str) -> re.Match[str]:
    found = _CODES.fullmatch(printed)
    if found is None:
        raise ValueError("not the sentence that states category and status")
    return found


def _parted(printed: str, by: str) -> tuple[str, str]:
    first, middle, second = printed.partition(by)
    if not middle:
        raise ValueError(f"not two words with “{by}” between them")
    return first, second
