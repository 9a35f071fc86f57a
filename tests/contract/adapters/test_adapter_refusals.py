"""What a portal says instead of data is an answer: never an error, and never an empty cell."""

from __future__ import annotations

import pytest
from fixtures_portals import Kept
from inquiries import Inquiry

from core.capabilities.catalog import capability
from core.errors import FleetError, NextStep

OF_THE_PRACTICE = ("messages", "documents", "appeals", "sent_messages", "claim_files", "notifications")
"""Capabilities about the practice's own papers, whichever provider asks."""


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("dial", "outcome"), [("payer_down", "no_answer_now"), ("provider_not_on_file", "provider_not_on_file")]
)
async def test_a_payer_that_does_not_answer(inquiry: Inquiry, dial: str, outcome: str) -> None:
    if not capability(inquiry.capability).asks_payer:
        return
    portal = inquiry.portal
    if dial == "provider_not_on_file" and inquiry.capability in OF_THE_PRACTICE:
        return  # nobody is treated
    portal.dial(**{dial: (inquiry.payer,)})
    async with portal.known() as lane:
        asked = await inquiry.ask(lane)
    assert asked.answer is not None, asked.error
    assert asked.answer.outcome == outcome
    assert asked.answer.message  # type: ignore[attr-defined]
    assert "screenshot" in asked.kept.kinds()


@pytest.mark.thorough
async def test_an_account_without_the_role(inquiry: Inquiry) -> None:
    portal = inquiry.portal
    others = tuple(name for name in portal.definition.manifest.capabilities if name != inquiry.capability)
    async with portal.logged_in(roles=others) as (lane, _):
        asked = await inquiry.ask(lane)
    assert asked.answer is not None, asked.error
    assert asked.answer.outcome == "not_authorised"


@pytest.mark.thorough
async def test_a_provider_that_the_account_does_not_have_is_no_answer(inquiry: Inquiry) -> None:
    """An autocomplete without the NPI asked for: somebody has to act, and nothing was taken of anyone."""
    portal = inquiry.portal
    chapter = portal.definition.selectors.pages[inquiry.capability]
    named = "provider_npi" in capability(inquiry.capability).query.model_fields
    asks = named and any("provider" in page.elements for page in chapter.values())
    if not asks or portal.definition.manifest.payer(inquiry.payer).layout == "classic":  # type: ignore[union-attr]
        return  # asks for no provider
    query = portal.query(inquiry.capability, {**inquiry.plain(), "provider_npi": "1285630947"})
    async with portal.known() as lane:
        with pytest.raises(FleetError) as refused:
            await lane.perform(inquiry.capability, inquiry.payer, query, Kept())
    assert refused.value.next_step is NextStep.ASK_BILLER, "a slip of the question's is no changed portal"
