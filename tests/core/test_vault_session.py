from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from core.errors import PartUnavailable
from core.phi import Secret
from core.vault.contract import VaultConnection
from core.vault.session import VaultSession
from stack.openbao import _write_certificate


def test_a_vault_that_dies_while_it_greets_is_not_taken_for_a_stranger(tmp_path: Path) -> None:
    _write_certificate(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as dying:
        threading.Thread(target=_hang_up, args=(dying,), daemon=True).start()
        address = f"https://127.0.0.1:{dying.getsockname()[1]}"
        session = VaultSession(VaultConnection(address, tmp_path / "certificate.pem", "worker", Secret("of nobody")))
        with pytest.raises(PartUnavailable, match="does not answer"):
            session.log_in()


def _hang_up(server: socket.socket) -> None:
    server.accept()[0].close()
