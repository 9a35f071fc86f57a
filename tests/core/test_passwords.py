"""Passwords from a portal's rules: whatever the rules, the portal takes what is made."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from core.passwords import CharacterClass, PasswordRules, new_password
from core.phi import Secret
from payers.registry import load_manifest, portal_ids


@st.composite
def rules(draw: st.DrawFn) -> PasswordRules:
    classes = draw(st.lists(st.sampled_from(CharacterClass), min_size=1, unique=True))
    shortest = draw(st.integers(min_value=8, max_value=20))
    return PasswordRules(
        shortest=shortest,
        longest=draw(st.integers(min_value=shortest, max_value=40)),
        classes=tuple(classes),
        special="".join(draw(st.sets(st.sampled_from("!#$%&*+-.<=>?@^_~"), min_size=4))),
        forbidden="".join(draw(st.sets(st.sampled_from("lIO01aZ"), max_size=7))),
        most_in_a_row=draw(st.integers(min_value=1, max_value=3)),
    )


@given(rules(), st.text(alphabet=string.ascii_letters + string.digits, min_size=1, max_size=12))
def test_what_is_made_breaks_no_rule(known: PasswordRules, username: str) -> None:
    text = new_password(known, Secret(username)).reveal()
    assert known.shortest <= len(text) <= known.longest
    assert all(set(text) & set(known.alphabet(each)) for each in known.classes)
    assert not set(text) & set(known.forbidden)
    assert username[:3].casefold() not in text.casefold()
    assert not any(each * (known.most_in_a_row + 1) in text for each in text)


@pytest.mark.parametrize("portal", [each for each in portal_ids() if load_manifest(each).password])
def test_those_of_the_portals_differ_each_time_and_do_not_print(portal: str) -> None:
    known = load_manifest(portal).password
    assert known is not None
    made = [new_password(known, Secret("bot.north")) for _ in range(200)]
    assert len({each.reveal() for each in made}) == 200
    assert not any(list(known.broken_by(each, Secret("bot.north"))) for each in made)
    assert not any(each.reveal() in f"{each} {each!r}" for each in made)


def test_a_broken_rule_is_named_without_the_password() -> None:
    known = PasswordRules(shortest=8, longest=12, special="#")
    for password, broken in {
        "Ab1#": "length",
        "abcdef1#": "no upper",
        "Abcdefgh": "no digit",
        "Abcde1#<": "forbidden",
        "A1#north": "username",
        "Aaaaa11#": "in a row",
    }.items():
        assert broken in list(known.broken_by(Secret(password), Secret("bot.north")))


def test_rules_that_nothing_can_keep_are_refused() -> None:
    for wrong in ({"shortest": 9, "longest": 8}, {"special": "#", "forbidden": "#"}, {"classes": ()}):
        with pytest.raises(ValidationError):
            PasswordRules.model_validate(wrong)
