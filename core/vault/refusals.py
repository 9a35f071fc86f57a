"""Sentences that every vault says alike."""

from __future__ import annotations

from core.errors import RequestInvalid
from core.seal import SealBroken


def no_login(portal: str, account: str) -> RequestInvalid:
    return RequestInvalid(
        f"The vault holds no login for the credential “{account}” on {portal}; an administrator must save it first.",
        field="credential",
    )


def no_seed(portal: str, account: str) -> RequestInvalid:
    return RequestInvalid(
        f"The vault holds no seed for the credential “{account}” on {portal}; an administrator must save it first.",
        field="credential",
    )


def changed_meanwhile(portal: str, account: str) -> RequestInvalid:
    return RequestInvalid(
        f"The login of the credential “{account}” on {portal} was changed meanwhile; look at it and save again.",
        field="credential",
    )


def no_period_key(period: str) -> SealBroken:
    return SealBroken(
        f"The vault has no key of {period}, and did not shred it; was the vault restored from an older copy?",
        reference=period,
    )
