from __future__ import annotations

import pytest

from core.errors import PartUnavailable
from flows.worker import _within

NONE: frozenset[str] = frozenset()
TICKET = frozenset({"optumpay", "uhc"})


@pytest.mark.parametrize(
    ("wanted", "allowed", "works"),
    [
        (NONE, NONE, NONE),
        (NONE, TICKET, TICKET),
        (frozenset({"uhc"}), TICKET, frozenset({"uhc"})),
        (TICKET, NONE, TICKET),
    ],
)
def test_a_worker_works_what_it_was_let_in_for(
    wanted: frozenset[str], allowed: frozenset[str], works: frozenset[str]
) -> None:
    assert _within(wanted, allowed) == works


def test_a_worker_that_is_to_work_more_says_so() -> None:
    with pytest.raises(PartUnavailable, match="is for optumpay, uhc and not for availity; `fleet ticket --portals`"):
        _within(frozenset({"availity", "uhc"}), TICKET)
