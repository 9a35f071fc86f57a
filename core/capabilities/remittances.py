"""Remittances: what a payer paid, for which claims, and the files that say so, in the shape of an X12 835
(005010X221A1). None means "the portal does not state it".
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, field_validator, model_validator

from core.capabilities.claim_status import Adjustment
from core.capabilities.common import (
    Mismatch,
    NoAnswerNow,
    NoLongerKept,
    NotAuthorised,
    PortalSays,
    ProviderNotOnFile,
)
from core.capabilities.files import Document, DocumentKind
from core.capabilities.record import Answer, Query, Record, Sought
from core.checks import known_npi, service_day
from core.counted import counted
from core.identifiers import same_number
from core.phi import Phi

LONGEST_RANGE = timedelta(days=92)
"""Each payment of a range is opened and its files are taken: a quarter at a time."""
_window = service_day(back=timedelta(days=3 * 366), ahead=timedelta(days=31))


class RemittancesQuery(Query):
    """By the number of a check or EFT, by the payer's claim number, or by payment dates (both inclusive)."""

    check_number: str | None = None
    claim_number: Phi[str] | None = None
    paid_from: date | None = None
    paid_to: date | None = None
    provider_npi: str | None = None

    _paid_from = field_validator("paid_from")(_window)
    _paid_to = field_validator("paid_to")(_window)
    _provider_npi = field_validator("provider_npi")(known_npi)

    @model_validator(mode="after")
    def _one_way(self) -> RemittancesQuery:
        ranged = self.paid_from is not None or self.paid_to is not None
        ways = sum((self.check_number is not None, self.claim_number is not None, ranged))
        if ways != 1:
            raise ValueError("exactly one is needed: check_number, claim_number, or paid_from with paid_to")
        if ranged and (self.paid_from is None or self.paid_to is None):
            raise ValueError(f"{'paid_from' if self.paid_from is None else 'paid_to'} is needed as well")
        if self.paid_from and self.paid_to:
            if self.paid_from > self.paid_to:
                raise ValueError("paid_from lies after paid_to")
            if self.paid_to - self.paid_from > LONGEST_RANGE:
                raise ValueError(f"paid_from and paid_to may lie {LONGEST_RANGE.days} days apart at most")
        return self

    def sought(self) -> Sought | None:
        return Sought("paid_to", self.paid_to, ("remittances",)) if self.paid_to else None

    def means(self, number: str, paid_on: date, claim_number: str | None) -> bool:
        """Whether a payment that the portal lists is one of those asked for: longer numbers that begin with the one
        asked for are not.
        """
        if self.claim_number is not None:
            return same_number(claim_number, self.claim_number.reveal())
        if self.check_number is not None:
            return same_number(number, self.check_number)
        return bool(self.paid_from and self.paid_to and self.paid_from <= paid_on <= self.paid_to)


class Method(StrEnum):
    """How the money came."""

    ACH = "ach"
    CHECK = "check"
    VIRTUAL_CARD = "virtual_card"
    WIRE = "wire"
    NONE = "none"
    """A remittance without money: everything denied or offset."""


class PaymentStatus(StrEnum):
    ISSUED = "issued"
    CASHED = "cashed"
    VOIDED = "voided"
    REISSUED = "reissued"
    """Issued in place of a voided one."""


class ClaimFate(StrEnum):
    """CLP02 in words."""

    PRIMARY = "primary"
    SECONDARY = "secondary"
    TERTIARY = "tertiary"
    DENIED = "denied"
    FORWARDED = "forwarded"
    """Processed, and sent on to another payer."""
    REVERSED = "reversed"
    """Takes an earlier payment of the same claim back: its amounts are negative."""
    NOT_OURS = "not_ours"
    PREDETERMINED = "predetermined"


class RemittedLine(Record):
    procedure_code: str | None = None
    """HCPCS, CPT or, on institutional claims, a revenue code."""
    modifiers: tuple[str, ...] = ()
    service_from: date | None = None
    service_to: date | None = None
    units: Decimal | None = None
    billed: Decimal
    allowed: Decimal | None = None
    paid: Decimal
    adjustments: tuple[Adjustment, ...] = ()
    remark_codes: tuple[str, ...] = ()
    """RARC codes."""


class RemittedClaim(Record):
    claim_number: str | None = None
    """The payer's own, CLP07."""
    patient_account: str | None = None
    status_code: str
    """CLP02."""
    fate: ClaimFate | None = None
    """None when the code is none that the standard has."""
    member_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    provider_npi: str | None = None
    service_from: date | None = None
    service_to: date | None = None
    received_on: date | None = None
    billed: Decimal
    paid: Decimal
    patient_responsibility: Decimal | None = None
    adjustments: tuple[Adjustment, ...] = ()
    """Those of the claim as a whole; the lines have their own."""
    remark_codes: tuple[str, ...] = ()
    lines: tuple[RemittedLine, ...] = ()


class ProviderAdjustment(Record):
    """A PLB pair: money that belongs to no claim of this payment. What is positive is taken off the payment."""

    code: str
    """WO overpayment recovery, FB forwarding balance, 72 authorized return, L6 interest, CS adjustment, …"""
    reference: str | None = None
    amount: Decimal


class Rule(StrEnum):
    LINE = "line"
    """Billed less its adjustments is what was paid."""
    CLAIM = "claim"
    """Billed less all adjustments, its lines' included, is what was paid."""
    PAYMENT = "payment"
    """The sum of the claims less the provider's adjustments is the payment."""
    PORTAL = "portal"
    """The portal's page prints the amount that the file pays."""
    EXPLANATION = "explanation"
    """The explanation of payment prints the amount that the file pays or, where there is no file, the portal's page."""


class Imbalance(Record):
    """A sum that does not come out."""

    rule: Rule
    claim_number: str | None = None
    line: int | None = None
    """Counted from 1 within the claim."""
    computed: Decimal
    stated: Decimal

    @property
    def difference(self) -> Decimal:
        return self.stated - self.computed


class Remittance(Record):
    """One 835 transaction: one payment."""

    trace_number: str
    """TRN02: the number of the check or EFT."""
    amount: Decimal
    """BPR02; negative where the provider owes (BPR03 is D)."""
    method: Method | None = None
    paid_on: date | None = None
    payer_name: str | None = None
    payer_id: str | None = None
    payee_name: str | None = None
    payee_npi: str | None = None
    payee_tin: str | None = None
    claims: tuple[RemittedClaim, ...] = ()
    provider_adjustments: tuple[ProviderAdjustment, ...] = ()
    duplicate: bool = False
    """The file has this trace number of this payer more than once: it is to be posted once."""
    imbalances: tuple[Imbalance, ...] = ()
    """None of them: the remittance balances."""


class ExplainedClaim(Record):
    """A claim as an explanation of payment prints it."""

    claim_number: str
    billed: Decimal
    paid: Decimal


class Proof(StrEnum):
    """How far it is proven what a payment comes to."""

    BALANCED = "balanced"
    """The 835's sums come out, and page and explanation state what it pays."""
    OFF = "off"
    EOP_ONLY = "eop_only"
    """There is no 835. Page and explanation state one total; whether its claims come to it, nobody has proven."""
    NONE = "none"
    """Nothing was there to compare."""


class Relation(StrEnum):
    SAME = "same"
    """This very check or EFT, with the same content."""
    CHANGED = "changed"
    """This very check or EFT, with other content."""
    REISSUE = "reissue"
    """Another one that pays the same claims the same amounts."""
    TAKES_BACK = "takes_back"
    """The one pulled before paid claims that this one takes back."""
    TAKEN_BACK = "taken_back"
    """The one pulled before takes claims back that this one paid."""


class Earlier(Record):
    """A payment that was pulled before, by whichever question, and that this one is not to be posted beside blindly."""

    relation: Relation
    number: str
    paid_on: date | None = None
    pulled_at: datetime
    work_item: str
    """The question that it was pulled by first."""
    claims: tuple[str, ...] = ()
    """Claim numbers that both have; none for the same check or EFT, or where the portal's page alone tells."""

    @property
    def sentence(self) -> str:
        other = f"payment {self.number}{f' of {self.paid_on}' if self.paid_on else ''}"
        pulled = f"pulled on {self.pulled_at.astimezone():%Y-%m-%d}"
        claims = f" ({', '.join(self.claims)})" if self.claims else ""
        return {
            Relation.SAME: f"It was {pulled} with the same content: post it once.",
            Relation.CHANGED: f"It was {pulled} with other content: compare the two before you post.",
            Relation.REISSUE: f"It pays what {other} pays, {pulled}{claims}: post one of the two.",
            Relation.TAKES_BACK: f"It takes back what {other} paid, {pulled}{claims}.",
            Relation.TAKEN_BACK: f"What it pays is taken back by {other}, {pulled}{claims}.",
        }[self.relation]


def _dollars(amount: Decimal) -> str:
    return f"{'-' if amount < 0 else ''}${abs(amount):,.2f}"


def plain_number(number: str) -> str:
    """Pages and files differ in capitals and in the zeros in front."""
    return number.strip().upper().lstrip("0")


class Payment(Record):
    number: str
    """Of the check or EFT, as the portal prints it."""
    paid_on: date | None = None
    amount: Decimal
    method: Method | None = None
    status: PaymentStatus | None = None
    replaces: str | None = None
    """The voided check or EFT in whose place this one was issued."""
    payer_name: str | None = None
    payee_name: str | None = None
    payee_npi: str | None = None
    payee_tin: str | None = None
    offers: tuple[DocumentKind, ...] = ()
    """Documents that the portal has of it."""
    documents: tuple[Document, ...] = ()
    remittance: Remittance | None = None
    """From the 835, where the portal offers one that can be read."""
    explained_amount: Decimal | None = None
    """The total in its explanation of payment (EOP, PRA); None where that states none that can be read."""
    explained_claims: tuple[ExplainedClaim, ...] = ()
    """Those of that explanation where there is no 835 to tell of them, as far as they can be read."""
    page_imbalances: tuple[Imbalance, ...] = ()
    """What differs from the portal's page where there is no 835 to compare with."""
    pulled_before: tuple[Earlier, ...] = ()
    """Told by the store when it keeps the answer, never by a portal."""

    @property
    def imbalances(self) -> tuple[Imbalance, ...]:
        """Every sum that does not come out, wherever it stands."""
        return (*(self.remittance.imbalances if self.remittance else ()), *self.page_imbalances)

    @property
    def explained_sum(self) -> Decimal | None:
        """Of the claims that could be read in an explanation; None where an 835 tells of them, or nobody."""
        return sum((each.paid for each in self.explained_claims), Decimal(0)) if self.explained_claims else None

    @property
    def explained_difference(self) -> Decimal:
        """What they miss the payment by. No proof of anything: it may print what nobody reads, such as recoveries."""
        return Decimal(0) if self.explained_sum is None else self.amount - self.explained_sum

    @property
    def explained_sentence(self) -> str | None:
        if self.explained_sum is None:
            return None
        said = f"The claims that can be read in the explanation add up to {_dollars(self.explained_sum)}"
        if not self.explained_difference:
            return f"{said}, which is the payment; no 835 proves it."
        difference = _dollars(self.explained_difference)
        return f"{said}; the payment is {_dollars(self.amount)}, difference {difference}. Look what else it prints."

    @property
    def proof(self) -> Proof:
        if self.imbalances:
            return Proof.OFF
        if self.remittance is not None:
            return Proof.BALANCED
        return Proof.NONE if self.explained_amount is None else Proof.EOP_ONLY


class Remittances(Answer):
    """Every payment that the question matches, by date and number."""

    outcome: Literal["remittances"] = "remittances"
    payments: tuple[Payment, ...]
    notes: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        valid = [each for each in self.payments if each.status is not PaymentStatus.VOIDED]
        total = sum((each.amount for each in valid), Decimal(0))
        said = f"{counted(len(valid), 'payment')}, ${total:,.2f}"
        if voided := len(self.payments) - len(valid):
            said += f", and {voided} voided"
        files = sum(each.remittance is not None for each in self.payments)
        off, papers = (sum(each.proof is proof for each in self.payments) for proof in (Proof.OFF, Proof.EOP_ONLY))
        read = f"{counted(files, 'remittance')} read, " if files else ""
        again = sum(any(before.relation is Relation.SAME for before in each.pulled_before) for each in self.payments)
        if again:
            said += f", {again} of them pulled before"
        said += f"; {read}{off or 'none'} out of balance" if files or off else ""
        if papers:
            said += f"; {papers} by EOP only, without an 835"
        if apart := sum(bool(each.explained_difference) for each in self.payments):
            said += f"; {apart} whose explained claims do not add up to the payment"
        return f"{said}."


class RemittanceNotFound(PortalSays):
    outcome: Literal["remittance_not_found"] = "remittance_not_found"
    said = "The portal has no such remittance."


RemittancesAnswer = Annotated[
    Remittances | RemittanceNotFound | NoLongerKept | ProviderNotOnFile | NotAuthorised | NoAnswerNow | Mismatch,
    Field(discriminator="outcome"),
]
