"""Lists of which one fills the next: provider, service location, and what is done there."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import Route

from simulator.authorization_words import KINDS
from simulator.codes import SERVICE_TYPES
from simulator.portals.medicaid_sso.gate import Gate
from simulator.portals.medicaid_sso.words import service
from simulator.sessions import Session

ANY_REVIEW = "All types"
REQUESTS = {"reconsideration": "Adjustment request", "appeal": "Formal appeal"}
ANY_ADVICE = "All advices"
ADVICES = {"Electronic (835)": "835", "Paper (RA)": "eop"}
_STREETS = ("2210 Harbor St, Elizabethton", "41 Court Sq, Greeneville", "908 Doe Ave, Jonesborough")
_LAST = {
    "eligibility": ("service", "Service type", tuple(map(service, SERVICE_TYPES))),
    "claims": (
        "taxonomy",
        "Taxonomy",
        (
            "207Q00000X - Family Medicine (primary)",
            "261QP2300X - Primary Care Clinic",
            "363L00000X - Nurse Practitioner",
        ),
    ),
    "prior-approvals": ("review", "Type of review", (ANY_REVIEW, *KINDS["franklin"].values())),
    "appeals": ("kind", "Request type", tuple(REQUESTS.values())),
    "remittances": ("advice", "Advice type", (ANY_ADVICE, *ADVICES)),
}
"""What a form asks for in the end."""


@dataclass(frozen=True)
class Listing:
    name: str
    label: str
    options: tuple[str, ...]  # none as long as nothing is chosen in the list before
    event: str = ""


def listings(session: Session, form: Mapping[str, str]) -> tuple[Listing, Listing, Listing]:
    """The three lists of a form, as far as what is chosen in it fills them."""
    organizations = session.account.spec.organizations
    mine = next((each.providers for each in organizations if each.id == session.organization_id), ())
    providers = tuple(f"{each.npi} - {each.name}" for each in mine)
    chosen = form.get("provider", "")
    locations = _locations(chosen) if chosen in providers else ()
    name, label, options = _LAST.get(form.get("form", ""), _LAST["eligibility"])
    return (
        Listing("provider", "Provider", providers, "provider"),
        Listing("location", "Service location", locations, "location"),
        Listing(name, label, options if form.get("location") in locations else ()),
    )


def unchosen(session: Session, form: Mapping[str, str]) -> str | None:
    """The first list in which nothing is chosen that it offers."""
    return next((each.label for each in listings(session, form) if form.get(each.name) not in each.options), None)


def _locations(provider: str) -> tuple[str, ...]:
    """Every provider has one that comes first; some have more."""
    count = 1 + int(provider[:10]) % len(_STREETS)
    streets = enumerate(_STREETS[:count], start=1)
    return tuple(f"{number:03d} - {street}{' (primary)' if number == 1 else ''}" for number, street in streets)


class Cascades:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        return [
            Route("/partial/provider", self._gate.event(self.provider), methods=["POST"]),
            Route("/partial/location", self._gate.event(self.location), methods=["POST"]),
        ]

    async def provider(self, form: Mapping[str, str], session: Session) -> Response:
        _, locations, last = listings(session, {**form, "location": ""})
        return await self._lists(session, locations, last)

    async def location(self, form: Mapping[str, str], session: Session) -> Response:
        return await self._lists(session, listings(session, form)[-1])

    async def _lists(self, session: Session, *changed: Listing) -> Response:
        """They take their time, and until then the page shows those of the choice before."""
        await asyncio.sleep(self._gate.payer_seconds() / 2)
        regions = {f"{each.name}-list": self._gate.fragment("list.html", session, listing=each) for each in changed}
        return self._gate.changes(regions)
