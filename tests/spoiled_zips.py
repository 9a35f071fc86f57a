"""Zips that some other program made, or that something happened to."""

from __future__ import annotations

import struct

_HEADERS = {b"PK\x03\x04": 6, b"PK\x01\x02": 8}
"""Where each kind of header holds a member's flags; how it is packed comes right behind."""


def locked(data: bytes) -> bytes:
    """As if each member had a password."""
    return _with(data, 0, 1)


def oddly_packed(data: bytes) -> bytes:
    """In a way that no program knows."""
    return _with(data, 2, 99)


def _with(data: bytes, offset: int, value: int) -> bytes:
    spoiled = bytearray(data)
    for sign, flags in _HEADERS.items():
        at = data.find(sign)
        while at >= 0:
            struct.pack_into("<H", spoiled, at + flags + offset, value)
            at = data.find(sign, at + 1)
    return bytes(spoiled)
