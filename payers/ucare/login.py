"""The way into UCare's portal: one address, one thing asked after the other.

The code is asked for at once of an account with an authenticator; all others are sent a code, which is a signal.
"""

from bots.definition import LoginScreens
from payers.shapes.login import (
    CodePage,
    HomePage,
    NoticePage,
    OrganizationPage,
    PasswordReminderPage,
    SignInPage,
    choose_organization,
    enter_code,
    read_on,
    remind_later,
    sign_in,
)


class NewsPage(NoticePage, page="news"): ...


LOGIN = LoginScreens(
    home=HomePage,
    screens={
        SignInPage: sign_in,
        CodePage: enter_code,
        PasswordReminderPage: remind_later,
        NewsPage: read_on,
        OrganizationPage: choose_organization,
    },
)
