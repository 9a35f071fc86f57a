"""Messages and financial reports against the simulated portal: what is read marks, what is refused, what is open."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from datetime import timedelta

import pytest
from fixtures_portals import Kept, SimulatedPortal, day_of

from core.capabilities.documents import Documents
from core.capabilities.messages import Messages
from core.errors import RequestInvalid
from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.mail_truth import letters


@pytest.fixture
def ucare(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["ucare"]
    portal.dial()
    yield portal
    portal.dial()


async def test_a_message_is_told_as_it_was_before_it_was_opened(ucare: SimulatedPortal) -> None:
    """Once: opening marks it read. Who asks for unread ones alone opens no other."""
    new = next(each for each in letters(ucare.house.world, "UCARE") if not each.read)
    days = day_of(new)
    that_day = [each for each in letters(ucare.house.world, "UCARE") if each.at.date() == new.at.date()]
    unread = [each.number for each in that_day if not each.read]
    async with ucare.logged_in() as (lane, secrets):
        first = await ucare.ask(lane, "messages", "UCARE", {**days, "unread_only": "true"})
        assert isinstance(first.answer, Messages)
        assert sorted(each.id or "" for each in first.answer.messages) == sorted(unread)
        assert {each.read for each in first.answer.messages} == {False}
        assert "counts them as read now" in first.answer.notes[0]
        assert ucare.tally(secrets)["messages_opened"] == len(unread)
        again = await ucare.ask(lane, "messages", "UCARE", days)
        assert isinstance(again.answer, Messages)
        assert {each.read for each in again.answer.messages} == {True}
        assert again.answer.notes == ()
        none = await ucare.ask(lane, "messages", "UCARE", {**days, "unread_only": "true"})
        assert isinstance(none.answer, Messages)
        assert none.answer.messages == ()


async def test_the_bell_says_how_fresh_it_is(ucare: SimulatedPortal) -> None:
    today = ucare.house.clock.today()
    days = {"from_date": str(today - timedelta(days=6)), "to_date": str(today), "kind": "notification"}
    async with ucare.logged_in() as (lane, secrets):
        asked = await ucare.ask(lane, "messages", "UCARE", days)
    ucare.assert_true(asked)
    assert isinstance(asked.answer, Messages)
    assert asked.answer.notes == ("Notifications: As of your sign-in. Sign out and in again for newer ones.",)
    assert ucare.tally(secrets)["messages_opened"] == 0


@pytest.mark.parametrize(
    "files", ["cut_short", *(pytest.param(each, marks=pytest.mark.deep) for each in ("page", "empty"))]
)
async def test_an_attachment_that_is_none_is_refused_and_the_message_is_told(
    ucare: SimulatedPortal, files: str
) -> None:
    letter = next(each for each in letters(ucare.house.world, "UCARE") if "attached_zip" in each.tags)
    ucare.dial(files=files)
    async with ucare.known() as lane:
        asked = await ucare.ask(lane, "messages", "UCARE", day_of(letter))
    assert isinstance(asked.answer, Messages)
    found = next(each for each in asked.answer.messages if each.id == letter.number)
    assert found.subject == letter.subject
    (refused,) = found.attachments
    assert refused.problem
    kept = [piece for piece in asked.kept.evidence if piece.kind == "download"]
    assert bool(kept) is (files != "empty")


async def test_financial_reports_are_those_of_the_primary_tax_id(ucare: SimulatedPortal) -> None:
    today = ucare.house.clock.today()
    days = {"from_date": str(today - timedelta(days=3)), "to_date": str(today)}
    secrets = ucare.account(organizations=(NORTHGATE, LAKESIDE))
    for organization, outcome in ((NORTHGATE, "documents"), (LAKESIDE, "not_authorised")):
        async with ucare.stranger() as lane:
            await lane.log_in(dataclasses.replace(secrets, organization=organization.name), Kept())
            asked = await ucare.ask(lane, "documents", "UCARE", days)
        assert asked.answer is not None, asked.error
        assert asked.answer.outcome == outcome


async def test_a_category_that_the_portal_does_not_have_is_told_before_it_is_bothered(ucare: SimulatedPortal) -> None:
    today = ucare.house.clock.today()
    days = {"from_date": str(today), "to_date": str(today)}
    async with ucare.known() as lane:
        asked = await ucare.ask(lane, "documents", "UCARE", {**days, "category": "appeal"})
        assert isinstance(asked.error, RequestInvalid)
        assert asked.error.field == "category"
        found = await ucare.ask(lane, "documents", "UCARE", {**days, "category": "financial_report"})
    assert isinstance(found.answer, Documents)
    ucare.assert_true(found)
