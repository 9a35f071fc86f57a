"""What can go wrong, by who acts next. Nothing else may leave an adapter, a lane or the command line.

Every error has two texts. `sentence` is for people: one clear sentence with the cure, free of patient data
and secrets. `reference` is for engineers: page, element, HTTP status; also free of both.
"Member not found" and its like are answers (core.capabilities), not errors.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar


class NextStep(StrEnum):
    WAIT = "wait"
    LOG_IN_AGAIN = "log_in_again"
    ASK_ADMINISTRATOR = "ask_administrator"
    ASK_PERSON = "ask_person"
    STOP = "stop"
    ASK_BILLER = "ask_biller"
    ASK_DEVELOPER = "ask_developer"
    RECONCILE = "reconcile"
    MEND_STACK = "mend_stack"
    """One of our own parts (vault, Prefect, store, browser, disk) must come back first; the work is kept."""


class FleetError(Exception):
    next_step: ClassVar[NextStep]

    def __init__(self, sentence: str, *, reference: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.reference = reference

    @property
    def code(self) -> str:
        """The class name: what is stored, counted and grouped by."""
        return type(self).__name__

    def told(self) -> dict[str, str]:
        """What a script, or another process of ours, gets to see of it."""
        told = {"code": self.code, "sentence": self.sentence, "next_step": self.next_step.value}
        details = {name: getattr(self, name, None) for name in ("field", "part", "reference")}
        return told | {name: value for name, value in details.items() if value}


class PortalUnavailable(FleetError):
    """Maintenance, server error, time-out: the portal, not us and not the question."""

    next_step = NextStep.WAIT

    def __init__(self, sentence: str, *, retry_at: datetime | None = None, reference: str = "") -> None:
        super().__init__(sentence, reference=reference)
        self.retry_at = retry_at


class PortalReplaced(FleetError):
    """The portal is gone for good; `portal` is the one to ask from now on."""

    next_step = NextStep.ASK_BILLER

    def __init__(self, sentence: str, *, portal: str, reference: str = "") -> None:
        super().__init__(sentence, reference=reference)
        self.portal = portal


class RateLimited(FleetError):
    next_step = NextStep.WAIT

    def __init__(self, sentence: str, *, retry_at: datetime | None = None, reference: str = "") -> None:
        super().__init__(sentence, reference=reference)
        self.retry_at = retry_at


class SessionExpired(FleetError):
    """The portal ended the session; `kicked` when another session of the same user took its place."""

    next_step = NextStep.LOG_IN_AGAIN

    def __init__(self, sentence: str, *, kicked: bool = False, reference: str = "") -> None:
        super().__init__(sentence, reference=reference)
        self.kicked = kicked


class CredentialRejected(FleetError):
    """The portal refused the password or the code. `attempts_remaining` is what the portal itself said."""

    next_step = NextStep.ASK_ADMINISTRATOR

    def __init__(
        self,
        sentence: str,
        *,
        factor: str = "password",
        attempts_remaining: int | None = None,
        reference: str = "",
    ) -> None:
        super().__init__(sentence, reference=reference)
        self.factor = factor
        self.attempts_remaining = attempts_remaining


class PasswordExpired(FleetError):
    """The portal wants a new one; `refused_new` when it would not have the one that it was given."""

    next_step = NextStep.ASK_ADMINISTRATOR

    def __init__(self, sentence: str, *, refused_new: bool = False, reference: str = "") -> None:
        super().__init__(sentence, reference=reference)
        self.refused_new = refused_new


class AccountLocked(FleetError):
    """Locked, or deactivated for inactivity: only a person can open it again."""

    next_step = NextStep.ASK_ADMINISTRATOR


class CodeRequired(FleetError):
    """The portal sends a code to a person (text, call, e-mail); the browser stays open until `expires_at`."""

    next_step = NextStep.ASK_PERSON

    def __init__(self, sentence: str, *, medium: str, expires_at: datetime | None = None, reference: str = "") -> None:
        super().__init__(sentence, reference=reference)
        self.medium = medium
        self.expires_at = expires_at


class ApprovalRequired(FleetError):
    next_step = NextStep.ASK_PERSON


class ActionNeeded(FleetError):
    """The portal wants a person to do something first: accept terms, attest data, enrol a device."""

    next_step = NextStep.ASK_PERSON

    def __init__(self, sentence: str, *, kind: str, reference: str = "") -> None:
        super().__init__(sentence, reference=reference)
        self.kind = kind


class AutomationBlocked(FleetError):
    """A CAPTCHA, a bot wall, or terms that forbid bots. Never worked around."""

    next_step = NextStep.STOP


class RequestInvalid(FleetError):
    """The question itself is wrong; `field` is the key the biller has to mend."""

    next_step = NextStep.ASK_BILLER

    def __init__(self, sentence: str, *, field: str | None = None, reference: str = "") -> None:
        super().__init__(sentence, reference=reference)
        self.field = field


class PortalChanged(FleetError):
    """A page or element is not what the selectors say. The capability rests until a developer has looked."""

    next_step = NextStep.ASK_DEVELOPER

    def __init__(self, page: str, element: str | None, *, detail: str = "", sentence: str | None = None) -> None:
        """`sentence`: in place of the one that a page or element is another than it was."""
        where = f"the page “{page}”" if element is None else f"“{element}” on the page “{page}”"
        changed = (
            f"The portal has changed: {where} is not as the fleet knows it; a developer must look at the selectors."
        )
        super().__init__(sentence or changed, reference=detail)
        self.page = page
        self.element = element


class OutcomeUnknown(FleetError):
    """Something was sent and the answer was lost. It is looked up on the portal, never sent again blindly."""

    next_step = NextStep.RECONCILE


class LeaseLost(FleetError):
    """Another worker holds the lane now; whatever this one was doing must not touch the portal again."""

    next_step = NextStep.WAIT


class PartUnavailable(FleetError):
    """A part of our own stack is missing, down, sealed or full. `part` names it as `fleet doctor` does."""

    next_step = NextStep.MEND_STACK

    def __init__(self, part: str, sentence: str, *, reference: str = "") -> None:
        super().__init__(sentence, reference=reference)
        self.part = part
