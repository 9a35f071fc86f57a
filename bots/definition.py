"""A portal as the runtime needs it: manifest, selector data, log-in screens and journeys, bound to one environment."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bots.page import Page
from bots.selectors import PortalSelectors
from core.capabilities.account import PasswordAnswer, RecoveryAnswer
from core.capabilities.record import Answer
from core.manifest import Manifest

if TYPE_CHECKING:
    from bots.login import LoginDesk
    from bots.portal import Portal
    from bots.recovery import RecoveryDesk

Journey = Callable[["Portal", Any], Awaitable[Answer]]
"""`async def check_eligibility(portal: Portal, query: EligibilityQuery) -> Coverage | MemberNotFound | …`"""

PasswordJourney = Callable[["Portal", "LoginDesk"], Awaitable[PasswordAnswer]]
"""`async def change_password(portal: Portal, desk: LoginDesk) -> PasswordAnswer`"""

RecoveryJourney = Callable[["Portal", "RecoveryDesk"], Awaitable[RecoveryAnswer]]
"""`async def recover(portal: Portal, desk: RecoveryDesk) -> RecoveryAnswer`: from outside, until the portal has a new
password; the log-in that proves it is the runtime's.
"""

Response = Callable[[Any, "LoginDesk"], Awaitable[None]]


@dataclass(frozen=True)
class LoginScreens:
    """Every screen that may stand between the portal's door and its home, with what is done about it."""

    home: type[Page]
    screens: Mapping[type[Page], Response]


@dataclass(frozen=True)
class PortalDefinition:
    manifest: Manifest
    selectors: PortalSelectors
    login: LoginScreens
    journeys: Mapping[str, Journey]
    url: str
    """Where the portal is in this environment, without a path: scheme, host and port."""
    hosts: tuple[str, ...]
    password: PasswordJourney | None = None
    """How a password is changed there; None where a person does it."""
    recovery: RecoveryJourney | None = None
    """How an account is recovered there; None where a person does it."""
    sendings: Mapping[str, Journey] = field(default_factory=dict)
    """The journeys that send something: `async def submit_appeal(portal: Portal, appeal: Appeal) -> Confirmed | …`"""

    def allows(self, url: str) -> bool:
        """Whether a secret may be typed into a document of this address: scheme, host and port must be the portal's."""
        home = urlsplit(self.url)
        try:
            asked = urlsplit(url)
            if (asked.scheme, asked.port, asked.username) != (home.scheme, home.port, None):
                return False
        except ValueError:  # no address at all: a port out of range, half an IPv6 address
            return False
        host = asked.hostname or ""
        return any(host == known or (known.startswith("*.") and host.endswith(known[1:])) for known in self.hosts)
