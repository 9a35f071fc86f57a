from __future__ import annotations

import socket
from pathlib import Path

from stack.ports import free_port, remembered_port


def test_a_port_is_none_that_a_connection_may_be_lent() -> None:
    first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    assert max(free_port() for _ in range(20)) < first


def test_the_port_of_last_time_is_taken_again_unless_somebody_has_it(tmp_path: Path) -> None:
    file = tmp_path / "port"
    first = remembered_port(file, must_be_free=True)
    assert remembered_port(file, must_be_free=True) == remembered_port(file) == first
    with socket.create_server(("127.0.0.1", first)):
        other = remembered_port(file, must_be_free=True)
        assert other != first
        assert remembered_port(file) == other
