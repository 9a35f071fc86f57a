"""Zips that some other program made, or that something happened to."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

_HEADERS = {b"PK\x03\x04": 6, b"PK\x01\x02": 8}
"""Where each kind of header holds a member's flags; how it is packed comes right behind."""


def locked(data: bytes) -> bytes:
    """As if each member had a password."""
    return _with(data, 0, 1)


def oddly_packed(data: bytes) -> bytes:
    """In a way that no program knows."""
    return _with(data, 2, 99)


def rewritten(path: Path, member: str, change: Callable[[str], str]) -> None:
    """The zip again, with one of its texts changed."""
    with zipfile.ZipFile(path) as old:
        texts = {name: old.read(name) for name in old.namelist()}
    new = change(texts[member].decode())
    assert new.encode() != texts[member]
    with zipfile.ZipFile(path, "w") as out:
        for name, text in (texts | {member: new.encode()}).items():
            out.writestr(name, text)


def _with(data: bytes, offset: int, value: int) -> bytes:
    spoiled = bytearray(data)
    for sign, flags in _HEADERS.items():
        at = data.find(sign)
        while at >= 0:
            struct.pack_into("<H", spoiled, at + flags + offset, value)
            at = data.find(sign, at + 1)
    return bytes(spoiled)
