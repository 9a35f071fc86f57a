"""Forgot your password: an e-mailed link, which a person hands in, then the second step of a log-in, then a new one."""

from bots.portal import Portal
from bots.recovery import RecoveryDesk
from core.capabilities.account import RecoveryAnswer
from payers.shapes.login import CodePage, SentCodePage, enter_code, enter_sent_code
from payers.shapes.recovery import ANSWERS, DeadLinkPage, NewPasswordPage, follow_mailed_link, set_new_password


async def recover(portal: Portal, desk: RecoveryDesk) -> RecoveryAnswer:
    await follow_mailed_link(portal, desk)
    opened = await portal.landed_on(NewPasswordPage, CodePage, SentCodePage, DeadLinkPage)
    if isinstance(opened, CodePage):
        await (enter_sent_code(opened, desk) if isinstance(opened, SentCodePage) else enter_code(opened, desk))
        opened = await portal.landed_on(NewPasswordPage, DeadLinkPage)
    match opened:
        case NewPasswordPage() as new:
            return await set_new_password(new, desk, ANSWERS)
        case refused:
            return await refused.answer()
