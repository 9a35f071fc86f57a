"""Ports on the loopback address: the one of last time if possible, so that whoever knows a part finds it again."""

from __future__ import annotations

import contextlib
import random
import socket
from pathlib import Path

from core.errors import PartUnavailable
from stack.process import write_private

_LOWEST = 20_000
_TRIES = 100
_LENT = Path("/proc/sys/net/ipv4/ip_local_port_range")
_FIRST_LENT = 32_768
"""Where the kernel does not tell."""


def remembered_port(file: Path, *, must_be_free: bool = False) -> int:
    """0 if none was remembered; with `must_be_free`, that one or another that nobody listens on, remembered now."""
    known = int(file.read_text()) if file.exists() else 0
    if not must_be_free:
        return known
    port = free_port(known)
    write_private(file, str(port))
    return port


def free_port(wanted: int = 0) -> int:
    """`wanted`, unless it is 0 or somebody has it. Another one is none of those that the kernel lends to connections,
    or a part that was killed would find a stranger's connection at its own. Raises PartUnavailable.
    """
    ours = range(_LOWEST, _first_lent())
    others = random.sample(ours, min(_TRIES, len(ours)))  # where the kernel lends them all, it chooses: 0
    for port in (*filter(None, [wanted]), *others, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            found: int = probe.getsockname()[1]
            return found
    raise PartUnavailable("stack", "No port is free on 127.0.0.1. End some of the programs that listen there.")


def _first_lent() -> int:
    with contextlib.suppress(OSError):
        return int(_LENT.read_text().split()[0])
    return _FIRST_LENT
