"""Forgot your password: an e-mailed link, which a person hands in, then the second step of a log-in, then a new one."""

from collections.abc import Mapping

from bots.definition import Response
from bots.page import Page
from bots.portal import Portal
from bots.recovery import RecoveryDesk
from core.capabilities.account import RecoveryAnswer
from payers.availity.login import AuthenticatorPage, CallPage, MessagePage
from payers.shapes.login import enter_code, enter_sent_code
from payers.shapes.recovery import (
    ANSWERS,
    DeadLinkPage,
    ForgotPage,
    MailedPage,
    NewPasswordPage,
    follow_mailed_link,
    set_new_password,
)

SECOND_STEP: Mapping[type[Page], Response] = {
    AuthenticatorPage: enter_code,
    MessagePage: enter_sent_code,
    CallPage: enter_sent_code,
}


async def recover(portal: Portal, desk: RecoveryDesk) -> RecoveryAnswer:
    await follow_mailed_link(await portal.go(ForgotPage), desk, MailedPage)
    opened = await portal.landed_on_any((NewPasswordPage, DeadLinkPage, *SECOND_STEP))
    if respond := SECOND_STEP.get(type(opened)):
        await respond(opened, desk)
    match await portal.landed_on(NewPasswordPage, DeadLinkPage):
        case NewPasswordPage() as new:
            return await set_new_password(new, desk, ANSWERS)
        case refused:
            return await refused.answer()
