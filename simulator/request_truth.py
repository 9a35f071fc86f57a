"""What payers truly were requested to authorize, and what a practice would request."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from simulator.accounts import LAKESIDE
from simulator.requests import Requested
from simulator.world import PAYERS, World

Json = dict[str, Any]
_SERVICES = (
    ("outpatient", "97110", "visits", 24),
    ("outpatient", "70553", "units", 2),
    ("drug", "J0897", "units", 120),
    ("referral", "99243", "visits", 6),
    ("equipment", "E0601", "units", 1),
    ("home_health", "G0299", "hours", 96),
)

_SAYS_WHO_RENDERS = ("availity",)
"""Portals whose form has a place for the provider who renders the service."""


def received(requested: Requested, listed_at: datetime) -> Json:
    asked = requested.authorization
    (line,) = asked.lines
    return {
        "number": requested.number,
        "payer": requested.payer,
        "kind": "authorization",
        "claim_number": None,
        "member_id": asked.member.member_id,
        "service_kind": asked.kind,
        "procedure_code": line.code,
        "units": str(line.requested),
        "unit": line.unit,
        "service_from": asked.service_from.isoformat(),
        "service_to": asked.service_to.isoformat(),
        "requesting_npi": asked.requesting.npi,
        "servicing_npi": requested.servicing_npi,
        "diagnosis": requested.diagnosis,
        "narrative": requested.narrative,
        "contact": requested.contact,
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in requested.files],
        "username": requested.username,
        "at": requested.at.isoformat(),
        "listed_at": listed_at.isoformat(),
    }


def to_send(world: World, payer: str, rng: random.Random, *, awkward: bool) -> Iterator[Json]:
    """One each for many members; the awkward are odd people, and people whom the payer does not know."""
    members = [each for each in world.members[payer] if bool(each.tags) == awkward and not each.restricted]
    rng.shuffle(members)
    for place, member in enumerate(members):
        kind, code, unit, most = rng.choice(_SERVICES)
        begins = world.today + timedelta(days=rng.randrange(3, 40))
        question = {
            "kind": "authorization",
            "member_id": member.member_id,
            "birth_date": member.birth_date.isoformat(),
            "service_kind": kind,
            "service_from": begins.isoformat(),
            "service_to": (begins + timedelta(days=rng.choice((0, 29, 59)))).isoformat(),
            "procedure_code": code,
            "unit": unit,
            "units": str(rng.randrange(1, most + 1)),
            "diagnosis_code": rng.choice(("M54.50", "E11.9", "J44.1")),
            "narrative": "Conservative treatment didn't help; the notes are attached.",
            "contact_name": "Dana Whitfield",
            "contact_phone": "(612) 555-0142",
        }
        if PAYERS[payer].portal in _SAYS_WHO_RENDERS and place % 2 == 0:
            question["servicing_npi"] = LAKESIDE.providers[0].npi
        yield {"question": question, "tags": [*member.tags]}
