"""Passwords of people who use the console: hashed with Argon2id, long, and not too easy to guess."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from core.errors import RequestInvalid
from core.phi import Secret

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
"""Characters: hashing takes longer the longer the text is."""
_hasher = PasswordHasher()
NOBODYS = _hasher.hash(secrets.token_urlsafe())
"""For a name that nobody has: to verify it takes as long."""


def new_password() -> Secret:
    """To be read out and typed once: groups of letters and digits that nobody mixes up."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return Secret("-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(5)))


def check_new(password: Secret, name: str) -> None:
    text = password.reveal()
    if not SHORTEST_PASSWORD <= len(text) <= LONGEST_PASSWORD:
        raise RequestInvalid(
            f"A password has {SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters; a few words make a good one.",
            field="password",
        )
    if name in text.casefold():
        raise RequestInvalid("Leave your name out of the password; others would try it first.", field="password")
    if len(set(text)) < SHORTEST_PASSWORD // 3:
        raise RequestInvalid("This password is too easy to guess; a few words make a good one.", field="password")


async def hashed(password: Secret) -> str:
    return await asyncio.to_thread(_hasher.hash, password.reveal())


async def verified(against: str, password: Secret) -> bool:
    def verify() -> bool:
        try:
            return _hasher.verify(against, password.reveal()[: LONGEST_PASSWORD + 1])
        except (VerifyMismatchError, InvalidHashError):
            return False

    return await asyncio.to_thread(verify)
