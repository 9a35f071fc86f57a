"""Every field of every answer is true, whatever stands beside it and however the portal is dressed."""

from __future__ import annotations

import os
from zlib import crc32

import pytest
from fixtures_portals import short_of_time
from inquiries import Inquiry

from core.capabilities.claim_status import Claims
from core.errors import PortalChanged


async def test_every_answer_is_true(inquiry: Inquiry) -> None:
    """While what the question before had found stays on the screen: twins, namesakes, longer claim numbers. None is put
    to the payer twice. `make test` asks one of them, of another kind for each inquiry.
    """
    portal = inquiry.portal
    portal.dial(stale_results_ms=250, latency_ms=(0, 120))
    questions = [*inquiry.questions(2, seed=31), *inquiry.questions(8, seed=31, awkward=True)]
    if "THOROUGH" not in os.environ:
        questions = questions[2 + crc32(str(inquiry).encode()) % 8 :][:1]
    before = portal.tally()["questions"][inquiry.capability]
    async with portal.known() as lane:
        for each in questions:
            portal.assert_true(await inquiry.ask(lane, each["question"]), each["tags"])
    if inquiry.capability != "documents":  # a library is searched in windows of days
        assert portal.tally()["questions"][inquiry.capability] - before <= len(questions)


@pytest.mark.thorough
async def test_a_list_that_says_otherwise_than_the_claim_is_told(claims: Inquiry) -> None:
    """Both are kept, and what the claim's own page says counts."""
    lagging = next(each for each in claims.portal.house.world.claims[claims.payer] if "list_lags" in each.tags)
    async with claims.portal.known() as lane:
        asked = await claims.ask(lane, {"claim_number": lagging.claim_number})
    claims.portal.assert_true(asked)
    assert isinstance(asked.answer, Claims)
    (claim,) = asked.answer.claims
    assert claim.listed is not None
    assert claim.listed.billed != claim.billed
    assert claim.listed.status_text != claim.status_text


@pytest.mark.thorough
async def test_renamed_hooks_are_survived_and_told(inquiry: Inquiry) -> None:
    portal = inquiry.portal
    portal.dial(layout_variant=1)
    drift: list[str] = []
    async with portal.known() as lane:
        for each in [*inquiry.questions(1), *inquiry.questions(1, awkward=True)]:
            asked = await inquiry.ask(lane, each["question"])
            portal.assert_true(asked, each["tags"])
            drift += asked.kept.drift()
    assert drift


@pytest.mark.thorough
async def test_the_log_in_survives_renamed_hooks(layout: Inquiry) -> None:
    layout.portal.dial(layout_variant=1)
    async with layout.portal.logged_in(mfa=("authenticator", "text")) as (_, secrets):
        assert layout.portal.tally(secrets)["logins"] == 1


@pytest.mark.thorough
@pytest.mark.usefixtures("impatient")
async def test_a_new_layout_is_named_and_never_read_wrong(inquiry: Inquiry) -> None:
    portal = inquiry.portal
    async with portal.known(short_of_time(portal.definition, 6)) as lane:
        portal.dial(layout_variant=2)
        asked = await inquiry.ask(lane)
    assert isinstance(asked.error, PortalChanged)
    expected = asked.error.page.split(" or ")
    assert set(expected) <= portal.definition.selectors.pages[inquiry.capability].keys()
    assert asked.error.element or "something else came up" in asked.error.reference
    assert asked.kept.kinds() == {"screenshot", "page"}
