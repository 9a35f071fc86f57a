"""Answers that any capability can give, and the words they share."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import ClassVar, Literal

from core.capabilities.record import Answer


class Network(StrEnum):
    IN = "in"
    OUT = "out"


class Level(StrEnum):
    INDIVIDUAL = "individual"
    FAMILY = "family"


class Period(StrEnum):
    CALENDAR_YEAR = "calendar_year"
    SERVICE_YEAR = "service_year"


class PortalSays(Answer):
    """An answer without data. `message` is the portal's own sentence; it can hold patient data."""

    empty_handed = True
    message: str | None = None
    said: ClassVar[str]

    @property
    def sentence(self) -> str:
        return self.said


class MemberNotFound(PortalSays):
    """X12 AAA 75 (and 72, where a portal does not tell a wrong id from an unknown one)."""

    outcome: Literal["member_not_found"] = "member_not_found"
    said = "Member not found."


class BirthDateMismatch(PortalSays):
    """X12 AAA 71."""

    outcome: Literal["birth_date_mismatch"] = "birth_date_mismatch"
    said = "The birth date does not match the payer's record of this member."


class SeveralMatches(PortalSays):
    """X12 AAA 76 and its like. `count` as the portal states it."""

    outcome: Literal["several_matches"] = "several_matches"
    count: int | None = None
    said = "Several members match; ask again with the member ID."


class ProviderNotOnFile(PortalSays):
    """X12 AAA 43 or 51."""

    outcome: Literal["provider_not_on_file"] = "provider_not_on_file"
    said = "The payer does not have this provider on file."


class NotAuthorised(PortalSays):
    """The bot's account lacks the role for this function."""

    outcome: Literal["not_authorised"] = "not_authorised"
    said = "This account may not use that function on the portal; an administrator there can grant the role."


class NoAnswerNow(PortalSays):
    """X12 AAA 42 or 80: the payer behind the portal did not answer. Worth asking again later."""

    outcome: Literal["no_answer_now"] = "no_answer_now"
    said = "The payer behind the portal could not answer now; ask again later."


class NoLongerKept(PortalSays):
    """All that was asked for is older than what the portal shows this account. It says nothing of whether it was."""

    outcome: Literal["no_longer_kept"] = "no_longer_kept"
    kept_from: date
    """The first day that the portal still shows."""

    @property
    def sentence(self) -> str:
        return f"The portal no longer shows that: with this account it goes back to {self.kept_from}."


class AskElsewhere(PortalSays):
    """Somebody else has the data: the health plan that delivers a public programme, or the portal a payer moved to."""

    outcome: Literal["ask_elsewhere"] = "ask_elsewhere"
    name: str | None = None
    """Who, in the portal's own words."""
    portal: str | None = None
    """The fleet's id of the portal to ask, where the adapter knows it."""

    @property
    def sentence(self) -> str:
        whom = f"portal {self.portal}" if self.portal else self.name or "the payer"
        return f"This portal does not have it: ask {whom}."


class Mismatch(Answer):
    """The page showed somebody else than was asked for. It carries no data, on purpose."""

    empty_handed = True
    outcome: Literal["mismatch"] = "mismatch"
    differs: tuple[str, ...]
    """Names of the identity fields that differ, never their values."""

    @property
    def sentence(self) -> str:
        return (
            f"The portal showed another record than the one asked for ({', '.join(self.differs)}); nothing was taken."
        )
