"""A vault that somebody else runs: what docs/deploy.md tells an administrator to do, done."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures_servers import until_ready

from core.errors import PartUnavailable
from core.phi import Secret
from core.settings import ROOT, Home
from flows.opening import _enter_vault
from stack import openbao
from stack.ports import free_port
from stack.vault_setup import WORKER


@pytest.fixture(scope="module")
def outside(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of its administrator."""
    folder = tmp_path_factory.mktemp("outside")
    port = free_port()
    where = (f"-dev-listen-address=127.0.0.1:{port}", f"-dev-tls-cert-dir={folder}")
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME")},
        "BAO_ADDR": f"https://127.0.0.1:{port}",
        "BAO_TOKEN": "administrator",
        "BAO_CACERT": str(folder / "vault-ca.pem"),
        "PYTHONPATH": str(ROOT),
    }
    (folder / "bao").symlink_to(openbao._binary())
    environment["PATH"] = f"{folder}:{environment['PATH']}"
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            ["bao", "server", "-dev", "-dev-tls", "-dev-root-token-id=administrator", "-dev-no-store-token", *where],
            env=environment,
            stdout=log,
            stderr=log,
        )
    asks = ("bao", "status")
    until_ready(
        server,
        lambda: subprocess.run(asks, env=environment, capture_output=True, check=False).returncode == 0,
        folder / "log",
    )
    told = subprocess.run(
        [sys.executable, "-m", "stack.vault_setup", "--from", "127.0.0.0/8"],
        env=environment,
        capture_output=True,
        check=True,
    )
    subprocess.run(["sh"], input=told.stdout, env=environment, capture_output=True, check=True)
    words = ("bao", "write", "-f", "-field=secret_id", "auth/approle/role/control-plane/secret-id")
    secret_id = subprocess.run(words, env=environment, capture_output=True, check=True).stdout
    (folder / "secret-id").write_bytes(secret_id)
    yield environment
    server.kill()
    server.wait()


async def test_it_takes_the_place_of_our_own(outside: dict[str, str], tmp_path: Path) -> None:
    home = Home(tmp_path / "control")
    home.vault.mkdir(parents=True)
    (home.vault / "outside.json").write_text(json.dumps({"address": outside["BAO_ADDR"]}))
    with pytest.raises(PartUnavailable, match=r"lacks certificate\.pem and control-plane\.secret-id"):
        await openbao.start(home)
    shutil.copy(outside["BAO_CACERT"], home.vault / "certificate.pem")
    (home.vault / "control-plane.secret-id").write_bytes(
        Path(outside["BAO_CACERT"]).with_name("secret-id").read_bytes()
    )

    assert (await openbao.start(home)).address == outside["BAO_ADDR"]
    control = await openbao.open_vault(home)
    password = Secret("canary-password-4711")
    await control.save_login("availity", "north", Secret("north.billing"), password, expected_version=0)
    await control.close()

    ticket = await openbao.ticket(home, WORKER, elsewhere=True)
    scratch = tmp_path / "worker"
    scratch.mkdir()
    worker, allowed = await _enter_vault(Secret(ticket.decode()), scratch)
    assert allowed == frozenset()
    assert (await worker.login_secret("availity", "north")).password == password
    await worker.close()
    with pytest.raises(PartUnavailable, match="was opened before"):
        await _enter_vault(Secret(ticket.decode()), scratch)
    (home.vault / "outside.json").write_text(json.dumps({"address": outside["BAO_ADDR"], "totp_engine": False}))
    assert not openbao.connection(home).totp_engine
    assert json.loads(await openbao.ticket(home, WORKER))["totp_engine"] is False
    (home.vault / "outside.json").write_text(json.dumps({"address": outside["BAO_ADDR"], "totp_engine": "no"}))
    with pytest.raises(PartUnavailable, match='"totp_engine": false where the vault has none'):
        openbao.connection(home)
    (home.vault / "outside.json").write_text(json.dumps({"address": outside["BAO_ADDR"]}))
    limited = await openbao.ticket(home, "worker-availity", "worker-onehealthcareid", elsewhere=True)
    worker, allowed = await _enter_vault(Secret(limited.decode()), scratch)
    assert allowed == {"availity", "optumpay", "uhc"}
    assert (await worker.login_secret("availity", "north")).password == password
    await worker.close()
    assert not await openbao.stop(home), "it is not ours to stop"
