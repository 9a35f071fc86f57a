"""What Availity states of a new request: the patient and the provider, the service, the review and the receipt."""

from bots.page import Element, Field, Page, ReadsInto
from bots.parse import text, us_date
from bots.words import taken, word
from core.capabilities.authorizations import Kind
from core.capabilities.record import Record
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused
from payers.shapes.refusals import RefusalPage
from payers.shapes.requests import CheckRequestPage


class NewRequestPage(Page, page="new_request"):
    organization = Element()
    payer = Element()
    request_type = Element()
    provider = Element()
    member_id = Element()
    birth_date = Element()
    from_date = Element()
    to_date = Element()
    forward = Element()


class NotTakenPage(RefusalPage[Refused], page="request_not_taken"):
    """The patient is not known, or an answer is not taken."""

    means = Refused


class ServicePage(ReadsInto[Record], page="new_service"):
    """Shows what it has understood of the step before."""

    about_member = Field(text, identifies="member_id")
    about_birth_date = Field(us_date, identifies="birth_date")
    about_kind = Field(word("authorization_kind", Kind), identifies="service_kind")
    about_provider = Field(text, identifies="provider_npi")
    about_payer = Field(text, identifies="payer")
    procedure_code = Element()
    units = Element()
    unit = Element()
    diagnosis_code = Element()
    servicing_npi = Element()
    contact_name = Element()
    contact_phone = Element()
    narrative = Element()
    forward = Element()


class ReviewPage(CheckRequestPage, page="request_review"):
    payer = Field(text, identifies="payer")
    servicing_npi = Field(text, optional=True, identifies="servicing_npi")


class ReceivedPage(ReadsInto[Confirmed], page="request_received"):
    member_id = Field(text, identifies="member_id")
    procedure_code = Field(text, identifies="procedure_code")
    number = Field(text)
    received_on = Field(us_date)


class PendedAlreadyPage(ReadsInto[AlreadyFiled], page="request_pended"):
    message = Field(text)
    number = Field(taken("request_pended", "number", parse=text))
