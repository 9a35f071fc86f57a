"""The way into UCare's portal: one address, one thing asked after the other."""

from bots.definition import LoginScreens
from bots.login import LoginDesk
from bots.page import Element, Page


class HomePage(Page, page="home"): ...


class SignInPage(Page, page="sign_in"):
    username = Element()
    password = Element()
    proceed = Element()


class CodePage(Page, page="code"):
    """Comes at once for an account with an authenticator; all others are sent a code, which is a signal."""

    code = Element()
    verify = Element()


class PasswordReminderPage(Page, page="password_reminder"):
    days = Element()
    later = Element()


class NewsPage(Page, page="news"):
    proceed = Element()


class TaxIdPage(Page, page="tax_id"):
    """For an account that works for several."""

    choices = Element()
    proceed = Element()


async def sign_in(page: SignInPage, desk: LoginDesk) -> None:
    await desk.type_username(page.username)
    await desk.type_password(page.password)
    await page.proceed.click()


async def enter_code(page: CodePage, desk: LoginDesk) -> None:
    await desk.type_code(page.code)
    await page.verify.click()


async def remind_later(page: PasswordReminderPage, desk: LoginDesk) -> None:
    desk.password_expires(await page.days.text())
    await page.later.click()


async def read_news(page: NewsPage, _: LoginDesk) -> None:
    await page.proceed.click()


async def choose_tax_id(page: TaxIdPage, desk: LoginDesk) -> None:
    await page.choices.pick(desk.organization())
    await page.proceed.click()


LOGIN = LoginScreens(
    home=HomePage,
    screens={
        SignInPage: sign_in,
        CodePage: enter_code,
        PasswordReminderPage: remind_later,
        NewsPage: read_news,
        TaxIdPage: choose_tax_id,
    },
)
