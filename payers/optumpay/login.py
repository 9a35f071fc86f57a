"""The way in, through One Healthcare ID; what follows is the portal's own."""

from bots.definition import LoginScreens
from bots.login import LoginDesk
from bots.page import Element, Page
from payers.onehealthcareid.screens import SCREENS


class WelcomePage(Page, page="welcome"): ...


class OrganizationPage(Page, page="organization"):
    choices = Element()
    proceed = Element()


async def choose_organization(page: OrganizationPage, desk: LoginDesk) -> None:
    await page.choices.pick(desk.organization())
    await page.proceed.click()


LOGIN = LoginScreens(home=WelcomePage, screens={**SCREENS, OrganizationPage: choose_organization})
