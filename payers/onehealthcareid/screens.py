"""One Healthcare ID, which keeps the log-in of several portals. Without an authenticator a code is sent to a person.

The choice of an organization is the portal's own, after the log-in: each describes where it is.
"""

from collections.abc import Mapping

from bots.definition import Response
from bots.login import LoginDesk
from bots.page import Element, Page
from payers.shapes import login
from payers.shapes.login import (
    ExpiredPasswordPage,
    OrganizationPage,
    PasswordReminderPage,
    TrustPage,
    choose_organization,
    enter_code,
    enter_sent_code,
    first_offered,
    remind_later,
    replace_expired,
)


class UserNamePage(Page, page="user_name"):
    username = Element()
    proceed = Element()


class PasswordPage(Page, page="password"):
    password = Element()
    proceed = Element()


class MethodPage(Page, page="method"):
    authenticator = Element()
    text_message = Element()
    call = Element()
    email = Element()


class SentCodePage(login.SentCodePage, TrustPage, page="sent_code"): ...


class CalledCodePage(login.CalledCodePage, TrustPage, page="called_code"): ...


class MailedCodePage(login.MailedCodePage, TrustPage, page="mailed_code"): ...


class PasswordExpiredPage(ExpiredPasswordPage, page="password_expired"): ...


async def name_user(page: UserNamePage, desk: LoginDesk) -> None:
    await desk.type_username(page.username)
    await page.proceed.click()


async def give_password(page: PasswordPage, desk: LoginDesk) -> None:
    await desk.type_password(page.password)
    await page.proceed.click()


async def choose_method(page: MethodPage, _: LoginDesk) -> None:
    await (await first_offered(page.authenticator, page.text_message, page.call, page.email)).click()


SCREENS: Mapping[type[Page], Response] = {
    UserNamePage: name_user,
    PasswordPage: give_password,
    MethodPage: choose_method,
    TrustPage: enter_code,
    SentCodePage: enter_sent_code,
    CalledCodePage: enter_sent_code,
    MailedCodePage: enter_sent_code,
    PasswordExpiredPage: replace_expired,
    PasswordReminderPage: remind_later,
    OrganizationPage: choose_organization,
}
