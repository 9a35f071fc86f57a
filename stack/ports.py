"""Ports on the loopback address: the one of last time if possible, so that whoever knows a part finds it again."""

from __future__ import annotations

import socket
from pathlib import Path

from stack.process import write_private


def remembered_port(file: Path, *, must_be_free: bool = False) -> int:
    """0 if none was remembered; with `must_be_free`, that one or another that nobody listens on, remembered now."""
    known = int(file.read_text()) if file.exists() else 0
    if not must_be_free:
        return known
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", known))
        except OSError:
            probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    write_private(file, str(port))
    return port
