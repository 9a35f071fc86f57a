"""Tier 0: an adapter's vocabulary is whole, and a mistake in it ends in a sentence. No browser."""

from __future__ import annotations

import dataclasses
import re
from typing import Any

import pytest

from bots.definition import PortalDefinition
from bots.words import Vocabulary
from payers.check import problems
from payers.registry import load_portal, portal_ids


@pytest.fixture(scope="module", params=portal_ids())
def definition(request: pytest.FixtureRequest) -> PortalDefinition:
    found = load_portal(request.param, "simulator")
    assert found is not None
    return found


@pytest.fixture
def known(definition: PortalDefinition) -> Vocabulary:
    return definition.selectors.vocabulary


def said(definition: PortalDefinition, **changed: Any) -> list[str]:
    """The problems of an adapter whose vocabulary a test has changed."""
    vocabulary = dataclasses.replace(definition.selectors.vocabulary, **changed)
    return problems(
        dataclasses.replace(definition, selectors=dataclasses.replace(definition.selectors, vocabulary=vocabulary))
    )


@pytest.mark.thorough
def test_every_kind_of_words_that_is_taken_away_is_missed(definition: PortalDefinition, known: Vocabulary) -> None:
    for kind in known.words:
        fewer = {name: table for name, table in known.words.items() if name != kind}
        assert f"selectors/{definition.manifest.id}/words.yaml: the words of the kind “{kind}” are missing" in said(
            definition, words=fewer
        )


@pytest.mark.thorough
def test_a_value_that_is_not_ours_is_named(definition: PortalDefinition, known: Vocabulary) -> None:
    for kind, table in known.words.items():
        strange = {**known.words, kind: {**table, "perhaps": "somehow"}}
        assert [each for each in said(definition, words=strange) if f"{kind}: “perhaps” stands for 'somehow'" in each]


@pytest.mark.thorough
def test_a_pattern_without_the_group_asked_for_is_named(definition: PortalDefinition, known: Vocabulary) -> None:
    for name, pattern in known.patterns.items():
        for group in pattern.groupindex:
            blunt = re.compile(pattern.pattern.replace(f"(?P<{group}>", f"(?P<not_{group}>"))
            found = said(definition, patterns={**known.patterns, name: blunt})
            assert [each for each in found if f"the pattern “{name}” has" in each and f"{group}”" in each]


@pytest.mark.thorough
def test_parts_of_one_place_need_their_pattern(definition: PortalDefinition, known: Vocabulary) -> None:
    if "name" not in known.patterns:
        return  # prints first and last name in two places
    fewer = {name: pattern for name, pattern in known.patterns.items() if name != "name"}
    assert [each for each in said(definition, patterns=fewer) if "“last_name” is a part of what stands there" in each]


@pytest.mark.thorough
def test_a_day_that_stands_alone_needs_no_pattern(definition: PortalDefinition, known: Vocabulary) -> None:
    """It is the first and the last."""
    fewer = {name: pattern for name, pattern in known.patterns.items() if name != "span"}
    assert said(definition, patterns=fewer) == []


@pytest.mark.thorough
def test_what_nothing_uses_is_named(definition: PortalDefinition, known: Vocabulary) -> None:
    found = said(
        definition,
        words={**known.words, "colour": {"red": "red"}},
        patterns={**known.patterns, "rhyme": re.compile("(?P<end>.+)")},
    )
    where = f"selectors/{definition.manifest.id}/words.yaml"
    assert found == [
        f"{where}: the kind of words “colour” is used by nothing",
        f"{where}: the pattern “rhyme” is used by nothing",
    ]
