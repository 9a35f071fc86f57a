"""The way into the Franklin Medicaid portal, through FranklinID."""

from typing import ClassVar

from bots.definition import LoginScreens
from bots.login import LoginDesk
from bots.page import Element
from payers.shapes.login import ExpiredPasswordPage, HomePage, replace_expired
from payers.shapes.login import NoticePage as Step


class EmailPage(Step, page="email"):
    email = Element()


class PasswordPage(Step, page="password"):
    password = Element()


class PasscodePage(Step, page="passcode"):
    passcode = Element()


class SentPasscodePage(PasscodePage, page="sent_passcode"):
    medium: ClassVar[str] = "text message"


class CalledPasscodePage(SentPasscodePage, page="called_passcode"):
    medium = "call"


class MailedPasscodePage(SentPasscodePage, page="mailed_passcode"):
    medium = "e-mail"


class PasswordExpiredPage(ExpiredPasswordPage, page="password_expired"): ...


class PasswordReminderPage(Step, page="password_reminder"):
    days = Element()


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


async def give_passcode(page: PasscodePage, desk: LoginDesk) -> None:
    await desk.type_code(page.passcode)
    await page.proceed.click()


async def give_sent_passcode(page: SentPasscodePage, desk: LoginDesk) -> None:
    await desk.type_sent_code(page.passcode, page.medium)
    await page.proceed.click()


async def remind_later(page: PasswordReminderPage, desk: LoginDesk) -> None:
    desk.password_expires(await page.days.text())
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
        PasscodePage: give_passcode,
        SentPasscodePage: give_sent_passcode,
        CalledPasscodePage: give_sent_passcode,
        MailedPasscodePage: give_sent_passcode,
        PasswordExpiredPage: replace_expired,
        PasswordReminderPage: remind_later,
        AgreementPage: agree_again,
        AccountPage: choose_account,
    },
)
