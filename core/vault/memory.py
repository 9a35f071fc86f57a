from __future__ import annotations

import base64
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from core.errors import PartUnavailable
from core.phi import Secret
from core.redact import known_values
from core.seal import KEY_BYTES, NONCE_BYTES, DataKey, SealBroken, Shredded
from core.vault.contract import BackupCode, LoginLabel, LoginSecret, PendingPassword
from core.vault.paths import vault_paths
from core.vault.refusals import changed_meanwhile, no_login, no_period_key, no_seed
from core.vault.seeds import Seed, parse_seed

_WRAPPED = "memory:v1:"


class MemoryVault:
    """The contract without a server. Everything is gone with the process."""

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self.available = True
        """Set to False for a vault that is down."""
        self._clock = clock
        self._paths = vault_paths()
        self._logins: dict[str, LoginSecret] = {}
        self._labels: dict[str, LoginLabel] = {}
        self._pending: dict[str, PendingPassword] = {}
        self._periods: dict[str, bytes | date] = {}
        """Or the day on which it was destroyed."""
        self._backup_codes: dict[str, list[Secret]] = {}
        self._seeds: dict[str, Seed] = {}
        self._client_secret: Secret | None = None
        self._keys = {name: AESGCM(os.urandom(KEY_BYTES)) for name in self._paths.data_keys}
        self._signer = Ed25519PrivateKey.generate()

    async def login_secret(self, portal: str, account: str) -> LoginSecret:
        await self.check()
        login = self._logins.get(self._paths.login_of(portal, account))
        if login is None:
            raise no_login(portal, account)
        known_values.remember(login.username.reveal(), login.password.reveal())
        return login

    async def login_version(self, portal: str, account: str) -> int:
        await self.check()
        login = self._logins.get(self._paths.login_of(portal, account))
        return login.version if login else 0

    async def login_label(self, portal: str, account: str) -> LoginLabel | None:
        await self.check()
        return self._labels.get(self._paths.login_of(portal, account))

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
        await self.check()
        path = self._paths.login_of(portal, account)
        known = self._logins.get(path)
        if expected_version != (known.version if known else 0):
            raise changed_meanwhile(portal, account)
        known_values.remember(username.reveal(), password.reveal())
        self._logins[path] = LoginSecret(username, password, expected_version + 1)
        now = datetime.fromtimestamp(self._clock(), UTC)
        made = self._labels.get(path) or LoginLabel(portal, account, now, by, None, None)
        self._labels[path] = replace(made, rotated_at=now, rotated_by=by) if known else made
        return expected_version + 1

    async def pending_password(self, portal: str, account: str) -> PendingPassword | None:
        await self.check()
        return self._pending.get(self._paths.pending_of(portal, account))

    async def save_pending(
        self, portal: str, account: str, password: Secret, *, replaces: int, expected_version: int
    ) -> int:
        await self.check()
        path = self._paths.pending_of(portal, account)
        known = self._pending.get(path)
        if expected_version != (known.version if known else 0):
            raise changed_meanwhile(portal, account)
        known_values.remember(password.reveal())
        self._pending[path] = PendingPassword(password, replaces, expected_version + 1)
        return expected_version + 1

    async def save_backup_codes(self, keeper: str, account: str, codes: Sequence[Secret]) -> None:
        await self.check()
        known_values.remember(*(each.reveal() for each in codes))
        self._backup_codes[self._paths.backup_of(keeper, account)] = list(codes)

    async def take_backup_code(self, keeper: str, account: str) -> BackupCode | None:
        await self.check()
        stock = self._backup_codes.get(self._paths.backup_of(keeper, account), [])
        if not stock:
            return None
        known_values.remember(*(each.reveal() for each in stock))
        return BackupCode(stock.pop(0), len(stock))

    async def forget_backup_codes(self, keeper: str, account: str) -> None:
        await self.check()
        self._backup_codes.pop(self._paths.backup_of(keeper, account), None)

    async def save_seed(self, portal: str, account: str, seed: Secret) -> None:
        await self.check()
        parsed = parse_seed(seed)
        known_values.remember(parsed.base32.reveal())
        self._seeds[self._paths.code_of(portal, account)] = parsed

    async def totp_code(self, portal: str, account: str) -> Secret:
        await self.check()
        seed = self._seeds.get(self._paths.code_of(portal, account))
        if seed is None:
            raise no_seed(portal, account)
        code = seed.code_at(self._clock())
        known_values.remember_code(code)
        return Secret(code)

    async def forget_login(self, portal: str, account: str) -> None:
        await self.check()
        self._logins.pop(self._paths.login_of(portal, account), None)
        self._labels.pop(self._paths.login_of(portal, account), None)
        self._pending.pop(self._paths.pending_of(portal, account), None)
        self._seeds.pop(self._paths.code_of(portal, account), None)

    async def client_secret(self) -> Secret | None:
        await self.check()
        return self._client_secret

    async def save_client_secret(self, secret: Secret) -> None:
        await self.check()
        known_values.remember(secret.reveal())
        self._client_secret = secret

    async def new_data_key(self, key: str) -> DataKey:
        await self.check()
        plain, nonce = os.urandom(KEY_BYTES), os.urandom(NONCE_BYTES)
        sealed = nonce + self._key(key).encrypt(nonce, plain, None)
        return DataKey(plain, _WRAPPED + base64.b64encode(sealed).decode())

    async def open_data_key(self, key: str, wrapped: str) -> bytes:
        await self.check()
        try:
            sealed = base64.b64decode(wrapped.removeprefix(_WRAPPED), validate=True)
            return self._key(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
        except (InvalidTag, ValueError):
            raise SealBroken("A data key is damaged, or another vault wrapped it.", reference=key) from None

    def period_key(self, period: str, *, make: bool) -> bytes:
        self._answers()
        if make:
            self._periods.setdefault(period, os.urandom(KEY_BYTES))
        kept = self._periods.get(period)
        if kept is None:
            raise no_period_key(period)
        if isinstance(kept, date):
            raise Shredded(kept, reference=period)
        return kept

    async def destroy_period_key(self, period: str, day: date) -> bool:
        await self.check()
        if isinstance(self._periods.get(period), bytes):
            self._periods[period] = day
        return period in self._periods

    async def sign(self, data: bytes) -> bytes:
        await self.check()
        return self._signer.sign(data)

    async def public_key(self) -> bytes:
        await self.check()
        return self._signer.public_key().public_bytes_raw()

    async def check(self) -> None:
        self._answers()

    def _answers(self) -> None:
        if not self.available:
            raise PartUnavailable("vault", "The vault is not available; start it and try again.")

    async def close(self) -> None:
        self.available = False

    def _key(self, key: str) -> AESGCM:
        return self._keys[self._paths.data_key(key)]
