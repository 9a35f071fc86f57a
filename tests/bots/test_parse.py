"""What a page prints becomes a value, or a ValueError that does not repeat it: never a plausible wrong value."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots import parse
from bots.words import unsaid, vocabulary

CENTS = st.decimals(min_value=0, max_value=Decimal("9999999.99"), places=2)
PARSERS: list[Callable[[str], Any]] = [parse.usd, parse.number, parse.integer, parse.percent, parse.us_date]
PARSERS += [parse.birth_date_as("MMDDYY"), parse.day_as("YYDDD")]


@given(CENTS)
def test_every_way_to_print_an_amount_reads_the_same(amount: Decimal) -> None:
    for printed in (f"${amount:,}", f"{amount}", f" $ {amount:,} ", f"{amount:,} USD"):
        assert parse.usd(printed) == amount
    for minus in (
        f"(${amount:,})",
        f"$({amount:,})",
        f"-${amount:,}",
        f"$-{amount}",
        f"\N{MINUS SIGN}{amount}",
        f"{amount:,}-",
        f"${amount:,} CR",
        f"{amount}CR",
    ):
        assert parse.usd(minus) == -amount
    assert parse.usd("$.50") == Decimal("0.50")


@given(st.dates(min_value=date(1900, 1, 1)))
def test_a_day_reads_as_it_was_printed(day: date) -> None:
    plain = (f"{day:%m/%d/%Y}", f"{day.month}/{day.day}/{day.year}", f"{day:%m-%d-%Y}", f"{day:%Y-%m-%d}")
    named = (f"{day:%b} {day.day}, {day.year}", f"{day:%B %d, %Y}", f"{day:%d%b%Y}".upper(), f"{day:%d-%b-%Y}")
    for printed in (*plain, *named):
        assert parse.us_date(printed) == day


@pytest.mark.parametrize("printed", ["01/05/49", "05JAN49", "13/05/2026", "2026-05", "20260105", "today"])
def test_what_names_more_than_one_day_or_none_is_no_day(printed: str) -> None:
    with pytest.raises(ValueError, match="not a date"):
        parse.us_date(printed)


TODAY = datetime.now(UTC).date()
WRITTEN = {
    "MM/DD/YY": "{0:%m/%d/%y}",
    "MM-DD-YY": "{0.month}-{0.day}-{0:%y}",
    "DD-MON-YY": "{0:%d-%b-%y}",
    "DDMONYY": "{0:%d%b%y}",
    "MMDDYY": "{0:%m%d%y}",
    "YYMMDD": "{0:%y%m%d}",
    "YYDDD": "{0:%y%j}",
    "YYYYDDD": "{0:%Y%j}",
    "YYYYMMDD": "{0:%Y%m%d}",
    "MMDDYYYY": "{0:%m%d%Y}",
}


def test_every_form_of_days_is_tried() -> None:
    assert WRITTEN.keys() == parse.FORMS.keys()


@pytest.mark.parametrize("form", WRITTEN)
@given(days_ago=st.integers(0, 99 * 365))
def test_who_was_born_in_the_last_hundred_years_is_as_old_as_printed(form: str, days_ago: int) -> None:
    day = TODAY - timedelta(days_ago)
    assert parse.birth_date_as(form)(WRITTEN[form].format(day)) == day


@pytest.mark.parametrize("form", WRITTEN)
@given(days=st.integers(-49 * 365, 49 * 365))
def test_a_day_of_two_digits_is_the_one_nearest_to_today(form: str, days: int) -> None:
    day = TODAY + timedelta(days)
    assert parse.day_as(form)(WRITTEN[form].format(day).upper()) == day


def test_nobody_is_born_tomorrow() -> None:
    tomorrow = TODAY + timedelta(1)
    assert parse.birth_date_as("MM/DD/YY")(f"{tomorrow:%m/%d/%y}") == tomorrow.replace(year=tomorrow.year - 100)
    with pytest.raises(ValueError, match="not a day written YYYYDDD"):
        parse.birth_date_as("YYYYDDD")(f"{tomorrow:%Y%j}")


@pytest.mark.parametrize(
    ("form", "printed"),
    [
        ("MM/DD/YY", "01/05/2026"),
        ("MM/DD/YY", "13/05/26"),
        ("MM/DD/YY", "02/29/26"),
        ("MMDDYY", "1526"),
        ("DDMONYY", "05JNA26"),
        ("YYDDD", "26000"),
        ("YYDDD", "26366"),
        ("YYYYDDD", "0000001"),
        ("YYYYDDD", "26060"),
    ],
)
def test_what_is_not_written_in_the_form_named_is_no_day(form: str, printed: str) -> None:
    for named in (parse.day_as(form), parse.birth_date_as(form)):
        with pytest.raises(ValueError, match=f"not a day written {form}"):
            named(printed)


@pytest.mark.parametrize(("form", "printed"), [("MM/DD/YY", "12/31/99"), ("YYDDD", "99365")])
def test_the_last_day_of_a_century_may_mean_that_there_is_no_end(form: str, printed: str) -> None:
    with pytest.raises(parse.Unreadable):
        parse.day_as(form)(printed)
    assert parse.birth_date_as(form)(printed) == date(1999, 12, 31)
    never = unsaid("never", parse.day_as(form))
    words = vocabulary({"words": {"never": {printed: True}}})
    assert (never.read(printed, words), never.read("12/30/26" if "/" in form else "26364", words)) == (
        None,
        date(2026, 12, 30),
    )


def test_a_form_is_never_guessed() -> None:
    with pytest.raises(ValueError, match="not a form of days; known are MM/DD/YY"):
        parse.day_as("DD/MM/YY")


@pytest.mark.parametrize("printed", ["-12.00 CR", "(12.00) CR", "-12.00-", "12.00 DR", "CR"])
def test_two_signs_are_no_amount(printed: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse.usd(printed)


@given(st.text(), st.sampled_from(PARSERS))
def test_whatever_stands_there_is_a_value_or_an_error_that_does_not_repeat_it(
    raw: str, parser: Callable[[str], Any]
) -> None:
    said = ""
    try:
        parser(raw)
    except ValueError as error:
        said = str(error)
    assert len(raw.strip()) < 3 or raw.strip() not in said


@pytest.mark.parametrize(
    "raw", ["$1,2", "12,34.00", "$12.00)", "($12.00", "12.345", "$", "1 000", "12.00 EUR", "$1,2345", "--5"]
)
def test_what_is_no_amount_is_none(raw: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        parse.usd(raw)


@pytest.mark.parametrize("raw", ["1,2", "1,2345", "1.2.3", "one", "1e5", ""])
def test_what_is_no_number_is_none(raw: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse.number(raw)


@pytest.mark.parametrize("raw", ["-5", "2 of 3", "1.5", "1,000", "none", ""])
def test_what_is_not_one_whole_number_is_none(raw: str) -> None:
    with pytest.raises(ValueError, match="whole number"):
        parse.integer(raw)


def test_the_words_around_a_whole_number_do_not_matter() -> None:
    assert [parse.integer(raw) for raw in ("Line 3", "2 attempts remaining.", "(4)", "in 5 days")] == [3, 2, 4, 5]


def test_thousands_and_percent() -> None:
    assert parse.number("1,234.5") == Decimal("1234.5")
    assert parse.number("-12") == Decimal(-12)
    assert parse.percent("20%") == Decimal(20)


def test_a_footnote_is_no_part_of_the_value() -> None:
    assert parse.footnoted(parse.usd)("$250.00*¹") == Decimal("250.00")


def test_codes_apart_and_dashes_away() -> None:
    assert parse.codes("N130, M15; MA04") == ("N130", "M15", "MA04")
    assert parse.codes("—") == ()
