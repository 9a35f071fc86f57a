"""FranklinID's own page, which asks who one is once more; the session at the portal goes on."""

from bots.login import LoginDesk
from bots.page import Element
from bots.portal import Portal
from core.capabilities.account import PasswordAnswer
from payers.shapes.passwords import ANSWERS, ChangePasswordPage, fill_in


class IdentifyPage(ChangePasswordPage):
    email = Element()


async def change_password(portal: Portal, desk: LoginDesk) -> PasswordAnswer:
    form = await portal.go(IdentifyPage)
    await desk.type_username(form.email)
    return await fill_in(form, desk, ANSWERS)
