"""My Profile: the portal asks once more in a dialog, and logs everybody off."""

from bots.login import LoginDesk
from bots.portal import Portal
from core.capabilities.account import PasswordAnswer
from payers.shapes.passwords import ANSWERS, ChangePasswordPage, fill_in


async def change_password(portal: Portal, desk: LoginDesk) -> PasswordAnswer:
    return await fill_in(await portal.go(ChangePasswordPage), desk, ANSWERS)
