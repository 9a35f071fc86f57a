"""The way into Availity Essentials. Without an authenticator a code is sent, which a person must read."""

from bots.definition import LoginScreens
from bots.login import LoginDesk
from bots.page import Element, Page


class HomePage(Page, page="home"): ...


class SignInPage(Page, page="sign_in"):
    username = Element()
    password = Element()
    submit = Element()


class MethodPage(Page, page="method"):
    authenticator = Element()
    message = Element()
    proceed = Element()


class CodePage(Page, page="code"):
    code = Element()
    proceed = Element()


class PasswordReminderPage(Page, page="password_reminder"):
    days = Element()
    later = Element()


class AnnouncementPage(Page, page="announcement"):
    proceed = Element()


class OrganizationPage(Page, page="organization"):
    choices = Element()
    proceed = Element()


async def sign_in(page: SignInPage, desk: LoginDesk) -> None:
    await desk.type_username(page.username)
    await desk.type_password(page.password)
    await page.submit.click()


async def choose_method(page: MethodPage, _: LoginDesk) -> None:
    await (page.authenticator if await page.authenticator.there() else page.message).click()
    await page.proceed.click()


async def enter_code(page: CodePage, desk: LoginDesk) -> None:
    await desk.type_code(page.code)
    await page.proceed.click()


async def remind_later(page: PasswordReminderPage, desk: LoginDesk) -> None:
    desk.password_expires(await page.days.text())
    await page.later.click()


async def read_on(page: AnnouncementPage, _: LoginDesk) -> None:
    await page.proceed.click()


async def choose_organization(page: OrganizationPage, desk: LoginDesk) -> None:
    await page.choices.pick(desk.organization())
    await page.proceed.click()


LOGIN = LoginScreens(
    home=HomePage,
    screens={
        SignInPage: sign_in,
        MethodPage: choose_method,
        CodePage: enter_code,
        PasswordReminderPage: remind_later,
        AnnouncementPage: read_on,
        OrganizationPage: choose_organization,
    },
)
