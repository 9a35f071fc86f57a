"""`fleet credentials import`: what an export held is in the vault afterwards, and on no disk in clear."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import subprocess
import sys
import time
from pathlib import Path

from pyotp import random_base32

from cli.demo.canary import Search
from cli.demo.leaks import TEMPORARY
from core.settings import Home
from core.vault.hvac_vault import HvacVault
from store.database import Database

WATCH = """
import os, sys
told = os.open(os.environ["TOLD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def hook(event, arguments):
    if event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        os.write(told, f"{arguments[0]}\\n".encode())
sys.addaudithook(hook)
"""
"""Notes every file that the command opens to write to, also one that is gone when it ends."""


async def test_what_an_export_held_is_written_to_no_file(
    openbao_home: Home, worker_vault: HvacVault, tmp_path: Path
) -> None:
    openbao_home.database.parent.mkdir(exist_ok=True)
    database = Database.open(openbao_home.database)
    await database.migrate()
    await database.close()
    home, temporary, hook, told = (tmp_path / name for name in ("home", "tmp", "hook", "told"))
    for folder in (home, temporary, hook):
        folder.mkdir()
    (hook / "sitecustomize.py").write_text(WATCH)
    username, password, seed = f"bot.{secrets.token_hex(6)}", f"{secrets.token_urlsafe(12)}&<ß'", random_base32()
    name = f"import-{secrets.token_hex(4)}"
    login = {"uris": [{"uri": "https://apps.availity.com"}], "username": username, "password": password, "totp": seed}
    items = [{"type": 1, "name": name, "login": login}, {"type": 1, "name": "other", "login": login | {"uris": []}}]
    items.append({"type": 1, "name": "no portal", "login": login | {"uris": [{"uri": "https://mail.example.org"}]}})
    export = {"encrypted": False, "items": items}
    begun = time.time() - 1
    ended = await asyncio.to_thread(
        subprocess.run,
        [Path(sys.executable).with_name("fleet"), "credentials", "import", "-", "--apply", "--json"],
        input=json.dumps(export),
        env=os.environ
        | {"FLEET_HOME": str(openbao_home.path), "HOME": str(home), "TMPDIR": str(temporary), "TOLD": str(told)}
        | {"PYTHONPATH": f"{hook}:{os.environ.get('PYTHONPATH', '')}", "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (ended.returncode, json.loads(ended.stdout)[0]["result"]) == (2, "kept"), ended.stderr
    assert "1 kept, 1 left out. Keep the file until those are in" in ended.stderr
    assert (await worker_vault.login_secret("availity", name)).password.reveal() == password

    canaries = {"user name": [username], "password": [password], "seed": [seed]}
    search, temporaries = Search(canaries), [Path(each) for each in dict.fromkeys(TEMPORARY)]
    assert search.text(ended.stdout + ended.stderr, "what it said") == set()
    assert search.folders(openbao_home.path, tmp_path) == set()
    assert search.folders(*temporaries, since=begun) == set()
    written = {Path(line) for line in told.read_text().splitlines()}
    assert {each for each in written if not each.is_relative_to(openbao_home.path)} <= {Path(os.devnull)}

    (temporary / "left").write_text(json.dumps(export))  # the search would have found it
    assert {hit.label for hit in search.folders(tmp_path)} == {*canaries}
