"""The way in, through One Healthcare ID."""

from bots.definition import LoginScreens
from bots.page import Page
from payers.onehealthcareid.screens import SCREENS


class WelcomePage(Page, page="welcome"): ...


LOGIN = LoginScreens(home=WelcomePage, screens=SCREENS)
