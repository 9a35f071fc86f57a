"""What a portal's manifest allows, as a sentence where it does not."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from core.errors import AutomationBlocked, FleetError, PortalUnavailable
from core.manifest import Manifest, Rung


def refused(
    manifest: Manifest, environment: Literal["simulator", "live"], *, attended: bool = False
) -> FleetError | None:
    """Why the portal may not be asked at all, whatever the hour. `attended`: somebody watches this one question, which
    is how an adapter is proven in the first place.
    """
    if manifest.paused:
        return PortalUnavailable(f"{manifest.name} is paused: {manifest.paused}")
    if environment != "live":
        return None
    if manifest.policy.stance not in ("allowed", "registered"):
        return AutomationBlocked(
            f"The terms of {manifest.name} do not allow bots; they were read on {manifest.policy.reviewed_on}."
        )
    if manifest.rung is not Rung.LIVE and not attended:
        return AutomationBlocked(
            f"The adapter of {manifest.name} has never been proven on the real portal; it runs in the simulator only, "
            "or with somebody who watches (`fleet pull --attended`)."
        )
    return None


def closed(manifest: Manifest, moment: datetime, environment: Literal["simulator", "live"]) -> PortalUnavailable | None:
    """Outside of its hours, and while a maintenance window lasts, nobody logs in: a half-open portal counts refused
    passwords too.
    """
    until = manifest.closed_until(moment, environment)
    if until is None:
        return None
    why = "for maintenance" if manifest.in_maintenance(moment) else "at this hour"
    return PortalUnavailable(
        f"{manifest.name} is closed {why} until {until:%Y-%m-%d %H:%M} UTC; then it is asked.",
        retry_at=until,
    )
