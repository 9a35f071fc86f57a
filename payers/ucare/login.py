"""The way into UCare's portal: one address, one thing asked after the other.

The code is asked for at once of an account with an authenticator; all others are sent one.
"""

from bots.definition import LoginScreens
from payers.shapes.login import (
    CalledCodePage,
    CodePage,
    HomePage,
    NoticePage,
    OldAndNewPasswordPage,
    OrganizationPage,
    PasswordReminderPage,
    SentCodePage,
    SignInPage,
    choose_organization,
    enter_code,
    enter_sent_code,
    read_on,
    remind_later,
    replace_with_old,
    sign_in,
)


class PasswordExpiredPage(OldAndNewPasswordPage, page="password_expired"): ...


class NewsPage(NoticePage, page="news"): ...


LOGIN = LoginScreens(
    home=HomePage,
    screens={
        SignInPage: sign_in,
        CodePage: enter_code,
        SentCodePage: enter_sent_code,
        CalledCodePage: enter_sent_code,
        PasswordExpiredPage: replace_with_old,
        PasswordReminderPage: remind_later,
        NewsPage: read_on,
        OrganizationPage: choose_organization,
    },
)
