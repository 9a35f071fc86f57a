from __future__ import annotations

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import RequestInvalid
from core.phi import Secret
from core.vault.seeds import parse_seed

# RFC 6238, appendix B: seconds since the epoch, and the eight digits of SHA-1, SHA-256 and SHA-512.
VECTORS = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
RFC_KEYS = {"SHA1": 20, "SHA256": 32, "SHA512": 64}


@pytest.mark.parametrize("algorithm", RFC_KEYS)
def test_codes_of_the_standard(algorithm: str) -> None:
    key = (b"1234567890" * 7)[: RFC_KEYS[algorithm]]
    base32 = base64.b32encode(key).decode()
    seed = parse_seed(Secret(f"otpauth://totp/x?secret={base32}&digits=8&algorithm={algorithm}"))
    column = 1 + list(RFC_KEYS).index(algorithm)
    for vector in VECTORS:
        assert seed.code_at(vector[0]) == vector[column]


@given(st.binary(min_size=10, max_size=64), st.data())
def test_a_seed_is_read_however_it_is_spaced(key: bytes, data: st.DataObject) -> None:
    base32 = base64.b32encode(key).decode()
    spaces = st.sampled_from(["", "", "", " ", "-", "\u00a0", "\u200b", "\u2013", "\ufeff"])
    pasted = "".join(letter + data.draw(spaces) for letter in data.draw(st.sampled_from([base32, base32.lower()])))
    assert parse_seed(Secret(pasted)).base32 == Secret(base32.rstrip("="))


@given(st.text())
def test_anything_else_is_refused_in_a_sentence_without_it(pasted: str) -> None:
    with contextlib.suppress(RequestInvalid):
        seed = parse_seed(Secret(pasted))
        assert len(seed.code_at(0)) == seed.digits
        return
    with pytest.raises(RequestInvalid) as refusal:
        parse_seed(Secret(pasted))
    assert refusal.value.field == "seed"
    assert len(pasted) < 9 or pasted not in str(refusal.value)
