"""Where a person says yes before anything is sent: what the portals' manifests ask for, and the practice on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RequestInvalid
from core.manifest import Manifest
from lanes.questions.ask import unknown
from lanes.submissions.submit import sending_of
from store import approvals
from store.approvals import ANY


@dataclass(frozen=True)
class InForce:
    """A rule; None for `portal` or `kind` is all of them."""

    portal: str | None
    kind: str | None
    set_by: str | None = None
    """None: the portal's manifest."""
    set_at: datetime | None = None
    reason: str | None = None


async def in_force(session: AsyncSession, portals: Mapping[str, Manifest]) -> list[InForce]:
    """Those of the manifests first."""
    asked = [(portal, rule) for portal, known in portals.items() for rule in known.submissions if rule.needs_approval]
    return [
        *(InForce(portal, kind) for portal, rule in asked for kind in rule.kinds),
        *(
            InForce(_named(row.portal), _named(row.kind), row.set_by, row.set_at, row.reason)
            for row in await approvals.all_of(session)
        ),
    ]


def _named(stored: str) -> str | None:
    return None if stored == ANY else stored


async def change(
    session: AsyncSession,
    portals: Mapping[str, Manifest],
    *,
    portal: str | None,
    kind: str | None,
    required: bool,
    actor: str,
    reason: str,
    now: datetime,
) -> Sequence[str]:
    """`portal`, `kind`: all of them when None. Ids of what waits from now on. Raises RequestInvalid."""
    if portal is not None and portal not in portals:
        raise RequestInvalid(unknown("portal", portal, portals), field="portal")
    if kind is not None:
        sending_of(kind)
    if portal and kind and not any(kind in rule.kinds for rule in portals[portal].submissions):
        raise RequestInvalid(f"{portals[portal].name} takes no {kind} here.", field="kind")
    where = (portal or ANY, kind or ANY)
    if required:
        return await approvals.require(session, *where, actor=actor, reason=reason, now=now)
    await approvals.lift(session, *where, actor=actor, reason=reason, now=now)
    return []
