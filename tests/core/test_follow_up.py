from __future__ import annotations

from datetime import date, timedelta

import pytest

from core.capabilities.submissions import Standing
from core.follow_up import Sent, Todo, what_next
from core.manifest import Manifest
from payers.registry import load_manifest

TODAY = date(2026, 11, 22)


@pytest.fixture(scope="module")
def availity() -> Manifest:
    return load_manifest("availity")


def sent(standing: Standing, *, kind: str = "reconsideration", days: int = 10, **more: bool) -> Sent:
    return Sent(kind, "AETNA", TODAY - timedelta(days=days), standing, **more)


@pytest.mark.parametrize(("days", "left"), [(10, 34), (44, 0), (50, -6)])
def test_a_payer_that_takes_too_long_is_chased_from_the_day_that_its_rule_names(
    availity: Manifest, days: int, left: int
) -> None:
    found = what_next(availity, sent(Standing("in_review"), days=days), today=TODAY)
    assert found is not None
    assert (found.todo, found.days_left) == (Todo.CHASE, left)
    assert found.by == TODAY + timedelta(days=left)
    assert ("should have been decided" in found.sentence) == (left < 0)


@pytest.mark.parametrize(("ago", "left"), [(0, 60), (59, 1), (61, -1)])
def test_a_reconsideration_decided_against_us_is_appealed_within_the_days_of_the_appeals_own_rule(
    availity: Manifest, ago: int, left: int
) -> None:
    lost = Standing("upheld", decided=True, decided_on=TODAY - timedelta(days=ago), against=True)
    found = what_next(availity, sent(lost), today=TODAY)
    assert found is not None
    assert (found.todo, found.days_left) == (Todo.OBJECT, left)
    assert ("ended" in found.sentence) == (left < 0)


def test_what_the_rules_do_not_tell_is_not_made_up(availity: Manifest) -> None:
    undated = Standing("upheld", decided=True, against=True)
    found = what_next(availity, sent(undated), today=TODAY)
    assert found is not None
    assert (found.by, found.days_left) == (None, None)
    elsewhere = Sent("reconsideration", "UCARE", TODAY, Standing("upheld", True, TODAY, True))
    written = what_next(load_manifest("ucare"), elsewhere, today=TODAY)
    assert written is not None
    assert (written.todo, written.days_left) == (Todo.OBJECT, 60)


def test_there_is_nothing_to_do_about_what_was_won_appealed_or_ends_here(availity: Manifest) -> None:
    lost = Standing("upheld", decided=True, decided_on=TODAY, against=True)
    assert what_next(availity, sent(Standing("overturned", decided=True, decided_on=TODAY)), today=TODAY) is None
    assert what_next(availity, sent(lost, objected=True), today=TODAY) is None
    assert what_next(availity, sent(lost, kind="appeal"), today=TODAY) is None


def test_the_practice_hears_when_it_is_waited_for_or_when_the_portal_has_lost_it(availity: Manifest) -> None:
    asked = what_next(availity, sent(Standing("information_requested", wants_answer=True)), today=TODAY)
    lost = what_next(availity, sent(Standing("submitted"), missing=True), today=TODAY)
    assert asked is not None
    assert lost is not None
    assert (asked.todo, lost.todo) == (Todo.ANSWER, Todo.CHASE)
