"""AES-256-GCM for whatever is kept: short texts of the store, and evidence in chunks.

A sealed value opens only at the place it was sealed for, so a value that was copied to another row or file is refused.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import struct
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from core.errors import FleetError, NextStep

KEY_BYTES = 32
NONCE_BYTES = 12
TAG_BYTES = 16
CHUNK_BYTES = 64 * 1024

_MAGIC = b"FLT1"
_AES_256_GCM_STREAM = 1
_HEAD = struct.Struct(">4sBH")
"""Magic, algorithm, length of the wrapped key that follows."""
_PREFIX_BYTES = 7


class SealBroken(FleetError):
    """Damaged, cut, moved from its place, or sealed under another key. Nothing of the content is given out."""

    next_step = NextStep.ASK_ADMINISTRATOR


@dataclass(frozen=True, slots=True)
class DataKey:
    plain: bytes = field(repr=False)
    wrapped: str
    """The same key, wrapped by the vault: safe to keep beside the data."""


class Sealer:
    """Seals short texts under one 32-byte data key. A sealed value is 29 bytes longer than its text in UTF-8."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(_derive(key, b"fleet seal"))
        self._blind_key = _derive(key, b"fleet blind index")
        # Tells a value under an older key from a damaged one, so that keys can be rotated lazily.
        self._key_id = hashlib.sha256(b"fleet key id" + key).digest()[:1]

    def seal(self, text: str, place: str) -> bytes:
        nonce = os.urandom(NONCE_BYTES)
        return self._key_id + nonce + self._cipher.encrypt(nonce, text.encode(), self._bound_to(place))

    def open(self, sealed: bytes, place: str) -> str:
        """Raises SealBroken unless the value was sealed under this key for this very place."""
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

    def _bound_to(self, place: str) -> bytes:
        return self._key_id + place.encode()


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
