"""AES-256-GCM for whatever is kept: short texts of the store, and evidence in chunks.

A sealed value opens only at the place it was sealed for, so a value that was copied to another row or file is refused.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import struct
import time
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import FleetError, NextStep, PartUnavailable

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
CHUNK_BYTES = 64 * 1024

_MAGIC = b"FLT1"
_AES_256_GCM_STREAM = 1
_HEAD = struct.Struct(">4sBH")
"""Magic, algorithm, length of the wrapped key that follows."""
_PREFIX_BYTES = 7

_OF_A_PERIOD = re.compile(rb"FLT2([a-z]+\.\d{4}-\d{2})\|")
"""Begins a value that was sealed under a period's own key. Older values begin with one byte, the id of the one key."""
_SHREDDED = re.compile(rb"FLT0(\d{4}-\d{2}-\d{2})")
_KEPT = "kept:"
"""Begins a data key that a period's key has wrapped; those of the vault begin otherwise."""
_DATA_KEY = "data key"
KEYS_KEPT_SECONDS = 3600
"""A process forgets a period's key after that, so that a destroyed one is soon in no memory either."""


class SealBroken(FleetError):
    """Damaged, cut, moved from its place, or sealed under another key. Nothing of the content is given out."""

    next_step = NextStep.ASK_ADMINISTRATOR


class Shredded(SealBroken):
    """Gone, as the retention rules want it. Not a sign of damage."""

    def __init__(self, day: date, *, reference: str = "") -> None:
        super().__init__(
            f"This was shredded on {day} by the retention rules; nothing of it can be read any more.",
            reference=reference,
        )
        self.day = day


class PeriodKeys(Protocol):
    """Who keeps the keys of retention's periods."""

    def period_key(self, period: str, *, make: bool) -> bytes:
        """32 bytes; made if there is none and `make`. Blocks for a millisecond. Raises Shredded, SealBroken when there
        is none, PartUnavailable.
        """
        ...


@dataclass(frozen=True, slots=True)
class DataKey:
    plain: bytes = field(repr=False)
    wrapped: str
    """The same key, wrapped by the vault: safe to keep beside the data."""


class Sealer:
    """Seals short texts under one 32-byte data key. A sealed value is 29 bytes longer than its text in UTF-8.

    What belongs to a period of retention is sealed under that period's own key (and about 20 bytes longer), which the
    vault gives out and can destroy. Without `periods` everything is under the one key.
    """

    def __init__(self, key: bytes, periods: PeriodKeys | None = None) -> None:
        self._periods = periods
        self._opened: dict[str, tuple[float, Sealer]] = {}
        self._cipher = AESGCM(_derive(key, b"fleet seal"))
        self._blind_key = _derive(key, b"fleet blind index")
        # Tells a value under an older key from a damaged one, so that keys can be rotated lazily.
        self._key_id = hashlib.sha256(b"fleet key id" + key).digest()[:1]

    def seal(self, text: str, place: str, period: str | None = None) -> bytes:
        """With a period it may raise PartUnavailable, once an hour: it asks the vault for the key."""
        if period is not None and self._periods is not None:
            return f"FLT2{period}|".encode() + self._of(self._periods, period, make=True).seal(
                text, f"{period}|{place}"
            )
        nonce = os.urandom(NONCE_BYTES)
        return self._key_id + nonce + self._cipher.encrypt(nonce, text.encode(), self._bound_to(place))

    def open(self, sealed: bytes, place: str) -> str:
        """Raises SealBroken unless the value was sealed under this key for this very place, and Shredded for what the
        retention rules have ended.
        """
        if found := _SHREDDED.fullmatch(sealed):
            raise Shredded(date.fromisoformat(found[1].decode()), reference=place)
        if self._periods is not None and (found := _OF_A_PERIOD.match(sealed)):
            period = found[1].decode()
            return self._of(self._periods, period, make=False).open(sealed[found.end() :], f"{period}|{place}")
        if sealed[:1] != self._key_id:
            raise SealBroken("A stored value was sealed under another key; was the vault or the store restored alone?")
        nonce, ciphertext = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            return self._cipher.decrypt(nonce, ciphertext, self._bound_to(place)).decode()
        except (InvalidTag, ValueError):
            raise SealBroken("A stored value is damaged or was moved from its place.", reference=place) from None

    def blind(self, text: str, purpose: str) -> str:
        """Equal texts give equal marks within one purpose, and nobody without the key can guess them."""
        purpose_key = hmac.digest(self._blind_key, purpose.encode(), "sha256")
        return hmac.digest(purpose_key, text.encode(), "sha256").hex()

    def data_key(self, period: str) -> DataKey:
        """A fresh key for blobs of this period. Raises PartUnavailable."""
        plain = os.urandom(KEY_BYTES)
        wrapped = self.seal(base64.b64encode(plain).decode(), _DATA_KEY, period)
        return DataKey(plain, _KEPT + base64.b64encode(wrapped).decode())

    def open_data_key(self, wrapped: str) -> bytes | None:
        """None for one that the vault itself has wrapped. Raises as `open`."""
        if not wrapped.startswith(_KEPT):
            return None
        try:
            sealed = base64.b64decode(wrapped.removeprefix(_KEPT), validate=True)
        except ValueError:
            raise _damaged(_DATA_KEY) from None
        return base64.b64decode(self.open(sealed, _DATA_KEY))

    def _of(self, periods: PeriodKeys, period: str, *, make: bool) -> Sealer:
        until, sealer = self._opened.get(period, (0.0, None))
        if sealer is None or until < time.monotonic():
            self._opened.pop(period, None)
            try:
                sealer = Sealer(periods.period_key(period, make=make))
            except PartUnavailable:  # an outage of the vault does not stop what went on before it
                if sealer is None:
                    raise
            self._opened[period] = (time.monotonic() + KEYS_KEPT_SECONDS, sealer)
        return sealer

    def _bound_to(self, place: str) -> bytes:
        return self._key_id + place.encode()


def tombstone(day: date) -> bytes:
    """What stands in place of a sealed value that was shredded on this day."""
    return f"FLT0{day}".encode()


def seal_blob(plain: bytes, key: DataKey, place: str) -> bytes:
    """The wrapped key travels in the header, so a blob can be opened with nothing but the vault."""
    wrapped = key.wrapped.encode()
    header = _HEAD.pack(_MAGIC, _AES_256_GCM_STREAM, len(wrapped)) + wrapped + os.urandom(_PREFIX_BYTES)
    cipher, bound = AESGCM(key.plain), header + place.encode()
    chunks = [plain[at : at + CHUNK_BYTES] for at in range(0, len(plain), CHUNK_BYTES)] or [b""]
    sealed = (
        cipher.encrypt(_chunk_nonce(header, number, last=number == len(chunks) - 1), chunk, bound)
        for number, chunk in enumerate(chunks)
    )
    return header + b"".join(sealed)


def open_blob(blob: bytes, key: bytes, place: str) -> bytes:
    """Raises SealBroken when the blob was cut, extended, reordered, damaged or sealed for another place."""
    header = blob[: _header_length(blob)]
    body = blob[len(header) :]
    cipher, bound = AESGCM(key), header + place.encode()
    size = CHUNK_BYTES + TAG_BYTES
    chunks = [body[at : at + size] for at in range(0, len(body), size)]
    if not chunks:
        raise _damaged(place)
    try:
        return b"".join(
            cipher.decrypt(_chunk_nonce(header, number, last=number == len(chunks) - 1), chunk, bound)
            for number, chunk in enumerate(chunks)
        )
    except (InvalidTag, ValueError):
        raise _damaged(place) from None


def wrapped_key(blob: bytes) -> str:
    """For `Vault.open_data_key`."""
    return blob[_HEAD.size : _header_length(blob) - _PREFIX_BYTES].decode(errors="replace")


def _chunk_nonce(header: bytes, number: int, *, last: bool) -> bytes:
    return header[-_PREFIX_BYTES:] + struct.pack(">I?", number, last)


def _header_length(blob: bytes) -> int:
    if len(blob) < _HEAD.size:
        raise _damaged("")
    magic, algorithm, wrapped_length = _HEAD.unpack_from(blob)
    length: int = _HEAD.size + wrapped_length + _PREFIX_BYTES
    if magic != _MAGIC or algorithm != _AES_256_GCM_STREAM or len(blob) < length:
        raise _damaged("")
    return length


def _damaged(place: str) -> SealBroken:
    return SealBroken("A piece of evidence is damaged, cut or was moved from its place.", reference=place)


def _derive(key: bytes, purpose: bytes) -> bytes:
    if len(key) != KEY_BYTES:
        raise ValueError(f"a data key has {KEY_BYTES} bytes")
    return HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(key)
