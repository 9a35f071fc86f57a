"""Forgot password or account locked: one of the recovery codes, then a new password."""

from bots.page import Element, Page
from bots.portal import Portal
from bots.recovery import RecoveryDesk
from core.capabilities.account import RecoveryAnswer
from payers.onehealthcareid.screens import UserNamePage, name_user
from payers.shapes.recovery import ANSWERS, NewPasswordPage, RecoveryRefusedPage, set_new_password


class SignInPage(UserNamePage, page="sign_in"): ...


class ForgottenPage(Page, page="forgotten"):
    forgot = Element()


class RecoverPage(Page, page="recover"):
    username = Element()
    code = Element()
    proceed = Element(write=True)


async def recover(portal: Portal, desk: RecoveryDesk) -> RecoveryAnswer:
    await name_user(await portal.go(SignInPage), desk)
    page = await portal.landed_on(ForgottenPage)
    await page.forgot.click()
    form = await portal.landed_on(RecoverPage)
    await desk.type_username(form.username)
    await desk.type_backup_code(form.code)
    await form.proceed.click()
    match await portal.landed_on(NewPasswordPage, RecoveryRefusedPage):
        case NewPasswordPage() as new:
            return await set_new_password(new, desk, ANSWERS)
        case refused:
            return await refused.answer()
