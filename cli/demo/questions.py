"""What the demo asks: plain members and awkward ones, of both generations of the portal's pages."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

from cli.demo.simulated import SimulatorControl
from core.capabilities.catalog import capability
from core.errors import RequestInvalid

PAYERS = ("AETNA", "BHIL")
PLAIN = {"eligibility": 6, "claim_status": 4}
AWKWARD = {"eligibility": 16, "claim_status": 8}
"""Per payer."""


@dataclass(frozen=True)
class Asked:
    capability: str
    payer: str
    keys: dict[str, str]
    truth: dict[str, Any]


async def draw(control: SimulatorControl, portal: str, *, seed: int) -> list[Asked]:
    drawn: list[Asked] = []
    for payer in PAYERS:
        for name in PLAIN:
            drawn += await _draw(control, portal, name, payer, PLAIN[name], seed=seed, awkward=False)
            drawn += await _draw(control, portal, name, payer, AWKWARD[name], seed=seed, awkward=True)
    return drawn


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


def patient_values(asked: list[Asked]) -> dict[str, set[str]]:
    """Everything in questions and true answers that tells who a patient is, by kind: what must not be found in clear."""
    found: dict[str, set[str]] = {"member id": set(), "claim number": set(), "name": set(), "birth date": set()}
    for record in chain.from_iterable(_records(each) for each in asked):
        for key, kind in (("member_id", "member id"), ("claim_number", "claim number"), ("birth_date", "birth date")):
            if record.get(key):
                found[kind].add(record[key])
        if record.get("first_name") and record.get("last_name"):
            found["name"].add(f"{record['first_name']}\n{record['last_name']}")
    return found


def _records(asked: Asked) -> list[dict[str, Any]]:
    return [asked.keys, asked.truth.get("member") or {}, *asked.truth.get("claims", ())]
