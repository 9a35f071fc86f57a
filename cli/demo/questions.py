"""What the demo asks each portal: plain members and awkward ones, for a payer of each generation of its pages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from cli.demo.canary import dates, names
from cli.demo.simulated import SimulatorControl
from core.capabilities.catalog import capability
from core.errors import RequestInvalid
from core.manifest import Manifest
from lanes.questions.ask import Counter

PLAIN, EACH = 3, 10
"""Of each capability and payer so many are asked, and so many of them plain; the same share in other demos."""


SPARE = 4
"""Drawn besides, for those that the fleet would not ask."""


@dataclass(frozen=True)
class Asked:
    portal: str
    capability: str
    payer: str
    keys: dict[str, str]
    truth: dict[str, Any]


async def draw(control: SimulatorControl, portals: Iterable[Manifest], *, seed: int, wanted: int | None) -> list[Asked]:
    """So many as are wanted, spread over all kinds, and of each kind one at least; a short demo's worth when None."""
    kinds = [
        (portal, payer, name)
        for portal in portals
        for name in portal.capabilities
        for payer in _layouts(portal)[: None if capability(name).asks_payer else 1]
    ]
    return [
        each
        for kind, count in zip(kinds, shares(len(kinds), wanted), strict=True)
        for some, awkward in zip(parts(count), (False, True), strict=True)
        if some
        for each in await _draw(control, *kind, some, seed=seed, awkward=awkward)
    ]


def shares(kinds: int, wanted: int | None) -> list[int]:
    """How many questions of each kind."""
    whole, rest = divmod(max(wanted, kinds) if wanted is not None else kinds * EACH, kinds)
    return [whole + (number < rest) for number in range(kinds)]


def parts(count: int) -> tuple[int, int]:
    """Plain ones and awkward ones."""
    plain = -(-count * PLAIN // EACH)
    return plain, count - plain


def _layouts(portal: Manifest) -> list[str]:
    """The first payer of each generation of its pages."""
    return list({payer.layout: payer.id for payer in reversed(portal.payers)}.values())


async def _draw(
    control: SimulatorControl, portal: Manifest, payer: str, name: str, count: int, *, seed: int, awkward: bool
) -> list[Asked]:
    spare = await control.questions(portal.id, name, payer, count=2 * count + SPARE, seed=seed, awkward=awkward)
    counter = Counter(capability(name), portal, payer)
    fair = [keys for keys in spare if askable(counter, keys)][:count]
    return [Asked(portal.id, name, payer, keys, await control.truth(portal.id, name, payer, keys)) for keys in fair]


def askable(counter: Counter, keys: dict[str, str]) -> bool:
    """The fleet refuses some before it bothers a portal: a claim of 2019 is beyond every payer's window, and a message
    of last month beyond what a portal keeps.
    """
    try:
        counter.check(counter.capability.ask(keys), datetime.now(UTC))
    except RequestInvalid:
        return False
    return True


def patient_data(asked: Iterable[Asked]) -> dict[str, set[str]]:
    """All that tells who somebody is, in questions and true answers: what must be found nowhere in clear."""
    kinds = ("member id", "claim number", "authorization number", "patient name", "birth date", "portal user")
    found: dict[str, set[str]] = {kind: set() for kind in kinds}
    for record in _records([[each.keys, each.truth] for each in asked]):
        if member_id := record.get("member_id"):
            found["member id"].add(member_id)
        if claim_number := record.get("claim_number"):
            found["claim number"].add(claim_number)
        found["member id"].update(record.get("member_ids", ()))
        found["claim number"].update(record.get("claim_numbers", ()))
        if number := record.get("authorization_number"):
            found["authorization number"].add(number)
        if username := record.get("username"):
            found["portal user"].add(username)
        if birth_date := record.get("birth_date"):
            found["birth date"].update(dates(date.fromisoformat(birth_date)))
        if record.get("first_name") and record.get("last_name"):
            found["patient name"].update(names(record["first_name"], record["last_name"]))
    return found


def _records(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in it, however deep."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _records(inner)
