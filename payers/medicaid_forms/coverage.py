"""A response to an eligibility request: who it is about in a table, and what is covered in sentences."""

from datetime import date
from typing import Literal, TypeVar

from bots.page import Field, Part, Rows
from bots.parse import text
from core.capabilities.eligibility import (
    AuthorizationNeed,
    Coinsurance,
    Copay,
    Coverage,
    Limitation,
    ManagedCare,
    Member,
    OtherPayer,
    Plan,
    PrimaryCare,
    Relationship,
)
from core.capabilities.record import Record
from core.errors import PortalChanged
from payers.medicaid_forms.facts import (
    CostLimit,
    FeeForService,
    InsuranceType,
    NoOtherInsurance,
    NoPrimaryCare,
    Spenddown,
    Standing,
)
from payers.medicaid_forms.prose import fact
from payers.shapes.coverage import GENDER, RELATIONSHIP, ResultPage

R = TypeVar("R", bound=Record)


class Sentence(Record):
    fact: Record


class SentenceItem(Part[Sentence]):
    fact = Field(fact)


class Prose(Record):
    sentences: tuple[Sentence, ...]

    def all(self, kind: type[R]) -> tuple[R, ...]:
        return tuple(each.fact for each in self.sentences if isinstance(each.fact, kind))

    def one(self, *kinds: type[Record]) -> Record:
        """The only fact of these kinds. Raises PortalChanged if there is none, or more than one."""
        found = [each.fact for each in self.sentences if isinstance(each.fact, kinds)]
        if len(found) != 1:
            raise PortalChanged("coverage", "sentences", detail="a sentence is missing, or said twice")
        return found[0]


class ProseBlock(Part[Prose]):
    sentences = Rows(SentenceItem)


class Told(Record):
    """A response as it stands on the page."""

    member_id: str
    first_name: str
    last_name: str
    birth_date: date
    gender: Literal["F", "M", "X"] | None
    relationship: Relationship | None
    payer_name: str
    as_of: date
    programmes: tuple[Prose, ...]
    also: tuple[Sentence, ...]


class CoveragePage(ResultPage[Told], page="coverage"):
    reference = Field(text, identifies="reference")
    provider_npi = Field(text, identifies="provider_npi")
    covered_service = Field(text, identifies="covered_service")
    gender = Field(GENDER, optional=True)
    relationship = Field(RELATIONSHIP, optional=True)
    programmes = Rows(ProseBlock)
    also = Rows(SentenceItem)


def plan(told: Prose) -> Plan:
    standing = told.one(Standing)
    kinds, cares = told.all(InsuranceType), told.all(ManagedCare)
    if len(kinds) > 1 or len(cares) + len(told.all(FeeForService)) > 1:
        raise PortalChanged("coverage", "sentences", detail="two sentences that cannot both be true")
    return Plan(
        **dict(standing),
        insurance_type=kinds[0].name if kinds else None,
        managed_care=cares[0] if cares else None,
        copays=told.all(Copay),
        coinsurances=told.all(Coinsurance),
        deductibles=tuple(each.sums for each in told.all(Spenddown)),
        out_of_pockets=tuple(each.sums for each in told.all(CostLimit)),
        limitations=told.all(Limitation),
        authorization_required=told.all(AuthorizationNeed),
    )


def coverage(told: Told) -> Coverage:
    also = Prose(sentences=told.also)
    pcp = also.one(PrimaryCare, NoPrimaryCare)
    others = also.all(OtherPayer)
    if not others:
        also.one(NoOtherInsurance)
    return Coverage(
        member=Member.model_validate({name: getattr(told, name) for name in Member.model_fields}),
        payer_name=told.payer_name,
        as_of=told.as_of,
        plans=tuple(map(plan, told.programmes)),
        pcp=pcp if isinstance(pcp, PrimaryCare) else None,
        other_payers=others,
    )
