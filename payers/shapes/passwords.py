"""Pages on which a password is changed, and what they say of it."""

from __future__ import annotations

from bots.page import Element, Page
from core.capabilities.account import PasswordRefused
from payers.shapes.refusals import RefusalPage


class ChangePasswordPage(Page, page="change_password"):
    current = Element()
    new = Element()
    again = Element()
    save = Element(write=True)


class PasswordChangedPage(Page, page="password_changed"): ...


class PasswordRefusedPage(RefusalPage[PasswordRefused], page="password_refused"):
    means = PasswordRefused
