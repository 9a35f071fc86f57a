"""The way in, through One Healthcare ID."""

from bots.definition import LoginScreens
from bots.page import Page
from payers.onehealthcareid.screens import SCREENS


class DashboardPage(Page, page="dashboard"): ...


LOGIN = LoginScreens(home=DashboardPage, screens=SCREENS)
