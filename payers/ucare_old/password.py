"""A page of the menu; everybody has to log on again after a change."""

from bots.login import LoginDesk
from bots.portal import Portal
from core.capabilities.account import PasswordAnswer
from payers.shapes.passwords import ANSWERS, ChangePasswordPage, fill_in


async def change_password(portal: Portal, desk: LoginDesk) -> PasswordAnswer:
    return await fill_in(await portal.go(ChangePasswordPage), desk, ANSWERS)
