"""Answers as a person reads them. "—" is what the portal did not state.

For a console without markup: a member may be called "[bold]".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import Enum

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from core.capabilities.claim_status import Adjustment, Claim, ClaimLine, Claims
from core.capabilities.eligibility import Accumulator, Benefit, Coinsurance, Copay, Coverage, Plan
from core.capabilities.record import Answer
from payers.registry import portals_of

NOT_STATED = "—"


def shown(answer: Answer) -> RenderableType:
    match answer:
        case Coverage():
            return _coverage(answer)
        case Claims():
            return _claims(answer)
        case _:
            message = getattr(answer, "message", None)
            said = Text(f"The portal says: “{message}”", style="dim") if message else Text()
            return Group(Text(answer.sentence, style="bold"), said)


def _coverage(answer: Coverage) -> RenderableType:
    member = answer.member
    facts = _facts(
        ("Member", f"{_text(member.first_name)} {_text(member.last_name)}, {member.member_id}"),
        ("Born", _text(member.birth_date)),
        ("Relationship", _text(member.relationship)),
        ("Payer", _text(answer.payer_name)),
        ("Primary care", answer.pcp.name if answer.pcp else NOT_STATED),
        *(("Other payer", f"{other.name} ({_text(other.order)})") for other in answer.other_payers),
    )
    return Group(Text(answer.sentence, style="bold"), facts, *map(_plan, answer.plans))


def _plan(plan: Plan) -> RenderableType:
    span = f"{_text(plan.effective_on)} to {_text(plan.terminated_on)}"
    name = f"{_text(plan.plan_name)} · {_text(plan.insurance_type)} · group {_text(plan.group_number)}"
    table = Table(title=f"{plan.status.value.capitalize()}: {name} · {span}", title_justify="left")
    for heading in ("Benefit", "Network", "Level", "Patient pays", "Total", "Met", "Remaining"):
        table.add_column(
            heading, justify="right" if heading in {"Patient pays", "Total", "Met", "Remaining"} else "left"
        )
    shares: tuple[Copay | Coinsurance, ...] = (*plan.copays, *plan.coinsurances)
    for share in shares:
        table.add_row(f"{_kind(share)} {_service(share)}", _text(share.network), _text(share.level), _share(share))
    for kind, accumulators in (("Deductible", plan.deductibles), ("Out of pocket", plan.out_of_pockets)):
        for each in accumulators:
            table.add_row(kind, _text(each.network), _text(each.level), "", *_accumulated(each))
    notes = [f"{_service(limit)}: {limit.text}" for limit in plan.limitations]
    notes += [f"{_service(need)}: prior authorization" for need in plan.authorization_required if need.required]
    if care := plan.managed_care:
        known = ", ".join(portals_of(care.name))
        notes.append(
            f"delivered by {care.name}, phone {_text(care.phone)}" + (f"; ask portal {known}" if known else "")
        )
    return Group(table, *(Text(f"· {note}", style="dim") for note in notes))


def _kind(share: Copay | Coinsurance) -> str:
    return "Copay" if isinstance(share, Copay) else "Coinsurance"


def _service(benefit: Benefit) -> str:
    return benefit.service_type or benefit.service_type_code or NOT_STATED


def _share(share: Copay | Coinsurance) -> str:
    return _money(share.amount) if isinstance(share, Copay) else f"{share.percent.normalize():f} %"


def _accumulated(each: Accumulator) -> Iterable[str]:
    return map(_money, (each.total, each.met, each.remaining))


def _claims(answer: Claims) -> RenderableType:
    notes = (Text(f"· {note}", style="dim") for note in answer.notes)
    return Group(Text(answer.sentence, style="bold"), *map(_claim, answer.claims), *notes)


def _claim(claim: Claim) -> RenderableType:
    codes = "/".join(code for code in (claim.category_code, claim.status_code) if code)
    facts = _facts(
        ("Claim", claim.claim_number),
        ("Patient", f"{_text(claim.first_name)} {_text(claim.last_name)}, {_text(claim.member_id)}"),
        ("State", f"{_text(claim.lifecycle)}  {codes}  {claim.status_text or ''}"),
        ("Service", f"{_text(claim.service_from)} to {_text(claim.service_to)}"),
        ("Received, finalized", f"{_text(claim.received_on)}, {_text(claim.finalized_on)}"),
        ("Billed, allowed, paid", ", ".join(map(_money, (claim.billed, claim.allowed, claim.paid)))),
        ("Patient owes", _money(claim.patient_responsibility)),
        ("Check or EFT", f"{_text(claim.check_number)}  {_text(claim.check_date)}"),
    )
    if not claim.lines:
        return facts
    lines = Table("Line", "Procedure", "Service", "Billed", "Allowed", "Paid", "Adjusted", "Remarks")
    for line in claim.lines:
        lines.add_row(*_line(line))
    return Group(facts, lines)


def _line(line: ClaimLine) -> Iterable[str]:
    procedure = " ".join(filter(None, (line.procedure_code, *line.modifiers))) or NOT_STATED
    amounts = map(_money, (line.billed, line.allowed, line.paid))
    adjusted = ", ".join(map(_adjustment, line.adjustments))
    remarks = ", ".join(line.remark_codes)
    return (str(line.line_number), procedure, _text(line.service_from), *amounts, adjusted, remarks)


def _adjustment(each: Adjustment) -> str:
    return f"{each.group}-{each.code} {_money(each.amount)}"


def _facts(*facts: tuple[str, str]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for name, value in facts:
        table.add_row(name, value)
    return table


def _text(value: str | date | Enum | None) -> str:
    if value is None:
        return NOT_STATED
    return str(value.value).replace("_", " ") if isinstance(value, Enum) else str(value)


def _money(amount: Decimal | None) -> str:
    return NOT_STATED if amount is None else f"${amount:,.2f}"
