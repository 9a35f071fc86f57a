"""Who has access to a portal, compared with who should: the answers of the capability `users` against a roster."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from core.capabilities.catalog import capability
from core.capabilities.users import PortalUser, Users, UsersQuery, UserStatus
from core.errors import RequestInvalid
from lanes.assembly import Fleet
from lanes.batches.sheets import open_sheet
from lanes.views import open_answer
from store import audit, credentials, work_items

SILENT = timedelta(days=90)
REVIEWED = "access.reviewed"
COLUMNS = ("portal", "username", "name", "roles")
_SHARED = re.compile(
    r"\b(admin(istrator)?|billing|biller|clinic|desk|everyone|frontdesk|front|guest|nurse|office|practice|reception"
    r"(ist)?|scheduler|scheduling|shared|staff|team|temp|test|training|user)\d*\b",
    re.IGNORECASE,
)


class Finding(StrEnum):
    UNKNOWN = "unknown user"
    """Has access and stands on no roster."""
    MISSING = "missing"
    """Should have access and has none."""
    ROLES = "wrong roles"
    SILENT = "inactive for 90 days"
    NEVER = "never logged in"
    SHARED = "shared or generic name"


@dataclass(frozen=True)
class Entitled:
    """Somebody who should have access. `roles` in the portal's words; None: not looked at."""

    portal: str
    username: str
    name: str | None = None
    roles: frozenset[str] | None = None


@dataclass(frozen=True)
class Roster:
    people: Sequence[Entitled]
    sha256: str
    """Of the file, so that a signature says what was signed."""


@dataclass(frozen=True)
class Found:
    portal: str
    username: str
    name: str | None
    finding: Finding
    detail: str = ""


@dataclass(frozen=True)
class Review:
    """`as_of` by portal: when the portal showed its users, the oldest where several accounts see a part each."""

    found: Sequence[Found]
    as_of: Mapping[str, datetime]
    access: Mapping[str, Sequence[PortalUser]]
    """Everybody who has access, by portal."""
    roster_sha256: str
    by_hand: Sequence[str] = ()
    """Portals of the roster whose users no bot reads: a person looks them up there."""

    @property
    def users(self) -> int:
        return sum(map(len, self.access.values()))


def read_roster(path: Path, portals: Iterable[str]) -> Roster:
    """A sheet with the columns portal, username, and perhaps name and roles (several with a semicolon between).

    Raises RequestInvalid.
    """
    sheet = open_sheet(path, COLUMNS)
    if not {"portal", "username"} <= {key for key in sheet.keys if key}:
        raise RequestInvalid(f"{path.name} needs the columns portal and username in its first row.", field="roster")
    known, roster = set(portals), []
    for row in sheet.rows():
        given = sheet.asked(row)
        if given.get("portal") not in known or not given.get("username"):
            raise RequestInvalid(
                f"Row {row.number} of {path.name} needs a user name, and a portal as `fleet portals` names it.",
                field="roster",
            )
        roles = frozenset(filter(None, map(_plain, given.get("roles", "").split(";"))))
        roster.append(Entitled(given["portal"], given["username"], given.get("name"), roles or None))
    if not roster:
        raise RequestInvalid(f"{path.name} names nobody.", field="roster")
    return Roster(roster, hashlib.sha256(path.read_bytes()).hexdigest())


def compared(portal: str, users: Iterable[PortalUser], roster: Iterable[Entitled], as_of: date) -> list[Found]:
    """Findings of one portal, by user name. User names are compared without regard to case."""
    there = {_plain(user.username): user for user in users}
    should = {_plain(each.username): each for each in roster if each.portal == portal}
    found: list[Found] = []
    for key, user in there.items():
        for finding, detail in _of_user(user, should.get(key), as_of):
            found.append(Found(portal, user.username, user.name, finding, detail))
    for key, entitled in should.items():
        if key not in there:
            found.append(Found(portal, entitled.username, entitled.name, Finding.MISSING))
    return sorted(found, key=lambda each: (_plain(each.username), each.finding))


async def review(fleet: Fleet, path: Path, *, viewer: str, only: str | None = None) -> Review:
    """By the latest answer that each credential of each portal on the roster has got for all users.

    Raises RequestInvalid where a portal was never asked.
    """
    roster = read_roster(path, fleet.portals)
    people = [each for each in roster.people if only in (None, each.portal)]
    found: list[Found] = []
    as_of: dict[str, datetime] = {}
    access: dict[str, list[PortalUser]] = {}
    by_hand: list[str] = []
    for portal in sorted({each.portal for each in people}):
        if "users" not in fleet.portals[portal].capabilities:
            by_hand.append(portal)
            continue
        access[portal], as_of[portal] = await _users_of(fleet, portal, viewer)
        found += compared(portal, access[portal], people, as_of[portal].date())
    return Review(found, as_of, access, roster.sha256, by_hand)


async def sign_off(fleet: Fleet, done: Review, *, signed_by: str) -> datetime:
    """Into the audit trail: who, when, and how much was found. No names."""
    now = fleet.clock.now()
    async with fleet.database.begin() as session:
        for portal in done.as_of:
            findings = sum(each.portal == portal for each in done.found)
            detail: dict[str, str | int | None] = {"findings": findings, "roster": done.roster_sha256}
            await audit.append(session, audit.Event(REVIEWED, signed_by, portal, detail), now=now)
    return now


async def _users_of(fleet: Fleet, portal: str, viewer: str) -> tuple[list[PortalUser], datetime]:
    users: dict[str, PortalUser] = {}
    oldest: datetime | None = None
    async with fleet.database.read() as session:
        mine = await credentials.of_portal(session, portal, fleet.settings.environment)
        latest = [
            item
            for credential in mine
            if (item := await _latest(fleet, await work_items.answered(session, credential.id, "users", "users")))
        ]
    for item_id in latest:
        opened = await open_answer(fleet, item_id, viewer=viewer)
        if opened is None or not isinstance(opened.answer, Users):
            continue
        oldest = min(opened.as_of, oldest or opened.as_of)
        users |= {_plain(user.username): user for user in opened.answer.users}
    if oldest is None:
        raise RequestInvalid(
            f"{portal} has not been asked yet who has access; “Ask now” on the console's page does, "
            f"or `fleet pull users --portal {portal}`.",
            field="portal",
        )
    return list(users.values()), oldest


async def _latest(fleet: Fleet, answered: Sequence[work_items.WorkItem]) -> str | None:
    """The first that asked for everybody."""
    for item in answered:
        query = capability("users").read_query(work_items.query_of(item, fleet.sealer))
        if isinstance(query, UsersQuery) and query.username is None:
            return item.id
    return None


def _of_user(user: PortalUser, entitled: Entitled | None, as_of: date) -> Iterable[tuple[Finding, str]]:
    if entitled is None:
        yield Finding.UNKNOWN, ""
    elif entitled.roles is not None:
        has = {_plain(role): role for role in user.roles}
        too_many = sorted(role for key, role in has.items() if key not in entitled.roles)
        too_few = sorted(entitled.roles - has.keys())
        if too_many or too_few:
            told = [f"has {', '.join(too_many)}"] * bool(too_many) + [f"lacks {', '.join(too_few)}"] * bool(too_few)
            yield Finding.ROLES, "; ".join(told)
    if user.status in (None, UserStatus.ACTIVE):
        if user.never_logged_in:
            yield Finding.NEVER, ""
        elif user.last_login is not None and as_of - user.last_login >= SILENT:
            yield Finding.SILENT, f"last log-in {user.last_login}"
    if _SHARED.search(re.sub(r"[._@\-]+", " ", user.username)) or (user.name and _SHARED.search(user.name)):
        yield Finding.SHARED, ""


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()
