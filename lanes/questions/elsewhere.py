"""Where a question goes that a portal sends to another one."""

from __future__ import annotations

from dataclasses import dataclass

from lanes.assembly import Fleet


@dataclass(frozen=True)
class Elsewhere:
    portal: str
    payer: str | None


def elsewhere(fleet: Fleet, portal: str | None, payer: str | None) -> Elsewhere | None:
    """The portal that an answer names, and its name for the payer. None for one that the fleet does not know."""
    if portal is None or portal not in fleet.portals:
        return None
    found = fleet.portals[portal].payer(payer)
    return Elsewhere(portal, found.id if found else None)
