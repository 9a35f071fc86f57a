"""Forgot your password: a link by e-mail, which a person hands in, opens a page for a new one."""

from bots.page import Element, Page
from bots.portal import Portal
from bots.recovery import RecoveryDesk
from core.capabilities.account import RecoveryAnswer
from payers.shapes.recovery import ANSWERS, NewPasswordPage, RecoveryRefusedPage, set_new_password


class ForgotPage(Page, page="forgot"):
    username = Element()
    send = Element(write=True)


class MailedPage(Page, page="mailed"): ...


class DeadLinkPage(RecoveryRefusedPage, page="dead_link"): ...


async def recover(portal: Portal, desk: RecoveryDesk) -> RecoveryAnswer:
    form = await portal.go(ForgotPage)
    await desk.type_username(form.username)
    await form.send.click()
    await portal.landed_on(MailedPage)
    await desk.follow_link()
    match await portal.landed_on(NewPasswordPage, DeadLinkPage):
        case NewPasswordPage() as new:
            return await set_new_password(new, desk, ANSWERS)
        case refused:
            return await refused.answer()
