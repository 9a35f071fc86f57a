from __future__ import annotations

import socket
import ssl
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


@pytest.mark.parametrize("answer", ["307 Temporary Redirect", "200 OK"])
def test_a_vault_that_is_not_in_charge_yet_has_not_answered(tmp_path: Path, answer: str) -> None:
    _write_certificate(tmp_path)
    with socket.create_server(("127.0.0.1", 0)) as starting:
        threading.Thread(target=_say, args=(starting, tmp_path, answer), daemon=True).start()
        address = f"https://127.0.0.1:{starting.getsockname()[1]}"
        session = VaultSession(VaultConnection(address, tmp_path / "certificate.pem", "worker", Secret("of nobody")))
        with pytest.raises(PartUnavailable, match="if it has just started, wait a moment"):
            session.log_in()


def _say(server: socket.socket, folder: Path, answer: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "certificate.pem", folder / "certificate.key")
    with context.wrap_socket(server.accept()[0], server_side=True) as connection:
        request, length = connection.makefile("rb"), 0
        while (line := request.readline()) not in (b"\r\n", b""):
            name, _, value = line.decode().partition(":")
            length = int(value) if name.lower() == "content-length" else length
        request.read(length)  # what is left unread breaks the connection
        connection.sendall(f"HTTP/1.1 {answer}\r\nLocation: /v1\r\nContent-Length: 0\r\n\r\n".encode())


def _hang_up(server: socket.socket) -> None:
    server.accept()[0].close()
