"""One Healthcare ID, which keeps the log-in of several portals. Without an authenticator a code is sent to a person."""

from collections.abc import Mapping
from typing import ClassVar

from bots.definition import Response
from bots.login import LoginDesk
from bots.page import Element, Page
from payers.shapes.login import ExpiredPasswordPage, first_offered, replace_expired


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


class CodePage(Page, page="code"):
    remember = Element()
    code = Element()
    verify = Element()


class SentCodePage(CodePage, page="sent_code"):
    medium: ClassVar[str] = "text message"


class CalledCodePage(SentCodePage, page="called_code"):
    medium = "call"


class MailedCodePage(SentCodePage, page="mailed_code"):
    medium = "e-mail"


class PasswordReminderPage(Page, page="password_reminder"):
    days = Element()
    later = Element()


class PasswordExpiredPage(ExpiredPasswordPage, page="password_expired"): ...


class OrganizationPage(Page, page="organization"):
    """The portal's own, after the log-in, for an account that belongs to several: each describes where it is."""

    choices = Element()
    proceed = Element()


async def name_user(page: UserNamePage, desk: LoginDesk) -> None:
    await desk.type_username(page.username)
    await page.proceed.click()


async def give_password(page: PasswordPage, desk: LoginDesk) -> None:
    await desk.type_password(page.password)
    await page.proceed.click()


async def choose_method(page: MethodPage, _: LoginDesk) -> None:
    await (await first_offered(page.authenticator, page.text_message, page.call, page.email)).click()


async def enter_code(page: CodePage, desk: LoginDesk) -> None:
    await page.remember.click()
    await desk.type_code(page.code)
    await page.verify.click()


async def enter_sent_code(page: SentCodePage, desk: LoginDesk) -> None:
    await page.remember.click()
    await desk.type_sent_code(page.code, page.medium)
    await page.verify.click()


async def remind_later(page: PasswordReminderPage, desk: LoginDesk) -> None:
    desk.password_expires(await page.days.text())
    await page.later.click()


async def choose_organization(page: OrganizationPage, desk: LoginDesk) -> None:
    await page.choices.pick(desk.organization())
    await page.proceed.click()


SCREENS: Mapping[type[Page], Response] = {
    UserNamePage: name_user,
    PasswordPage: give_password,
    MethodPage: choose_method,
    CodePage: enter_code,
    SentCodePage: enter_sent_code,
    CalledCodePage: enter_sent_code,
    MailedCodePage: enter_sent_code,
    PasswordExpiredPage: replace_expired,
    PasswordReminderPage: remind_later,
    OrganizationPage: choose_organization,
}
