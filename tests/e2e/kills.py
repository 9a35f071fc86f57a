"""Whoever is part of the fleet, for tests that kill any of them; and hands that bring back what nobody supervises."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psutil
from machines import ALWAYS_THERE, SERVERS, Machines
from stand import Stand

from core.errors import PartUnavailable
from core.settings import Home
from stack import fleet_up
from stack.process import ManagedProcess

SUPERVISED = ("worker", "vault", "prefect", "console")
POSTGRES = "postgres"


@dataclass
class Prey:
    stand: Stand
    machines: Machines | None
    dice: Random

    async def kill(self, *kinds: str) -> str:
        """One, by chance, of these kinds, else of all; gives its kind, or "" if there is none. A tab counts like a
        server.
        """
        living = self._living()
        every = {*living, POSTGRES} if self.machines else {*living}
        wanted = sorted(every & {*kinds} if kinds else every)
        if not wanted:
            return ""
        kind = self.dice.choice(wanted)
        if self.machines is not None and kind == POSTGRES:
            self.machines.postgres.kill()
            self.machines.postgres.start()  # at once: whoever looks at the fleet asks it too
        else:
            with suppress(psutil.NoSuchProcess):  # it has just ended by itself
                self.dice.choice(living[kind]).kill()
        return kind

    async def bring_back(self) -> None:
        """What a service manager would."""
        if self.machines is not None:
            await self.machines.start()
        if ManagedProcess("supervisor", self.stand.settings.layout).find() is None:
            await fleet_up.up(self.stand.settings, with_simulator=True)
        if self.machines is not None:
            with suppress(PartUnavailable):  # the vault is away; it tries again
                await self.machines.start_workers()

    def homes(self) -> list[Home]:
        """Of every machine."""
        here = self.stand.settings.layout
        return [here, *(Home(here.path.parent / name) for name in ALWAYS_THERE if self.machines)]

    def orphans(self) -> list[object]:
        """Processes and folders that no living worker answers for, and profiles that no browser has."""
        found: list[object] = []
        for home in self.homes():
            worker = ManagedProcess("worker", home).find()
            scratch = home.tmp / f"worker-{worker.pid if worker else 0}"
            answered_for = {each.pid for each in self.stand.browsers(scratch)}
            found += [each for each in self.stand.browsers(home.tmp) if each.pid not in answered_for]
            found += [folder for folder in home.tmp.iterdir() if folder != scratch]
            profiles = list(scratch.glob("playwright_chromiumdev_profile-*"))
            if len(profiles) > len([each for each in self.stand.browsers(scratch) if _is_browser(each)]):
                found += profiles
        return [*found, *Path(self.stand.tmp).iterdir()]

    def _living(self) -> dict[str, list[psutil.Process]]:
        here = self.stand.settings.layout
        parts = {name: ManagedProcess(name, here) for name in (*SUPERVISED, "supervisor")}
        if self.machines is not None:
            parts |= {name: self.machines.process(name) for name in ("redis", *SERVERS)} | self.machines.workers
        living = {name: [process] for name, part in parts.items() if (process := part.find()) is not None}
        for kind, process in self._of_browsers():
            living.setdefault(kind, []).append(process)
        return living

    def _of_browsers(self) -> Iterator[tuple[str, psutil.Process]]:
        for home in self.homes():
            for process in self.stand.browsers(home.tmp):
                with suppress(psutil.NoSuchProcess):
                    words = " ".join(process.cmdline())
                    if _is_browser(process):
                        yield "browser", process
                    elif "--type=renderer" in words:
                        yield "tab", process
                    elif "run-driver" in words:
                        yield "driver", process


def _is_browser(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return "chrom" in process.name() and "--type=" not in " ".join(process.cmdline())
    return False
