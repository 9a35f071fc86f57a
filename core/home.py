"""The folder that the embedded stack writes to. Quick to import: commands that only ring a bell need no more."""

from __future__ import annotations

import os
from pathlib import Path

DEFAULT_HOME = Path(".fleet")


class Home:
    """The folders under FLEET_HOME. Creating them is the stack's business."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.vault = path / "vault"
        self.prefect = path / "prefect"
        self.store = path / "store"
        self.evidence = path / "evidence"
        self.logs = path / "logs"
        self.run = path / "run"
        """Pid files, ready files and the workers' sockets."""
        self.tmp = path / "tmp"
        self.simulator = path / "simulator"
        self.inbox = path / "inbox"
        """A folder per schedule, where its rosters are dropped."""
        self.console = path / "console"

    @classmethod
    def from_environment(cls) -> Home:
        return cls(Path(os.environ.get("FLEET_HOME") or DEFAULT_HOME).absolute())

    @property
    def prefect_profiles(self) -> Path:
        """The password of the embedded Prefect."""
        return self.prefect / "profiles.toml"

    @property
    def database(self) -> Path:
        return self.store / "fleet.db"
