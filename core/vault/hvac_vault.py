"""The client of an OpenBao or HashiCorp Vault server, as an AppRole."""

from __future__ import annotations

import asyncio
import base64
import contextlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import hvac
import structlog

from core.errors import PartUnavailable
from core.phi import Secret
from core.redact import known_values
from core.seal import DataKey, SealBroken
from core.vault.codes import Codes, EngineCodes, KeptSeeds
from core.vault.contract import BackupCode, LoginLabel, LoginSecret, PendingPassword, VaultConnection
from core.vault.labels import label_of, put_label
from core.vault.paths import VaultPaths, vault_paths
from core.vault.periods import StoredPeriodKeys
from core.vault.refusals import changed_meanwhile, no_login, no_seed
from core.vault.seeds import parse_seed
from core.vault.session import NotThere, Refused, VaultSession, unwrap_secret_id

T = TypeVar("T")

log = structlog.get_logger()


class _Changed(Exception):
    """Somebody else has saved there meanwhile."""


@dataclass(frozen=True, slots=True)
class WrappedSecretId:
    """A way into the vault, once."""

    role_id: str
    wrapping_token: Secret
    opens: Collection[str] = ()
    """The portals, and the keeper of their accounts, whose secrets the role may ask for; empty: all."""


class HvacVault:
    def __init__(self, connection: VaultConnection) -> None:
        self._session = VaultSession(connection)
        self._doors: dict[str, VaultSession] = {}
        """Who asks for what belongs to a portal, or to a keeper of accounts, where that is not `_session`."""
        self._paths: VaultPaths = vault_paths()
        self._codes: Codes = (EngineCodes if connection.totp_engine else KeptSeeds)(self._ask, self._paths)
        self._periods = StoredPeriodKeys(self._session, self._paths)
        self._renewal: asyncio.Task[None] | None = None

    @classmethod
    async def from_wrapped(cls, address: str, ca_file: Path, role_id: str, wrapping_token: Secret) -> HvacVault:
        """As `from_tickets`, with one for everything that the role may do."""
        return await cls.from_tickets(address, ca_file, [WrappedSecretId(role_id, wrapping_token)])

    @classmethod
    async def from_tickets(
        cls, address: str, ca_file: Path, tickets: Sequence[WrappedSecretId], *, totp_engine: bool = True
    ) -> HvacVault:
        """Logs in with single-use secret-ids, so the tokens it gets are all this process will ever have: they are kept
        alive until `close`. Raises PartUnavailable if somebody else unwrapped a secret-id before.
        """
        connections = []
        for ticket in tickets:
            secret_id = await asyncio.to_thread(unwrap_secret_id, address, ca_file, ticket.wrapping_token)
            connections.append(VaultConnection(address, ca_file, ticket.role_id, secret_id, totp_engine))
        vault = cls(connections[0])
        sessions = [vault._session, *map(VaultSession, connections[1:])]
        for session, ticket in zip(sessions, tickets, strict=True):
            await asyncio.to_thread(session.log_in)
            vault._doors.update(dict.fromkeys(ticket.opens, session))
        vault._renewal = asyncio.create_task(_keep_alive(sessions), name="vault token")
        return vault

    async def until_token_ends(self) -> None:
        """Returns when a token of `from_tickets` could not be kept alive: its process needs new secret-ids."""
        if self._renewal is not None:
            await asyncio.shield(self._renewal)

    async def login_secret(self, portal: str, account: str) -> LoginSecret:
        try:
            kept, version = await self._read(self._paths.login_of(portal, account), of=portal)
        except NotThere:
            raise no_login(portal, account) from None
        known_values.remember(kept["username"], kept["password"])
        return LoginSecret(Secret(kept["username"]), Secret(kept["password"]), version)

    async def login_version(self, portal: str, account: str) -> int:
        return await self._version(self._paths.login_of(portal, account))

    async def login_label(self, portal: str, account: str) -> LoginLabel | None:
        try:
            kept = await self._metadata(self._paths.login_of(portal, account))
        except NotThere:
            return None
        return label_of(portal, account, kept)

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
        known_values.remember(username.reveal(), password.reveal())
        login = {"username": username.reveal(), "password": password.reveal()}
        path = self._paths.login_of(portal, account)
        try:
            version = await self._write(path, login, expected_version, of=portal)
        except _Changed:
            raise changed_meanwhile(portal, account) from None
        label = {"portal": portal, "credential": account, "rotated_by" if expected_version else "created_by": by}
        try:
            await self._ask(partial(put_label, f"{self._paths.mounts.logins}/metadata/{path}", label), portal)
        except PartUnavailable as trouble:  # the login is kept, and that is what counts
            log.warning("a login has no label in the vault", portal=portal, credential=account, error=trouble.reference)
        return version

    async def pending_password(self, portal: str, account: str) -> PendingPassword | None:
        try:
            kept, version = await self._read(self._paths.pending_of(portal, account), of=portal)
        except NotThere:
            return None
        known_values.remember(kept["password"])
        return PendingPassword(Secret(kept["password"]), int(kept["replaces"]), version)

    async def save_pending(
        self, portal: str, account: str, password: Secret, *, replaces: int, expected_version: int
    ) -> int:
        known_values.remember(password.reveal())
        pending = {"password": password.reveal(), "replaces": replaces}
        try:
            return await self._write(self._paths.pending_of(portal, account), pending, expected_version, of=portal)
        except _Changed:
            raise changed_meanwhile(portal, account) from None

    async def save_backup_codes(self, keeper: str, account: str, codes: Sequence[Secret]) -> None:
        known_values.remember(*(each.reveal() for each in codes))
        path, stock = self._paths.backup_of(keeper, account), {"codes": [each.reveal() for each in codes]}
        try:
            await self._write(path, stock, await self._version(path))
        except _Changed:
            raise changed_meanwhile(keeper, account) from None

    async def take_backup_code(self, keeper: str, account: str) -> BackupCode | None:
        path = self._paths.backup_of(keeper, account)
        while True:
            try:
                kept, version = await self._read(path, of=keeper)
            except NotThere:
                return None
            if not kept["codes"]:
                return None
            known_values.remember(*kept["codes"])
            code, *left = kept["codes"]
            try:
                await self._write(path, {"codes": left}, version, of=keeper)
            except _Changed:  # somebody else took one just now: another one is for us
                continue
            return BackupCode(Secret(code), len(left))

    async def forget_backup_codes(self, keeper: str, account: str) -> None:
        await self._ask(partial(self._forget, self._paths.backup_of(keeper, account)))

    async def save_seed(self, portal: str, account: str, seed: Secret) -> None:
        parsed = parse_seed(seed)
        known_values.remember(parsed.base32.reveal())
        await self._codes.save(portal, account, parsed)

    async def totp_code(self, portal: str, account: str) -> Secret:
        try:
            code = await self._codes.code(portal, account)
        except (NotThere, Refused):
            raise no_seed(portal, account) from None
        known_values.remember_code(code)
        return Secret(code)

    async def forget_login(self, portal: str, account: str) -> None:
        for path in (self._paths.login_of(portal, account), self._paths.pending_of(portal, account)):
            await self._ask(partial(self._forget, path))
        await self._codes.forget(portal, account)

    async def client_secret(self) -> Secret | None:
        try:
            kept, _ = await self._read(self._paths.sign_on)
        except NotThere:
            return None
        known_values.remember(kept["client_secret"])
        return Secret(kept["client_secret"])

    async def save_client_secret(self, secret: Secret) -> None:
        known_values.remember(secret.reveal())
        kept = {"client_secret": secret.reveal()}
        await self._ask(
            lambda client: client.secrets.kv.v2.create_or_update_secret(
                self._paths.sign_on, secret=kept, mount_point=self._paths.mounts.logins
            )
        )

    async def new_data_key(self, key: str) -> DataKey:
        name = self._paths.data_key(key)
        answer = await self._ask(
            lambda client: client.secrets.transit.generate_data_key(
                name, key_type="plaintext", mount_point=self._paths.mounts.keys
            )
        )
        return DataKey(base64.b64decode(answer["data"]["plaintext"]), answer["data"]["ciphertext"])

    async def open_data_key(self, key: str, wrapped: str) -> bytes:
        name = self._paths.data_key(key)
        try:
            answer = await self._ask(
                lambda client: client.secrets.transit.decrypt_data(
                    name, ciphertext=wrapped, mount_point=self._paths.mounts.keys
                )
            )
        except Refused as refused:
            raise SealBroken(
                "A data key is damaged, or another vault wrapped it.", reference=f"{key}: {refused.reference}"
            ) from None
        return base64.b64decode(answer["data"]["plaintext"])

    def period_key(self, period: str, *, make: bool) -> bytes:
        return self._periods.key(period, make=make)

    async def destroy_period_key(self, period: str, day: date) -> bool:
        return await asyncio.to_thread(self._periods.destroy, period, day)

    async def sign(self, data: bytes) -> bytes:
        text = base64.b64encode(data).decode()
        answer = await self._ask(
            lambda client: client.secrets.transit.sign_data(
                self._paths.signing_key, hash_input=text, mount_point=self._paths.mounts.keys
            )
        )
        return base64.b64decode(answer["data"]["signature"].rpartition(":")[2])

    async def public_key(self) -> bytes:
        answer = await self._ask(
            lambda client: client.secrets.transit.read_key(self._paths.signing_key, mount_point=self._paths.mounts.keys)
        )
        kept = answer["data"]
        return base64.b64decode(kept["keys"][str(kept["latest_version"])]["public_key"])

    async def check(self) -> None:
        # That nothing lies there is as good an answer as any: the vault read, and wrote its audit line.
        with contextlib.suppress(NotThere):
            await self._read(self._paths.check)

    async def close(self) -> None:
        if self._renewal is not None:
            self._renewal.cancel()
            await asyncio.gather(self._renewal, return_exceptions=True)
        for session in {self._session, *self._doors.values()}:
            # A vault that is down cannot take its token back; the token ends by itself within minutes.
            with contextlib.suppress(PartUnavailable):
                await asyncio.to_thread(session.log_out)

    async def wrapped_secret_id(self, role: str) -> Secret:
        """A token that gives out one single-use secret-id of `role`, once, within five minutes."""
        answer = await self._ask(
            lambda client: client.auth.approle.generate_secret_id(
                role, wrap_ttl="300s", mount_point=self._paths.mounts.roles
            )
        )
        token: str = answer["wrap_info"]["token"]
        known_values.remember(token)
        return Secret(token)

    async def _version(self, path: str) -> int:
        """Of what is kept there; 0 when there is nothing."""
        try:
            return int((await self._metadata(path))["current_version"])
        except NotThere:
            return 0

    async def _metadata(self, path: str) -> dict[str, Any]:
        """Raises NotThere."""
        answer = await self._ask(
            lambda client: client.secrets.kv.v2.read_secret_metadata(path, mount_point=self._paths.mounts.logins)
        )
        kept: dict[str, Any] = answer["data"]
        return kept

    async def _read(self, path: str, *, of: str | None = None) -> tuple[dict[str, Any], int]:
        """What is kept there, and its version. Raises NotThere. `of`: the portal or keeper that it belongs to."""
        answer = await self._ask(
            lambda client: client.secrets.kv.v2.read_secret_version(
                path, mount_point=self._paths.mounts.logins, raise_on_deleted_version=True
            ),
            of,
        )
        return answer["data"]["data"], int(answer["data"]["metadata"]["version"])

    async def _write(self, path: str, kept: dict[str, Any], expected_version: int, *, of: str | None = None) -> int:
        """The new version. Raises _Changed."""
        try:
            answer = await self._ask(
                lambda client: client.secrets.kv.v2.create_or_update_secret(
                    path, secret=kept, cas=expected_version, mount_point=self._paths.mounts.logins
                ),
                of,
            )
        except Refused as refused:
            if "check-and-set" not in refused.detail:
                raise
            raise _Changed from None
        return int(answer["data"]["version"])

    def _forget(self, path: str, client: hvac.Client) -> None:
        client.secrets.kv.v2.delete_metadata_and_all_versions(path, mount_point=self._paths.mounts.logins)

    async def _ask(self, request: Callable[[hvac.Client], Any], of: str | None = None) -> Any:
        session = self._session if of is None else self._doors.get(of, self._session)
        return await asyncio.to_thread(session.ask, request)


async def _keep_alive(sessions: Sequence[VaultSession]) -> None:
    """Until the first of them has lost its token."""
    renewals = [asyncio.create_task(each.keep_alive()) for each in sessions]
    try:
        await asyncio.wait(renewals, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in renewals:
            each.cancel()
