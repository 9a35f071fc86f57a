"""The demo asks what the fleet lets through, however many questions are wanted."""

from datetime import UTC, datetime, timedelta

import pytest

from cli.demo.questions import askable
from core.capabilities.catalog import capability
from lanes.questions.ask import Counter
from payers.registry import load_manifest


@pytest.mark.parametrize(("days_ago", "lets_through"), [(1, True), (400, False)])
def test_what_a_portal_no_longer_keeps_is_left_out(days_ago: int, lets_through: bool) -> None:
    portal = load_manifest("medicaid_forms")
    counter = Counter(capability("messages"), portal, portal.payers[0].id)
    on = (datetime.now(UTC) - timedelta(days=days_ago)).date().isoformat()
    assert askable(counter, {"from_date": on, "to_date": on}) is lets_through
