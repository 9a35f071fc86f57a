"""UCare's forms about a patient: filled in, checked on a page of their own, and sent by one click."""

from bots.page import Element, Field, ReadsInto
from bots.parse import text, us_date
from bots.portal import Portal
from bots.words import taken
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused, Submission, SubmissionAnswer
from payers.shapes.refusals import NoAnswerNowPage, RefusalPage
from payers.shapes.requests import CheckRequestPage
from payers.shapes.submissions import SendingPage, about, check_attached
from payers.ucare.practice import ToolPage


class FormPage(ToolPage):
    member_id = Element()
    birth_date = Element()
    narrative = Element()
    contact_name = Element()
    contact_phone = Element()
    documents = Element()
    proceed = Element()


class RequestFormPage(FormPage, page="request_form"):
    service_kind = Element()
    service_from = Element()
    service_to = Element()
    procedure_code = Element()
    unit = Element()
    units = Element()
    diagnosis_code = Element()


class CheckPage(CheckRequestPage, page="request_check"): ...


class NotTakenPage(RefusalPage[Refused], page="paper_not_taken"):
    """The form again, with what is wrong above it."""

    means = Refused


class SentBeforePage(ReadsInto[AlreadyFiled], page="paper_sent_before"):
    message = Field(text)
    number = Field(taken("paper_before", "number", parse=text))
    received_on = Field(taken("paper_before", "day", parse=us_date))


class DonePage(ReadsInto[Confirmed], page="paper_done"):
    """The number stands in a sentence."""

    number = Field(taken("paper_done", "number", parse=text))
    received_on = Field(taken("paper_done", "day", parse=us_date))


async def sent(portal: Portal, form: FormPage, wanted: Submission, check: type[SendingPage]) -> SubmissionAnswer:
    """A form that is filled in but for its documents goes over the page to check it, and to UCare."""
    if wanted.files:
        await form.documents.upload(*wanted.files)
    await form.proceed.click()
    shown = await portal.landed_on(check, NotTakenPage, NoAnswerNowPage, about=about(wanted))
    if not isinstance(shown, SendingPage):
        return await shown.answer()
    check_attached(shown, wanted, (await shown.read()).documents)
    match await shown.send.send(DonePage, SentBeforePage):
        case answered:
            return await answered.read()
