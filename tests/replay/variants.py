"""What a portal can say instead of data, as its selector data and pages declare it, and how each is brought about on a
simulated one. No list of portals: whoever declares a page has it recorded, by whatever makes a portal show it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple

from fixtures_portals import SimulatedPortal, plain

from bots.contracts import LoginSecrets
from bots.definition import PortalDefinition
from core.capabilities.catalog import capability
from core.capabilities.submissions import AlreadyFiled, Refused
from payers.check import pages
from payers.shapes.eligibility import CandidatesPage
from payers.shapes.refusals import RefusalPage
from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.oracle import BadQuestion

UNRECORDED = {
    "appeals/claim_not_found": "said while an appeal is sent",
    "appeals/appeal_no_claim": "said while an appeal is sent",
    "appeals/provider_not_on_file": "said while an appeal is sent",
    "availity/eligibility/classic_candidates": "the classic pages only say that several match",
    "availity/eligibility/several_matches": "the newer pages list those that match",
}
"""By case, of one portal or of all: why no question brings it up."""
NO_PAGE = "no_longer_kept"
"""Told by the days that an account's tier shows, before anything is searched for."""
_DRAWN = 200


class Variant(NamedTuple):
    capability: str
    name: str
    """The page that says it."""
    outcome: str


@dataclass(frozen=True)
class Way:
    """A question, and what must be so that it is answered like that."""

    question: dict[str, str]
    dials: dict[str, Any] = field(default_factory=dict)
    account: dict[str, Any] = field(default_factory=dict)
    organization: str | None = None

    @contextmanager
    def prepared(self, portal: SimulatedPortal) -> Iterator[LoginSecrets]:
        portal.dial(latency_ms=(0, 0), **self.dials)
        try:
            yield dataclasses.replace(portal.account(**self.account), organization=self.organization)
        finally:
            portal.dial(latency_ms=(0, 0))


def variants(definition: PortalDefinition) -> Iterator[Variant]:
    """What is said of something that is sent is not among them: nothing is sent to a recording."""
    classes = {each.page_name: each for each in pages(definition.manifest)}
    for name in definition.manifest.capabilities:
        for page in definition.selectors.pages[name]:
            shape = classes[page]
            if issubclass(shape, CandidatesPage):
                yield Variant(name, page, "several_matches")
            elif issubclass(shape, RefusalPage) and not issubclass(shape.means, Refused | AlreadyFiled):
                yield Variant(name, page, shape.means.model_fields["outcome"].default)
        if any(each.kind == name and each.tier for each in definition.manifest.retention):
            yield Variant(name, NO_PAGE, NO_PAGE)


def ways(portal: SimulatedPortal, variant: Variant, payer: str) -> Iterator[Way]:
    """The likeliest first; not each brings it about."""
    manifest, today = portal.definition.manifest, portal.house.clock.today()
    usual = plain(portal, variant.capability, payer)
    match variant.name, variant.outcome:
        case "access_denied", _:
            others = tuple(each for each in manifest.capabilities if each != variant.capability)
            yield Way(usual, account={"roles": others})
        case "primary_only", _:
            yield Way(usual, account={"organizations": (NORTHGATE, LAKESIDE)}, organization=LAKESIDE.name)
        case "no_longer_kept", _:
            day = (today - timedelta(days=500)).isoformat()
            yield Way({"paid_from": day, "paid_to": day}, account={"tier": "basic"})
        case _, "no_answer_now":
            yield Way(usual, {"payer_down": (payer,)})
        case _, "provider_not_on_file":
            yield Way(usual, {"provider_not_on_file": (payer,)})
        case _:
            yield from map(Way, _drawn(portal, variant, payer))
            yield Way(_of_a_patient(portal, variant, payer, today - timedelta(days=400)))
            moved = {"hands_over_on": today - timedelta(days=10)}
            yield Way(_of_a_patient(portal, variant, payer, today - timedelta(days=9)), moved)


def _drawn(portal: SimulatedPortal, variant: Variant, payer: str) -> Iterator[dict[str, str]]:
    """One question of each set of keys that truly ends so: of a number portals say it elsewhere than of a member."""
    asked: set[frozenset[str]] = set()
    for awkward in (True, False):
        for each in portal.questions(variant.capability, payer, _DRAWN, awkward=awkward):
            question = each["question"]
            keys = frozenset(question)
            if keys not in asked and _outcome(portal, variant.capability, payer, question) == variant.outcome:
                asked.add(keys)
                yield question


def _of_a_patient(portal: SimulatedPortal, variant: Variant, payer: str, day: date) -> dict[str, str]:
    """What was on this day."""
    asks = capability(variant.capability).query.model_fields
    known = plain(portal, "eligibility", payer) | {"from_date": day.isoformat(), "to_date": day.isoformat()}
    return {key: value for key, value in known.items() if key in asks}


def _outcome(portal: SimulatedPortal, name: str, payer: str, question: dict[str, str]) -> str | None:
    try:
        return str(portal.truth(name, payer, question)["outcome"])
    except BadQuestion:
        return None
