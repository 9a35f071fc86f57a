"""My Account: the session goes on after a change, every other one ends."""

from bots.login import LoginDesk
from bots.portal import Portal
from core.capabilities.account import PasswordAnswer, PasswordChanged
from payers.shapes.passwords import ChangePasswordPage, PasswordChangedPage, PasswordRefusedPage


async def change_password(portal: Portal, desk: LoginDesk) -> PasswordAnswer:
    form = await portal.go(ChangePasswordPage)
    await desk.type_current_password(form.current)
    await desk.type_new_password(form.new, form.again)
    await form.save.click()
    match await portal.landed_on(PasswordChangedPage, PasswordRefusedPage):
        case PasswordChangedPage():
            return PasswordChanged()
        case refused:
            return await refused.answer()
