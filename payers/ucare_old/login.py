"""The way into UCare's older portal: a password, and no second step."""

from bots.definition import LoginScreens
from bots.login import LoginDesk
from bots.page import Element, Page


class MenuPage(Page, page="menu"): ...


class LogOnPage(Page, page="log_on"):
    username = Element()
    password = Element()
    proceed = Element()


class StepPage(Page):
    proceed = Element()


class PasswordExpiredPage(Page, page="password_expired"):
    current = Element()
    new = Element()
    change = Element(write=True)


class PasswordNoticePage(StepPage, page="password_notice"):
    days = Element()


class BulletinPage(StepPage, page="bulletin"): ...


class GroupPracticePage(StepPage, page="group_practice"):
    """For an account with several group practice numbers."""

    choices = Element()


async def log_on(page: LogOnPage, desk: LoginDesk) -> None:
    await desk.type_username(page.username)
    await desk.type_password(page.password)
    await page.proceed.click()


async def replace_expired(page: PasswordExpiredPage, desk: LoginDesk) -> None:
    await desk.type_current_password(page.current)
    await desk.type_new_password(page.new)
    await page.change.click()


async def note_days(page: PasswordNoticePage, desk: LoginDesk) -> None:
    desk.password_expires(await page.days.text())
    await page.proceed.click()


async def read_bulletin(page: BulletinPage, _: LoginDesk) -> None:
    await page.proceed.click()


async def choose_group_practice(page: GroupPracticePage, desk: LoginDesk) -> None:
    await page.choices.pick(desk.organization())
    await page.proceed.click()


LOGIN = LoginScreens(
    home=MenuPage,
    screens={
        LogOnPage: log_on,
        PasswordExpiredPage: replace_expired,
        PasswordNoticePage: note_days,
        BulletinPage: read_bulletin,
        GroupPracticePage: choose_group_practice,
    },
)
