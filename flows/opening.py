"""The real parts of a worker: its vault token, the store, a browser per portal."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from core.errors import PartUnavailable
from core.phi import Secret
from core.settings import Home, Settings
from core.vault.hvac_vault import HvacVault, WrappedSecretId
from core.vault.paths import vault_paths
from flows.hands import Parts
from flows.wake import wake
from lanes.assembly import Fleet
from lanes.browsers import PortalBrowsers
from lanes.calendar.firing import Scheduler
from lanes.calendar.recurring import StoredLists
from lanes.lane import LaneWorker
from lanes.ledger import StoredLanes
from lanes.questions.desk import Desk
from payers.registry import keepers, portal_ids


@asynccontextmanager
async def open_parts(settings: Settings, ticket: Secret, scratch: Path) -> AsyncIterator[Parts]:
    """`ticket` is JSON: address, ca_file (or ca, its text), totp_engine, and wrapping_tokens by role.

    Raises PartUnavailable.
    """
    vault, allowed = await _enter_vault(ticket, scratch)
    try:
        async with Fleet.open(settings, vault) as fleet:
            portals = fleet.read_adapters(simulator_port=_simulator_port(settings.layout))
            browsers = PortalBrowsers(portals, scratch)
            waking = partial(wake, settings.layout)
            desk = Desk(fleet, waking)
            try:
                async with desk.open(settings.layout.run):
                    yield Parts(
                        LaneWorker(fleet, browsers, waking),
                        StoredLanes(fleet),
                        StoredLists(fleet),
                        Scheduler(fleet),
                        vault.until_token_ends,
                        allowed,
                    )
            finally:
                await browsers.close()
    finally:
        await vault.close()


async def _enter_vault(ticket: Secret, scratch: Path) -> tuple[HvacVault, frozenset[str]]:
    """And for which portals it was let in; empty: for all."""
    opens = {vault_paths().worker_of(keeper): {keeper, *portals} for keeper, portals in keepers().items()}
    try:
        line = {"ca_file": scratch / "vault.pem"} | json.loads(ticket.reveal())
        if "ca" in line:
            line["ca_file"].write_text(line["ca"], encoding="utf-8")
        address, ca_file, totp_engine = line["address"], Path(line["ca_file"]), bool(line["totp_engine"])
        tickets = [
            WrappedSecretId(role, Secret(token), opens.get(role, ())) for role, token in line["wrapping_tokens"].items()
        ]
    except (AttributeError, ValueError, KeyError, TypeError):
        raise PartUnavailable(
            "worker",
            "The worker got no ticket to the vault. `fleet up` gives one; elsewhere `fleet ticket` does.",
        ) from None
    allowed = frozenset().union(*(each.opens for each in tickets)) & {*portal_ids()}
    return await HvacVault.from_tickets(address, ca_file, tickets, totp_engine=totp_engine), allowed


def _simulator_port(home: Home) -> int | None:
    try:
        return int(json.loads((home.simulator / "ready.json").read_text())["port"])
    except FileNotFoundError:
        return None
