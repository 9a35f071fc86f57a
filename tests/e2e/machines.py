"""The fleet on several machines, all of them this one: PostgreSQL, Redis, a bucket, two Prefect servers behind a
balancer and their services, and workers of their own. The settings of Prefect are those of deploy/prefect.env.
"""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sys
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

import boto3
import httpx
import psutil
from fixtures_servers import PostgresServer
from moto.server import ThreadedMotoServer

from core.settings import ROOT, Home, Settings
from flows import profiles
from stack import openbao
from stack.ports import free_port
from stack.process import ManagedProcess, write_private
from stack.vault_setup import roles_for

START_SECONDS = 90
BUCKET = "evidence"
ALWAYS_THERE = {
    "second": ("availity", "uhc"),
    "third": ("availity", "medicaid_forms", "medicaid_sso", "ucare", "ucare_old"),
}
"""The workers of other machines, and the portals whose secrets the vault gives them, as docs/deploy.md has it."""
PREFECT = (sys.executable, "-m", "prefect")
API_SERVERS = ("prefect-a", "prefect-b")
SERVERS = (*API_SERVERS, "services", "balancer")
BALANCER = Path(__file__).with_name("balancer.py")


@dataclass
class Machines:
    home: Home
    """Of the machine that all others belong to."""
    postgres: PostgresServer = field(default_factory=PostgresServer)
    ports: dict[str, int] = field(
        default_factory=lambda: {name: free_port() for name in ("redis", "balancer", *API_SERVERS)}
    )
    workers: dict[str, ManagedProcess] = field(default_factory=dict)
    _is_migrated: bool = False

    @property
    def api(self) -> str:
        return f"http://127.0.0.1:{self.ports['balancer']}/api"

    @property
    def profiles(self) -> Path:
        return self.home.path.parent / "prefect-profiles.toml"

    async def start(self) -> None:
        """What is not running, as a service manager sees to it: servers, balancer, services."""
        if not self.postgres.runs:
            self.postgres.start()
        await self._start("redis")
        if not self._is_migrated:
            migrating = await asyncio.create_subprocess_exec(
                *(*PREFECT, "server", "database", "upgrade", "-y"),
                env=os.environ | self.prefect,
                stdout=asyncio.subprocess.DEVNULL,
            )
            self._is_migrated = await migrating.wait() == 0
        await asyncio.gather(*(self._start(name) for name in SERVERS))

    async def start_workers(self) -> None:
        """Those that are always there, as a service manager sees to it, beside the one of the control machine."""
        ended = [name for name in ALWAYS_THERE if name not in self.workers or self.workers[name].find() is None]
        await asyncio.gather(*(self.start_worker(name, *ALWAYS_THERE[name]) for name in ended))

    async def start_worker(self, name: str, *portals: str) -> ManagedProcess:
        """As on a machine of its own: its own folder, and a ticket over a pipe, for these portals."""
        home = Home(self.home.path.parent / name)
        home.simulator.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.home.simulator / "ready.json", home.simulator)
        worker = self.workers[name] = ManagedProcess("worker", home)

        async def rings() -> bool:
            running = worker.find()
            return running is not None and (home.run / f"worker-{running.pid}.sock").exists()

        await worker.start(
            [sys.executable, "-c", "from cli.main import main; main()", "worker"],
            ready=rings,
            deadline=START_SECONDS,
            cwd=ROOT,
            environment={"FLEET_HOME": str(home.path)},
            handed_over=await openbao.ticket(self.home, *roles_for(portals), elsewhere=True),
        )
        return worker

    async def stop(self) -> None:
        await asyncio.gather(*(worker.stop(grace=12) for worker in self.workers.values()))
        await asyncio.gather(*(self.process(name).stop(grace=5) for name in ("redis", *SERVERS)))
        self.postgres.stop()

    def process(self, name: str) -> ManagedProcess:
        return ManagedProcess(name, self.home)

    def others(self) -> set[int]:
        """Process ids of what somebody else runs, with its children."""
        running = [found for name in ("redis", *SERVERS) if (found := self.process(name).find()) is not None]
        running.append(psutil.Process(self.postgres.pid))
        return {each.pid for found in running for each in (found, *found.children(recursive=True))}

    @property
    def prefect(self) -> dict[str, str]:
        """deploy/prefect.env, with the addresses of this machine."""
        lines = (ROOT / "deploy" / "prefect.env").read_text(encoding="utf-8").splitlines()
        told = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        here = {
            "postgresql+asyncpg://prefect@postgres/prefect": self._prefect_database,
            "redis://redis:6379/0": f"redis://127.0.0.1:{self.ports['redis']}/0",
            "redis://redis:6379/1": f"redis://127.0.0.1:{self.ports['redis']}/1",
        }
        assert set(here) <= set(told.values())
        return {name: here.get(value, value) for name, value in told.items()} | {
            "PREFECT_HOME": str(self.home.prefect),
            "PREFECT_PROFILES_PATH": str(self.profiles),
        }

    @property
    def _prefect_database(self) -> str:
        return self.postgres.url("prefect").replace("postgresql:", "postgresql+asyncpg:")

    def _command(self, name: str) -> Sequence[str | Path]:
        port, serve = str(self.ports.get(name)), (*PREFECT, "server")
        match name:
            case "redis":
                return ("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no")
            case "balancer":
                return (sys.executable, BALANCER, port, *(str(self.ports[server]) for server in API_SERVERS))
            case "services":
                return (*serve, "services", "start")
        return (*serve, "start", "--no-services", "--host", "127.0.0.1", "--port", port)

    async def _start(self, name: str) -> None:
        async def ready() -> bool:
            if name not in self.ports:
                return True
            try:
                if name in API_SERVERS:
                    async with httpx.AsyncClient(trust_env=False) as asking:
                        health = f"http://127.0.0.1:{self.ports[name]}/api/health"
                        return (await asking.get(health, timeout=2)).status_code == HTTPStatus.OK
                (await asyncio.open_connection("127.0.0.1", self.ports[name]))[1].close()
            except (OSError, httpx.HTTPError):
                return False
            return True

        process = self.process(name)
        if process.find() is None:
            await process.start(self._command(name), ready=ready, deadline=START_SECONDS, environment=self.prefect)


@asynccontextmanager
async def several_machines(settings: Settings) -> AsyncIterator[Machines]:
    """Everything but the fleet itself; the environment says where it is."""
    machines = Machines(settings.layout)
    with _bucket(settings.layout.path.parent / "aws") as endpoint:
        try:
            write_private(machines.profiles, profiles.new())
            machines.postgres.start()
            for name in ("fleet", "prefect"):
                machines.postgres.say(f"CREATE DATABASE {name} TEMPLATE template0")
            os.environ |= {
                "FLEET_STORE_URL": machines.postgres.url("fleet"),
                "FLEET_PREFECT_URL": machines.api,
                "FLEET_PREFECT_PROFILES": str(machines.profiles),
                "FLEET_EVIDENCE": f"s3://{BUCKET}/practice",
                "FLEET_EVIDENCE_ENDPOINT": endpoint,
                "FLEET_LANES": "3",
            }
            await machines.start()
            yield machines
        finally:
            await machines.stop()


@contextmanager
def _bucket(keys: Path) -> Iterator[str]:
    keys.write_text("[default]\naws_access_key_id = test\naws_secret_access_key = test\nregion = us-east-1\n")
    os.environ |= {"AWS_SHARED_CREDENTIALS_FILE": str(keys), "AWS_DEFAULT_REGION": "us-east-1"}
    server = ThreadedMotoServer("127.0.0.1", free_port(), verbose=False)
    server.start()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    try:
        endpoint = "http://{}:{}".format(*server.get_host_and_port())
        boto3.Session().client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
        yield endpoint
    finally:
        server.stop()


def end(process: ManagedProcess) -> psutil.Process:
    """As if the machine had lost its power: everything of its group at once."""
    victim = process.find()
    assert victim is not None
    for each in (*victim.children(recursive=True), victim):
        with suppress(psutil.NoSuchProcess):  # a child that ended with its parent
            each.kill()
    return victim
