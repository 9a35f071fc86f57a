"""What UnitedHealthcare states of a request for prior authorization: the check before it, its form, and its receipt."""

from bots.page import Element, Field, Page, ReadsInto
from bots.parse import one_of, text, us_date
from bots.words import taken
from core.capabilities.authorizations import Unit
from core.capabilities.record import Record
from core.capabilities.submissions import Refused
from payers.shapes.authorizations import COUNT, PARTY_NPI
from payers.shapes.claims import FIRST_DAY, LAST_DAY
from payers.shapes.refusals import NoAnswerNowPage, ProviderNotOnFilePage, RefusalPage
from payers.shapes.requests import CheckRequestPage
from payers.uhc import handing_in


class CheckNeedPage(Page, page="new_request"):
    """Whether one is needed at all, which is asked before."""

    member_id = Element()
    birth_date = Element()
    provider_npi = Element()
    procedure_code = Element()
    service_kind = Element()
    submit = Element()


class NotHeardPage(RefusalPage[Refused], page="request_not_heard"):
    """None is needed, or the member or the provider is not known."""

    means = Refused


BEFORE_THE_FORM = (NotHeardPage, ProviderNotOnFilePage, NoAnswerNowPage)


class RequestPage(ReadsInto[Record], handing_in.FormPage, page="request_form"):
    about_member = Field(text, identifies="member_id")
    about_birth_date = Field(us_date, identifies="birth_date")
    about_procedure = Field(text, identifies="procedure_code")
    service_from = Element()
    service_to = Element()
    units = Element()
    unit = Element()
    diagnosis_code = Element()


class ReviewPage(CheckRequestPage, handing_in.LookedOverPage, page="request_review"):
    service_from = Field(FIRST_DAY, identifies="service_from")
    service_to = Field(LAST_DAY, identifies="service_to")
    unit = Field(taken("quantity", "unit", parse=one_of({unit.value: unit for unit in Unit})), identifies="unit")
    units = Field(COUNT, identifies="units")
    provider_npi = Field(PARTY_NPI, identifies="provider_npi")


class ReceivedPage(handing_in.ReceivedPage, page="request_received"):
    member_id = Field(text, identifies="member_id")
