"""What is asked of an account itself: that its log-in works, that its password is changed, that it is recovered. No
payer, no patient.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from core.capabilities.common import PortalSays
from core.capabilities.record import Answer, Query


class AccountQuery(Query):
    account: str
    """The credential's own id: errands to two accounts are never taken for one."""


class LoginProven(Answer):
    outcome: Literal["login_proven"] = "login_proven"
    how: Literal["session", "password"]
    """By a saved session that the portal still honours, or by a real log-in."""
    password_expires_on: date | None = None

    @property
    def sentence(self) -> str:
        if self.how == "session":
            return "The saved session still works; nothing was typed."
        return "The portal took the password, and the code where it asks for one."


class PasswordChanged(Answer):
    outcome: Literal["password_changed"] = "password_changed"

    @property
    def sentence(self) -> str:
        return "The password is changed, proven by a fresh log-in, and in the vault; the old versions are kept there."


class PasswordRefused(PortalSays):
    """The portal does not like the new one; the old one stands. The rules in the manifest are not the portal's."""

    outcome: Literal["password_refused"] = "password_refused"

    @property
    def sentence(self) -> str:
        said = f": {self.message}" if self.message else ""
        return f"The portal refused the new password and the old one stands{said}"


PasswordAnswer = PasswordChanged | PasswordRefused


class Recovered(Answer):
    outcome: Literal["recovered"] = "recovered"

    @property
    def sentence(self) -> str:
        return "The account is open again, proven by a fresh log-in, and the vault has its password."


class RecoveryRefused(PortalSays):
    """The portal does not let the account be recovered in its own way, or not with this code or link."""

    outcome: Literal["recovery_refused"] = "recovery_refused"

    @property
    def sentence(self) -> str:
        said = f": {self.message}" if self.message else ""
        return f"The portal did not recover the account{said}"


RecoveryAnswer = Recovered | RecoveryRefused
