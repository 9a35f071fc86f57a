from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.seal import CHUNK_BYTES, TAG_BYTES, DataKey, SealBroken, Sealer, open_blob, seal_blob, wrapped_key

KEY = os.urandom(32)
DATA_KEY = DataKey(KEY, "vault:v1:c29tZXRoaW5n")
PLACE = "answer|ans_1"


@given(st.text())
def test_a_text_opens_where_it_was_sealed(text: str) -> None:
    sealer = Sealer(KEY)
    assert sealer.open(sealer.seal(text, PLACE), PLACE) == text


def test_equal_texts_are_sealed_differently() -> None:
    sealer = Sealer(KEY)
    assert sealer.seal("Nguyễn", PLACE) != sealer.seal("Nguyễn", PLACE)


def test_a_text_is_refused_in_another_place() -> None:
    sealer = Sealer(KEY)
    sealed = sealer.seal("W123456789", PLACE)
    with pytest.raises(SealBroken):
        sealer.open(sealed, "answer|ans_2")


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_a_flipped_bit_is_noticed(at: int, flip: int) -> None:
    sealer = Sealer(KEY)
    sealed = bytearray(sealer.seal("W123456789", PLACE))
    sealed[at % len(sealed)] ^= flip
    with pytest.raises(SealBroken) as refusal:
        sealer.open(bytes(sealed), PLACE)
    assert "W123456789" not in str(refusal.value)


@pytest.mark.parametrize("cut", [0, 1, 5, 13, 28])
def test_a_cut_text_is_refused(cut: int) -> None:
    sealer = Sealer(KEY)
    with pytest.raises(SealBroken):
        sealer.open(sealer.seal("W123456789", PLACE)[:cut], PLACE)


def test_another_key_is_refused() -> None:
    with pytest.raises(SealBroken):
        Sealer(os.urandom(32)).open(Sealer(KEY).seal("text", PLACE), PLACE)


def test_a_blind_mark_depends_on_text_purpose_and_key() -> None:
    sealer = Sealer(KEY)
    mark = sealer.blind("W123456789", "natural key")
    assert mark == Sealer(KEY).blind("W123456789", "natural key")
    others = {
        sealer.blind("W123456780", "natural key"),
        sealer.blind("W123456789", "member"),
        Sealer(os.urandom(32)).blind("W123456789", "natural key"),
    }
    assert mark not in others
    assert len(mark) == 64


def test_a_key_of_the_wrong_length_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(b"short")


SIZES = [0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES]


@pytest.mark.parametrize("size", SIZES)
def test_a_blob_opens_where_it_was_sealed(size: int) -> None:
    plain = os.urandom(size)
    blob = seal_blob(plain, DATA_KEY, PLACE)
    assert open_blob(blob, KEY, PLACE) == plain
    assert wrapped_key(blob) == DATA_KEY.wrapped
    assert size < 16 or plain[:16] not in blob


def body_at(blob: bytes) -> int:
    return len(seal_blob(b"", DATA_KEY, PLACE)) - TAG_BYTES


@pytest.mark.parametrize("size", SIZES)
def test_a_changed_blob_is_refused(size: int) -> None:
    blob = seal_blob(os.urandom(size), DATA_KEY, PLACE)
    start, chunk = body_at(blob), CHUNK_BYTES + TAG_BYTES
    changed = {
        "last byte cut": blob[:-1],
        "last chunk cut": blob[: max(start, len(blob) - chunk)],
        "everything but the header cut": blob[:start],
        "header cut": blob[: start - 1],
        "byte appended": blob + b"\0",
        "chunk appended": blob + blob[start : start + chunk],
        "last bit flipped": blob[:-1] + bytes([blob[-1] ^ 1]),
        "wrapped key changed": blob.replace(b"vault:v1", b"vault:v2"),
        "magic changed": b"FLT2" + blob[4:],
        "empty": b"",
    }
    for what, broken in changed.items():
        with pytest.raises(SealBroken):
            pytest.fail(f"{what}: opened {len(open_blob(broken, KEY, PLACE))} bytes")
    with pytest.raises(SealBroken):
        open_blob(blob, KEY, "evidence|other")
    with pytest.raises(SealBroken):
        open_blob(blob, os.urandom(32), PLACE)


def test_swapped_chunks_are_refused() -> None:
    blob = seal_blob(os.urandom(3 * CHUNK_BYTES), DATA_KEY, PLACE)
    start, chunk = body_at(blob), CHUNK_BYTES + TAG_BYTES
    first, second, rest = (
        blob[start : start + chunk],
        blob[start + chunk : start + 2 * chunk],
        blob[start + 2 * chunk :],
    )
    with pytest.raises(SealBroken):
        open_blob(blob[:start] + second + first + rest, KEY, PLACE)


def test_a_data_key_does_not_print_itself() -> None:
    assert repr(KEY) not in repr(DATA_KEY)
    assert KEY.hex() not in repr(DATA_KEY)
