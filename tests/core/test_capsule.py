from __future__ import annotations

import base64
import io
import zipfile
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from core.capsule import MANIFEST, SIGNATURE, check_capsule, seal_capsule

KEY = Ed25519PrivateKey.generate()
PUBLIC = KEY.public_key().public_bytes_raw()
FACTS: dict[str, Any] = {"number": "R-77", "files": [{"sha256": "ab" * 32}], "asked_by": "Ünal"}
MEMBERS = {"receipt.html": b"<p>R-77</p>", "evidence/001-review.jpg": b"\xff\xd8 masked " * 4, "empty": b""}


async def _sign(data: bytes) -> bytes:
    return KEY.sign(data)


@pytest.fixture
async def capsule() -> bytes:
    return await seal_capsule(FACTS, MEMBERS, PUBLIC, _sign)


async def test_what_was_sealed_is_whole_and_always_the_same(capsule: bytes) -> None:
    checked = check_capsule(capsule)
    assert (checked.tampered, checked.facts) == ((), FACTS)
    assert base64.b64decode(checked.public_key or "") == PUBLIC
    assert await seal_capsule(FACTS, MEMBERS, PUBLIC, _sign) == capsule


async def test_any_byte_that_is_changed_is_noticed_and_named(capsule: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(capsule)) as archive:
        spans = {
            entry.filename: range(start := entry.header_offset + 30 + len(entry.filename), start + entry.file_size)
            for entry in archive.infolist()
        }
    for place in range(len(capsule)):
        spoilt = bytearray(capsule)
        spoilt[place] ^= 0x01
        checked = check_capsule(bytes(spoilt))
        assert checked.tampered, f"byte {place} was changed unnoticed"
        for name, span in spans.items():
            if place in span:
                assert any(name in each for each in checked.tampered), (place, name, checked.tampered)
        if any(name in (MANIFEST, SIGNATURE) for each in checked.tampered for name in each.split()):
            assert checked.facts == {}


async def test_cut_exchanged_added_and_forged_capsules_are_noticed(capsule: bytes) -> None:
    for length in (0, 10, len(capsule) // 2, len(capsule) - 1):
        assert check_capsule(capsule[:length]).tampered
    assert check_capsule(capsule + b"x").tampered
    out = io.BytesIO(capsule)
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("another.jpg", b"x")
    assert check_capsule(out.getvalue()).tampered == ("another.jpg (added)",)
    swapped = await seal_capsule(FACTS, {**MEMBERS, "receipt.html": b"<p>R-78</p>"}, PUBLIC, _sign)
    with zipfile.ZipFile(io.BytesIO(swapped)) as newer, zipfile.ZipFile(io.BytesIO(capsule)) as older:
        mixed = io.BytesIO()
        with zipfile.ZipFile(mixed, "w") as archive:
            for name in older.namelist():
                archive.writestr(name, (newer if name == "receipt.html" else older).read(name))
    assert check_capsule(mixed.getvalue()).tampered == ("receipt.html",)
    other = Ed25519PrivateKey.generate()

    async def forge(data: bytes) -> bytes:
        return other.sign(data)

    assert check_capsule(await seal_capsule(FACTS, MEMBERS, PUBLIC, forge)).tampered
    own = check_capsule(await seal_capsule(FACTS, MEMBERS, other.public_key().public_bytes_raw(), forge))
    assert own.tampered == ()  # whole, by another key: that is for whoever knows the fleet's to see
    assert own.public_key != check_capsule(capsule).public_key
