"""My Account: the session goes on after a change, every other one ends."""

from bots.login import LoginDesk
from bots.portal import Portal
from core.capabilities.account import PasswordAnswer
from payers.shapes.passwords import ANSWERS, ChangePasswordPage, fill_in


async def change_password(portal: Portal, desk: LoginDesk) -> PasswordAnswer:
    return await fill_in(await portal.go(ChangePasswordPage), desk, ANSWERS)
