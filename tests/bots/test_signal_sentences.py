"""The sentence of an account that is shut: ours, or the one of the selector data where the cure is another."""

from __future__ import annotations

import pytest

from bots.selectors import SignalSpec
from bots.signals import MAKERS

OURS = "The portal has locked or deactivated the account; an administrator must have it opened again."
THEIRS = "Call the help desk."


@pytest.mark.parametrize(("details", "sentence"), [({}, OURS), ({"sentence": THEIRS}, THEIRS)])
def test_the_cure_of_a_shut_account(details: dict[str, str], sentence: str) -> None:
    signal = SignalSpec("suspended", ({"text": "suspended"},), "AccountLocked", details=details)
    error = MAKERS[signal.raises](signal, None)
    assert (error.code, error.sentence, error.reference) == ("AccountLocked", sentence, "suspended")
