"""What an administrator asks of an account itself, through its lane: lease, code ledger and lock-out budget hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final, Literal

from core.capabilities.account import AccountQuery
from core.capabilities.catalog import capability
from core.errors import (
    AccountLocked,
    ActionNeeded,
    CodeRequired,
    CredentialRejected,
    PasswordExpired,
    RequestInvalid,
)
from core.manifest import Manifest
from lanes.accounts.backup_codes import runbook
from lanes.assembly import Fleet
from lanes.questions.ask import Asked, Counter, How, Question, check_policy, hand_in, refusal
from store import credentials, queue
from store.credentials import Credential, CredentialState
from store.work_items import Priority

LOGIN_CHECK: Final = "login_check"
ROTATION: Final = "password"
RECOVERY: Final = "recovery"
_CURABLE = tuple(
    error.__name__ for error in (AccountLocked, CredentialRejected, PasswordExpired, CodeRequired, ActionNeeded)
)


@dataclass(frozen=True)
class Errand:
    errand: Literal["login_check", "password", "recovery"]
    credential_id: str
    requested_by: str
    attended: bool = False
    """As with a question."""


async def set_out(fleet: Fleet, errand: Errand) -> Asked:
    """Wakes nobody. An equal errand that waits already is joined.

    Raises core errors; a credential that is stopped is never asked for another try, unless its password has expired
    and is to be changed, or the account is to be recovered.
    """
    now = fleet.clock.now()
    async with fleet.database.begin() as session:
        credential = await credentials.get(session, errand.credential_id)
        fleet.check_whole(credential.portal)
        manifest = fleet.portals.get(credential.portal)
        if manifest is None:
            raise RequestInvalid(
                f"{credential.portal} is no portal of the environment “{fleet.settings.environment}”.", field="portal"
            )
        check_policy(fleet, manifest, attended=errand.attended)
        if errand.errand == ROTATION:
            check_rules(credential, manifest, now)
            if credential.state is CredentialState.STOPPED and credential.stop_code == PasswordExpired.__name__:
                reason = "its expired password is changed"
                await credentials.reopen(session, credential.id, actor=errand.requested_by, reason=reason, now=now)
                await queue.release_held(session, credential.portal)
        open_already = credential.state is CredentialState.OPEN
        if errand.errand == RECOVERY and not open_already:
            check_recovery(credential, manifest)
            actor, reason = errand.requested_by, "the account is recovered"
            await credentials.reopen(session, credential.id, actor=actor, reason=reason, now=now, looked=False)
            await queue.release_held(session, credential.portal)
        if credential.state is not CredentialState.OPEN:
            raise refusal(credential, manifest)
        query = AccountQuery(account=credential.id)
        priority = Priority.ACCOUNT if errand.errand == LOGIN_CHECK else Priority.CURE
        question = Question(errand.errand, credential.portal, query, errand.requested_by, priority=priority, fresh=True)
        counter = Counter(capability(errand.errand), manifest, payer=None)
        (asked,) = await hand_in(session, fleet, counter, credential, [question])
        if errand.errand == RECOVERY and open_already and asked.how is not How.JOINED:
            raise RequestInvalid(
                f"{credential.portal}/{credential.name} is not stopped: there is nothing to recover.",
                field="credential",
            )
    return asked


def check_recovery(credential: Credential, manifest: Manifest) -> None:
    """Raises ActionNeeded where a person recovers accounts, or must act first."""
    if manifest.recovery is None:
        raise ActionNeeded(
            f"{manifest.name} offers a bot no way to recover an account; a person does it by {runbook(manifest.id)}, "
            "and then `fleet credentials unlock` proves it.",
            kind="recover the account",
        )
    if credential.stop_code not in _CURABLE:
        raise refusal(credential, manifest)


def check_rules(credential: Credential, manifest: Manifest, now: datetime) -> None:
    """Raises ActionNeeded where a person changes passwords, RequestInvalid where it is too early."""
    rules = manifest.password
    if rules is None or rules.changed_by == "person":
        raise ActionNeeded(
            f"Nobody has taught the fleet to change a password of {manifest.name}; an administrator changes it on the "
            f"portal (docs/portals/{manifest.id}.md) and saves it with `fleet credentials add`.",
            kind="change the password",
        )
    changed = credential.password_changed_at
    if changed is None or rules.min_age_days is None:
        return
    earliest = changed + timedelta(days=rules.min_age_days)
    if now < earliest:
        raise RequestInvalid(
            f"{manifest.name} wants a password to be kept for {rules.min_age_days} days; this one can be changed again "
            f"from {earliest:%Y-%m-%d %H:%M} UTC.",
            field="credential",
        )


def due(credential: Credential, manifest: Manifest, within_days: int, today: date) -> bool:
    """Whether the fleet can change the password, and so few days are left of it."""
    rules, expires = manifest.password, credential.password_expires_on
    by_bot = rules is not None and rules.changed_by == "bot"
    return by_bot and expires is not None and (expires - today).days <= within_days
