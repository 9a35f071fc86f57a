"""Pages on which an account is recovered, and what they say of it."""

from __future__ import annotations

from bots.page import Element, Page
from bots.recovery import RecoveryDesk
from core.capabilities.account import Recovered, RecoveryAnswer, RecoveryRefused
from payers.shapes.refusals import RefusalPage


class ForgotPage(Page, page="forgot"):
    username = Element()
    send = Element(write=True)


class MailedPage(Page, page="mailed"): ...


class NewPasswordPage(Page, page="new_password"):
    new = Element()
    again = Element()
    save = Element(write=True)


class RecoveredPage(Page, page="recovered"): ...


class RecoveryRefusedPage(RefusalPage[RecoveryRefused], page="recovery_refused"):
    means = RecoveryRefused


class DeadLinkPage(RecoveryRefusedPage, page="dead_link"): ...


ANSWERS = (RecoveredPage, RecoveryRefusedPage)


async def follow_mailed_link(form: ForgotPage, desk: RecoveryDesk, sent: type[MailedPage]) -> None:
    """Has the portal send one, and goes where it leads."""
    await desk.type_username(form.username)
    await form.send.click()
    await form.portal.landed_on(sent)
    await desk.follow_link()


async def set_new_password(
    form: NewPasswordPage,
    desk: RecoveryDesk,
    answers: tuple[type[RecoveredPage], type[RecoveryRefusedPage]],
) -> RecoveryAnswer:
    await desk.type_new_password(form.new, form.again)
    await form.save.click()
    match await form.portal.landed_on(*answers):
        case RecoveredPage():
            return Recovered()
        case refused:
            return await refused.answer()
