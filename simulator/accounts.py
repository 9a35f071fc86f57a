"""Portal accounts: passwords, six-digit codes, lock-outs, and what each account has to click through."""

import hashlib
import hmac
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pyotp.totp import TOTP

from simulator.clock import VirtualClock
from simulator.passwords import RULES

CODE_STEP_SECONDS = 30
DAY_SECONDS = 86_400
IDENTITY_PROVIDERS = {"uhc": "onehealthcareid", "optumpay": "onehealthcareid"}
"""Portals that leave the log-in to somebody else: what locks an account there locks it for all of them."""
_LOCK_AFTER = {"medicaid_forms": 3, "ucare": 5, "ucare_old": 3, "uhc": 5, "optumpay": 5}
_IDLE_MINUTES = {"medicaid_forms": 15.0, "medicaid_sso": 15.0, "ucare_old": 15.0}
_SINGLE_SESSION = ("medicaid_forms",)
_DORMANT_DAYS = {"uhc": 90, "optumpay": 90, "medicaid_sso": 548}
_DATA_CHECK_DAYS = {"medicaid_sso": 182}
_CHALLENGE_AFTER = {"medicaid_sso": 10}
_SUSPEND_AFTER = {"medicaid_sso": 15}
Tier = Literal["basic", "premium"]
Method = Literal["authenticator", "text", "call", "email", "backup"]
SENT = frozenset({"text", "call", "email"})
"""Methods by which a code comes to a person."""


class Provider(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    npi: str


class Organization(BaseModel):
    model_config = ConfigDict(extra="forbid")
    id: str
    name: str
    tin: str
    providers: tuple[Provider, ...]


NORTHGATE = Organization(
    id="1180243",
    name="Northgate Family Practice",
    tin="36-4418027",
    providers=(
        Provider(name="Northgate Family Practice", npi="1457398216"),
        Provider(name="Abernathy, Lenora MD", npi="1902846355"),
    ),
)
LAKESIDE = Organization(
    id="1180911",
    name="Lakeside Imaging Center LLC",
    tin="36-5520944",
    providers=(Provider(name="Lakeside Imaging Center LLC", npi="1285630947"),),
)


class AccountSpec(BaseModel):
    """An account as the control API sets it up. Every option but the credentials rests at "nothing in the way"."""

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    portal: str = "availity"
    username: str
    password: str
    totp_seed: str = Field(description="Base32, as the portal would show it at enrolment.")
    mfa: tuple[Method, ...] = Field(
        default=("authenticator", "text", "call", "backup"), description="Methods on offer; none means no second step."
    )
    backup_codes: tuple[str, ...] = ()
    organizations: tuple[Organization, ...] = Field(default=(NORTHGATE,), min_length=1)
    roles: tuple[str, ...] = Field(
        default=(
            *("eligibility", "claim_status", "remittances", "authorizations", "messages", "documents", "users"),
            *("appeals", "sent_messages", "claim_files", "notifications"),
        ),
        description="A missing role hides the menu item and refuses its page.",
    )
    region: str = "IL"
    tier: Tier = Field(default="premium", description="What is subscribed to, where a portal gives more for money.")
    lock_after: int = Field(
        default_factory=lambda given: _LOCK_AFTER.get(given["portal"], 4),
        ge=1,
        description="Wrong passwords in a row that lock the account.",
    )
    code_lock_after: int = Field(default=5, ge=1, description="Refused codes in a row that lock the account.")
    idle_minutes: float = Field(default_factory=lambda given: _IDLE_MINUTES.get(given["portal"], 30.0), gt=0)
    single_session: bool = Field(
        default_factory=lambda given: given["portal"] in _SINGLE_SESSION,
        description="A log-in ends the account's other sessions.",
    )
    locked: bool = False
    inactive: bool = Field(default=False, description="Deactivated for not having logged in.")
    dormant_days: float | None = Field(
        default_factory=lambda given: _DORMANT_DAYS.get(given["portal"]),
        description="Days without a log-in after which the account is deactivated; null is never.",
    )
    must_change: bool = Field(default=False, description="The password is expired: log-in ends at a forced change.")
    expires_in_days: int | None = Field(default=None, description="Shows the reminder that the password expires.")
    terms: bool = Field(default=False, description="Terms of use wait to be accepted.")
    data_check_days: float | None = Field(
        default_factory=lambda given: _DATA_CHECK_DAYS.get(given["portal"]),
        description="Days after which a person must confirm the provider's data anew; null is never.",
    )
    challenge_after: int | None = Field(
        default_factory=lambda given: _CHALLENGE_AFTER.get(given["portal"]),
        ge=1,
        description="Bad inquiries in a row after which a person must prove to be one; null is never.",
    )
    suspend_after: int | None = Field(
        default_factory=lambda given: _SUSPEND_AFTER.get(given["portal"]),
        ge=1,
        description="Bad inquiries in a row that suspend the account; null is never.",
    )
    code_minutes: float = Field(default=10, gt=0, description="How long a code that was sent can be used.")
    unusual: bool = Field(
        default=False,
        description="The hour or the place is not the usual one: a code is sent, also to a remembered device.",
    )
    step_up_after: int | None = Field(
        default=None,
        ge=0,
        description="Pages of a session after which some portals ask for a code once more; null is never.",
    )
    suspended: bool = Field(default=False, description="Access is taken away for too many bad inquiries.")


class Verdict(Enum):
    OK = "ok"
    WRONG = "wrong"
    REUSED = "reused"
    LOCKED = "locked"


@dataclass
class Account:
    spec: AccountSpec
    used_at: float  # the last log-in, or when the account was made
    wrong_passwords: int = 0
    wrong_codes: int = 0
    text_code: str | None = None  # what the last text message, call or e-mail said
    text_code_at: float = 0.0
    used_steps: set[int] = field(default_factory=set)
    used_backup_codes: set[str] = field(default_factory=set)
    remembered_devices: set[str] = field(default_factory=set)
    data_confirmed_at: float = 0.0  # by a person
    bad_inquiries: int = 0  # in a row
    bad_questions: set[str] = field(default_factory=set)
    challenged: bool = False
    mailed_link: str | None = None  # what the last e-mail for a reset led to
    mailed_link_at: float = 0.0
    old_passwords: list[str] = field(default_factory=list)  # the last one first
    password_set_at: float | None = None  # by its user, at the portal

    @property
    def attempts_left(self) -> int:
        return max(0, self.spec.lock_after - self.wrong_passwords)

    @property
    def code_attempts_left(self) -> int:
        return max(0, self.spec.code_lock_after - self.wrong_codes)

    def check_password(self, password: str) -> Verdict:
        if self.spec.locked:
            return Verdict.LOCKED
        if hmac.compare_digest(self.spec.password.encode(), password.encode()):
            self.wrong_passwords = 0
            return Verdict.OK
        self.wrong_passwords += 1
        return self._refuse(Verdict.WRONG, left=self.attempts_left)

    def objection_to(self, new: str, clock: VirtualClock) -> str | None:
        """What the portal has against a new password, if anything."""
        age = None if self.password_set_at is None else (clock.timestamp() - self.password_set_at) / 3600
        spec = self.spec
        return RULES[spec.portal].objection(new, spec.username, [spec.password, *self.old_passwords], age)

    def set_password(self, new: str, clock: VirtualClock) -> None:
        self.old_passwords.insert(0, self.spec.password)
        self.password_set_at = clock.timestamp()
        self.spec.password, self.spec.must_change, self.spec.expires_in_days = new, False, None

    def deactivated(self, clock: VirtualClock) -> bool:
        days = self.spec.dormant_days
        if days is not None and clock.timestamp() - self.used_at > days * DAY_SECONDS:
            self.spec.inactive = True
        return self.spec.inactive

    def must_confirm_data(self, clock: VirtualClock) -> bool:
        days = self.spec.data_check_days
        return days is not None and clock.timestamp() - self.data_confirmed_at >= days * DAY_SECONDS

    def inquired_in_vain(self, question: str) -> bool:
        """Counts an inquiry with bad data, with what that leads to. Whether the very same one was made before."""
        repeated = question in self.bad_questions
        self.bad_questions.add(question)
        self.bad_inquiries += 1
        spec = self.spec
        if spec.challenge_after and self.bad_inquiries % spec.challenge_after == 0:
            self.challenged = True
        if spec.suspend_after and self.bad_inquiries >= spec.suspend_after:
            spec.suspended = True
        return repeated

    def check_code(self, method: str, code: str, clock: VirtualClock, skew_seconds: float) -> Verdict:
        """Judges a code; the step of an authenticator code may be one off, and counts once (RFC 6238, 5.2)."""
        if self.spec.locked:
            return Verdict.LOCKED
        verdict = self._judge(method, code.strip(), clock.timestamp() + skew_seconds)
        if verdict is Verdict.OK:
            self.wrong_codes = 0
            return verdict
        self.wrong_codes += 1
        return self._refuse(verdict, left=self.code_attempts_left)

    def _judge(self, method: str, code: str, at: float) -> Verdict:
        if method == "backup":
            if code in self.used_backup_codes:
                return Verdict.REUSED
            if code not in self.spec.backup_codes:
                return Verdict.WRONG
            self.used_backup_codes.add(code)
            return Verdict.OK
        if method in SENT:
            fresh_until = self.text_code_at + self.spec.code_minutes * 60
            matches = self.text_code is not None and code == self.text_code and at < fresh_until
            self.text_code = None if matches else self.text_code
            return Verdict.OK if matches else Verdict.WRONG
        now = int(at // CODE_STEP_SECONDS)
        generator = TOTP(self.spec.totp_seed)
        steps = [step for step in (now, now - 1, now + 1) if generator.generate_otp(step) == code]
        if not steps:
            return Verdict.WRONG
        fresh = [step for step in steps if step not in self.used_steps]
        self.used_steps.update(fresh)
        return Verdict.OK if fresh else Verdict.REUSED

    def _refuse(self, verdict: Verdict, *, left: int) -> Verdict:
        if left == 0:
            self.spec.locked = True
        return verdict

    def recovers_by(self, code: str, method: Method = "backup", at: float = 0.0) -> bool:
        """Whether a code opens the way to a new password, locked or not. It is used up then."""
        return self._judge(method, code.strip(), at) is Verdict.OK

    def mail_link(self, link: str, clock: VirtualClock) -> None:
        self.mailed_link, self.mailed_link_at = link, clock.timestamp()

    def send_text_code(self, clock: VirtualClock) -> None:
        digest = hashlib.sha256(f"{self.spec.totp_seed}{clock.timestamp()}".encode()).hexdigest()
        self.text_code, self.text_code_at = f"{int(digest[:8], 16) % 10**6:06d}", clock.timestamp()

    @property
    def methods(self) -> tuple[Method, ...]:
        """Those on offer now."""
        sent = tuple(method for method in self.spec.mfa if method in SENT)
        return sent if self.spec.unusual and sent else self.spec.mfa

    def knows(self, device: str | None) -> bool:
        """Whether it lets this device in without a second step."""
        return not self.spec.mfa or (device in self.remembered_devices and not self.spec.unusual)

    def unlock(self) -> None:
        self.spec.locked = False
        self.wrong_passwords = self.wrong_codes = 0


class AccountBook:
    """By whoever checks the password: the portal itself, or the identity provider that it shares with others."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock
        self._accounts: dict[tuple[str, str], Account] = {}

    def put(self, spec: AccountSpec) -> Account:
        now = self._clock.timestamp()
        account = Account(spec, used_at=now, data_confirmed_at=now)
        self._accounts[_keeper(spec.portal), spec.username.casefold()] = account
        return account

    def get(self, portal: str, username: str) -> Account | None:
        return self._accounts.get((_keeper(portal), username.strip().casefold()))

    def of_portal(self, portal: str) -> list[Account]:
        return [account for (keeper, _), account in self._accounts.items() if keeper == _keeper(portal)]

    def named(self, username: str) -> list[Account]:
        return [account for (_, name), account in self._accounts.items() if name == username.casefold()]


def _keeper(portal: str) -> str:
    return IDENTITY_PROVIDERS.get(portal, portal)
