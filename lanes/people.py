"""Who may enter the console: passwords, codes of authenticator apps, sessions.

Nobody is told whether a name is known: a wrong name costs the same time and the same tries as a wrong password.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pyotp import random_base32
from pyotp.totp import TOTP
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import RequestInvalid
from core.phi import Secret
from lanes import own_passwords, tries
from lanes.assembly import Fleet
from store import audit, people, tokens, totp
from store.base import place
from store.people import ConsoleSession, Keeper, Person, Role, Stage

LONGEST_SESSION = timedelta(hours=12)
VOUCHED_FOR = timedelta(days=30)
"""So long the tokens of somebody are good whom a provider has let in: it does not tell us whom it lets go."""
SEEN_EVERY = timedelta(seconds=30)
"""A session's last use is written down that often at most."""
ISSUER = "Payer portal fleet"
"""What the app shows beside the code."""
_STEP_SECONDS = 30
_NAME = re.compile(r"[a-z0-9][a-z0-9._@-]{0,63}")
_WRONG = "The name or the password is wrong."
_OVERTAKEN = "This was done from somewhere else meanwhile. Sign in anew; if it was not you, tell an administrator."
_LIMITED = "This did not let anybody in. Passwords are for administrators in an emergency; use single sign-on."


@dataclass(frozen=True)
class Visitor:
    """Somebody at the console, by their session."""

    person_id: str
    name: str
    roles: frozenset[Role]
    tins: frozenset[str] | None
    """None: all of them."""
    session_id: str
    csrf: str
    stage: Stage
    issuer: str | None = None
    """The provider by which they signed in."""

    @property
    def keeper(self) -> Keeper:
        return Keeper(self.name, self.tins)

    def may_see(self, tin: str | None) -> bool:
        """What belongs to no tax ID is for those only who see all of them."""
        return self.tins is None or tin in self.tins


def named(name: str) -> str:
    """As it is stored. Raises RequestInvalid."""
    plain = name.strip().casefold()
    if not _NAME.fullmatch(plain):
        raise RequestInvalid(
            "A name has letters, digits and . _ @ - only, at most 64, and begins with a letter or digit.", field="name"
        )
    return plain


def roles_from(words: Iterable[str]) -> frozenset[Role]:
    """Raises RequestInvalid."""
    try:
        return frozenset(Role(word.strip().casefold().replace(" ", "_").replace("-", "_")) for word in words)
    except ValueError:
        raise RequestInvalid(f"A role is one of {', '.join(Role)}.", field="role") from None


def tins_from(words: Sequence[str]) -> frozenset[str] | None:
    """None: all of them. Raises RequestInvalid."""
    if not words:
        raise RequestInvalid("Name the tax IDs whose data they may see, or say “all”.", field="tin")
    return None if list(words) == ["all"] else frozenset(words)


async def add(
    fleet: Fleet, name: str, password: Secret, *, roles: frozenset[Role], tins: frozenset[str] | None, by: Keeper
) -> Person:
    """Their password opens nothing but the page that replaces it. Raises RequestInvalid."""
    plain = named(name)
    _some(roles)
    own_passwords.check_new(password, plain)
    hashed = await own_passwords.hashed(password)
    async with fleet.database.begin() as session:
        return await people.add(
            session, plain, password_hash=hashed, roles=roles, tins=tins, by=by, now=fleet.clock.now()
        )


async def add_program(
    fleet: Fleet, name: str, *, roles: frozenset[Role], tins: frozenset[str] | None, by: Keeper
) -> tuple[Person, Secret]:
    """A system that asks over HTTP, and its token, which is shown once: nobody can sign in as it.

    Raises RequestInvalid.
    """
    plain, token = named(name), _random_token()
    _some(roles)
    of_nobody = await own_passwords.hashed(_random_token())
    async with fleet.database.begin() as session:
        now = fleet.clock.now()
        made = await people.add(
            session, plain, password_hash=of_nobody, roles=roles, tins=tins, by=by, now=now, program=True
        )
        await tokens.add(session, made.id, plain, token, actor=by.name, now=now)
    return made, token


async def renew_token(fleet: Fleet, name: str, *, by: Keeper) -> Secret:
    """Of a program, in place of the one that it has; if it was disabled, it may ask again. Raises RequestInvalid."""
    token, now = _random_token(), fleet.clock.now()
    async with fleet.database.begin() as session:
        person = await people.kept_by(session, by, named(name))
        if not person.program:
            raise RequestInvalid(f"{person.name} is no program; people make tokens under “Your account”.", field="name")
        person.disabled_at = None
        await tokens.revoke_all(session, person.id, now=now)
        await tokens.add(session, person.id, person.name, token, actor=by.name, now=now)
        await _note(session, fleet, "person.reset", by.name, person)
    return token


async def change(
    session: AsyncSession,
    name: str,
    *,
    roles: frozenset[Role],
    tins: frozenset[str] | None,
    by: Keeper,
    now: datetime,
) -> None:
    """As `people.change`, of somebody whose roles are the fleet's own to give. Raises RequestInvalid."""
    _some(roles)
    person = await people.kept_by(session, by, named(name))
    if person.issuer is not None:
        raise RequestInvalid(
            f"{person.name}'s roles and tax IDs come from single sign-on, each time anew: change the rules there, or "
            "the groups that they are in.",
            field="person",
        )
    await people.change(session, person, roles=roles, tins=tins, by=by, now=now)


def _some(roles: frozenset[Role]) -> None:
    if not roles:
        raise RequestInvalid(f"At least one role is needed: {', '.join(Role)}.", field="role")


async def reset(fleet: Fleet, name: str, password: Secret, *, by: Keeper) -> None:
    """A new one-time password, and an authenticator app to be set up anew; who was disabled may enter again.

    Raises RequestInvalid.
    """
    plain = named(name)
    own_passwords.check_new(password, plain)
    hashed = await own_passwords.hashed(password)
    async with fleet.database.begin() as session:
        person = await people.kept_by(session, by, plain)
        if person.issuer is not None:
            raise RequestInvalid(f"{plain} signs in by single sign-on and has no password here.", field="name")
        if person.program:
            raise RequestInvalid(f"{plain} is a program and has no password; give it a new token.", field="name")
        if person.disabled_at is not None:  # who is let in again is, and no program of before
            await tokens.revoke_all(session, person.id, now=fleet.clock.now())
        person.password_hash, person.one_time, person.totp_seed, person.disabled_at = hashed, True, None, None
        await people.sign_out_everywhere(session, person.id)
        await _note(session, fleet, "person.reset", by.name, person)


async def sign_in(fleet: Fleet, name: str, password: Secret) -> Secret:
    """The cookie of a session that is not open yet. Raises RequestInvalid, and RateLimited after too many tries."""
    plain = name.strip().casefold()[:64]
    await tries.begin(fleet, plain)
    async with fleet.database.read() as session:
        person = await people.named(session, plain)
        roles = (await people.known(session, person)).roles if person else frozenset[Role]()
    limited = fleet.settings.local_sign_in == "administrators"
    right = await own_passwords.verified(person.password_hash if person else own_passwords.NOBODYS, password)
    if person is None or person.disabled_at is not None or not right or (limited and Role.ADMINISTRATOR not in roles):
        await tries.failed(fleet, plain, person)
        raise RequestInvalid(_LIMITED if limited else _WRONG, field="name")
    token = secrets.token_urlsafe(32)
    now = fleet.clock.now()
    # Who has a one-time password has no app yet: a reset takes both.
    stage = Stage.CODE if person.totp_seed else Stage.PASSWORD if person.one_time else Stage.ENROL
    async with fleet.database.begin() as session:
        await tries.take_back(session, fleet, plain)
        session.add(
            ConsoleSession(
                id=session_key(token),
                person_id=person.id,
                stage=stage,
                csrf=secrets.token_urlsafe(24),
                created_at=now,
                seen_at=now,
            )
        )
    return Secret(token)


async def choose_password(fleet: Fleet, visitor: Visitor, password: Secret, again: Secret) -> None:
    """In place of a one-time password. Raises RequestInvalid."""
    if password != again:
        raise RequestInvalid("The two passwords differ.", field="again")
    own_passwords.check_new(password, visitor.name)
    async with fleet.database.read() as session:
        person = await session.get_one(Person, visitor.person_id)
    if await own_passwords.verified(person.password_hash, password):
        raise RequestInvalid("Choose another password than the one you were given.", field="password")
    hashed = await own_passwords.hashed(password)
    async with fleet.database.begin() as session:
        person = await session.get_one(Person, visitor.person_id, with_for_update=True)
        own = await session.get(ConsoleSession, visitor.session_id)
        if own is None or not person.one_time:
            raise RequestInvalid(_OVERTAKEN, field="password")
        person.password_hash, person.one_time = hashed, False
        await _end_half_open(session, person, but=own.id)
        await _note(session, fleet, "person.password_set", visitor.name, person)
        own.stage = Stage.ENROL


def address_of(seed: Secret, visitor: Visitor) -> Secret:
    """What an authenticator app reads from a picture."""
    return Secret(TOTP(seed.reveal()).provisioning_uri(name=visitor.name, issuer_name=ISSUER))


async def seed_to_enrol(fleet: Fleet, visitor: Visitor) -> Secret:
    """The same for the whole of a session, however often its page is loaded. Kept once a code has proven it."""
    async with fleet.database.begin() as session:
        row = await session.get_one(ConsoleSession, visitor.session_id, with_for_update=True)
        if row.totp_seed is None:
            seed = random_base32()
            row.totp_seed = fleet.sealer.seal(seed, place("console_session", row.id))
            return Secret(seed)
        return Secret(fleet.sealer.open(row.totp_seed, place("console_session", row.id)))


async def check_code(fleet: Fleet, visitor: Visitor, code: str) -> Secret:
    """Opens the session under a new cookie, which it gives. Raises RequestInvalid, and RateLimited as `sign_in`."""
    await tries.begin(fleet, visitor.name)
    async with fleet.database.begin() as session:
        person = await session.get_one(Person, visitor.person_id, with_for_update=True)
        row = await session.get(ConsoleSession, visitor.session_id)
        enrolling = visitor.stage is Stage.ENROL
        if row is None or (enrolling and person.totp_seed is not None):
            raise RequestInvalid(_OVERTAKEN, field="code")
        sealed, where = (row.totp_seed, "console_session") if enrolling else (person.totp_seed, "person")
        seed = fleet.sealer.open(sealed, place(where, row.id if enrolling else person.id)) if sealed else None
        step = _step_of(seed, code, fleet.clock.now()) if seed else None
        right = step is not None and await totp.claim_step(session, person.id, step)
        if right and enrolling and seed:
            person.totp_seed, row.totp_seed = fleet.sealer.seal(seed, place("person", person.id)), None
            await _note(session, fleet, "person.enrolled", visitor.name, person)
        token = await _open(session, fleet, visitor, person) if right else None
    if token is None:
        await tries.failed(fleet, visitor.name, person)
        raise RequestInvalid("This code is wrong or was used before; wait for the next one.", field="code")
    return token


async def visitor_of(fleet: Fleet, token: str, *, idle: timedelta, counts: bool = True) -> Visitor | None:
    """None when nobody is signed in under this cookie, or not any more. `counts`: it keeps the session alive."""
    now = fleet.clock.now()
    async with fleet.database.read() as session:
        row = await session.get(ConsoleSession, session_key(token))
        if row is None:
            return None
        person = await session.get_one(Person, row.person_id)
        known = await people.known(session, person)
    if person.disabled_at is not None or now - row.seen_at > idle or now - row.created_at > LONGEST_SESSION:
        await sign_out(fleet, token)
        return None
    if counts and now - row.seen_at > min(SEEN_EVERY, idle / 2):
        async with fleet.database.begin() as session:
            fresh = await session.get(ConsoleSession, row.id)
            if fresh is not None:
                fresh.seen_at = now
    return Visitor(person.id, person.name, known.roles, known.tins, row.id, row.csrf, row.stage, person.issuer)


async def visitor_of_token(fleet: Fleet, token: Secret) -> Visitor | None:
    """A program in a person's name, with what that person may do now."""
    async with fleet.database.read() as session:
        row = await tokens.find(session, token)
        person = await session.get_one(Person, row.person_id) if row else None
        if row is None or person is None or person.disabled_at is not None or not _vouched_for(fleet, person):
            return None
        known = await people.known(session, person)
    return Visitor(person.id, person.name, known.roles, known.tins, row.id, "", Stage.OPEN)


def _vouched_for(fleet: Fleet, person: Person) -> bool:
    last = person.last_sign_in_at
    return person.issuer is None or (last is not None and fleet.clock.now() - last < VOUCHED_FOR)


async def new_token(fleet: Fleet, visitor: Visitor, name: str) -> Secret:
    """Shown once; the store keeps its hash. Raises RequestInvalid."""
    plain = " ".join(name.split())[:80]
    if not plain:
        raise RequestInvalid("Say what the token is for.", field="name")
    token = _random_token()
    async with fleet.database.begin() as session:
        await tokens.add(session, visitor.person_id, plain, token, actor=visitor.name, now=fleet.clock.now())
    return token


def _random_token() -> Secret:
    return Secret("fleet_" + secrets.token_urlsafe(32))


async def sign_out(fleet: Fleet, token: str) -> None:
    async with fleet.database.begin() as session:
        row = await session.get(ConsoleSession, session_key(token))
        if row is not None:
            person = await session.get_one(Person, row.person_id)
            await session.delete(row)
            await _note(session, fleet, "person.signed_out", person.name, person)


async def _open(session: AsyncSession, fleet: Fleet, visitor: Visitor, person: Person) -> Secret:
    """Under a new cookie: what was known before the last step is worth nothing after it."""
    await session.execute(delete(ConsoleSession).where(ConsoleSession.id == visitor.session_id))
    await _end_half_open(session, person)
    await tries.forget(session, fleet, person.name)
    emergency = fleet.settings.local_sign_in == "administrators"
    return await open_session(session, fleet, person, as_="person.broke_glass" if emergency else "person.signed_in")


async def _end_half_open(session: AsyncSession, person: Person, *, but: str = "") -> None:
    """What was begun with an older password, or before an app was set up, does not go on with the new ones."""
    half_open = (ConsoleSession.person_id == person.id, ConsoleSession.stage != Stage.OPEN, ConsoleSession.id != but)
    await session.execute(delete(ConsoleSession).where(*half_open))


async def open_session(session: AsyncSession, fleet: Fleet, person: Person, *, as_: str) -> Secret:
    """The cookie. `as_`: the word for it in the audit trail."""
    now = fleet.clock.now()
    token = secrets.token_urlsafe(32)
    session.add(
        ConsoleSession(
            id=session_key(token),
            person_id=person.id,
            stage=Stage.OPEN,
            csrf=secrets.token_urlsafe(24),
            created_at=now,
            seen_at=now,
        )
    )
    person.last_sign_in_at = now
    await _note(session, fleet, as_, person.name, person)
    return Secret(token)


def _step_of(seed: str, code: str, now: datetime) -> int | None:
    """The step whose code this is: the present one or a neighbour, since clocks and people are slow."""
    plain = re.sub(r"\s", "", code)
    present = int(now.timestamp()) // _STEP_SECONDS
    maker = TOTP(seed)
    fitting = [
        step
        for step in (present, present - 1, present + 1)
        if secrets.compare_digest(maker.at(step * _STEP_SECONDS).encode(), plain.encode())
    ]
    return fitting[0] if fitting else None


def session_key(token: str) -> str:
    """By which the store knows a cookie."""
    return hashlib.sha256(token.encode()).hexdigest()


async def _note(session: AsyncSession, fleet: Fleet, action: str, actor: str, person: Person) -> None:
    event = audit.Event(action, actor, person.id, {"name": person.name})
    await audit.append(session, event, now=fleet.clock.now())
