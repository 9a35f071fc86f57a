"""The way in. Conditions are agreed to at each log-in, but only to the edition that somebody has read."""

from bots.definition import LoginScreens
from bots.login import LoginDesk
from bots.page import Element, Page


class HomePage(Page, page="home"): ...


class SignInPage(Page, page="sign_in"):
    username = Element()
    password = Element()
    submit = Element()


class CodePage(Page, page="code"):
    code = Element()
    submit = Element()


class ConditionsPage(Page, page="conditions"):
    agree = Element()
    proceed = Element()


class PasswordNoticePage(Page, page="password_notice"):
    days = Element()
    later = Element()


class BulletinsPage(Page, page="bulletins"):
    proceed = Element()


class OrganizationPage(Page, page="organization"):
    choices = Element()
    proceed = Element()


async def sign_in(page: SignInPage, desk: LoginDesk) -> None:
    await desk.type_username(page.username)
    await desk.type_password(page.password)
    await page.submit.click()


async def enter_code(page: CodePage, desk: LoginDesk) -> None:
    await desk.type_code(page.code)
    await page.submit.click()


async def agree(page: ConditionsPage, _: LoginDesk) -> None:
    await page.agree.click()
    await page.proceed.click()


async def change_later(page: PasswordNoticePage, desk: LoginDesk) -> None:
    desk.password_expires(await page.days.text())
    await page.later.click()


async def choose_organization(page: OrganizationPage, desk: LoginDesk) -> None:
    await page.choices.pick(desk.organization())
    await page.proceed.click()


LOGIN = LoginScreens(
    home=HomePage,
    screens={
        SignInPage: sign_in,
        CodePage: enter_code,
        ConditionsPage: agree,
        PasswordNoticePage: change_later,
        BulletinsPage: lambda page, _: page.proceed.click(),
        OrganizationPage: choose_organization,
    },
)
