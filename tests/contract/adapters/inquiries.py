"""What the suite asks: a capability of a portal, for one payer of each generation of its pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fixtures_portals import Asked, SimulatedPortal, plain

from bots.lane import LaneBrowser
from core.capabilities.catalog import capability
from payers.registry import load_manifest, portal_ids


class Inquiry:
    portal: SimulatedPortal

    def __init__(self, portal_id: str, capability: str, payer: str) -> None:
        self.portal_id = portal_id
        self.capability = capability
        self.payer = payer

    def __str__(self) -> str:
        return f"{self.portal_id}-{self.capability}-{self.payer}"

    def plain(self) -> dict[str, str]:
        return plain(self.portal, self.capability, self.payer)

    async def ask(self, lane: LaneBrowser, question: Mapping[str, str] | None = None) -> Asked:
        return await self.portal.ask(lane, self.capability, self.payer, question or self.plain())

    def questions(self, count: int, *, seed: int = 1, awkward: bool = False) -> list[dict[str, Any]]:
        return self.portal.questions(self.capability, self.payer, count, seed=seed, awkward=awkward)


def inquiries(portal: SimulatedPortal | None = None) -> list[Inquiry]:
    """Of every portal, or of one that is there."""
    found = []
    for portal_id in portal_ids() if portal is None else [portal.id]:
        manifest = load_manifest(portal_id)
        layouts = {payer.layout: payer.id for payer in reversed(manifest.payers)}
        for name in manifest.capabilities:
            payers = list(layouts.values())[: None if capability(name).asks_payer else 1]
            found += [Inquiry(portal_id, name, payer) for payer in payers]
    if portal is not None:
        for inquiry in found:
            inquiry.portal = portal
    return found


def one_of_each_layout() -> list[Inquiry]:
    """The first capability of each portal, for every generation of its pages."""
    return [each for each in inquiries() if each.capability == load_manifest(each.portal_id).capabilities[0]]
