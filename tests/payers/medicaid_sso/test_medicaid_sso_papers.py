"""Messages, documents and users against the simulated portal: what is read marks, and rows that make one user."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from fixtures_portals import SimulatedPortal, day_of

from core.capabilities.documents import Documents
from core.capabilities.messages import Messages
from core.capabilities.users import Scope, UserStatus
from core.errors import PortalChanged, RequestInvalid
from payers.medicaid_sso.users import Link, merged
from simulator.mail_truth import letters

PAYER = "FRANKLIN"


@pytest.fixture
def franklin(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["medicaid_sso"]
    portal.dial()
    yield portal
    portal.dial()


async def test_a_message_is_told_as_it_was_before_it_was_opened(franklin: SimulatedPortal) -> None:
    """Once: opening marks it read. Who asks for unread ones alone opens no other."""
    known = letters(franklin.house.world, PAYER)
    new = next(each for each in known if not each.read and not each.notification)
    days = day_of(new)
    that_day = [each for each in known if each.at.date() == new.at.date() and not each.notification]
    unread = [each.number for each in that_day if not each.read]
    async with franklin.logged_in() as (lane, secrets):
        first = await franklin.ask(lane, "messages", PAYER, {**days, "unread_only": "true"})
        assert isinstance(first.answer, Messages)
        assert sorted(each.id or "" for each in first.answer.messages) == sorted(unread)
        assert {each.read for each in first.answer.messages} == {False}
        assert franklin.tally(secrets)["messages_opened"] == len(unread)
        again = await franklin.ask(lane, "messages", PAYER, days)
        assert isinstance(again.answer, Messages)
        assert {each.read for each in again.answer.messages} == {True}


async def test_a_file_that_is_none_is_refused_and_the_document_is_told(franklin: SimulatedPortal) -> None:
    odd = franklin.questions("documents", PAYER, 20, awkward=True)
    question = next(each["question"] for each in odd if "zip" in each["tags"])
    franklin.dial(files="cut_short")
    async with franklin.known() as lane:
        asked = await franklin.ask(lane, "documents", PAYER, question)
    assert isinstance(asked.answer, Documents)
    assert any(each.document.problem for each in asked.answer.documents)
    assert all(each.kept_until for each in asked.answer.documents)


async def test_a_category_that_the_portal_does_not_have_is_told_before_it_is_bothered(
    franklin: SimulatedPortal,
) -> None:
    today = franklin.house.clock.today()
    days = {"from_date": str(today), "to_date": str(today)}
    async with franklin.known() as lane:
        asked = await franklin.ask(lane, "documents", PAYER, {**days, "category": "financial_report"})
    assert isinstance(asked.error, RequestInvalid)
    assert asked.error.field == "category"
    assert "claim_letter" in asked.error.sentence


async def test_what_the_portal_has_forgotten_is_said(franklin: SimulatedPortal) -> None:
    odd = franklin.questions("documents", PAYER, 30, seed=4, awkward=True)
    partly = next(each for each in odd if "partly_gone" in each["tags"])
    async with franklin.known() as lane:
        asked = await franklin.ask(lane, "documents", PAYER, partly["question"])
    franklin.assert_true(asked)
    assert isinstance(asked.answer, Documents)
    assert "is kept any more" in asked.answer.notes[0]


def link(npi: str | None, **changed: object) -> Link:
    known = {
        "username": "rhayes",
        "first_name": "Rowena",
        "last_name": "Hayesthorpe",
        "roles": ("Claim inquiry",),
        "status": UserStatus.ACTIVE,
        "last_login": None,
        "never_logged_in": False,
        "tin": "36-4418027",
        "npi": npi,
        "site": None,
    }
    return Link.model_validate({**known, **changed})


def test_the_rows_of_one_user_are_one_user() -> None:
    other = link("1457398216", username="Abe2")
    (first, second) = merged([link("1457398216"), other, link("1902846355", site="Main campus")])
    assert (first.username, second.username) == ("Abe2", "rhayes")
    assert second.name == "Rowena Hayesthorpe"
    assert second.scopes == (
        Scope(tin="36-4418027", npi="1457398216"),
        Scope(tin="36-4418027", npi="1902846355", site="Main campus"),
    )


@pytest.mark.parametrize("changed", [{"status": UserStatus.LOCKED}, {"last_name": "Hayes"}])
def test_rows_that_tell_of_different_people_are_no_user(changed: dict[str, object]) -> None:
    with pytest.raises(PortalChanged):
        merged([link("1457398216"), link("1902846355", **changed)])
