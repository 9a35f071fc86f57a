"""My user: the form comes with a fold of the page, and the session goes on after a change."""

from bots.login import LoginDesk
from bots.page import Element, Page
from bots.portal import Portal
from core.capabilities.account import PasswordAnswer
from payers.shapes.passwords import ANSWERS, ChangePasswordPage, fill_in


class UserPage(Page, page="user"):
    change = Element()


async def change_password(portal: Portal, desk: LoginDesk) -> PasswordAnswer:
    user = await portal.go(UserPage)
    await user.change.click()
    return await fill_in(await portal.landed_on(ChangePasswordPage), desk, ANSWERS)
