"""What is sent to UnitedHealthcare by a form: files one at a time, a dialog with all of it, and the last click."""

from bots.page import Element, Field, Page, ReadsInto
from bots.parse import text, us_date
from bots.portal import Portal
from bots.words import taken
from core.capabilities.submissions import AlreadyFiled, Confirmed, Refused, Submission
from payers.shapes.refusals import RefusalPage
from payers.shapes.submissions import SendingPage, check_attached


class FormPage(Page):
    """One file at a time; goes on when all of them were looked through."""

    narrative = Element()
    contact_name = Element()
    contact_phone = Element()
    attach = Element()
    proceed = Element()


class AttachedPage(Page, page="attached"):
    """The form, once every file on it is ready."""


class NotTakenPage(RefusalPage[Refused], page="not_taken"):
    """A file or an answer that the form does not take."""

    means = Refused


class LookedOverPage(SendingPage):
    back = Element()


class ReceivedPage(ReadsInto[Confirmed]):
    number = Field(text)
    received_on = Field(us_date)


class OpenAlreadyDialog(ReadsInto[AlreadyFiled], page="open_already"):
    message = Field(text)
    number = Field(taken("open_already", "number", parse=text))
    close = Element()


async def sent(
    portal: Portal, form: FormPage, wanted: Submission, review: type[LookedOverPage], done: type[ReceivedPage]
) -> Confirmed | Refused | AlreadyFiled:
    """A form that is filled in but for its files goes over the dialog to the payer."""
    for file in wanted.files:
        await form.attach.upload(file)
        attached = await portal.landed_on(NotTakenPage, AttachedPage)
        if isinstance(attached, NotTakenPage):
            return await attached.answer()
    await form.proceed.click()
    shown = await portal.landed_on(review, NotTakenPage)
    if isinstance(shown, NotTakenPage):
        return await shown.answer()
    check_attached(shown, wanted, (await shown.read()).documents)
    match await shown.send.send(done, OpenAlreadyDialog):
        case OpenAlreadyDialog() as dialog:
            known = await dialog.read()
            await dialog.close.click()
            await shown.back.click()
            return known
        case received:
            return await received.read()
