from __future__ import annotations

import base64
import html
import json
import re
import urllib.parse
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.phi import MASK, Phi, Secret
from core.redact import Redactor, Registry


def small_percents(text: str) -> str:
    return re.sub("%[0-9A-F]{2}", lambda found: found.group().lower(), text)


CARRIERS: dict[str, Callable[[str], str]] = {
    "as typed": str,
    "in a sentence": lambda value: f"could not fill {value} into the field",
    "capitals": str.upper,
    "small letters": str.lower,
    "repr": repr,
    "repr in a list": lambda value: repr([value]),
    "json": json.dumps,
    "json, letters kept": lambda value: json.dumps({"k": value}, ensure_ascii=False),
    "json in json": lambda value: json.dumps(json.dumps(value)),
    "url": lambda value: "https://x/" + urllib.parse.quote(value, safe=""),
    "url path": urllib.parse.quote,
    "form": lambda value: urllib.parse.urlencode({"k": value}),
    "small percent": lambda value: small_percents(urllib.parse.quote(value, safe="")),
    "html": html.escape,
    "html text": lambda value: html.escape(value, quote=False),
    "escaped": lambda value: value.encode("unicode_escape").decode(),
    "hex": lambda value: value.encode().hex(),
    "base64": lambda value: base64.b64encode(value.encode()).decode(),
    "base64 in the middle": lambda value: base64.b64encode(b"ab" + value.encode() + b"yz").decode(),
    "base64 for addresses": lambda value: base64.urlsafe_b64encode(b"a" + value.encode()).decode(),
}
secrets = st.text(st.characters(blacklist_categories=("Cs", "Cc")), min_size=8, max_size=24).filter(
    # What is made of one or two letters turns up in any text, masked or not.
    lambda text: len(set(text)) > 4
)


@given(secrets)
def test_a_known_value_is_found_in_every_carrier(value: str) -> None:
    registry = Registry()
    registry.remember(value)
    for name, carry in CARRIERS.items():
        scrubbed = registry.scrub(carry(value))
        assert value not in scrubbed, name
        assert MASK in scrubbed, name
        assert not registry.holds(scrubbed), name


@given(secrets, st.sampled_from(sorted(CARRIERS)), st.sampled_from(["event", "error", "wherever", "exception"]))
def test_rendered_events_stay_json_and_hold_nothing(value: str, carrier: str, key: str) -> None:
    registry = Registry()
    registry.remember(value)
    carried = CARRIERS[carrier](value)
    event = {key: carried, "items": [carried, {"page": carried, carried: 1}], "run": (carried,), "size": 3}
    rendered = json.dumps(Redactor(registry)(None, "info", event), ensure_ascii=False)
    assert json.loads(rendered)["size"] == 3
    assert not registry.holds(rendered)
    assert value not in rendered


def test_overlapping_values_leave_no_rest() -> None:
    registry = Registry()
    registry.remember("secretpart", "partner")
    assert registry.scrub("mysecretpartners") == f"my{MASK}s"


def test_patient_data_is_known_only_while_it_is_worked() -> None:
    registry = Registry()
    with registry.knowing(["O'Brien", date(1961, 3, 7)]):
        for text in ("O'BRIEN", "1961-03-07", "03/07/1961", "3/7/1961", "19610307", "03071961", "O&#39;Brien"):
            assert registry.scrub(text) == MASK, text
    assert registry.scrub("O'Brien") == "O'Brien"


def test_a_value_that_two_work_items_share_stays_known_until_both_are_done() -> None:
    registry = Registry()
    with registry.knowing(["Garcia"]):
        with registry.knowing(["Garcia"]):
            pass
        assert registry.holds("Garcia")


def test_only_the_last_codes_are_kept() -> None:
    registry = Registry()
    for code in range(100_000, 100_100):
        registry.remember_code(str(code))
    assert registry.holds("100099")
    assert not registry.holds("100000")


def test_values_too_short_to_search_for_are_left_to_the_allow_list() -> None:
    registry = Registry()
    registry.remember("ab", "")
    assert registry.scrub("about") == "about"


def redacted(**event: Any) -> dict[str, Any]:
    return dict(Redactor(Registry())(None, "info", event))


def test_keys_that_nobody_allowed_keep_no_value() -> None:
    assert redacted(member_id="W1", count=3, found=True, nothing=None, birth=date(1961, 3, 7), number=41) == {
        "member_id": MASK,
        "count": 3,
        "found": True,
        "nothing": None,
        "birth": MASK,
        "number": MASK,
    }


def test_hidden_values_and_bytes_do_not_show() -> None:
    hidden = redacted(error=Secret("hunter2!"), state=Phi("W1"), page=b"\x89PNG", items=[Phi(date(1961, 3, 7))])
    assert "hunter2!" not in str(hidden)
    assert hidden["page"] == "[4 bytes]"
    assert "1961" not in str(hidden)


@pytest.mark.parametrize(
    "text",
    [
        "123-45-6789",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abcDEF-_",
        "Authorization: Bearer abcdefgh12345",
        "Basic dXNlcjpwYXNz",
        "hvs.CAESIJabcdefghijklmnopqrstuv",
        "s.abcdefghijklmnopqrstuvwx",
        "otpauth://totp/x?secret=JBSWY3DPEHPK3PXP",
        "AKIAIOSFODNN7EXAMPLE",
        "-----BEGIN PRIVATE KEY-----\nMIIEvQ\n-----END PRIVATE KEY-----",
        "GET /member?id=W123456789&dob=1961-03-07",
        "born 3/7/1961",
        "jane.doe@example.com",
        "password=hunter2!",
        '"password": "hunter2 and more"',
        "Input should be a date [type=date, input_value='W123456789', input_type=str]",
        "[SQL: INSERT INTO answer] [parameters: ('W123456789',)]",
        "https://user:hunter2@portal.example/",
    ],
)
def test_shapes_of_secrets_are_never_let_through(text: str) -> None:
    scrubbed = Redactor(Registry()).text(text)
    assert MASK in scrubbed
    for part in ("6789", "abcDEF", "abcdefgh", "dXNlcjpwYXNz", "PXP", "IOSFODNN", "MIIEvQ", "1961", "jane", "hunter2"):
        assert part not in scrubbed


def test_plain_sentences_stay_as_they_are() -> None:
    text = "lane of credential north took 12 items in 4.5 s; run run_0190abc, portal availity, version 3"
    assert Redactor(Registry()).text(text) == text
