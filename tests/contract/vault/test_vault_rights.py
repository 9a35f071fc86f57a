"""Who may do what: for vaults with policies."""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import hvac
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from core.errors import PartUnavailable
from core.phi import Secret
from core.vault import VaultConnection
from core.vault.hvac_vault import HvacVault
from core.vault.session import unwrap_secret_id
from stack.vault_setup import CONSOLE, WORKER
from tests.contract.vault.conftest import Server

USERNAME, PASSWORD, SEED = Secret("north.billing"), Secret("canary password"), Secret("JBSWY3DPEHPK3PXP")

FORBIDDEN_TO_WORKERS = [
    ("list", "kv/metadata/portals"),
    ("read", "kv/data/fleet/other"),
    ("read", "kv/data/fleet/sign-on"),
    ("read", "kv/metadata/portals/availity/{account}"),
    ("write", "kv/metadata/portals/availity/{account}"),
    ("delete", "kv/data/portals/availity/{account}"),
    ("write", "kv/destroy/portals/availity/{account}"),
    ("write", "kv/undelete/periods/answers_2026-11"),
    ("delete", "kv/metadata/periods/answers_2026-11"),
    ("list", "kv/metadata/periods"),
    ("delete", "kv/metadata/portals/availity/{account}"),
    ("delete", "kv/metadata/pending/availity/{account}"),
    ("delete", "kv/metadata/backup/availity/{account}"),
    ("read", "totp/keys/availity.{account}"),
    ("delete", "totp/keys/availity.{account}"),
    ("read", "transit/keys/db-phi"),
    ("read", "transit/export/encryption-key/db-phi"),
    ("write", "transit/keys/mine"),
    ("write", "transit/sign/capsules"),
    ("write", "auth/approle/role/worker/secret-id"),
    ("write", "auth/approle/role/control-plane/secret-id"),
    ("write", "auth/token/create"),
    ("read", "sys/policies/acl/worker"),
    ("write", "sys/policies/acl/worker"),
    ("read", "sys/mounts"),
]
KEY_OF_CAPSULES = [("read", "transit/export/signing-key/capsules"), ("write", "transit/keys/capsules/rotate")]
FORBIDDEN_TO_THE_CONTROL_PLANE = [
    *KEY_OF_CAPSULES,
    ("read", "kv/data/portals/availity/{account}"),
    ("write", "kv/metadata/portals/availity/{account}"),
    ("read", "kv/data/fleet/sign-on"),
    ("read", "kv/data/pending/availity/{account}"),
    ("read", "kv/data/backup/availity/{account}"),
    ("read", "totp/code/availity.{account}"),
    ("read", "totp/keys/availity.{account}"),
    ("write", "auth/approle/role/control-plane/secret-id"),
    ("write", "auth/approle/role/worker"),
    ("write", "sys/policies/acl/worker"),
    ("write", "auth/token/create"),
]


async def allowed(vault: HvacVault, attempts: list[tuple[str, str]], account: str) -> list[tuple[str, str]]:
    """Those that the vault did not refuse for want of a right."""
    passed = []
    for verb, path in attempts:
        try:
            await vault._ask(partial(_attempt, verb=verb, path=path.format(account=account)))
        except PartUnavailable as refusal:
            if "does not allow" in refusal.sentence:
                continue
        passed.append((verb, path))
    return passed


def _attempt(client: hvac.Client, verb: str, path: str) -> object:
    return client.write_data(path, data={}) if verb == "write" else getattr(client, verb)(path)


@pytest.fixture
async def kept(server: Server, account: str) -> str:
    await server.control.save_login("availity", account, USERNAME, PASSWORD, expected_version=0)
    await server.control.save_seed("availity", account, SEED)
    return account


async def test_a_worker_makes_no_login_and_keeps_every_version(server: Server, kept: str) -> None:
    worker = await server.hire()
    with pytest.raises(PartUnavailable, match="does not allow “worker”"):
        await worker.save_login("availity", f"{kept}-2", USERNAME, PASSWORD, expected_version=0)
    with pytest.raises(PartUnavailable, match="does not allow “worker”"):
        await worker.forget_login("availity", kept)
    with pytest.raises(PartUnavailable, match="does not allow"):
        await worker.save_seed("availity", kept, SEED)
    assert await allowed(worker, FORBIDDEN_TO_WORKERS, kept) == []
    assert (await worker.login_secret("availity", kept)).password == PASSWORD
    await worker.close()


def _keep_one_version(client: hvac.Client, path: str, **more: object) -> None:
    client.adapter.request(
        "patch",
        f"/v1/kv/metadata/{path}",
        json={"max_versions": 1, **more},
        headers={"Content-Type": "application/merge-patch+json"},
    )


@pytest.mark.parametrize("more", [{}, {"custom_metadata": {"portal": "availity"}}], ids=["alone", "with a label"])
async def test_a_label_is_all_that_is_written_of_a_logins_metadata(
    server: Server, kept: str, more: dict[str, object]
) -> None:
    """Who could have one version kept would have the others deleted."""
    path, worker = f"portals/availity/{kept}", await server.hire()
    for vault in (worker, server.control):
        with pytest.raises(PartUnavailable, match="does not allow"):
            await vault._ask(partial(_keep_one_version, path=path, **more))
    seen = (await server.control._ask(lambda client: client.secrets.kv.v2.read_secret_metadata(path, "kv")))["data"]
    assert seen["max_versions"] == 0
    assert seen["custom_metadata"] == {"portal": "availity", "credential": kept}
    await worker.close()


async def _asked(vault: HvacVault, portal: str, keeper: str, account: str) -> list[str]:
    """What of a login a worker can read."""
    asks: dict[str, Callable[[], Awaitable[object]]] = {
        "login": lambda: vault.login_secret(portal, account),
        "code": lambda: vault.totp_code(portal, account),
        "pending": lambda: vault.pending_password(portal, account),
        "backup": lambda: vault.take_backup_code(keeper, account),
    }
    read = []
    for name, ask in asks.items():
        try:
            await ask()
        except PartUnavailable as refusal:
            if "does not allow" in refusal.sentence:
                continue
        read.append(name)
    return read


async def test_a_worker_of_some_portals_reads_nothing_of_others(server: Server, account: str) -> None:
    keeper_of = {"availity": "availity", "uhc": "onehealthcareid", "optumpay": "onehealthcareid", "ucare": "ucare"}
    for portal, keeper in keeper_of.items():
        await server.control.save_login(portal, account, USERNAME, PASSWORD, expected_version=0)
        await server.control.save_seed(portal, account, SEED)
        await server.control.save_backup_codes(keeper, account, [Secret("CODE-1"), Secret("CODE-2")])
    everything = ["login", "code", "pending", "backup"]
    for keepers in (["availity"], ["onehealthcareid", "ucare"]):
        worker = await server.hire_for(*keepers)
        for portal, keeper in keeper_of.items():
            assert await _asked(worker, portal, keeper, account) == (everything if keeper in keepers else [])
        if keepers == ["availity"]:
            assert await allowed(worker, FORBIDDEN_TO_WORKERS, account) == []
            assert await worker.save_login("availity", account, USERNAME, SEED, expected_version=1) == 2
            assert await worker.save_pending("availity", account, SEED, replaces=2, expected_version=0) == 1
            with pytest.raises(PartUnavailable, match="does not allow “worker-availity”"):
                await worker.save_login("ucare", account, USERNAME, PASSWORD, expected_version=1)
        made = await worker.new_data_key("sessions")
        assert await worker.open_data_key("sessions", made.wrapped) == made.plain
        await worker.close()


async def test_who_lets_some_in_lets_nobody_in_unwrapped(server: Server) -> None:
    roles = [("write", f"auth/approle/role/{role}/secret-id") for role in (WORKER, "worker-availity", "worker-ucare")]
    assert await allowed(server.control, roles, "any") == []


async def test_the_console_opens_data_keys_signs_what_it_gives_out_and_nothing_else(server: Server, kept: str) -> None:
    ticket = await server.control.wrapped_secret_id(CONSOLE)
    console = await HvacVault.from_wrapped(server.connection.address, server.connection.ca_file, CONSOLE, ticket)
    secret = [("read", "kv/data/portals/availity/{account}"), ("read", "totp/code/availity.{account}")]
    own = ("read", "kv/data/fleet/sign-on")
    signs = ("write", "transit/sign/capsules")
    assert await allowed(console, [*FORBIDDEN_TO_WORKERS, *secret, *KEY_OF_CAPSULES], kept) == [own, signs]
    Ed25519PublicKey.from_public_bytes(await console.public_key()).verify(await console.sign(b"receipt"), b"receipt")
    period = f"answers.{1900 + secrets.randbelow(90)}-05"
    console.period_key(period, make=True)
    with pytest.raises(PartUnavailable, match="does not allow “console”"):
        await console.destroy_period_key(period, date(2033, 1, 1))
    made = await console.new_data_key("db-phi")
    assert await console.open_data_key("db-phi", made.wrapped) == made.plain
    await console.close()


async def test_the_control_plane_saves_what_it_cannot_read(server: Server, kept: str) -> None:
    assert await allowed(server.control, FORBIDDEN_TO_THE_CONTROL_PLANE, kept) == []


async def test_a_ticket_opens_once(server: Server) -> None:
    ticket = await server.control.wrapped_secret_id(WORKER)
    worker = await HvacVault.from_wrapped(server.connection.address, server.connection.ca_file, WORKER, ticket)
    with pytest.raises(PartUnavailable, match="opened before"):
        await HvacVault.from_wrapped(server.connection.address, server.connection.ca_file, WORKER, ticket)
    await worker.close()


async def test_a_secret_id_works_once(server: Server) -> None:
    ticket = await server.control.wrapped_secret_id(WORKER)
    secret_id = unwrap_secret_id(server.connection.address, server.connection.ca_file, ticket)
    first, second = (HvacVault(replace(server.connection, role_id=WORKER, secret_id=secret_id)) for _ in range(2))
    await first.check()
    with pytest.raises(PartUnavailable, match="secret-id is used up") as refusal:
        await second.check()
    assert secret_id.reveal() not in f"{refusal.value} {refusal.value.reference}"
    await first.close()


async def test_a_ticket_from_elsewhere_is_not_opened(server: Server) -> None:
    worker = await server.hire()
    wrapped = await worker._ask(
        lambda client: client.adapter.post(
            "/v1/transit/datakey/plaintext/db-phi", json={}, headers={"X-Vault-Wrap-TTL": "60s"}
        )
    )
    with pytest.raises(PartUnavailable, match="did not come from the control plane"):
        unwrap_secret_id(server.connection.address, server.connection.ca_file, Secret(wrapped["wrap_info"]["token"]))
    await worker.close()


async def test_close_gives_the_token_back(server: Server) -> None:
    worker = await server.hire()
    token = worker._session._client.token
    await worker.close()
    stolen = hvac.Client(server.connection.address, token=token, verify=str(server.connection.ca_file))
    with pytest.raises(hvac.exceptions.Forbidden):
        stolen.auth.token.lookup_self()


async def test_tokens_of_the_environment_are_not_taken(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / ".vault-token").write_text("s.from-the-home-folder")
    for name, value in {"HOME": str(tmp_path), "VAULT_TOKEN": "s.from-the-environment"}.items():
        monkeypatch.setenv(name, value)
    for name in ("VAULT_ADDR", "HTTPS_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "https://127.0.0.1:1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", os.devnull)
    vault = HvacVault(server.connection)
    assert not vault._session._client.token
    await vault.check()
    await vault.close()


class Silent(BaseHTTPRequestHandler):
    """Takes a request and never answers."""

    released = threading.Event()

    def do_POST(self) -> None:
        self.released.wait(30)


async def test_a_vault_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("core.vault.session.TIMEOUT", (0.2, 0.3))
    with ThreadingHTTPServer(("127.0.0.1", 0), Silent) as silent:
        threading.Thread(target=silent.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{silent.server_port}"
        vault = HvacVault(VaultConnection(address, tmp_path, "control-plane", Secret("some secret-id")))
        with pytest.raises(PartUnavailable, match="did not answer within"):
            await vault.check()
        Silent.released.set()
        silent.shutdown()
