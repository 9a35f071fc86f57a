"""What a payer would send back of an 837, found before it is sent: each finding one sentence that a biller can act on.

Sentences hold no patient data: a claim is named by its place in the file, and its account number stands beside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.counted import counted
from core.errors import RequestInvalid
from core.identifiers import is_npi
from core.phi import Phi
from core.x12.claim_file import Claim, ClaimFile, Line, Party, duplicates, read_837
from core.x12.envelope import Unreadable

_PROCEDURE = re.compile(r"[0-9]{5}|[0-9]{4}[FTUM]|[A-Z][0-9]{4}")
"""CPT, its categories II and III and laboratory analyses, HCPCS level II; and HIPPS of the 837I below."""
_HIPPS = re.compile(r"[0-9A-Z]{5}")
_MODIFIER = re.compile(r"[A-Z0-9]{2}")
_REVENUE = re.compile(r"[0-9]{4}")
_DIAGNOSIS = re.compile(r"[A-Z][0-9][0-9A-Z][0-9A-Z]{0,4}")
"""ICD-10-CM without its dot."""
_NEEDS_PROCEDURE = ("0636", "0274", "0278")
"""Drugs and devices, which are told by their HCPCS code alone."""
_TOTALS = ("0001", "0000")
_EXCLUDE = (frozenset({"26", "TC"}), frozenset({"50", "LT"}), frozenset({"50", "RT"}))
"""Modifiers that do not go together on one line."""
_FREQUENCIES = ("1", "2", "3", "4", "7", "8")
_OLD_DAYS = 365


class Weight(StrEnum):
    ERROR = "error"
    """It would be rejected, or paid wrongly: the file does not pass."""
    WARNING = "warning"
    """Unusual; somebody should look."""


@dataclass(frozen=True)
class Finding:
    weight: Weight
    sentence: str
    claim: int | None = None
    """Its place in the file."""
    account: Phi[str] | None = None
    line: int | None = None


@dataclass(frozen=True)
class Report:
    findings: tuple[Finding, ...]
    claims: int = 0
    charges: Decimal = Decimal(0)
    control_number: str | None = None
    """ISA13; None for what cannot be read."""
    sender: str | None = None

    @property
    def passed(self) -> bool:
        return not any(each.weight is Weight.ERROR for each in self.findings)

    @property
    def sentence(self) -> str:
        errors = sum(each.weight is Weight.ERROR for each in self.findings)
        told = f"{counted(self.claims, 'claim')}, {self.charges:,.2f} dollars"
        if self.passed:
            return f"{told}: nothing in the way of sending it."
        return f"{told}: {counted(errors, 'thing')} to mend before it is sent."


def scrub(data: bytes, *, today: date) -> Report:
    """`today`: where the portal is that takes it, or else the practice."""
    try:
        file = read_837(data)
    except Unreadable as problem:
        return Report((Finding(Weight.ERROR, problem.sentence),))
    findings = [*_envelope(file)]
    for claim in file.claims:
        for weight, line, sentence in _claim(claim, today):
            findings.append(Finding(weight, sentence, claim.place, Phi(claim.account), line))
    findings += [
        Finding(Weight.ERROR, f"It is the same as claim {same.place}.", each.place, Phi(each.account))
        for each, same in duplicates(file.claims)
    ]
    charges = sum((each.charge or Decimal(0) for each in file.claims), Decimal(0))
    return Report(tuple(findings), len(file.claims), charges, file.control_number, file.sender)


def told_by_claims(contents: Sequence[bytes], today: date) -> dict[str, str]:
    """Of the one file that is sent at a time, as a ClaimFile has it. Raises RequestInvalid if it does not pass."""
    if len(contents) != 1:
        raise RequestInvalid(f"Files of claims are sent one at a time, and there are {len(contents)}.", field="files")
    report = scrub(contents[0], today=today)
    if not report.passed:
        wrong = [each for each in report.findings if each.weight is Weight.ERROR]
        told = [f"claim {each.claim}: {each.sentence}" if each.claim else each.sentence for each in wrong[:_TOLD]]
        more = f" And {len(wrong) - _TOLD} more; `fleet scrub` tells all." if len(wrong) > _TOLD else ""
        raise RequestInvalid(f"{report.sentence} {' '.join(told)}{more}", field="files")
    return {
        "control_number": report.control_number or "",
        "sender": report.sender or "",
        "claims": str(report.claims),
        "charges": str(report.charges),
    }


_TOLD = 3
"""Findings of a sentence."""
Found = Iterator[tuple[Weight, int | None, str]]
"""With the number of the line, if it is about one."""


def _envelope(file: ClaimFile) -> Iterator[Finding]:
    if file.test:
        yield Finding(Weight.WARNING, "It is marked as a test (ISA15): nothing in it would be paid.")
    for wrong, sentence in (
        (not file.claims, "There is no claim in it."),
        (not file.control_number.strip("0").isdigit(), "Its control number (ISA13) is no number above zero."),
        (len(set(file.groups)) < len(file.groups), "Two groups have the same control number (GS06)."),
        (len(set(file.sets)) < len(file.sets), "Two transactions of a group have the same control number (ST02)."),
        (
            any(group != own for group, own in file.guides),
            "A transaction (ST03) and its group (GS08) are not of a kind.",
        ),
        *((not all(has[place] for has in file.heads), f"A transaction has no {name}.") for place, name in _HEAD),
    ):
        if wrong:
            yield Finding(Weight.ERROR, sentence)
    accounts = Counter(each.account for each in file.claims)
    for claim in file.claims:
        if accounts[claim.account] > 1 and claim.frequency == "1":
            told = "Its patient control number stands on another claim too: the 835 could not be told apart."
            yield Finding(Weight.WARNING, told, claim.place, Phi(claim.account))


_HEAD = ((0, "beginning (BHT)"), (1, "submitter (NM1*41)"), (2, "receiver (NM1*40)"))


def _claim(claim: Claim, today: date) -> Found:
    for rule, sentence in _RULES:
        if rule(claim):
            yield Weight.ERROR, None, sentence
    for role, party in claim.parties.items():
        if party.id_kind == "XX" and not is_npi(party.id):
            who = _ROLES.get(role, f"the party {role}")
            yield Weight.ERROR, None, f"The NPI of {who} is wrong: its check digit does not fit."
    if claim.frequency == "1" and claim.original_number:
        yield Weight.WARNING, None, "It names an original claim (REF*F8), but its frequency (CLM05-3) is not 7 or 8."
    charges = [each.charge for each in claim.lines]
    told = sum((each for each in charges if each is not None), Decimal(0))
    if claim.lines and claim.charge is not None and None not in charges and told != claim.charge:
        yield Weight.ERROR, None, f"Its total charge is {claim.charge:,.2f}, and its lines come to {told:,.2f}."
    for line in claim.lines:
        yield from _line(claim, line)
    yield from _when(claim, today)


_ROLES = {
    "85": "the billing provider", "82": "the rendering provider", "71": "the attending provider",
    "72": "the operating provider", "77": "the service facility", "DN": "the referring provider",
    "DK": "the ordering provider", "DQ": "the supervising provider", "P3": "the primary care provider",
}  # fmt: skip
_NOBODY = Party("", "", "", "")


def _party(claim: Claim, role: str) -> Party:
    return claim.parties.get(role, _NOBODY)


_RULES: tuple[tuple[Callable[[Claim], bool], str], ...] = (
    (lambda each: "85" not in each.parties, "There is no billing provider (NM1*85)."),
    (lambda each: _party(each, "85").id_kind != "XX", "The billing provider has no NPI (NM109 with NM108 XX)."),
    (lambda each: not _party(each, "85").tax_id, "The billing provider has no tax ID (REF*EI or REF*SY)."),
    (lambda each: not _party(each, "85").address, "The billing provider has no street address (N3)."),
    (lambda each: not _party(each, "IL").id, "The subscriber (NM1*IL) or the member ID (NM109) is missing."),
    (lambda each: "PR" not in each.parties, "There is no payer (NM1*PR)."),
    (lambda each: each.form == "837I" and "71" not in each.parties, "There is no attending provider (NM1*71)."),
    (lambda each: not each.account, "It has no patient control number (CLM01)."),
    (lambda each: each.charge is None or each.charge < 0, "Its total charge (CLM02) is missing, or no amount."),
    (
        lambda each: len(each.place_of_service) != 2,
        "Its place of service or type of bill (CLM05-1) does not have two characters.",
    ),
    (lambda each: each.frequency not in _FREQUENCIES, "Its frequency (CLM05-3) is none that payers know."),
    (
        lambda each: each.corrects and not each.original_number,
        "It replaces or cancels a claim and does not name it: the payer's claim number (REF*F8) is missing.",
    ),
    (
        lambda each: each.corrects and each.original_number == each.account,
        "It names what it corrects by the practice's own number; REF*F8 takes the payer's claim number.",
    ),
    (lambda each: not each.diagnoses, "It has no diagnosis (HI)."),
    (
        lambda each: not all(_DIAGNOSIS.fullmatch(code) for code in each.diagnoses),
        "A diagnosis (HI) is written like no ICD-10 code; it stands without its dot.",
    ),
    (lambda each: each.form == "837I" and each.statement is None, "Its statement dates (DTP*434) are missing."),
    (
        lambda each: each.form == "837I" and not each.has_admission_codes,
        "Its admission type and patient status (CL1) are missing.",
    ),
    (lambda each: not each.lines, "It has no service line (LX)."),
)


def _line(claim: Claim, line: Line) -> Found:
    n = line.number
    if line.charge is None:
        yield Weight.ERROR, n, "Its charge is missing or no number."
    if line.units is None or line.units <= 0:
        yield Weight.ERROR, n, "Its units are missing or not above zero."
    if claim.form == "837I":
        yield from _revenue(line)
    elif line.procedure is None:
        yield Weight.ERROR, n, "Its procedure code is missing."
    codes = _PROCEDURE if claim.form == "837P" else _HIPPS
    if line.procedure is not None and not codes.fullmatch(line.procedure):
        yield Weight.ERROR, n, "Its procedure code is written like no CPT or HCPCS code."
    yield from _modifiers(line)
    if claim.form == "837P":
        if not line.pointers:
            yield Weight.ERROR, n, "It points to no diagnosis (SV107)."
        elif not all(each.isdigit() and 1 <= int(each) <= len(claim.diagnoses) for each in line.pointers):
            yield Weight.ERROR, n, "It points to a diagnosis that the claim does not have (SV107)."
        if line.days is None:
            yield Weight.ERROR, n, "Its date of service (DTP*472) is missing."


def _revenue(line: Line) -> Found:
    code = line.revenue_code or ""
    if not _REVENUE.fullmatch(code):
        yield Weight.ERROR, line.number, "Its revenue code (SV201) does not have four digits."
    elif code in _TOTALS:
        yield Weight.ERROR, line.number, "Its revenue code is that of a total, which an 837 does not have as a line."
    elif code in _NEEDS_PROCEDURE and line.procedure is None:
        yield Weight.ERROR, line.number, "Its revenue code is for drugs or devices and needs an HCPCS code (SV202)."


def _modifiers(line: Line) -> Found:
    if not all(_MODIFIER.fullmatch(each) for each in line.modifiers):
        yield Weight.ERROR, line.number, "A modifier does not have two letters or digits."
    if len(set(line.modifiers)) < len(line.modifiers):
        yield Weight.ERROR, line.number, "A modifier stands on it twice."
    for pair in _EXCLUDE:
        if pair <= set(line.modifiers):
            told = " and ".join(sorted(pair))
            yield Weight.ERROR, line.number, f"The modifiers {told} do not go together on one line."
    if {"LT", "RT"} <= set(line.modifiers):
        yield Weight.WARNING, line.number, "It is for the left and the right side: most payers want modifier 50."


def _when(claim: Claim, today: date) -> Found:
    spans = [(each.number, each.days) for each in claim.lines] + [(None, claim.statement)]
    for number, span in spans:
        if span is None:
            continue
        first, last = span
        if first is None or last is None:
            yield Weight.ERROR, number, "A date of service cannot be read; it is written YYYYMMDD."
        elif last < first:
            yield Weight.ERROR, number, "Its last day lies before its first one."
        elif last > today:
            yield Weight.ERROR, number, "A date of service lies in the future."
        elif (today - first).days > _OLD_DAYS:
            yield Weight.WARNING, number, "It was more than a year ago: most payers' time for claims is over."
        if claim.born is not None and first is not None and first < claim.born:
            yield Weight.ERROR, number, "The service lies before the patient's birth."
    if claim.born is not None and claim.born > today:
        yield Weight.ERROR, None, "The patient's birth date lies in the future."
