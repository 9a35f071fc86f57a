"""Which password a lane types, and what becomes of one that is being changed (docs/adr/0009-changing-passwords.md).

The portal has the old one or the new one. Whatever a crash left unknown is found out at the log-in, by at most one
password that is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from core.errors import (
    AccountLocked,
    ActionNeeded,
    CredentialRejected,
    FleetError,
    PasswordExpired,
    PortalUnavailable,
    RequestInvalid,
)
from core.passwords import PasswordRules, new_password
from core.phi import Secret
from core.vault import LoginSecret, PendingPassword
from lanes.accounts.account import account_mark, others_in_use, wait_for_others
from lanes.assembly import Fleet
from store import audit, credentials, leases, password_changes, queue, refused_passwords
from store.credentials import Credential, CredentialState
from store.leases import Lease
from store.password_changes import MOST_REFUSALS, PasswordChange, Stage
from store.refused_passwords import NEVER_SAVED

_NEW_FIRST = (Stage.TYPED, Stage.TAKEN, Stage.RECOVERING)
_DRAWS = 200
_OF_THE_ACCOUNT = tuple(error.__name__ for error in (PasswordExpired, CredentialRejected, AccountLocked))
_TRYING = {
    Stage.TYPED: Stage.TRYING_NEW,
    Stage.TRYING_NEW: Stage.TRYING_OLD,
    Stage.RECOVERING: Stage.FORGOTTEN,
}
"""What is noted before one is typed, by what was known before. The other stages know what they do."""


@dataclass(frozen=True)
class Choice:
    login: LoginSecret
    afresh: bool
    """A saved session would prove nothing."""


class Passwords:
    """For one shift. Raises what the vault and the store raise, and LeaseLost."""

    def __init__(self, fleet: Fleet, lease: Lease) -> None:
        self._fleet = fleet
        self._lease = lease
        self._credential: Credential
        self._login: LoginSecret
        """As the vault has it. Both are set by `to_type`, with which everything begins."""
        self._change: PasswordChange | None = None
        """Under way, as it stood when the password was chosen; None: the login is the portal's."""
        self._pending: PendingPassword | None = None
        self._chosen: LoginSecret
        self._typed = False
        """The chosen one, so that what the portal says is said to it."""
        self.sent = False
        """A new one was made since the password was chosen, and may have reached the portal."""
        self.changed = False
        """In this shift."""
        self._made = False
        """One was, in this shift."""

    async def to_type(self, credential: Credential) -> Choice:
        """Raises CredentialRejected when only a person can find out which one the portal has."""
        choice = await self._choose(credential)
        self._chosen, self._typed = choice.login, False
        return choice

    async def _choose(self, credential: Credential) -> Choice:
        self._credential, self.sent = credential, False
        login = self._login = await self._fleet.vault.login_secret(credential.portal, credential.name)
        await self._recognize(credential, login)
        async with self._fleet.database.read() as session:
            self._change = await password_changes.under_way(session, credential.id, version=login.version)
        if self._change is None:
            await self._forget_history()
            return Choice(login, afresh=False)
        self._pending = await self._fleet.vault.pending_password(credential.portal, credential.name)
        if self._pending is None or self._pending.replaces != login.version:
            await self.abandon()
            return Choice(login, afresh=True)
        if self._change.stage is Stage.PROVEN:
            return Choice(await self._promote(self._pending), afresh=False)
        if self._change.stage is Stage.TRYING_OLD:
            raise CredentialRejected(
                "A password was being changed when workers ended twice before the portal's answer came; an "
                "administrator must find out on the portal which one it has. The vault keeps both."
            )
        if self._change.stage is Stage.FORGOTTEN:
            raise CredentialRejected(
                "The account was being recovered when that broke off, and no password of it is known to work; `fleet "
                "credentials recover` begins anew."
            )
        return Choice(self._new_login(self._pending) if self._types_new else login, afresh=True)

    async def _recognize(self, credential: Credential, login: LoginSecret) -> None:
        """Who saved it in the vault by hand, or before marks were kept, has not said whose account it is."""
        mark = self._mark_of(credential, login)
        if mark != credential.account_mark:
            credential.account_mark = mark
            async with self._fleet.database.begin() as session:
                await credentials.recognized(session, credential.id, mark)

    def _mark_of(self, credential: Credential, login: LoginSecret) -> str:
        return account_mark(self._fleet.sealer, self._fleet.portals[credential.portal], login.username)

    async def to_recover(self, credential: Credential) -> LoginSecret:
        """For a recovery, which types nothing of it but the user name."""
        self._credential, self.sent = credential, False
        self._login = await self._fleet.vault.login_secret(credential.portal, credential.name)
        return self._login

    async def perhaps_recovered(self, credential: Credential) -> bool:
        """Whether a recovery has sent a new password of which nobody knows yet whether it was taken."""
        version = (await self._fleet.vault.login_secret(credential.portal, credential.name)).version
        async with self._fleet.database.read() as session:
            change = await password_changes.under_way(session, credential.id, version=version)
        return change is not None and change.stage in (Stage.RECOVERING, Stage.PROVEN)

    async def trying(self, session: AsyncSession) -> None:
        """To be committed before the chosen one is typed. Raises CredentialRejected for one that was refused before."""
        await self._wait_for_others(session, changing=False)
        if (await credentials.get(session, self._lease.credential_id)).state is not CredentialState.OPEN:
            raise PortalUnavailable("The account was stopped a moment ago, so nothing was typed; the work is kept.")
        if await refused_passwords.is_barred(session, self._mark):
            name, portal = self._credential.name, self._credential.portal
            raise CredentialRejected(
                "The portal has refused this password before, so it was not typed again. An administrator saves the "
                f"right one with `fleet credentials add {name} --portal {portal}` and reopens the account."
            )
        if self._change is None:
            await credentials.try_password(session, self._lease.credential_id, self._login.version)
        elif self._change.stage in _TRYING:
            await password_changes.move(session, self._lease.credential_id, _TRYING[self._change.stage])
        self._typed = True

    async def accepted(self, session: AsyncSession) -> None:
        """The chosen one was typed, and the portal let us in."""
        await refused_passwords.taken(session, self._mark, self._lease.credential_id)
        if self._change is None:
            return
        if self._types_new:
            await password_changes.move(session, self._lease.credential_id, Stage.PROVEN)
        else:
            await self._end(session, "password.change_undone")

    async def settle(self) -> None:
        """After `accepted` was committed: the vault learns what is proven."""
        if self._change is not None and self._types_new and self._pending is not None:
            await self._promote(self._pending)
        self._change = None

    async def answered(self, problem: FleetError) -> bool:
        """The portal said no, or something else, to the log-in. True: go in again, another password may be the one."""
        if isinstance(problem, PasswordExpired) and problem.refused_new:
            await self.new_one_refused()
        async with self._fleet.database.begin() as session:
            await credentials.password_answered(session, self._lease.credential_id)
            refused = isinstance(problem, CredentialRejected) and problem.factor == "password"
            if refused and self._typed:
                now, version = self._fleet.clock.now(), self._chosen.version
                await refused_passwords.note(session, self._mark, self._lease.credential_id, version, now=now)
            if self._change is None:
                if self.sent and refused:  # the old one, on the page for changing it
                    await self._end(session, "password.change_undone")
                return self.sent and not refused and not isinstance(problem, PasswordExpired)
            if not refused:  # nothing was learnt of the password
                await password_changes.move(session, self._lease.credential_id, self._change.stage)
                return False
            if self._change.stage is Stage.RECOVERING:
                await password_changes.move(session, self._lease.credential_id, Stage.FORGOTTEN, refused=True)
                return False
            stage = Stage.UNTAKEN if self._types_new else Stage.TAKEN
            await password_changes.move(session, self._lease.credential_id, stage, refused=True)
        return self._change.refusals < MOST_REFUSALS and self._spares_another(problem)

    async def new(self) -> Secret:
        """A new one, safe in the vault and noted as sent: to be called right before it is typed."""
        rules = self._fleet.portals[self._credential.portal].password
        if rules is None or self._types_new:
            if self._pending is not None and self._types_new:  # it let us in with it, to this page
                await self._promote(self._pending)
            raise PasswordExpired("The portal wants yet another password; an administrator must look at the account.")
        if self._change is not None:  # it let us in with the old one
            await self.abandon()
            if self._made:
                raise PasswordExpired(
                    "The portal said nothing against a new password, and did not keep it; an administrator must change "
                    "it before the account is used again."
                )
        return await self._make(rules, Stage.TYPED)

    async def new_to_recover(self) -> Secret:
        """As `new`, of an account of which no password is known to work."""
        rules = self._fleet.portals[self._credential.portal].password
        if rules is None:
            raise ActionNeeded("Nobody knows what the portal takes of a new password.", kind="recover the account")
        return await self._make(rules, Stage.RECOVERING)

    async def _make(self, rules: PasswordRules, stage: Stage) -> Secret:
        credential, login = self._credential, self._login
        password = await self._drawn(rules)
        before = await self._fleet.vault.pending_password(credential.portal, credential.name)
        await self._fleet.vault.save_pending(
            credential.portal,
            credential.name,
            password,
            replaces=login.version,
            expected_version=before.version if before else 0,
        )
        now = self._fleet.clock.now()
        async with self._fleet.database.begin() as session:
            await leases.check(session, self._lease)
            await self._wait_for_others(session, changing=True)
            await password_changes.begin(session, credential.id, replaces=login.version, now=now, stage=stage)
            event = audit.Event("password.change_began", self._lease.holder, credential.id)
            await audit.append(session, event, now=now)
        self.sent = self._made = True
        return password

    async def _drawn(self, rules: PasswordRules) -> Secret:
        async with self._fleet.database.read() as session:
            for _ in range(_DRAWS):
                password = new_password(rules, self._login.username)
                if not await refused_passwords.is_barred(session, self._mark_with(password)):
                    return password
        raise ActionNeeded(
            "The portal has refused every password that the fleet drew by the rules in its manifest; an administrator "
            "changes it on the portal and saves it with `fleet credentials add`.",
            kind="change the password",
        )

    async def taken(self) -> None:
        """The portal says that it has the new one."""
        async with self._fleet.database.begin() as session:
            await leases.check(session, self._lease)
            await password_changes.move(session, self._lease.credential_id, Stage.TAKEN)

    async def new_one_refused(self) -> None:
        """The portal would not have it, and still has what it had: the same one is not drawn again."""
        credential, now = self._credential, self._fleet.clock.now()
        pending = await self._fleet.vault.pending_password(credential.portal, credential.name)
        async with self._fleet.database.begin() as session:
            await leases.check(session, self._lease)
            if pending is not None:
                mark = self._mark_with(pending.password)
                await refused_passwords.note(session, mark, credential.id, NEVER_SAVED, now=now)
            change = await password_changes.any_of(session, credential.id)
            if change is not None and change.stage is Stage.RECOVERING:
                await password_changes.move(session, credential.id, Stage.FORGOTTEN, refused=True)
            else:
                await self._end(session, "password.change_undone")
        self._change, self.sent = None, False

    async def abandon(self) -> None:
        """The portal has the old one for certain."""
        async with self._fleet.database.begin() as session:
            await leases.check(session, self._lease)
            await self._end(session, "password.change_undone")
        self._change, self.sent = None, False

    @property
    def _mark(self) -> str:
        keeper = self._fleet.portals[self._credential.portal].keeper
        return refused_passwords.mark_of(self._fleet.sealer, keeper, self._chosen)

    def _mark_with(self, password: Secret) -> str:
        keeper = self._fleet.portals[self._credential.portal].keeper
        return refused_passwords.mark_of(self._fleet.sealer, keeper, LoginSecret(self._login.username, password, 0))

    @property
    def _types_new(self) -> bool:
        return self._change is not None and self._change.stage in _NEW_FIRST

    def _new_login(self, pending: PendingPassword) -> LoginSecret:
        """With the version that it will have: the vault counts by one, and saves over no other."""
        return LoginSecret(self._login.username, pending.password, pending.replaces + 1)

    async def _promote(self, pending: PendingPassword) -> LoginSecret:
        credential = self._credential
        new = self._new_login(pending)
        vault = self._fleet.vault
        others = await self._share(new)  # first: what follows is not done twice
        try:
            await vault.save_login(
                credential.portal,
                credential.name,
                new.username,
                new.password,
                expected_version=pending.replaces,
                by=self._lease.holder,
            )
        except RequestInvalid:  # an administrator has saved another one meanwhile: it counts
            await self.abandon()
            return await vault.login_secret(credential.portal, credential.name)
        await self._note_change(new, others)
        return new

    async def _note_change(self, new: LoginSecret, others: Sequence[Credential]) -> None:
        """The vault has it, for each of them."""
        now = self._fleet.clock.now()
        async with self._fleet.database.begin() as session:
            await password_changes.end(session, self._credential.id)
            for each in (self._credential, *others):
                rules = self._fleet.portals[each.portal].password
                await credentials.password_changed(
                    session,
                    each.id,
                    expires_days=rules.expires_days if rules else None,
                    actor=self._lease.holder,
                    now=now,
                )
            for each in others:
                await self._let_in_again(session, each)
        self._login, self._change, self.changed = new, None, True

    async def _share(self, new: LoginSecret) -> list[Credential]:
        """Saves a proven password into every other credential of the account; gives those that have it."""
        async with self._fleet.database.read() as session:
            others = await others_in_use(session, self._fleet.portals, self._credential)
        having = []
        for each in others:
            with suppress(RequestInvalid):  # the vault has no login of it, or somebody saves another one just now
                known = await self._fleet.vault.login_secret(each.portal, each.name)
                if self._mark_of(each, known) != self._mark_of(self._credential, new):  # another one of the same name
                    continue
                if known.password != new.password:
                    await self._fleet.vault.save_login(
                        each.portal,
                        each.name,
                        known.username,
                        new.password,
                        expected_version=known.version,
                        by=self._lease.holder,
                    )
                having.append(each)
        return having

    async def _let_in_again(self, session: AsyncSession, other: Credential) -> None:
        """What stopped it is no more: a fresh log-in with the new password was let in."""
        stopped = (await credentials.get(session, other.id)).stop_code
        if stopped in _OF_THE_ACCOUNT:
            reason, now = (
                f"the password of the account was changed on {self._credential.portal}",
                self._fleet.clock.now(),
            )
            await credentials.reopen(session, other.id, actor=self._lease.holder, reason=reason, now=now)
            await queue.release_held(session, other.portal)

    async def _wait_for_others(self, session: AsyncSession, *, changing: bool) -> None:
        now = self._fleet.clock.now()
        await wait_for_others(session, self._fleet.portals, self._credential, now=now, changing=changing)

    async def _forget_history(self) -> None:
        """Of a change that a later login has overtaken, or that the vault knew and the store did not: who shares the
        account would wait for its end.
        """
        credential, login = self._credential, self._login
        async with self._fleet.database.read() as session:
            change = await password_changes.any_of(session, credential.id)
        if change is None:
            return
        made = await self._fleet.vault.pending_password(credential.portal, credential.name)
        here = made is not None and made.replaces == change.replaces and made.password == login.password
        if here and change.stage is Stage.PROVEN:
            await self._note_change(login, await self._share(login))
        else:
            await self.abandon()

    async def _end(self, session: AsyncSession, action: str) -> None:
        await password_changes.end(session, self._lease.credential_id)
        event = audit.Event(action, self._lease.holder, self._lease.credential_id)
        await audit.append(session, event, now=self._fleet.clock.now())

    def _spares_another(self, refusal: FleetError) -> bool:
        """By what the portal said is left, else by what its manifest allows: the last try is never spent."""
        left = getattr(refusal, "attempts_remaining", None)
        if left is None:
            left = self._fleet.portals[self._credential.portal].wrong_passwords_allowed
        return left is None or left > 1
