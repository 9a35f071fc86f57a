"""A portal that the runtime has never met: an adapter by the guide, end to end."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import Any

import pytest
from fixtures_portals import Kept
from strange_portal.people import PEOPLE
from strange_portal.site import PASSWORD
from strange_portal.visitor import Strange, secrets

from bots.lane import LaneBrowser
from core.capabilities.common import MemberNotFound, Mismatch
from core.capabilities.eligibility import Coverage
from core.capabilities.record import Answer
from core.errors import CodeRequired, CredentialRejected, FleetError, PortalUnavailable, SessionExpired

MARIA, MARIO, ZOE = PEOPLE.values()


def amounts(answer: Answer) -> list[tuple[str | None, Decimal]]:
    assert isinstance(answer, Coverage)
    return [(copay.service_type, copay.amount) for copay in answer.plans[0].copays]


# -- the way in


@pytest.mark.parametrize("weather", [{}, {"mfa": "home"}, {"elsewhere": True}, {"slow_door": 1.5}], ids=str)
async def test_signs_in(strange: Strange, weather: dict[str, Any]) -> None:
    strange.site.weather |= weather
    lane, kept = await strange.host.lane(None), Kept()
    try:
        report = await lane.log_in(secrets(), kept)
        assert report.logged_in
        strange.site.weather.clear()
        again = await lane.log_in(secrets(), kept)
    finally:
        await lane.close()
    assert not again.logged_in
    assert strange.site.tally["passwords"] == 1
    assert strange.site.tally["ended another session"] == ("elsewhere" in weather)
    assert kept.evidence == []


@pytest.mark.parametrize(
    ("weather", "keys", "error", "passwords"),
    [
        ({}, {"password": "Wrong-0-horse"}, CredentialRejected, 1),
        ({}, {"code": "000000"}, CredentialRejected, 1),
        ({"mfa": "email"}, {}, CodeRequired, 1),
    ],
    ids=["password", "code", "e-mail"],
)
async def test_a_refusal_in_an_alert_is_understood_and_not_tried_again(
    strange: Strange, weather: dict[str, Any], keys: dict[str, str], error: type[FleetError], passwords: int
) -> None:
    strange.site.weather |= weather
    lane = await strange.host.lane(None)
    try:
        with pytest.raises(error) as caught:
            await lane.log_in(secrets(**keys), Kept())
    finally:
        await lane.close()
    told = caught.value
    assert strange.site.tally["passwords"] == passwords
    if isinstance(told, CredentialRejected):
        expected = ("password", 2) if "password" in keys else ("code", None)
        assert (told.factor, told.attempts_remaining) == expected
    if isinstance(told, CodeRequired):
        assert told.medium == "e-mail"
    assert PASSWORD not in repr(told.told())


# -- answers


@pytest.mark.parametrize("window", ["tab", "popup"])
async def test_reads_a_table_with_spans_footnotes_and_columns_in_any_order(
    strange: Strange, lane: LaneBrowser, window: str
) -> None:
    strange.site.weather["window"] = window
    for person in (MARIA, ZOE):
        answer = await strange.ask(lane, "COM", person.member_id, person.born.isoformat())
        assert amounts(answer) == [("Office visit", Decimal(person.office)), ("Hospital", Decimal(person.hospital))]


async def test_reads_prose(strange: Strange, lane: LaneBrowser) -> None:
    answer = await strange.ask(lane, "MA", MARIO.member_id, MARIO.born.isoformat())
    assert isinstance(answer, Coverage)
    assert (answer.plans[0].plan_name, answer.plans[0].insurance_type) == ("MA", "UCare Minnesota")


async def test_never_mixes_two_patients_while_a_page_fills_in(strange: Strange, lane: LaneBrowser) -> None:
    for person in (MARIA, MARIO, ZOE):
        answer = await strange.ask(lane, "DEN", person.member_id, person.born.isoformat())
        assert isinstance(answer, Coverage)
        assert (answer.member.member_id, answer.plans[0].plan_name) == (person.member_id, person.plan)
        assert amounts(answer) == [("Office visit", Decimal(person.office))]
    assert strange.site.tally["tool windows"] == 1, "the tool stays open from one question to the next"


@pytest.mark.parametrize("payer", ["COM", "DEN"])
async def test_an_alert_can_be_an_answer(strange: Strange, lane: LaneBrowser, payer: str) -> None:
    answer = await strange.ask(lane, payer, MARIA.member_id, "1999-01-01")
    assert isinstance(answer, MemberNotFound)
    assert answer.message == "No subscriber matches."
    assert isinstance(await strange.ask(lane, payer, MARIA.member_id, MARIA.born.isoformat()), Coverage)


@pytest.mark.parametrize("payer", ["COM", *(pytest.param(each, marks=pytest.mark.deep) for each in ("MA", "DEN"))])
async def test_somebody_else_is_nobody(strange: Strange, lane: LaneBrowser, payer: str) -> None:
    strange.site.weather["somebody_else"] = True
    answer = await strange.ask(lane, payer, ZOE.member_id, ZOE.born.isoformat())
    assert answer == Mismatch(differs=("member_id", "birth_date"))


# -- bad moments


async def test_a_survey_and_a_loader_are_in_nobodys_way(strange: Strange, lane: LaneBrowser) -> None:
    strange.site.weather |= {"survey": True, "loader": 900}
    answer = await strange.ask(lane, "COM", MARIA.member_id, MARIA.born.isoformat())
    assert amounts(answer)[0] == ("Office visit", Decimal(MARIA.office))


async def test_a_click_that_nobody_heard_is_made_again(strange: Strange, lane: LaneBrowser) -> None:
    """A form that is drawn before it listens; once more, and one question all the same."""
    strange.site.weather["deaf"] = True
    before = strange.site.tally["questions"]
    answer = await strange.ask(lane, "COM", MARIA.member_id, MARIA.born.isoformat())
    assert amounts(answer)[0] == ("Office visit", Decimal(MARIA.office))
    assert "deaf" not in strange.site.weather
    assert strange.site.tally["questions"] == before + 1


async def test_a_session_that_ended_inside_the_frame_is_told_and_mended(strange: Strange, lane: LaneBrowser) -> None:
    strange.site.weather["session_over"] = True
    with pytest.raises(SessionExpired):
        await strange.ask(lane, "COM", MARIA.member_id, MARIA.born.isoformat())
    strange.site.weather = {"mfa": "home"}
    assert (await lane.log_in(secrets(), Kept())).logged_in
    assert isinstance(await strange.ask(lane, "COM", MARIA.member_id, MARIA.born.isoformat()), Coverage)


async def test_a_payer_that_never_answers_is_unavailable(strange: Strange, lane: LaneBrowser) -> None:
    strange.site.weather["slow_payer"] = 20
    lane.definition = strange.short_of_time(4)
    with pytest.raises(PortalUnavailable):
        await strange.ask(lane, "COM", MARIA.member_id, MARIA.born.isoformat())


async def test_a_cancelled_question_leaves_a_browser_that_closes(strange: Strange, lane: LaneBrowser) -> None:
    strange.site.weather["slow_payer"] = 20
    asking = asyncio.create_task(strange.ask(lane, "COM", MARIA.member_id, MARIA.born.isoformat()))
    while not strange.site.tally["questions"]:
        await asyncio.sleep(0.05)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await lane.close()
    assert lane._context.pages == []
