"""What portals take from the forms that their pages send."""

from collections.abc import Mapping
from datetime import date, datetime


class Incomplete(Exception):
    """The form came without a field that the payer wants; the page's own checks should have caught it."""


def us_day(form: Mapping[str, str], key: str) -> date:
    try:
        return datetime.strptime(form.get(key, ""), "%m/%d/%Y").date()  # noqa: DTZ007 - a calendar day has no zone
    except ValueError as error:
        raise Incomplete(key) from error


def summary(form: Mapping[str, str]) -> str:
    """For the ledger, which only the judge reads."""
    return " ".join(f"{key}={value}" for key, value in form.items() if value)
