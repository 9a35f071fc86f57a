"""What portals want of a new password: told to whoever offers another one, in the portal's own words."""

from __future__ import annotations

import string
from collections.abc import Sequence
from dataclasses import dataclass

HISTORY = 10


@dataclass(frozen=True)
class PasswordRules:
    shortest: int
    longest: int
    special: str
    keep_hours: float = 0.0

    def objection(self, new: str, username: str, before: Sequence[str], age_hours: float | None) -> str | None:
        """`before`: the present one and those before it, the last first. `age_hours`: of one that was set here."""
        told = {
            f"must have {self.shortest} to {self.longest} characters": self.shortest <= len(new) <= self.longest,
            "must have an upper case letter": set(new) & set(string.ascii_uppercase),
            "must have a lower case letter": set(new) & set(string.ascii_lowercase),
            "must have a digit": set(new) & set(string.digits),
            f"must have one of {self.special}": not self.special or set(new) & set(self.special),
            f"may have letters, digits and {self.special or 'nothing else'} only": not set(new)
            - set(string.ascii_letters + string.digits + self.special),
            "must not contain the user ID": username.casefold() not in new.casefold(),
            f"must differ from the last {HISTORY}": new not in before[: HISTORY + 1],
        }
        if age_hours is not None and age_hours < self.keep_hours:
            return (
                f"The password was changed less than {self.keep_hours:.0f} hours ago and cannot be changed again yet."
            )
        return next((f"The new password {rule}." for rule, kept in told.items() if not kept), None)


_ONE_HEALTHCARE_ID = PasswordRules(12, 32, "!@#$%&*")
RULES = {
    "availity": PasswordRules(8, 20, "!@#$%^*()_-+=", keep_hours=24),
    "medicaid_forms": PasswordRules(8, 12, "#$@_"),
    "medicaid_sso": PasswordRules(10, 64, "!@#$%^*-_+=?", keep_hours=24),
    "ucare_old": PasswordRules(8, 10, ""),
    "ucare": PasswordRules(8, 16, "!@#$%*-_"),
    "uhc": _ONE_HEALTHCARE_ID,
    "optumpay": _ONE_HEALTHCARE_ID,
}
