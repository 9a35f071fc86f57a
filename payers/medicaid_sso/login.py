"""The way into the Franklin Medicaid portal, through FranklinID."""

from bots.definition import LoginScreens
from bots.login import LoginDesk
from bots.page import Element
from payers.shapes.login import (
    CalledCodePage,
    CodePage,
    ExpiredPasswordPage,
    HomePage,
    MailedCodePage,
    PasswordReminderPage,
    SentCodePage,
    enter_code,
    enter_sent_code,
    remind_later,
    replace_expired,
)
from payers.shapes.login import NoticePage as Step


class EmailPage(Step, page="email"):
    email = Element()


class PasswordPage(Step, page="password"):
    password = Element()


class PasswordExpiredPage(ExpiredPasswordPage, page="password_expired"): ...


class AgreementPage(Step, page="agreement"):
    agreed = Element()


class AccountPage(Step, page="account"):
    account = Element()


async def give_email(page: EmailPage, desk: LoginDesk) -> None:
    await desk.type_username(page.email)
    await page.proceed.click()


async def give_password(page: PasswordPage, desk: LoginDesk) -> None:
    await desk.type_password(page.password)
    await page.proceed.click()


async def agree_again(page: AgreementPage, _: LoginDesk) -> None:
    """To the version that a person has accepted for the account, which is the only one that is this page."""
    await page.agreed.click()
    await page.proceed.click()


async def choose_account(page: AccountPage, desk: LoginDesk) -> None:
    await page.account.choose(desk.organization())
    await page.proceed.click()


LOGIN = LoginScreens(
    home=HomePage,
    screens={
        EmailPage: give_email,
        PasswordPage: give_password,
        CodePage: enter_code,
        SentCodePage: enter_sent_code,
        CalledCodePage: enter_sent_code,
        MailedCodePage: enter_sent_code,
        PasswordExpiredPage: replace_expired,
        PasswordReminderPage: remind_later,
        AgreementPage: agree_again,
        AccountPage: choose_account,
    },
)
