"""The way into the strange portal: user name and terms, password, code."""

from bots.definition import LoginScreens
from bots.login import LoginDesk
from bots.page import Element, Page


class HomePage(Page, page="home"): ...


class UserNamePage(Page, page="user_name"):
    username = Element()
    agree = Element()
    proceed = Element()


class PasswordPage(Page, page="password"):
    password = Element()
    proceed = Element()


class CodePage(Page, page="code"):
    code = Element()


async def name_user(page: UserNamePage, desk: LoginDesk) -> None:
    await desk.type_username(page.username)
    await page.agree.click()
    await page.proceed.click()


async def give_password(page: PasswordPage, desk: LoginDesk) -> None:
    await desk.type_password(page.password)
    await page.proceed.click()


async def give_code(page: CodePage, desk: LoginDesk) -> None:
    """The first of six boxes; the page moves on by itself."""
    await desk.type_code(page.code)


LOGIN = LoginScreens(home=HomePage, screens={UserNamePage: name_user, PasswordPage: give_password, CodePage: give_code})
