"""The strange portal as the bots see it: its manifest, its account, its people's questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fixtures_portals import Kept, short_of_time
from strange_portal.site import CODE, PASSWORD, USER, Site

from bots.contracts import LoginSecrets
from bots.definition import PortalDefinition
from bots.host import BrowserHost
from bots.lane import LaneBrowser
from bots.portal import Portal
from core.capabilities.eligibility import EligibilityQuery
from core.capabilities.record import Answer
from core.errors import CodeRequired
from core.phi import Secret

Opened = Callable[[str], Portal]
"""A page that a test writes, as a journey sees it, by the selector data of one chapter."""

MANIFEST = {
    "id": "strange",
    "name": "Lakes & Prairies Health Network",
    "environments": {},
    "payers": [
        {"id": "COM", "name": "Commercial", "label": "Commercial"},
        {"id": "MA", "name": "Medical Assistance", "label": "Medical Assistance"},
        {"id": "DEN", "name": "Dental", "label": "Dental"},
    ],
    "capabilities": ["eligibility"],
    "mfa": ["totp", "email"],
    "session_minutes": 15,
    "session_source": "assumed",
    "answer_seconds": 12,
    "policy": {"stance": "unknown", "evidence": "none", "reviewed_on": "2026-11-22"},
    "rung": "draft",
}


class OneCode:
    """The authenticator of an account whose codes never change."""

    def __init__(self, code: str) -> None:
        self.code = code

    async def totp(self) -> Secret:
        return Secret(self.code)

    async def sent(self, medium: str) -> Secret:
        raise CodeRequired("Nobody is there.", medium=medium)

    def portal_clock(self, offset_seconds: float) -> None:
        pass


def secrets(*, password: str = PASSWORD, code: str = CODE) -> LoginSecrets:
    return LoginSecrets(Secret(USER), Secret(password), OneCode(code))


@dataclass
class Strange:
    """The strange portal with a browser host that may visit it."""

    site: Site
    definition: PortalDefinition
    host: BrowserHost

    def short_of_time(self, seconds: float) -> PortalDefinition:
        return short_of_time(self.definition, seconds)

    async def ask(
        self,
        lane: LaneBrowser,
        payer: str,
        member_id: str,
        born: str,
        kept: Kept | None = None,
        day: str = "2026-11-22",
    ) -> Answer:
        query = EligibilityQuery.model_validate({"member_id": member_id, "birth_date": born, "service_date": day})
        return await lane.perform("eligibility", payer, query, kept or Kept())
