"""Who uses the console or asks over HTTP: what they may do, for which tax IDs, and where they are signed in."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from core.errors import RequestInvalid
from core.tax_ids import plain_tax_id
from store import audit
from store.base import Base, alone, new_id, word


class Role(StrEnum):
    ADMINISTRATOR = "administrator"
    SCHEDULER = "scheduler"
    BILLER = "biller"
    ELIGIBILITY_CHECKER = "eligibility_checker"
    AUDITOR = "auditor"


class Stage(StrEnum):
    """How far somebody has come who signs in."""

    CODE = "code"
    """The password was right; the code of the authenticator app is missing."""
    PASSWORD = "password"  # noqa: S105 - the name of a stage
    """A one-time password has to be replaced by one of their own."""
    ENROL = "enrol"
    """An authenticator app has to be set up."""
    OPEN = "open"


class Person(Base):
    __tablename__ = "person"
    __table_args__ = (UniqueConstraint("issuer", "subject"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    """What they sign in with, in lower case."""
    password_hash: Mapped[str]
    """Argon2id, with its salt and parameters."""
    one_time: Mapped[bool] = mapped_column(default=True)
    """The password was given by an administrator: it opens nothing but the page that replaces it."""
    totp_seed: Mapped[bytes | None]
    """Sealed base32."""
    every_tin: Mapped[bool] = mapped_column(default=False)
    program: Mapped[bool] = mapped_column(default=False)
    """A system that asks over HTTP: it has a token of an administrator's making, and no sign-in."""
    issuer: Mapped[str | None]
    """The provider by which they sign in; None: by a password of the fleet's own."""
    subject: Mapped[str | None]
    """What the provider knows them by, whatever they are called."""
    disabled_at: Mapped[datetime | None]
    last_sign_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class PersonRole(Base):
    __tablename__ = "person_role"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[Role] = mapped_column(word(Role), primary_key=True)


class PersonTin(Base):
    """One tax ID whose data a person may see."""

    __tablename__ = "person_tin"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    tin: Mapped[str] = mapped_column(primary_key=True)


class ConsoleSession(Base):
    __tablename__ = "console_session"

    id: Mapped[str] = mapped_column(primary_key=True)
    """SHA-256 of the cookie: who reads the store cannot become somebody."""
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), index=True)
    stage: Mapped[Stage] = mapped_column(word(Stage))
    csrf: Mapped[str]
    totp_seed: Mapped[bytes | None]
    """Sealed: the seed that is being set up, until its first code has proven it."""
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class SignInTries(Base):
    """Wrong passwords and codes in a row, by a blind index of the name that was typed, known or not."""

    __tablename__ = "sign_in_tries"

    name_key: Mapped[str] = mapped_column(primary_key=True)
    failures: Mapped[int]
    until: Mapped[datetime]
    """Nothing is looked at before."""


@dataclass(frozen=True)
class Known:
    person: Person
    roles: frozenset[Role]
    tins: frozenset[str] | None
    """None: all of them."""


@dataclass(frozen=True)
class Keeper:
    """Who lets people in and puts them out."""

    name: str
    tins: frozenset[str] | None = None
    """Whoever has others does not exist for them, and they give none but these. None: all."""

    def keeps(self, tins: frozenset[str] | None) -> bool:
        return self.tins is None or (tins is not None and tins <= self.tins)


async def add(
    session: AsyncSession,
    name: str,
    *,
    password_hash: str,
    roles: Iterable[Role],
    tins: frozenset[str] | None,
    by: Keeper,
    now: datetime,
    program: bool = False,
) -> Person:
    """`tins` None: all of them. Raises RequestInvalid when the name is taken, or a tax ID is not theirs to give."""
    tins = _plain(tins)
    _may_give(by, tins)
    await alone(session, "person", name)
    if await named(session, name) is not None:
        raise RequestInvalid(f"There is a “{name}” already; `fleet users list` shows them.", field="name")
    person = Person(
        id=new_id("person"),
        name=name,
        password_hash=password_hash,
        every_tin=tins is None,
        program=program,
        created_at=now,
    )
    session.add(person)
    await session.flush()
    await _allow(session, person, frozenset(roles), tins)
    told = _told(name, roles, tins) | ({"kind": "program"} if program else {})
    await audit.append(session, audit.Event("person.added", by.name, person.id, told), now=now)
    return person


async def by_subject(session: AsyncSession, issuer: str, subject: str) -> Person | None:
    return (await session.scalars(select(Person).where(Person.issuer == issuer, Person.subject == subject))).first()


async def change(
    session: AsyncSession,
    person: Person,
    *,
    roles: frozenset[Role],
    tins: frozenset[str] | None,
    by: Keeper,
    now: datetime,
) -> None:
    """What they may do from now on; if that is something else than before, they are signed out everywhere.

    Raises RequestInvalid when a tax ID is not theirs to give.
    """
    tins = _plain(tins)
    _may_give(by, tins)
    before = await known(session, person)
    if (before.roles, before.tins) == (roles, tins):
        return
    for table in (PersonRole, PersonTin):
        await session.execute(delete(table).where(table.person_id == person.id))
    await _allow(session, person, roles, tins)
    await sign_out_everywhere(session, person.id)
    event = audit.Event("person.changed", by.name, person.id, _told(person.name, roles, tins))
    await audit.append(session, event, now=now)


async def _allow(session: AsyncSession, person: Person, roles: frozenset[Role], tins: frozenset[str] | None) -> None:
    person.every_tin = tins is None
    session.add_all(PersonRole(person_id=person.id, role=role) for role in sorted(roles))
    session.add_all(PersonTin(person_id=person.id, tin=tin) for tin in sorted(tins or ()))
    await session.flush()


def _plain(tins: frozenset[str] | None) -> frozenset[str] | None:
    return None if tins is None else frozenset(map(plain_tax_id, tins))


def _told(name: str, roles: Iterable[Role], tins: Iterable[str] | None) -> dict[str, str | int | None]:
    scope = "all" if tins is None else ", ".join(sorted(set(tins)))
    return {"name": name, "roles": ", ".join(sorted(set(roles))), "tins": scope}


async def named(session: AsyncSession, name: str) -> Person | None:
    return (await session.scalars(select(Person).where(Person.name == name))).first()


async def known(session: AsyncSession, person: Person) -> Known:
    roles = await session.scalars(select(PersonRole.role).where(PersonRole.person_id == person.id))
    tins = await session.scalars(select(PersonTin.tin).where(PersonTin.person_id == person.id))
    return Known(person, frozenset(roles), None if person.every_tin else frozenset(tins))


async def everybody(session: AsyncSession) -> Sequence[Known]:
    people = (await session.scalars(select(Person).order_by(Person.name))).all()
    return [await known(session, person) for person in people]


async def kept_by(session: AsyncSession, keeper: Keeper, name: str) -> Person:
    """Raises RequestInvalid: for somebody with tax IDs beyond the keeper's own as for a name that nobody has."""
    person = await named(session, name)
    if person is None or not keeper.keeps((await known(session, person)).tins):
        raise RequestInvalid(f"There is no “{name}”; `fleet users list` shows who there is.", field="person")
    return person


def _may_give(keeper: Keeper, tins: frozenset[str] | None) -> None:
    if not keeper.keeps(tins):
        raise RequestInvalid("Give only tax IDs that you have yourself.", field="tins")


async def disable(session: AsyncSession, name: str, *, by: Keeper, now: datetime) -> None:
    """Signs them out everywhere. Raises RequestInvalid."""
    person = await kept_by(session, by, name)
    if person.disabled_at is not None:
        raise RequestInvalid(f"{name} is disabled already.", field="name")
    person.disabled_at = now
    await sign_out_everywhere(session, person.id)
    await audit.append(session, audit.Event("person.disabled", by.name, person.id, {"name": name}), now=now)


async def sign_out_everywhere(session: AsyncSession, person_id: str) -> None:
    await session.execute(delete(ConsoleSession).where(ConsoleSession.person_id == person_id))
