"""The way into Availity Essentials. Without an authenticator a code is sent to a person."""

from bots.definition import LoginScreens
from bots.login import LoginDesk
from bots.page import Element, Page
from payers.shapes.login import (
    CalledCodePage,
    HomePage,
    NoticePage,
    OldAndNewPasswordPage,
    OrganizationPage,
    PasswordReminderPage,
    SentCodePage,
    SignInPage,
    TrustPage,
    choose_organization,
    enter_code,
    enter_sent_code,
    first_offered,
    read_on,
    remind_later,
    replace_with_old,
    sign_in,
)


class MethodPage(Page, page="method"):
    authenticator = Element()
    message = Element()
    call = Element()
    proceed = Element()


class AuthenticatorPage(TrustPage, page="code"): ...


class MessagePage(TrustPage, SentCodePage, page="sent_code"): ...


class CallPage(TrustPage, CalledCodePage, page="called_code"): ...


class AnnouncementPage(NoticePage, page="announcement"): ...


class PasswordExpiredPage(OldAndNewPasswordPage, page="password_expired"): ...


async def choose_method(page: MethodPage, _: LoginDesk) -> None:
    await (await first_offered(page.authenticator, page.message, page.call)).click()
    await page.proceed.click()


LOGIN = LoginScreens(
    home=HomePage,
    screens={
        SignInPage: sign_in,
        MethodPage: choose_method,
        PasswordExpiredPage: replace_with_old,
        AuthenticatorPage: enter_code,
        MessagePage: enter_sent_code,
        CallPage: enter_sent_code,
        PasswordReminderPage: remind_later,
        AnnouncementPage: read_on,
        OrganizationPage: choose_organization,
    },
)
