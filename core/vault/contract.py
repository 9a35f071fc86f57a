from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Protocol

from core.phi import Secret
from core.seal import DataKey


@dataclass(frozen=True, slots=True)
class LoginSecret:
    username: Secret
    password: Secret
    version: int
    """What `save_login` wants as `expected_version`."""


@dataclass(frozen=True, slots=True)
class LoginLabel:
    """What stands beside a login for whoever lists the vault: no secret, and no user name. The times are the vault's
    own; who is None of a login that was saved by hand.
    """

    portal: str
    account: str
    created_at: datetime
    created_by: str | None
    rotated_at: datetime | None
    """When the present one was saved over another one."""
    rotated_by: str | None


@dataclass(frozen=True, slots=True)
class PendingPassword:
    """A password that a portal is to get. It lies beside the login until that has it."""

    password: Secret
    replaces: int
    """The version of the login that it is for."""
    version: int
    """What `save_pending` wants as `expected_version`."""


@dataclass(frozen=True, slots=True)
class BackupCode:
    """One-time code of an account, out of the vault's stock for good."""

    code: Secret
    left: int
    """In the stock."""


@dataclass(frozen=True, slots=True)
class VaultConnection:
    """Where a vault is, and who we are to it."""

    address: str
    ca_file: Path
    role_id: str
    secret_id: Secret
    totp_engine: bool = True
    """Whether it makes codes itself; else the seed lies in it, and we make them."""


class Vault(Protocol):
    """Every method raises PartUnavailable("vault", …) when the vault is down, sealed, slow or refuses us.

    One attempt each: a caller that can wait decides that for itself.
    """

    async def login_secret(self, portal: str, account: str) -> LoginSecret:
        """Raises RequestInvalid if the vault holds no login under that name."""
        ...

    async def login_version(self, portal: str, account: str) -> int:
        """Of the login that is kept, without reading it; 0 when there is none."""
        ...

    async def login_label(self, portal: str, account: str) -> LoginLabel | None:
        """None when there is no login."""
        ...

    async def save_login(
        self,
        portal: str,
        account: str,
        username: Secret,
        password: Secret,
        *,
        expected_version: int,
        by: str | None = None,
    ) -> int:
        """The new version. `expected_version` is 0 for a new login; RequestInvalid if another one is there. `by`: who
        saves it, for its label.
        """
        ...

    async def pending_password(self, portal: str, account: str) -> PendingPassword | None:
        """The last one that was saved, whatever became of it."""
        ...

    async def save_pending(
        self, portal: str, account: str, password: Secret, *, replaces: int, expected_version: int
    ) -> int:
        """As `save_login`. Earlier ones stay in the vault as versions, as those of the login do."""
        ...

    async def save_backup_codes(self, keeper: str, account: str, codes: Sequence[Secret]) -> None:
        """In place of all that were there: portals void the old ones when they give out new ones. `keeper`: who keeps
        the account, the portal itself or its identity provider.
        """
        ...

    async def take_backup_code(self, keeper: str, account: str) -> BackupCode | None:
        """The first that is left; from its return on nobody gets it again, whatever becomes of us. None: no more."""
        ...

    async def forget_backup_codes(self, keeper: str, account: str) -> None:
        """With all versions. No error if there is none."""
        ...

    async def save_seed(self, portal: str, account: str, seed: Secret) -> None:
        """Base32 as portals print it, or an otpauth://totp URL. Kept only after the vault's code proved it right.

        Raises RequestInvalid for anything that does not make codes of 30 seconds; an older seed then stays.
        """
        ...

    async def totp_code(self, portal: str, account: str) -> Secret:
        """The code of the current 30-second step by the vault's clock; the same one for the whole step.

        Raises RequestInvalid if the vault holds no seed under that name.
        """
        ...

    async def forget_login(self, portal: str, account: str) -> None:
        """Login and pending passwords with all their versions, and seed: for good. No error if there is none."""
        ...

    async def client_secret(self) -> Secret | None:
        """The console's own at the provider by which people sign in; None when there is none."""
        ...

    async def save_client_secret(self, secret: Secret) -> None: ...

    async def new_data_key(self, key: str) -> DataKey:
        """A fresh 32-byte key, wrapped under one of the `data_keys` of secrets/paths.yaml."""
        ...

    async def open_data_key(self, key: str, wrapped: str) -> bytes:
        """Raises SealBroken if `wrapped` was not made under that key."""
        ...

    def period_key(self, period: str, *, make: bool) -> bytes:
        """As core.seal.PeriodKeys says; `period` is CLASS.YYYY-MM."""
        ...

    async def destroy_period_key(self, period: str, day: date) -> bool:
        """For good, in this vault; `period_key` raises Shredded with the day from then on. False: there never was one.

        A second time it changes nothing.
        """
        ...

    async def sign(self, data: bytes) -> bytes:
        """An Ed25519 signature under the key for evidence capsules, 64 bytes."""
        ...

    async def public_key(self) -> bytes:
        """Of the key that signs, 32 bytes."""
        ...

    async def check(self) -> None:
        """Reads for real: a vault whose audit file is blocked still calls itself healthy."""
        ...

    async def close(self) -> None:
        """Gives the token back. Never fails: the token of a vault that is down ends by itself."""
        ...
