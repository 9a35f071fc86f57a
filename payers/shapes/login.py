"""Screens that log-ins commonly have, each with what it takes to answer it. An adapter adds those of its own."""

from __future__ import annotations

from typing import ClassVar

from bots.element import BoundElement
from bots.login import LoginDesk
from bots.page import Element, Page


class HomePage(Page, page="home"): ...


class SignInPage(Page, page="sign_in"):
    username = Element()
    password = Element()
    submit = Element()


class CodePage(Page, page="code"):
    code = Element()
    proceed = Element()


class TrustPage(CodePage):
    """It offers to remember the device, and then asks for no code for a while."""

    remember = Element()


class SentCodePage(CodePage, page="sent_code"):
    """For a code that the portal sends to a person."""

    medium: ClassVar[str] = "text message"


class CalledCodePage(SentCodePage, page="called_code"):
    medium = "call"


class MailedCodePage(SentCodePage, page="mailed_code"):
    medium = "e-mail"


class PasswordReminderPage(Page, page="password_reminder"):
    days = Element()
    later = Element()


class ExpiredPasswordPage(Page):
    """It wants a new one before it goes on."""

    new = Element()
    again = Element()
    change = Element(write=True)


class OldAndNewPasswordPage(ExpiredPasswordPage):
    current = Element()


class NoticePage(Page):
    """Something to read and to leave."""

    proceed = Element()


class OrganizationPage(Page, page="organization"):
    """For an account that works for several."""

    choices = Element()
    proceed = Element()


async def sign_in(page: SignInPage, desk: LoginDesk) -> None:
    await desk.type_username(page.username)
    await desk.type_password(page.password)
    await page.submit.click()


async def enter_code(page: CodePage, desk: LoginDesk) -> None:
    await have_device_remembered(page)
    await desk.type_code(page.code)
    await page.proceed.click()


async def have_device_remembered(page: CodePage) -> None:
    if isinstance(page, TrustPage) and await page.remember.there():
        await page.remember.click()


async def first_offered(*methods: BoundElement) -> BoundElement:
    """The last one where none of the others is there, so that it is missed."""
    for method in methods[:-1]:
        if await method.there():
            return method
    return methods[-1]


async def enter_sent_code(page: SentCodePage, desk: LoginDesk) -> None:
    await have_device_remembered(page)
    await desk.type_sent_code(page.code, page.medium)
    await page.proceed.click()


async def remind_later(page: PasswordReminderPage, desk: LoginDesk) -> None:
    desk.password_expires(await page.days.text())
    await page.later.click()


async def replace_expired(page: ExpiredPasswordPage, desk: LoginDesk) -> None:
    await desk.type_new_password(page.new, page.again)
    await page.change.click()


async def replace_with_old(page: OldAndNewPasswordPage, desk: LoginDesk) -> None:
    await desk.type_current_password(page.current)
    await replace_expired(page, desk)


async def read_on(page: NoticePage, _: LoginDesk) -> None:
    await page.proceed.click()


async def choose_organization(page: OrganizationPage, desk: LoginDesk) -> None:
    await page.choices.pick(desk.organization())
    await page.proceed.click()
