"""Forgot your password: a link by e-mail, which a person hands in, opens a page for a new one."""

from bots.portal import Portal
from bots.recovery import RecoveryDesk
from core.capabilities.account import RecoveryAnswer
from payers.shapes.recovery import (
    ANSWERS,
    DeadLinkPage,
    ForgotPage,
    MailedPage,
    NewPasswordPage,
    follow_mailed_link,
    set_new_password,
)


async def recover(portal: Portal, desk: RecoveryDesk) -> RecoveryAnswer:
    await follow_mailed_link(await portal.go(ForgotPage), desk, MailedPage)
    match await portal.landed_on(NewPasswordPage, DeadLinkPage):
        case NewPasswordPage() as new:
            return await set_new_password(new, desk, ANSWERS)
        case refused:
            return await refused.answer()
