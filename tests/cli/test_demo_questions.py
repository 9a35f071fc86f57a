"""The demo asks what the fleet lets through, however many questions are wanted."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.demo.questions import askable, parts, shares
from core.capabilities.catalog import capability
from lanes.questions.ask import Counter
from payers.registry import load_manifest


@pytest.mark.parametrize(("days_ago", "lets_through"), [(1, True), (400, False)])
def test_what_a_portal_no_longer_keeps_is_left_out(days_ago: int, lets_through: bool) -> None:
    portal = load_manifest("medicaid_forms")
    counter = Counter(capability("messages"), portal, portal.payers[0].id)
    on = (datetime.now(UTC) - timedelta(days=days_ago)).date().isoformat()
    assert askable(counter, {"from_date": on, "to_date": on}) is lets_through


@pytest.mark.parametrize(("wanted", "asked"), [(None, 530), (1, 53), (60, 60), (531, 531), (1000, 1000)])
def test_as_many_are_asked_as_were_wanted_and_of_each_kind_one_at_least(wanted: int | None, asked: int) -> None:
    found = shares(53, wanted)
    assert (sum(found), min(found) > 0, max(found) - min(found) <= 1) == (asked, True, True)


def test_three_of_ten_are_plain_and_a_single_one_is() -> None:
    assert [parts(count) for count in (1, 2, 10, 20)] == [(1, 0), (1, 1), (3, 7), (6, 14)]
