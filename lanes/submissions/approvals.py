"""Where a person says yes before anything is sent: what the portals' manifests ask for, and the practice on top."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RequestInvalid
from core.manifest import Manifest
from lanes.questions.ask import unknown
from lanes.submissions.submit import sending_of
from store import approvals
from store.approvals import ANY


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
