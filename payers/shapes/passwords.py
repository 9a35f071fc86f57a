"""Pages on which a password is changed, and what they say of it."""

from __future__ import annotations

from bots.login import LoginDesk
from bots.page import Element, Page
from core.capabilities.account import PasswordAnswer, PasswordChanged, PasswordRefused
from payers.shapes.refusals import RefusalPage


class ChangePasswordPage(Page, page="change_password"):
    current = Element()
    new = Element()
    again = Element()
    save = Element(write=True)


class PasswordChangedPage(Page, page="password_changed"): ...


class PasswordRefusedPage(RefusalPage[PasswordRefused], page="password_refused"):
    means = PasswordRefused


ANSWERS = (PasswordChangedPage, PasswordRefusedPage)


async def fill_in(
    form: ChangePasswordPage,
    desk: LoginDesk,
    answers: tuple[type[PasswordChangedPage], type[PasswordRefusedPage]],
) -> PasswordAnswer:
    await desk.type_current_password(form.current)
    await desk.type_new_password(form.new, form.again)
    await form.save.click()
    match await form.portal.landed_on(*answers):
        case PasswordChangedPage():
            return PasswordChanged()
        case refused:
            return await refused.answer()
