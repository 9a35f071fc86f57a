from __future__ import annotations

import pytest

from core.tax_ids import plain_tax_id


@pytest.mark.parametrize("written", ["12-3456789", "123456789", " 12 3456789 ", "12\u20133456789", "123-45-6789"])
def test_a_tax_id_is_one_however_it_is_written(written: str) -> None:
    assert plain_tax_id(written) == "12-3456789"


@pytest.mark.parametrize("other", ["1234567890", "12-345678", "north", ""])
def test_what_has_no_nine_digits_stays_as_it_is(other: str) -> None:
    assert plain_tax_id(other) == other
