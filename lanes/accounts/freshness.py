"""How long each account lives, as far as is known: what ends first, and the log-ins that keep one from dying."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import FleetError
from core.manifest import Manifest
from core.settings import Settings
from lanes import policy
from lanes.accounts.errands import LOGIN_CHECK, Errand, set_out
from lanes.accounts.rotation_policy import RotationPolicy, change_in_time
from lanes.assembly import Fleet
from store import credentials
from store.credentials import Credential, CredentialState

AHEAD = timedelta(days=14)
"""So long before a portal deactivates an account the fleet logs in: two weekends and a holiday may lie between."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Freshness:
    """Days are UTC's. None: the portal does not say, and nobody has noted it."""

    credential: Credential
    inactive_on: date | None
    """The portal deactivates the account on this day, unless it logs in before."""
    rotates_on: date | None = None
    """The fleet changes the password by itself, from this day on."""

    @property
    def retired(self) -> bool:
        return self.credential.state is CredentialState.RETIRED

    @property
    def deadlines(self) -> list[tuple[date, str]]:
        """The days on which the account stops working unless somebody acts, and why; the next one first."""
        known = self.credential
        days = (
            (known.password_expires_on, "password expires"),
            (self.inactive_on, "inactive"),
            (known.recertify_by, "recertification"),
            (known.attest_by, "attestation"),
            (known.authorized_until, "authorization ends"),
        )
        return sorted((day, why) for day, why in days if day is not None)

    @property
    def last_failure(self) -> str | None:
        """The class of what stopped it last, and the day. Older than the last log-in, it was mended."""
        known = self.credential
        return f"{known.last_failure_code} on {known.last_failure_at:%Y-%m-%d}" if known.last_failure_at else None

    @property
    def authorization(self) -> str | None:
        """What is on file of the form that allows the account to a bot."""
        known = self.credential
        days = (("of", known.authorized_on), ("until", known.authorized_until))
        told = [known.authorization_form, *(f"{word} {day}" for word, day in days if day)]
        return " ".join(filter(None, told)) or None

    @property
    def ends(self) -> tuple[date, str] | None:
        """The first of them."""
        return next(iter(self.deadlines), None)

    @property
    def place(self) -> tuple[bool, date]:
        """In a list: what ends first on top, and what is retired at the bottom."""
        return self.retired, self.ends[0] if self.ends else date.max


def freshness_of(credential: Credential, manifest: Manifest | None, settings: Settings) -> Freshness:
    """By real log-ins that a lane has seen; an account that never logged in counts from its making."""
    if manifest is None:
        return Freshness(credential, None)
    days, used = manifest.inactivity_days, credential.last_login_at or credential.created_at
    return Freshness(
        credential,
        used.date() + timedelta(days=days) if days is not None else None,
        RotationPolicy.of(credential, manifest, settings).day(credential, manifest),
    )


async def board(session: AsyncSession, portals: Mapping[str, Manifest], settings: Settings) -> list[Freshness]:
    """Every credential, in their places."""
    fresh = [freshness_of(each, portals.get(each.portal), settings) for each in await credentials.all_of(session)]
    return sorted(fresh, key=lambda each: each.place)


async def keep_alive(fleet: Fleet) -> Sequence[str]:
    """Places a log-in for each account that its portal would soon deactivate, and a change for each password whose day
    has come. Gives the lanes to wake.

    Not in the portal's hours of maintenance nor in the fleet's quiet ones. An account that logged in for other work has
    no such day near.
    """
    now = fleet.clock.now()
    quiet = fleet.settings.quiet
    if quiet is not None and quiet.ends_after(now) is not None:
        return []
    async with fleet.database.read() as session:
        listed = await board(session, fleet.portals, fleet.settings)
    mine = [each for each in listed if _works_here(fleet, each.credential)]
    changed = [each.credential.id for each in mine if await change_in_time(fleet, each.credential, by="keep-alive")]
    return [*changed, *await log_in_soon(fleet, [each.credential for each in mine if _needs_login(each, now)])]


async def log_in_soon(fleet: Fleet, accounts: Iterable[Credential]) -> Sequence[str]:
    """Places an errand for each whose portal is open; gives their ids. A session that is good costs no log-in."""
    now = fleet.clock.now()
    placed: list[str] = []
    for credential in accounts:
        if policy.closed(fleet.portals[credential.portal], now, fleet.settings.environment) is not None:
            continue
        try:
            await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "keep-alive"))
        except FleetError as problem:
            log.warning("an account is not kept alive", credential=credential.id, error=problem.code)
            continue
        placed.append(credential.id)
    return placed


def _works_here(fleet: Fleet, credential: Credential) -> bool:
    here = credential.environment == fleet.settings.environment and credential.portal in fleet.portals
    return here and credential.state is CredentialState.OPEN


def _needs_login(each: Freshness, now: datetime) -> bool:
    today = now.date()
    return each.inactive_on is not None and today >= each.inactive_on - AHEAD
