"""What the demo asks: plain members and awkward ones, of both generations of the portal's pages."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import Any

from cli.demo.canary import dates, names
from cli.demo.simulated import SimulatorControl
from core.capabilities.catalog import capability
from core.errors import RequestInvalid

PAYERS = ("AETNA", "BHIL")
PER_PAYER = (
    # capability, awkward, how many
    ("eligibility", False, 6),
    ("eligibility", True, 16),
    ("claim_status", False, 4),
    ("claim_status", True, 8),
)


@dataclass(frozen=True)
class Asked:
    capability: str
    payer: str
    keys: dict[str, str]
    truth: dict[str, Any]


async def draw(control: SimulatorControl, portal: str, *, seed: int) -> list[Asked]:
    return [
        each
        for payer in PAYERS
        for name, awkward, count in PER_PAYER
        for each in await _draw(control, portal, name, payer, count, seed=seed, awkward=awkward)
    ]


async def _draw(
    control: SimulatorControl, portal: str, name: str, payer: str, count: int, *, seed: int, awkward: bool
) -> list[Asked]:
    spare = await control.questions(portal, name, payer, count=2 * count, seed=seed, awkward=awkward)
    askable = [keys for keys in spare if _askable(name, keys)][:count]
    return [Asked(name, payer, keys, await control.truth(portal, name, payer, keys)) for keys in askable]


def _askable(name: str, keys: dict[str, str]) -> bool:
    """The fleet refuses some before it bothers a portal: a claim of 2019 is beyond every payer's window."""
    try:
        capability(name).ask(keys)
    except RequestInvalid:
        return False
    return True


def patient_data(asked: Iterable[Asked]) -> dict[str, set[str]]:
    """All that tells who a patient is, in questions and true answers: what must be found nowhere in clear."""
    found: dict[str, set[str]] = {"member id": set(), "claim number": set(), "patient name": set(), "birth date": set()}
    for record in chain.from_iterable(map(_records, asked)):
        if member_id := record.get("member_id"):
            found["member id"].add(member_id)
        if claim_number := record.get("claim_number"):
            found["claim number"].add(claim_number)
        if birth_date := record.get("birth_date"):
            found["birth date"].update(dates(date.fromisoformat(birth_date)))
        if record.get("first_name") and record.get("last_name"):
            found["patient name"].update(names(record["first_name"], record["last_name"]))
    return found


def _records(asked: Asked) -> list[dict[str, Any]]:
    return [asked.keys, asked.truth.get("member") or {}, *asked.truth.get("claims", ())]
