"""The way into Availity Essentials. Without an authenticator a code is sent, which a person must read."""

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
    SignInPage,
    choose_organization,
    enter_code,
    read_on,
    remind_later,
    replace_expired,
    sign_in,
)


class MethodPage(Page, page="method"):
    authenticator = Element()
    message = Element()
    proceed = Element()


class AnnouncementPage(NoticePage, page="announcement"): ...


class PasswordExpiredPage(ExpiredPasswordPage, page="password_expired"):
    current = Element()


async def choose_method(page: MethodPage, _: LoginDesk) -> None:
    await (page.authenticator if await page.authenticator.there() else page.message).click()
    await page.proceed.click()


async def give_both(page: PasswordExpiredPage, desk: LoginDesk) -> None:
    await desk.type_current_password(page.current)
    await replace_expired(page, desk)


LOGIN = LoginScreens(
    home=HomePage,
    screens={
        SignInPage: sign_in,
        MethodPage: choose_method,
        CodePage: enter_code,
        PasswordExpiredPage: give_both,
        PasswordReminderPage: remind_later,
        AnnouncementPage: read_on,
        OrganizationPage: choose_organization,
    },
)
