"""The way in. Conditions are agreed to at each log-in, but only to the edition that somebody has read."""

from bots.definition import LoginScreens
from bots.login import LoginDesk
from bots.page import Element, Page
from payers.shapes.login import (
    CodePage,
    ExpiredPasswordPage,
    HomePage,
    NoticePage,
    OrganizationPage,
    PasswordReminderPage,
    SentCodePage,
    SignInPage,
    choose_organization,
    enter_code,
    enter_sent_code,
    read_on,
    remind_later,
    replace_expired,
    sign_in,
)


class ConditionsPage(Page, page="conditions"):
    agree = Element()
    proceed = Element()


class PasswordExpiredPage(ExpiredPasswordPage, page="password_expired"): ...


class BulletinsPage(NoticePage, page="bulletins"): ...


async def agree(page: ConditionsPage, _: LoginDesk) -> None:
    await page.agree.click()
    await page.proceed.click()


LOGIN = LoginScreens(
    home=HomePage,
    screens={
        SignInPage: sign_in,
        CodePage: enter_code,
        PasswordExpiredPage: replace_expired,
        SentCodePage: enter_sent_code,
        ConditionsPage: agree,
        PasswordReminderPage: remind_later,
        BulletinsPage: read_on,
        OrganizationPage: choose_organization,
    },
)
