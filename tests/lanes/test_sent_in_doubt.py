"""What is clicked, and then anything happens: nobody sends it a second time, and nobody asks longer than needed."""

from __future__ import annotations

import asyncio

import pytest
from test_submitting import Practice, practice

from lanes import sink
from store.submissions import SubmissionState

__all__ = ["practice"]


async def test_a_browser_that_hangs_after_the_click_leaves_it_unknown(
    practice: Practice, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def hangs() -> None:
        practice.payer.at_the_button = None
        practice.payer.take_in("CLM-1", ())
        await asyncio.Event().wait()

    monkeypatch.setattr(sink, "STALLED_SECONDS", 0.2)
    practice.payer.at_the_button = hangs
    made = await practice.hand_in()
    await practice.work()
    assert (await practice.row(made.row.id)).state is SubmissionState.UNKNOWN
    await practice.until_settled(made.row.id)
    row = await practice.row(made.row.id)
    assert (row.state, row.clicks, practice.counts()) == (SubmissionState.CONFIRMED, 1, {"CLM-1": 1})
