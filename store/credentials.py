"""A credential's record: what an administrator may see of a bot account. Its user name and secret are in the vault."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import Double, UniqueConstraint, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, validates

from core.errors import CredentialRejected, FleetError, RequestInvalid
from core.seal import Sealer
from core.tax_ids import plain_tax_id
from store import audit, password_changes
from store.base import Base, alone, new_id, place, word
from store.leases import LaneLease


class CredentialState(StrEnum):
    OPEN = "open"
    STOPPED = "stopped"
    """The portal refused it or wants a person; no lane may use it until an administrator reopens it."""
    RETIRED = "retired"
    """For good: its history stays, and nothing is asked with it again."""


class Credential(Base):
    __tablename__ = "credential"
    __table_args__ = (UniqueConstraint("portal", "name"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    portal: Mapped[str]
    name: Mapped[str]
    """Also the account's name in the vault: portals/<portal>/<name>."""
    environment: Mapped[str]
    state: Mapped[CredentialState] = mapped_column(word(CredentialState), default=CredentialState.OPEN)
    stopped_at: Mapped[datetime | None]
    stop_code: Mapped[str | None]
    stop_sentence: Mapped[str | None]
    owner: Mapped[str | None]
    administrator_contact: Mapped[str | None]
    organization: Mapped[str | None]
    """What the portal calls the organization to work for, where the account belongs to several."""
    tin: Mapped[str | None]
    provider_npi: Mapped[str | None]
    last_login_at: Mapped[datetime | None]
    """The last real login that a lane saw succeed; a restored session does not count."""
    last_failure_at: Mapped[datetime | None]
    """When it was stopped last; a log-in since then does not take that back."""
    last_failure_code: Mapped[str | None]
    attempts_remaining: Mapped[int | None]
    """As the portal itself said last, since a log-in was let in."""
    password_expires_on: Mapped[date | None]
    password_tried: Mapped[int | None]
    """The vault's version of a password that is being typed: what the portal said to it is not known yet."""
    password_good: Mapped[int | None]
    """The version that the portal took last."""
    password_changed_at: Mapped[datetime | None]
    """By the fleet itself; None when a person changed it, or nobody."""
    password_since: Mapped[datetime | None]
    """When the present one came into the vault, whoever brought it. None: with the credential."""
    rotate_every: Mapped[int | None]
    """Days, by an administrator's word; 0 is never by itself. None: by what holds for the portal."""
    authenticator: Mapped[str | None]
    """How its codes come: `totp` from a seed in the vault, `none` without one. None: saved before this was noted."""
    account_mark: Mapped[str | None]
    """Keyed, of its user name at whoever keeps the account: equal for all credentials of one account. None: not seen
    yet; then credentials of one name there are one account.
    """
    seed_mark: Mapped[str | None]
    """Keyed, of its TOTP seed: the ledger of used codes goes by it."""
    recertify_by: Mapped[date | None]
    """The day by which a person must confirm the account, its user or its data on the portal."""
    attest_by: Mapped[date | None]
    """The day by which a person must attest the provider's data on the portal anew."""
    authorized_on: Mapped[date | None]
    """The day of the form by which the portal or the practice allows this account to a bot."""
    authorized_until: Mapped[date | None]
    """The last day of that form, where it ends."""
    authorization_form: Mapped[str | None]
    """Which form it is, and where it is on file."""
    backup_codes_left: Mapped[int | None]
    """Of the one-time recovery codes that are kept for it."""
    clock_offset_seconds: Mapped[float] = mapped_column(Double, default=0.0)
    notes: Mapped[bytes | None]
    """Sealed."""
    created_at: Mapped[datetime]

    @validates("tin")
    def _plain_tin(self, _key: str, tin: str | None) -> str | None:
        return plain_tax_id(tin) if tin else None

    @property
    def scope(self) -> str:
        """Whose data the account sees: answers are shared within it, never beyond."""
        return self.tin or self.organization or self.name


@dataclass(frozen=True)
class NewCredential:
    portal: str
    name: str
    environment: str
    owner: str | None = None
    administrator_contact: str | None = None
    organization: str | None = None
    tin: str | None = None
    provider_npi: str | None = None
    password_expires_on: date | None = None
    authenticator: str | None = None
    account_mark: str | None = None
    seed_mark: str | None = None
    notes: str | None = None


async def add(session: AsyncSession, sealer: Sealer, new: NewCredential, *, actor: str, now: datetime) -> Credential:
    """Raises RequestInvalid when the portal already has one of that name."""
    await alone(session, "credential", new.portal, new.name)
    if await named(session, new.portal, new.name) is not None:
        raise RequestInvalid(f"{new.portal} already has a credential “{new.name}”.", field="credential")
    row_id = new_id("cred")
    credential = Credential(
        id=row_id,
        portal=new.portal,
        name=new.name,
        environment=new.environment,
        owner=new.owner,
        administrator_contact=new.administrator_contact,
        organization=new.organization,
        tin=new.tin,
        provider_npi=new.provider_npi,
        password_expires_on=new.password_expires_on,
        authenticator=new.authenticator,
        account_mark=new.account_mark,
        seed_mark=new.seed_mark,
        notes=sealer.seal(new.notes, place("credential", row_id)) if new.notes else None,
        created_at=now,
    )
    session.add(credential)
    await session.flush()
    session.add(LaneLease(credential_id=row_id))
    await audit.append(session, audit.Event("credential.added", actor, row_id, {"portal": new.portal}), now=now)
    return credential


async def get(session: AsyncSession, credential_id: str) -> Credential:
    credential = await session.get(Credential, credential_id)
    if credential is None:
        raise RequestInvalid("There is no such credential.", field="credential")
    return credential


async def locked(session: AsyncSession, credential_id: str) -> Credential:
    """As it is now, and nobody else changes it before the transaction ends."""
    chosen = select(Credential).where(Credential.id == credential_id).with_for_update(key_share=True)
    credential = (await session.scalars(chosen.execution_options(populate_existing=True))).first()
    if credential is None:
        raise RequestInvalid("There is no such credential.", field="credential")
    return credential


async def named(session: AsyncSession, portal: str, name: str) -> Credential | None:
    found = select(Credential).where(Credential.portal == portal, Credential.name == name)
    return (await session.scalars(found)).first()


async def of_portal(session: AsyncSession, portal: str, environment: str) -> Sequence[Credential]:
    """Without those that are retired."""
    return (
        await session.scalars(
            select(Credential)
            .where(
                Credential.portal == portal,
                Credential.environment == environment,
                Credential.state != CredentialState.RETIRED,
            )
            .order_by(Credential.name)
        )
    ).all()


def is_one_account(one: Credential, other: Credential) -> bool:
    """Of two on portals that share their accounts: by the user name's mark, or by their own name where a mark is not
    known.
    """
    marks = {one.account_mark, other.account_mark}
    same = one.name == other.name if None in marks else len(marks) == 1
    return same and one.environment == other.environment


async def recognized(session: AsyncSession, credential_id: str, account_mark: str) -> None:
    await session.execute(update(Credential).where(Credential.id == credential_id).values(account_mark=account_mark))


async def all_locked(session: AsyncSession, ids: Collection[str]) -> Sequence[Credential]:
    """As they are now, and nobody changes them before the transaction ends."""
    chosen = select(Credential).where(Credential.id.in_(ids)).order_by(Credential.id).with_for_update()
    return (await session.scalars(chosen.execution_options(populate_existing=True))).all()


async def types_password(session: AsyncSession, credential: Credential, *, now: datetime) -> bool:
    """Whether a lane that is at work has typed its password, and has no answer yet."""
    lane = await session.get(LaneLease, credential.id, populate_existing=True)
    alive = lane is not None and lane.expires_at is not None and lane.expires_at > now
    return alive and credential.password_tried is not None


async def all_of(session: AsyncSession) -> Sequence[Credential]:
    return (await session.scalars(select(Credential).order_by(Credential.portal, Credential.name))).all()


def notes_of(credential: Credential, sealer: Sealer) -> str | None:
    return sealer.open(credential.notes, place("credential", credential.id)) if credential.notes else None


@dataclass(frozen=True)
class LoggedIn:
    at: datetime
    clock_offset_seconds: float
    """How far the portal's clock is ahead of ours."""
    password_expires_on: date | None
    """None when the portal does not say."""
    password_version: int


async def logged_in(session: AsyncSession, credential_id: str, login: LoggedIn, *, actor: str) -> None:
    """After a real login only."""
    credential = await get(session, credential_id)
    credential.last_login_at, credential.clock_offset_seconds = login.at, login.clock_offset_seconds
    credential.attempts_remaining = None
    credential.password_tried, credential.password_good = None, login.password_version
    if login.password_expires_on is not None:
        credential.password_expires_on = login.password_expires_on
    await audit.append(session, audit.Event("credential.logged_in", actor, credential_id), now=login.at)


async def password_changed(
    session: AsyncSession, credential_id: str, *, expires_days: int | None, actor: str, now: datetime
) -> None:
    """The new one is in the vault. `expires_days`: how long it lives, as far as that is known."""
    credential = await get(session, credential_id)
    credential.password_changed_at = credential.password_since = now
    credential.password_expires_on = now.date() + timedelta(days=expires_days) if expires_days is not None else None
    await audit.append(session, audit.Event("password.changed", actor, credential_id), now=now)


@dataclass(frozen=True)
class Noted:
    """What only a person knows of an account; None leaves it as it is."""

    recertify_by: date | None = None
    attest_by: date | None = None
    authorized_on: date | None = None
    authorized_until: date | None = None
    authorization_form: str | None = None
    backup_codes_left: int | None = None
    rotate_every: int | None = None


async def note(session: AsyncSession, credential_id: str, noted: Noted, *, actor: str, now: datetime) -> None:
    credential = await locked(session, credential_id)
    given = {name: value for name, value in vars(noted).items() if value is not None}
    for name, value in given.items():
        setattr(credential, name, value)
    detail: dict[str, str | int | None] = {name: str(value) for name, value in given.items()}
    await audit.append(session, audit.Event("credential.noted", actor, credential_id, detail), now=now)


async def write_notes(
    session: AsyncSession, sealer: Sealer, credential_id: str, notes: str, *, actor: str, now: datetime
) -> None:
    """In place of those before; an empty text takes them away. Sealed, and the audit trail has none of them."""
    credential = await locked(session, credential_id)
    credential.notes = sealer.seal(notes, place("credential", credential_id)) if notes else None
    event = audit.Event("credential.noted", actor, credential_id, {"notes": "written" if notes else "taken away"})
    await audit.append(session, event, now=now)


async def backup_codes(
    session: AsyncSession, ids: Collection[str], left: int, *, action: str, actor: str, now: datetime
) -> None:
    """How many are in the vault now, for each credential of the account."""
    await session.execute(update(Credential).where(Credential.id.in_(ids)).values(backup_codes_left=left))
    for each in ids:
        await audit.append(session, audit.Event(action, actor, each, {"left": left}), now=now)


async def try_password(session: AsyncSession, credential_id: str, version: int) -> None:
    """To be committed before the password is typed.

    Raises CredentialRejected when this version was typed before by a worker that ended before the answer came, unless
    the portal has taken it once: if it is wrong, that try was counted already.
    """
    credential = await locked(session, credential_id)
    if credential.password_tried == version != credential.password_good:
        raise CredentialRejected(
            "A worker ended after it had typed this password for the first time, and what the portal said is not "
            "known; an administrator must check the account on the portal before it is typed again."
        )
    credential.password_tried = version


async def password_answered(session: AsyncSession, credential_id: str) -> None:
    """The portal said something to the password that was tried."""
    await session.execute(update(Credential).where(Credential.id == credential_id).values(password_tried=None))


async def stop(session: AsyncSession, credential_id: str, problem: FleetError, *, actor: str, now: datetime) -> None:
    """Durable: after the commit no worker, of this machine or another, tries this password again."""
    left: int | None = getattr(problem, "attempts_remaining", None)
    said = {} if left is None else {"attempts_remaining": left}
    await session.execute(
        update(Credential)
        .where(Credential.id == credential_id)
        .values(
            state=CredentialState.STOPPED,
            stopped_at=now,
            stop_code=problem.code,
            stop_sentence=problem.sentence,
            last_failure_at=now,
            last_failure_code=problem.code,
            password_tried=None,
            **said,
        )
    )
    await audit.append(
        session, audit.Event("credential.stopped", actor, credential_id, {"code": problem.code}), now=now
    )


async def retire(session: AsyncSession, credential_id: str, *, actor: str, now: datetime) -> None:
    """For good. Its questions are the queue's business, its lease that of store.leases."""
    credential = await locked(session, credential_id)
    credential.state, credential.stopped_at = CredentialState.RETIRED, now
    credential.stop_code, credential.stop_sentence = "Retired", "An administrator has retired it."
    credential.password_tried = None
    await audit.append(session, audit.Event("credential.retired", actor, credential_id), now=now)


async def chosen(session: AsyncSession, wanted: str, portal: str | None = None) -> Credential:
    """By its id, or by its name: that of one portal, or the only one of that name. Raises RequestInvalid."""
    known = [each for each in await all_of(session) if wanted in (each.id, each.name) and portal in (None, each.portal)]
    if not known:
        where = f"{portal} has" if portal else "There is"
        raise RequestInvalid(f"{where} no credential of that name; `fleet credentials` lists them.", field="credential")
    if len(known) > 1:
        portals = ", ".join(each.portal for each in known)
        raise RequestInvalid(f"Several portals have a credential “{wanted}”: {portals}; add --portal.", field="portal")
    return known[0]


async def reopen(
    session: AsyncSession, credential_id: str, *, actor: str, reason: str, now: datetime, looked: bool = True
) -> None:
    """An administrator's word that the account works again. Held items are the queue's business. `looked`: somebody has
    looked at the account, so that a password whose fate was unknown may be tried again.
    """
    if not reason.strip():
        raise RequestInvalid("A reason is needed to reopen a credential; it goes into the audit trail.", field="reason")
    credential = await locked(session, credential_id)
    if credential.state is CredentialState.RETIRED:
        raise RequestInvalid(
            f"The credential “{credential.name}” is retired; `fleet credentials add` makes one under another name.",
            field="credential",
        )
    credential.state = CredentialState.OPEN
    credential.stopped_at = credential.stop_code = credential.stop_sentence = None
    if looked:
        await password_changes.looked_at(session, credential_id)
    await audit.append(session, audit.Event("credential.reopened", actor, credential_id, {"reason": reason}), now=now)
