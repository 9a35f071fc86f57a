"""Answers as a person reads them. "—" is what the portal did not state.

For a console without markup: a member may be called "[bold]".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.access import users
from cli.authorized import authorizations
from cli.filed import appeals, claim_files, confirmed, notifications, sent_messages
from cli.mailed import documents, messages
from cli.remitted import remittances
from cli.words import NOT_STATED, facts, money, text
from core.capabilities.appeals import Appeals
from core.capabilities.authorizations import Authorizations
from core.capabilities.claim_files import ClaimFiles
from core.capabilities.claim_status import Adjustment, Claim, ClaimLine, Claims
from core.capabilities.documents import Documents
from core.capabilities.eligibility import Accumulator, Benefit, Coinsurance, Copay, Coverage, Plan
from core.capabilities.messages import Messages
from core.capabilities.notifications import Notifications
from core.capabilities.record import Answer
from core.capabilities.remittances import Remittances
from core.capabilities.sent_messages import SentMessages
from core.capabilities.submissions import AlreadyFiled, Confirmed
from core.capabilities.users import Users
from payers.registry import portals_of


def shown(answer: Answer) -> RenderableType:
    told = _TOLD.get(type(answer))
    if told is not None:
        return told(answer)
    message = getattr(answer, "message", None)
    said = Text(f"The portal says: “{message}”", style="dim") if message else Text()
    return Group(Text(answer.sentence, style="bold"), said)


def _coverage(answer: Coverage) -> RenderableType:
    member = answer.member
    known = facts(
        ("Member", f"{text(member.first_name)} {text(member.last_name)}, {member.member_id}"),
        ("Born", text(member.birth_date)),
        ("Relationship", text(member.relationship)),
        ("Payer", text(answer.payer_name)),
        ("Primary care", answer.pcp.name if answer.pcp else NOT_STATED),
        *(("Other payer", f"{other.name} ({text(other.order)})") for other in answer.other_payers),
    )
    notes = (Text(f"· {note}", style="dim") for note in answer.notes)
    return Group(Text(answer.sentence, style="bold"), known, *map(_plan, answer.plans), *notes)


def _plan(plan: Plan) -> RenderableType:
    span = f"{text(plan.effective_on)} to {text(plan.terminated_on)}"
    name = f"{text(plan.plan_name)} · {text(plan.insurance_type)} · group {text(plan.group_number)}"
    table = Table(title=f"{plan.status.value.capitalize()}: {name} · {span}", title_justify="left")
    for heading in ("Benefit", "Network", "Level", "Patient pays", "Total", "Met", "Remaining"):
        table.add_column(
            heading, justify="right" if heading in {"Patient pays", "Total", "Met", "Remaining"} else "left"
        )
    shares: tuple[Copay | Coinsurance, ...] = (*plan.copays, *plan.coinsurances)
    for share in shares:
        table.add_row(f"{_kind(share)} {_service(share)}", text(share.network), text(share.level), _share(share))
    for kind, accumulators in (("Deductible", plan.deductibles), ("Out of pocket", plan.out_of_pockets)):
        for each in accumulators:
            table.add_row(kind, text(each.network), text(each.level), "", *_accumulated(each))
    notes = [f"{_service(limit)}: {limit.text}" for limit in plan.limitations]
    notes += [f"{_service(need)}: prior authorization" for need in plan.authorization_required if need.required]
    if care := plan.managed_care:
        known = ", ".join(portals_of(care.name, "eligibility"))
        notes.append(f"delivered by {care.name}, phone {text(care.phone)}" + (f"; ask portal {known}" if known else ""))
    return Group(table, *(Text(f"· {note}", style="dim") for note in notes))


def _kind(share: Copay | Coinsurance) -> str:
    return "Copay" if isinstance(share, Copay) else "Coinsurance"


def _service(benefit: Benefit) -> str:
    return benefit.service_type or benefit.service_type_code or NOT_STATED


def _share(share: Copay | Coinsurance) -> str:
    return money(share.amount) if isinstance(share, Copay) else f"{share.percent.normalize():f} %"


def _accumulated(each: Accumulator) -> Iterable[str]:
    return map(money, (each.total, each.met, each.remaining))


def _claims(answer: Claims) -> RenderableType:
    notes = (Text(f"· {note}", style="dim") for note in answer.notes)
    return Group(Text(answer.sentence, style="bold"), *map(_claim, answer.claims), *notes)


def _claim(claim: Claim) -> RenderableType:
    codes = "/".join(code for code in (claim.category_code, claim.status_code) if code)
    known = facts(
        ("Claim", claim.claim_number),
        ("Patient", f"{text(claim.first_name)} {text(claim.last_name)}, {text(claim.member_id)}"),
        ("State", f"{text(claim.lifecycle)}  {codes}  {claim.status_text or ''}"),
        ("Service", f"{text(claim.service_from)} to {text(claim.service_to)}"),
        ("Received, finalized", f"{text(claim.received_on)}, {text(claim.finalized_on)}"),
        ("Billed, allowed, paid", ", ".join(map(money, (claim.billed, claim.allowed, claim.paid)))),
        ("Patient owes", money(claim.patient_responsibility)),
        ("Check or EFT", f"{text(claim.check_number)}  {text(claim.check_date)}"),
        *((("List", claim.listed.sentence),) if claim.listed else ()),
    )
    if not claim.lines:
        return known
    lines = Table("Line", "Procedure", "Service", "Billed", "Allowed", "Paid", "Adjusted", "Remarks")
    for line in claim.lines:
        lines.add_row(*_line(line))
    return Group(known, lines)


def _line(line: ClaimLine) -> Iterable[str]:
    procedure = " ".join(filter(None, (line.procedure_code, *line.modifiers))) or NOT_STATED
    amounts = map(money, (line.billed, line.allowed, line.paid))
    adjusted = ", ".join(map(_adjustment, line.adjustments))
    remarks = ", ".join(line.remark_codes)
    return (str(line.line_number), procedure, text(line.service_from), *amounts, adjusted, remarks)


def _adjustment(each: Adjustment) -> str:
    return f"{each.group}-{each.code} {money(each.amount)}"


_TOLD: dict[type[Answer], Callable[[Any], RenderableType]] = {
    Coverage: _coverage,
    Claims: _claims,
    Remittances: remittances,
    Authorizations: authorizations,
    Messages: messages,
    Documents: documents,
    Users: users,
    Appeals: appeals,
    SentMessages: sent_messages,
    ClaimFiles: claim_files,
    Notifications: notifications,
    Confirmed: confirmed,
    AlreadyFiled: confirmed,
}
