"""The total and the claims out of PDFs: what is read, and what is left alone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from core.capabilities.remittances import ExplainedClaim
from core.explanation import Explanation, explanation
from simulator.pdf import text_pdf


@pytest.mark.parametrize(
    ("lines", "total"),
    [
        (["Total paid: $1,234.50"], "1234.50"),
        (["Claim E1   paid $10.00", "Total Payment Amount", "$10.00"], "10.00"),
        (["Payment amount: 10.00   Date: 01/02/2026"], "10.00"),
        (["EFT amount ........ $10.00", "Total paid: $10.00"], "10.00"),
        (["Total paid: $-15.95"], "-15.95"),
        (["Total paid: (15.95)"], "-15.95"),
        (["Total paid: 15.95-"], "-15.95"),
        (["Total paid: $10.00", "Total paid: $20.00"], None),
        (["Claim total paid: $10.00"], None),
        (["Total paid: see remittance"], None),
        (["Total billed: $10.00"], None),
        (["Total paid: 1.2.00"], None),
    ],
)
def test_a_total_is_read_where_one_is_stated(lines: list[str], total: str | None) -> None:
    found = explanation(text_pdf(["EXPLANATION OF PAYMENT", "Check 000042", *lines]), "42").total
    assert found == (None if total is None else Decimal(total))


@pytest.mark.parametrize("number", ["420", "4", "142", "EFT42"])
def test_the_paper_of_another_payment_states_nothing_of_this_one(number: str) -> None:
    paper = text_pdf(["Check 000042", "E0000001   billed $10.00   paid $10.00", "Total paid: $10.00"])
    assert explanation(paper, number) == Explanation()


@pytest.mark.parametrize(
    ("line", "claim"),
    [
        ("E0000001   Doe, Jane   billed $1,150.00   paid $80.00", ("E0000001", "1150.00", "80.00")),
        ("Claim number: 26-0042-A  Charges 150.00  Allowed 90.00  Paid 80.00", ("26-0042-A", "150.00", "80.00")),
        ("E0000001   Doe, Jane   billed -$150.00   paid ($80.00)", ("E0000001", "-150.00", "-80.00")),
        ("E0000001   Doe, Jane   $150.00   $80.00", None),
        ("E0000001   Doe, Jane   paid $80.00", None),
        ("Totals   billed $150.00   paid $80.00", None),
        ("WO E0000001A   -$7.00", None),
    ],
)
def test_a_claim_is_read_where_its_sums_are_named(line: str, claim: tuple[str, str, str] | None) -> None:
    found = explanation(text_pdf(["Check 000042", line, "Total paid: $80.00"]), "42").claims
    if claim is None:
        assert found == ()
    else:
        number, billed, paid = claim
        assert found == (ExplainedClaim(claim_number=number, billed=Decimal(billed), paid=Decimal(paid)),)


@given(
    some.integers(0, 700), some.sampled_from([b"/Kids [3 0 R]", b"<<", b"3 0 R", b"-1", b"/Filter /FlateDecode5", b"("])
)
def test_what_is_no_whole_pdf_states_nothing_and_is_quoted_nowhere(place: int, noise: bytes) -> None:
    spoilt = bytearray(text_pdf(["Check 42", "Total paid: $10.00"]))
    spoilt[place:place] = noise
    assume(b"$10.00" in spoilt)  # else it states another total, and is believed
    with capture_logs() as logged:
        assert explanation(bytes(spoilt), "42").total in (None, Decimal("10.00"))
    assert logged == []


@contextmanager
def capture_logs() -> Iterator[list[str]]:
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        yield lines
    finally:
        logging.getLogger().removeHandler(handler)
