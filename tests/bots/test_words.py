"""The portal's own words: what is not among them is a changed portal, and a mistake in the file is a sentence."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bots.page import Field
from bots.parse import codes, integer, text, us_date, usd
from bots.selectors import SelectorError, load_selectors
from bots.words import Spoken, Vocabulary, said, several, taken, unsaid, vocabulary, word
from core.capabilities.claim_status import Adjustment
from core.capabilities.common import Network
from core.errors import PortalChanged

NETWORK = word("network", Network | None)
FIRST, LAST = taken("span", "first", parse=us_date), taken("span", "last", "first", parse=us_date)
ADJUSTMENTS = several("adjustment", Adjustment, amount=usd)

WORDS = vocabulary(
    {
        "words": {
            "network": {"In-network": "in", "Out-of-network": "out", "Not Applicable": None},
            "never": {"Never": True},
        },
        "patterns": {
            "span": r"(?P<first>\S+)(?: - (?P<last>\S+))?",
            "adjustment": r"(?P<group>[A-Z]{2})-(?P<code>\w+)(?: (?P<amount>\$\S+))?",
        },
    }
)


def value(parse: Spoken[Any], raw: str, words: Vocabulary = WORDS) -> Any:
    return Field(parse).value(raw, page="coverage", name="it", words=words)


@pytest.mark.parametrize(
    ("parse", "raw", "expected"),
    [
        (NETWORK, " in-NETWORK ", Network.IN),
        (NETWORK, "Not Applicable", None),
        (FIRST, "01/02/2026 - 01/05/2026", date(2026, 1, 2)),
        (LAST, "01/02/2026 - 01/05/2026", date(2026, 1, 5)),
        (LAST, "01/02/2026", date(2026, 1, 2)),
        (taken("nowhere", "part", parse=integer), "7", 7),
        (unsaid("never", us_date), " never", None),
        (unsaid("never", us_date), "01/02/2026", date(2026, 1, 2)),
        (said("never"), "NEVER", True),
        (said("never"), "01/02/2026", False),
        (
            ADJUSTMENTS,
            "CO-45 $1.00; PR-2",
            (Adjustment(group="CO", code="45", amount=Decimal("1.00")), Adjustment(group="PR", code="2")),
        ),
    ],
)
def test_what_is_printed_becomes_our_value(parse: Spoken[Any], raw: str, expected: object) -> None:
    assert value(parse, raw) == expected


@pytest.mark.parametrize(
    ("parse", "raw"),
    [
        (NETWORK, "Preferred"),
        (NETWORK, "In-network and more"),
        (word("tier", str), "Gold"),
        (word("network", bool), "In-network"),
        (FIRST, "01/02/2026 - 01/03/2026 - 01/05/2026"),
        (FIRST, "soon"),
        (unsaid("never", us_date), "Never ever"),
        (taken("span", "middle", parse=text), "01/02/2026"),
        (ADJUSTMENTS, "CO-45 $1.00, PR-2"),
        (several("nowhere", Adjustment), "CO-45"),
        (several("span", Adjustment), "CO-45"),
    ],
)
def test_anything_else_is_a_changed_portal_that_repeats_nothing(parse: Spoken[Any], raw: str) -> None:
    with pytest.raises(PortalChanged) as caught:
        value(parse, raw)
    assert (caught.value.page, caught.value.element) == ("coverage", "it")
    assert raw not in f"{caught.value} {caught.value.reference}"


@pytest.mark.parametrize(
    ("parse", "named"),
    [
        (Decimal, "InvalidOperation"),
        ({"Gold": 1}.__getitem__, "KeyError"),
        (lambda raw: re.fullmatch("x", raw)["x"], "TypeError"),  # type: ignore[index]
        (int, "ValueError"),
        (lambda raw: datetime.strptime(raw, "%Y"), "ValueError"),  # noqa: DTZ007
    ],
)
def test_a_parser_of_an_adapters_own_neither_ends_the_shift_nor_repeats_anything(
    parse: Callable[[str], Any], named: str
) -> None:
    with pytest.raises(PortalChanged) as caught:
        Field(parse).value("Jane Roe", page="coverage", name="it")
    assert caught.value.reference == f"unreadable: {named}"


@pytest.mark.parametrize(
    ("parse", "said"),
    [
        (NETWORK, []),
        (LAST, []),
        (ADJUSTMENTS, []),
        (taken("nowhere", "part", parse=text), []),
        (word("tier", str), ["the words of the kind “tier” are missing"]),
        (word("network", Network), ["network: “not applicable” stands for None, which is no value of ours"]),
        (taken("span", "middle", parse=text), ["the pattern “span” has no group “middle”"]),
        (several("nowhere", Adjustment), ["the pattern “nowhere” is missing"]),
        (
            several("span", Adjustment),
            [
                "the pattern “span” has no group “group”",
                "the pattern “span” has no group “code”",
                "the pattern “span” has the group “first”, which Adjustment does not know",
                "the pattern “span” has the group “last”, which Adjustment does not know",
            ],
        ),
    ],
)
def test_what_the_words_lack_is_said(parse: Spoken[Any], said: list[str]) -> None:
    assert list(parse.problems(WORDS)) == said


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("words: {authorization: {Yes: true}}", "authorization: True needs quotes"),
        ("words: {network: {In: in, IN: out}}", "network: “IN” stands there twice"),
        ("words: {network: in}", "network: needs what the portal prints"),
        ("words: [network]", "`words` maps names"),
        ("patterns: {name: '(?P<last>'}", "name: no regular expression"),
        ("patterns: {name: '.+, .+'}", "name: a pattern needs a named group"),
        ("patterns: {name: 7}", "name: a pattern is a text"),
        ("pages: {}", "unknown key pages; known: patterns, words"),
    ],
)
def test_a_mistake_in_the_file_is_a_sentence(tmp_path: Path, written: str, said: str) -> None:
    (tmp_path / "words.yaml").write_text(f"verified: 2026-11-22\n{written}\n", "utf-8")
    with pytest.raises(SelectorError) as caught:
        load_selectors(tmp_path)
    assert f"words.yaml: {said}" in str(caught.value)


def test_a_part_that_may_be_left_out_is_not_stated() -> None:
    words = vocabulary({"patterns": {"procedure": r"(?P<code>\w{5})(?:-(?P<modifiers>.+))?"}})
    modifiers = taken("procedure", "modifiers", parse=codes)
    for raw, expected in (("99213-25", ("25",)), ("36415", ())):
        field = Field(modifiers, optional=True, blank=())
        assert field.value(raw, page="claim", name="it", words=words) == expected
    with pytest.raises(PortalChanged, match="it"):
        Field(modifiers).value("36415", page="claim", name="it", words=words)
