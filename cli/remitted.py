"""Remittances as a person reads them: each payment with its claims, what was adjusted and why, and its files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.words import facts, file, money, text
from core.capabilities.claim_status import Adjustment
from core.capabilities.remittances import (
    ExplainedClaim,
    Imbalance,
    Payment,
    Proof,
    Remittance,
    Remittances,
    RemittedClaim,
    RemittedLine,
    Rule,
)
from core.x12 import codes


def remittances(answer: Remittances) -> RenderableType:
    notes = (Text(f"· {note}", style="dim") for note in answer.notes)
    return Group(Text(answer.sentence, style="bold"), *map(_payment, answer.payments), *notes)


def _payment(payment: Payment) -> RenderableType:
    instead = f", in place of {payment.replaces}" if payment.replaces else ""
    shown = facts(
        ("Payment", f"{payment.number}  {text(payment.method)}  {text(payment.paid_on)}"),
        ("Amount", money(payment.amount)),
        ("Status", f"{text(payment.status)}{instead}"),
        ("Payer", text(payment.payer_name)),
        ("Payee", f"{text(payment.payee_name)}, NPI {text(payment.payee_npi)}, TIN {text(payment.payee_tin)}"),
        ("Explained", money(payment.explained_amount)),
        ("Offered", ", ".join(each.value.upper() for each in payment.offers) or text(None)),
        *(("File", file(each)) for each in payment.documents),
    )
    flaws = (Text(_flaw(each, "the portal's page"), style="bold") for each in payment.page_imbalances)
    before = (Text(each.sentence, style="bold") for each in payment.pulled_before)
    era = payment.remittance
    read = _remittance(era) if era else _explained_claims(payment.explained_claims)
    paper = [Text("EOP only: there is no 835 to prove the sum by.")] if payment.proof is Proof.EOP_ONLY else []
    if payment.explained_sentence:
        paper.append(Text(payment.explained_sentence, style="bold" if payment.explained_difference else ""))
    return Group(shown, *before, *([read] if era or payment.explained_claims else ()), *paper, *flaws)


def _explained_claims(claims: Iterable[ExplainedClaim]) -> RenderableType:
    table = Table("Claim explained")
    for heading in ("Billed", "Paid"):
        table.add_column(heading, justify="right")
    for each in claims:
        table.add_row(each.claim_number, money(each.billed), money(each.paid))
    return table


def _remittance(remittance: Remittance) -> RenderableType:
    table = Table()
    for heading in ("Claim", "Patient or service", "Billed", "Allowed", "Paid", "Adjusted", "Remarks"):
        table.add_column(heading, justify="right" if heading in {"Billed", "Allowed", "Paid"} else "left")
    for claim in remittance.claims:
        table.add_row(*_claim(claim), end_section=not claim.lines)
        for place, line in enumerate(claim.lines, start=1):
            table.add_row(*_line(line), end_section=place == len(claim.lines))
    for each in remittance.provider_adjustments:
        table.add_row(
            "", f"Provider: {_explained(each.code)} {each.reference or ''}", "", "", money(-each.amount), "", ""
        )
    flaws = (Text(_flaw(each, "the file"), style="bold") for each in remittance.imbalances)
    twice = (Text("The file has this trace number more than once: post it once."),) if remittance.duplicate else ()
    return Group(table, *twice, *flaws, *(Text(f"· {line}", style="dim") for line in _legend(remittance)))


def _claim(claim: RemittedClaim) -> Iterable[str]:
    who = f"{text(claim.first_name)} {text(claim.last_name)}, {text(claim.member_id)}"
    fate = f"{text(claim.claim_number)} ({text(claim.fate) if claim.fate else claim.status_code})"
    return (fate, who, *map(money, (claim.billed, None, claim.paid)), *_reasons(claim.adjustments, claim.remark_codes))


def _line(line: RemittedLine) -> Iterable[str]:
    service = " ".join(filter(None, (line.procedure_code, *line.modifiers)))
    what = f"  {service}  {text(line.service_from)}"
    return (
        "",
        what,
        *map(money, (line.billed, line.allowed, line.paid)),
        *_reasons(line.adjustments, line.remark_codes),
    )


def _reasons(adjustments: Iterable[Adjustment], remarks: Iterable[str]) -> tuple[str, str]:
    return ", ".join(f"{each.group}-{each.code} {money(each.amount)}" for each in adjustments), ", ".join(remarks)


def _flaw(flaw: Imbalance, source: str) -> str:
    what = {
        Rule.LINE: f"Line {flaw.line} of claim {text(flaw.claim_number)}",
        Rule.CLAIM: f"Claim {text(flaw.claim_number)}",
        Rule.PAYMENT: "The payment",
        Rule.PORTAL: "The portal's page",
        Rule.EXPLANATION: "The explanation of payment",
    }[flaw.rule]
    stated, computed, difference = map(money, (flaw.stated, flaw.computed, flaw.difference))
    return f"{what} states {stated} where {source} comes to {computed}: off by {difference}."


def _legend(remittance: Remittance) -> Iterator[str]:
    """What the codes mean, each once, in the order in which they come up."""
    parts = [part for claim in remittance.claims for part in _parts(claim)]
    adjusted = [each for part in parts for each in part.adjustments]
    known = {each.group: codes.group(each.group) for each in adjusted}
    known |= {each.code: codes.reason(each.code) for each in adjusted}
    known |= {code: codes.remark(code) for part in parts for code in part.remark_codes}
    for code, meaning in known.items():
        yield f"{code}: {meaning or 'not in our list'}"
    if known:
        yield f"The codes are told in our own words, as of {codes.as_of()}."


def _parts(claim: RemittedClaim) -> Iterator[RemittedClaim | RemittedLine]:
    yield claim
    yield from claim.lines


def _explained(code: str) -> str:
    known = codes.provider_adjustment(code)
    return f"{code} ({known})" if known else code
