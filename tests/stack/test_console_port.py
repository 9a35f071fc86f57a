"""The console listens where the setting says, or says that somebody else does."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from core.errors import PartUnavailable
from core.home import Home
from core.settings import Settings
from stack.console_process import ConsoleProcess, address
from stack.ports import free_port


def test_the_port_of_the_setting_is_the_consoles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home, port = Home(tmp_path), free_port()
    home.console.mkdir(parents=True)
    monkeypatch.setenv("FLEET_CONSOLE_PORT", str(port))
    process = ConsoleProcess(home, port=Settings(home=tmp_path).console_port)
    assert process._port(home.console / "port") == port
    assert address(home) == f"http://127.0.0.1:{port}"
    monkeypatch.delenv("FLEET_CONSOLE_PORT")
    kept = ConsoleProcess(home, port=Settings(home=tmp_path).console_port)
    assert kept._port(home.console / "port") == port, "from start to start"


def test_a_port_that_is_taken_is_said(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.console.mkdir(parents=True)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PartUnavailable, match=f"listens on port {port}; set FLEET_CONSOLE_PORT"):
            ConsoleProcess(home, port=port)._port(home.console / "port")
