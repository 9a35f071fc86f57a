"""`fleet worker` and `fleet ticket`: a worker on another machine, and its way into the vault."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import NoReturn

from cli.opened import read_settings
from core.errors import RequestInvalid
from core.settings import ROOT
from flows.environment import worker_environment
from lanes.questions.ask import unknown
from payers.registry import portal_ids
from stack import openbao
from stack.process import PRIVATE_FOLDER, inherited_environment
from stack.vault_setup import roles_for
from store.database import server_url

HOW = "ssh CONTROL fleet ticket | fleet worker"


def worker(portals: str | None) -> NoReturn:
    """In the place of this process: whoever started the command stops the worker, and its standard input stays."""
    settings = read_settings()
    wanted = _named(portals)
    api = settings.prefect_url
    if settings.store_url is None or api is None:
        raise RequestInvalid(
            "A worker of its own needs FLEET_STORE_URL and FLEET_PREFECT_URL, as on the machine that it belongs to; "
            "docs/deploy.md has an example."
        )
    server_url(settings.store_url)
    if settings.evidence is None:
        raise RequestInvalid("FLEET_EVIDENCE has to name a bucket: others must find the evidence of this worker.")
    if sys.stdin.isatty():
        raise RequestInvalid(f"The way into the vault comes on standard input: {HOW}.")
    home = settings.layout
    for folder in (home.path, home.logs, home.run, home.tmp, home.prefect):
        folder.mkdir(mode=PRIVATE_FOLDER, parents=True, exist_ok=True)
    os.chdir(ROOT)
    words = (sys.executable, "-m", "flows.worker", "--home", str(home.path), "--portals", ",".join(wanted))
    os.execve(sys.executable, words, inherited_environment() | worker_environment(home, api, settings.prefect_profiles))  # noqa: S606


def ticket(portals: str | None) -> None:
    wanted = _named(portals)
    if sys.stdout.isatty():
        raise RequestInvalid(f"A ticket is for a worker, not for a screen: {HOW}.")
    line = asyncio.run(openbao.ticket(read_settings().layout, *roles_for(wanted), elsewhere=True))
    sys.stdout.write(line.decode())


def _named(portals: str | None) -> list[str]:
    """Raises RequestInvalid."""
    wanted = [name.strip() for name in (portals or "").split(",") if name.strip()]
    for name in wanted:
        if name not in portal_ids():
            raise RequestInvalid(unknown("portal", name, portal_ids()), field="portals")
    return wanted
