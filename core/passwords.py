"""What a portal wants of a password, and passwords that it takes."""

from __future__ import annotations

import secrets
import string
from collections.abc import Iterator
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from core.phi import Secret

_LONG_ENOUGH = 20
"""More than 110 bits; nobody types them by hand."""
_TELLING = 3
"""So many letters in a row of a user name count as the user name."""


class CharacterClass(StrEnum):
    UPPER = "upper"
    LOWER = "lower"
    DIGIT = "digit"
    SPECIAL = "special"


class PasswordRules(BaseModel):
    """As far as they are known; the defaults are what most portals take."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    shortest: int = Field(default=8, ge=1)
    longest: int = Field(default=15, le=128)
    classes: tuple[CharacterClass, ...] = tuple(CharacterClass)
    """Of each at least one."""
    special: str = "!#$%*-_.@"
    """What counts as a special character there; no other one is used."""
    forbidden: str = ""
    """Characters of any class that may not stand in it."""
    not_username: bool = True
    """Nor any three letters in a row of it."""
    most_in_a_row: int = Field(default=2, ge=1)
    """Of the same character."""
    history: int | None = None
    """How many of the last ones may not come again. New ones are drawn at random, so they never do."""
    expires_days: int | None = None
    rotate_days: int | None = Field(default=None, ge=0)
    """The fleet changes it by itself when so many days or fewer are left: at this portal, instead of FLEET_ROTATE_DAYS.
    """
    min_age_days: int | None = None
    """So long must a password be kept before the next one."""
    changed_by: Literal["person", "bot"] = "person"
    """`bot`: the adapter has a module `password`."""
    source: str | None = None
    """Documented, observed, or assumed."""

    @model_validator(mode="after")
    def _can_be_kept(self) -> PasswordRules:
        if self.shortest > self.longest or len(self.classes) > self.longest:
            raise ValueError("no password is that short and that long at once")
        if not all(self.alphabet(each) for each in self.classes) or not self.classes:
            raise ValueError("a class that must be there has no character that may")
        return self

    def alphabet(self, kind: CharacterClass) -> str:
        letters = {
            CharacterClass.UPPER: string.ascii_uppercase,
            CharacterClass.LOWER: string.ascii_lowercase,
            CharacterClass.DIGIT: string.digits,
            CharacterClass.SPECIAL: self.special,
        }
        return "".join(each for each in letters[kind] if each not in self.forbidden)

    def broken_by(self, password: Secret, username: Secret) -> Iterator[str]:
        """Which rules, by name; nothing of the password."""
        text, folded = password.reveal(), password.reveal().casefold()
        if not self.shortest <= len(text) <= self.longest:
            yield "length"
        for kind in self.classes:
            if not set(text) & set(self.alphabet(kind)):
                yield f"no {kind.value}"
        if set(text) - set("".join(map(self.alphabet, CharacterClass))):
            yield "forbidden"
        if self.not_username and any(part in folded for part in _parts(username.reveal().casefold())):
            yield "username"
        if any(each * (self.most_in_a_row + 1) in text for each in set(text)):
            yield "in a row"


def new_password(rules: PasswordRules, username: Secret) -> Secret:
    """As long as the portal takes, within reason; begins with a letter where letters may be in it."""
    length = max(rules.shortest, min(rules.longest, _LONG_ENOUGH))
    alphabets = [rules.alphabet(kind) for kind in rules.classes]
    everything = "".join(alphabets)
    letters = any(each.isalpha() for each in everything)
    draw = secrets.SystemRandom()
    while True:
        characters = [draw.choice(each) for each in alphabets]
        characters += [draw.choice(everything) for _ in range(length - len(characters))]
        draw.shuffle(characters)
        password = Secret("".join(characters))
        if (characters[0].isalpha() or not letters) and not any(rules.broken_by(password, username)):
            return password


def _parts(name: str) -> Iterator[str]:
    letters = [name[start : start + _TELLING] for start in range(len(name) - _TELLING + 1)]
    yield from letters or filter(None, [name])
