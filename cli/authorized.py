"""Authorizations as a person reads them: what was decided, for how long, and how much of what was asked for."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.words import NOT_STATED, facts, text
from core.capabilities.authorizations import Authorization, Authorizations, AuthorizedService

_HEADINGS = ("Line", "Service", "Dates", "Requested", "Approved", "Used", "Of", "Decision")


def authorizations(answer: Authorizations) -> RenderableType:
    notes = (Text(f"· {note}", style="dim") for note in answer.notes)
    return Group(Text(answer.sentence, style="bold"), *map(_authorization, answer.authorizations), *notes)


def _authorization(each: Authorization) -> RenderableType:
    code = f" ({each.action_code})" if each.action_code else ""
    known = facts(
        ("Authorization", f"{each.authorization_number}  {each.tracking_number or ''}".rstrip()),
        ("Patient", f"{text(each.first_name)} {text(each.last_name)}, {text(each.member_id)}"),
        ("Decision", f"{text(each.decision)}{code}  {each.status_text or ''}  {text(each.decided_on)}"),
        ("Kind", text(each.kind)),
        ("Requested by", _party(each.requesting_name, each.requesting_npi)),
        ("Service by", f"{_party(each.servicing_name, each.servicing_npi)}  {each.facility_name or ''}".rstrip()),
        ("Requested for", f"{text(each.service_from)} to {text(each.service_to)}, on {text(each.submitted_on)}"),
        ("Valid", f"{text(each.valid_from)} to {text(each.valid_to)}"),
        *((name, said) for name, said in (("Reason", each.reason), ("Next", each.next_step)) if said),
    )
    if not each.lines:
        return known
    table = Table(*_HEADINGS)
    for line in each.lines:
        table.add_row(*_line(line))
    return Group(known, table)


def _party(name: str | None, npi: str | None) -> str:
    return f"{text(name)}, NPI {text(npi)}"


def _line(line: AuthorizedService) -> Iterable[str]:
    service = " ".join(filter(None, (line.procedure_code or line.revenue_code, *line.modifiers))) or NOT_STATED
    dates = f"{text(line.service_from)} to {text(line.service_to)}"
    counted = map(_count, (line.units_requested, line.units_approved, line.units_used))
    return (str(line.line_number), service, dates, *counted, text(line.unit), text(line.decision))


def _count(units: Decimal | None) -> str:
    return NOT_STATED if units is None else f"{units.normalize():f}"
