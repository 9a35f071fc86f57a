"""Unix sockets: their names, and datagrams between the processes of a machine."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_LONGEST_ADDRESS = 100


@contextmanager
def socket_address(path: Path) -> Iterator[str]:
    """What to bind or connect to: an address holds 108 bytes, so a deeper path is reached through its open folder."""
    if len(os.fsencode(path)) <= _LONGEST_ADDRESS:
        yield str(path)
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{folder}/{path.name}"
    finally:
        os.close(folder)


def listening(path: Path) -> socket.socket:
    """A socket of datagrams at this path, mode 0600, in the place of one that was left there. Never blocks."""
    path.unlink(missing_ok=True)
    bound = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    bound.setblocking(False)
    with socket_address(path) as address:
        bound.bind(address)
    path.chmod(0o600)
    return bound


def sent(sender: socket.socket, path: Path, text: str) -> bool:
    """False where nobody listens: what a process that was killed has left is cleared away."""
    try:
        with socket_address(path) as address:
            sender.sendto(text.encode(), address)
    except ConnectionRefusedError:
        path.unlink(missing_ok=True)
        return False
    except OSError:
        return False
    return True
