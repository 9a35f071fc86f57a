"""TOTP seeds as people paste them. Vaults take HOTP and Steam seeds without a word and then give wrong codes."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from urllib.parse import parse_qs, urlsplit

from pyotp.totp import TOTP

from core.errors import RequestInvalid
from core.phi import Secret

STEP_SECONDS = 30
"""The only period the fleet works with: the ledger of used codes counts in it."""

_DIGESTS: MappingProxyType[str, Callable[..., Any]] = MappingProxyType(
    {"SHA1": hashlib.sha1, "SHA256": hashlib.sha256, "SHA512": hashlib.sha512}
)
_DIGITS = (6, 8)
_SHORTEST = 10
"""Bytes: 80 bits, below the 128 of RFC 4226, because that is what many portals issue."""
_SEPARATORS = re.compile(r"[\s\-\u00a0\u00ad\u200b-\u200d\u2010-\u2015\u2060\ufeff=]+")


class _AnyLengthTotp(TOTP):
    """pyotp refuses short seeds in some releases; the length is checked here instead."""

    def byte_secret(self) -> bytes:
        return _decoded(self.secret)


@dataclass(frozen=True, slots=True)
class Seed:
    base32: Secret
    algorithm: str = "SHA1"
    digits: int = 6

    def code_at(self, moment: float) -> str:
        """`moment` in seconds since the epoch."""
        totp = _AnyLengthTotp(
            self.base32.reveal(), digits=self.digits, digest=_DIGESTS[self.algorithm], interval=STEP_SECONDS
        )
        return totp.at(int(moment))


def parse_seed(pasted: Secret) -> Seed:
    """Raises RequestInvalid; its sentence never repeats what was pasted."""
    text = unicodedata.normalize("NFKC", pasted.reveal()).strip()
    scheme = text.partition(":")[0].lower() if ":" in text else ""
    if scheme == "otpauth-migration":
        raise _refused("This is the export of a whole authenticator app; paste the seed of this one login instead.")
    if scheme == "steam":
        raise _refused("This is a Steam seed, whose codes are made in another way; no portal uses it.")
    if scheme == "otpauth":
        return _from_url(text)
    if scheme:
        raise _refused("Paste the seed itself (letters and the digits 2 to 7) or its otpauth://totp address.")
    return Seed(_base32(text))


def _from_url(text: str) -> Seed:
    try:
        url = urlsplit(text)
        keys = {name.lower(): values[-1] for name, values in parse_qs(url.query).items()}
    except ValueError:
        raise _refused("The otpauth:// address cannot be read; copy it again.") from None
    if url.netloc.lower() == "hotp":
        raise _refused("This seed counts log-ins (HOTP); ask the portal for a time-based one (TOTP).")
    if url.netloc.lower() != "totp" or "secret" not in keys:
        raise _refused("This is not an otpauth://totp address with a secret in it; copy it again.")
    if "encoder" in keys:
        raise _refused("This is a Steam seed, whose codes are made in another way; no portal uses it.")
    algorithm = keys.get("algorithm", "SHA1").upper().replace("-", "")
    digits, period = keys.get("digits", "6"), keys.get("period", str(STEP_SECONDS))
    if algorithm not in _DIGESTS or digits not in map(str, _DIGITS) or period != str(STEP_SECONDS):
        raise _refused(f"The seed asks for codes the fleet cannot make: it knows 6 or 8 digits every {STEP_SECONDS} s.")
    return Seed(_base32(keys["secret"]), algorithm, int(digits))


def _base32(text: str) -> Secret:
    cleaned = _SEPARATORS.sub("", text).upper()
    try:
        decoded = _decoded(cleaned)
    except (binascii.Error, ValueError):
        raise _refused("A seed has only the letters A to Z and the digits 2 to 7; copy it again.") from (None)
    if len(decoded) < _SHORTEST:
        raise _refused("The seed is too short: a part of it is missing; copy it again.")
    return Secret(cleaned)


def _decoded(base32: str) -> bytes:
    return base64.b32decode(base32 + "=" * (-len(base32) % 8))


def _refused(sentence: str) -> RequestInvalid:
    return RequestInvalid(sentence, field="seed")
