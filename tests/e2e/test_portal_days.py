"""The portal's bad days: closed, faulty, forgetful, changed. Nothing is lost, and nothing false is said."""

from __future__ import annotations

import pytest
from stand import Stand, tell

from store.work_items import ItemState

PORTAL_UNAVAILABLE = 4
PORTAL_CHANGED = 5


async def test_maintenance_ends_and_the_questions_are_answered_without_being_asked_again(stand: Stand) -> None:
    account = await stand.account()
    (keys, later, *others) = await stand.questions(5)
    ids = await stand.hand_in(account, others)
    async with stand.bad_day(maintenance=True):
        told = await stand.pull(account, keys)
        assert (told.status, told.json["outcome"]) == (PORTAL_UNAVAILABLE, "portal_unavailable")
        assert "closed for maintenance" in told.sentence
        assert "The question is kept and asked again at" in told.sentence
        # Who asks while the lane rests hears the same at once.
        assert (await stand.pull(account, later, seconds=20)).status == PORTAL_UNAVAILABLE
    seconds = await stand.until(lambda: stand.are(ids, answered=3), within=150, what=lambda: stand.states(ids))
    tell("maintenance over, all answered", seconds)
    for question in (keys, later):
        answered = await stand.pull(account, question)
        assert (answered.status, answered.json["answer"]["member"]["member_id"]) == (0, question["member_id"])


async def test_server_errors_now_and_then_cost_time_only(stand: Stand) -> None:
    account = await stand.account()
    questions = await stand.questions(15)
    ids = await stand.hand_in(account, questions)
    async with stand.bad_day(error_rate=0.05):
        await stand.wake(account)
        await stand.answered_in_the_end(ids)
    await stand.true(ids, questions)
    counted = await stand.counted(account)
    assert (counted["wrong_passwords"], counted["lockouts"], counted["max_concurrent_sessions"]) == (0, 0, 1)


async def test_a_session_that_is_dropped_in_the_middle_costs_one_login(stand: Stand) -> None:
    account = await stand.account()
    questions = await stand.questions(12)
    ids = await stand.hand_in(account, questions)
    await stand.wake(account)
    await stand.some_answered(ids, 3)
    await stand.drop_session(account)
    await stand.answered(ids)
    await stand.true(ids, questions)
    counted = await stand.counted(account)
    assert (counted["sessions_dropped"], counted["logins"], counted["max_concurrent_sessions"]) == (1, 2, 1)


async def test_a_session_that_died_while_nobody_looked_costs_one_login(stand: Stand) -> None:
    account = await stand.account()
    first, second = await stand.questions(2)
    assert (await stand.pull(account, first)).status == 0
    await stand.lane_closed(account)
    await stand.drop_session(account)
    assert (await stand.pull(account, second)).status == 0
    assert (await stand.counted(account))["logins"] == 2


async def test_a_person_who_logs_in_with_the_account_is_not_thrown_out(stand: Stand) -> None:
    account = await stand.account(single_session=True)
    first, second = await stand.questions(2)
    assert (await stand.pull(account, first)).status == 0
    async with stand.person_at_portal(account) as person:
        told = await stand.pull(account, second)
        assert told.status == PORTAL_UNAVAILABLE
        assert told.sentence.startswith("Somebody else has logged in with this account; the bot gives way")
        assert await person.is_logged_in()
    counted = await stand.counted(account)
    assert (counted["kicked"], counted["sessions_opened"]) == (1, 2)  # the bot's, then the person's


async def test_a_portal_in_new_clothes_is_not_misread(stand: Stand) -> None:
    account = await stand.account()
    questions = await stand.questions(4)
    ids = await stand.hand_in(account, questions[1:])
    async with stand.bad_day(layout_variant=2):
        told = await stand.pull(account, questions[0])
        if told.status == PORTAL_CHANGED:
            assert told.json["error"]["code"] == "PortalChanged"
            assert "a developer must look at the selectors" in told.sentence
        await stand.until(lambda: stand.nothing_moves(ids), within=90)
    items = await stand.items(ids)
    answered = [(item.id, keys) for item, keys in zip(items, questions[1:], strict=True) if item.outcome]
    await stand.true([item for item, _ in answered], [keys for _, keys in answered])
    assert {item.error_code for item in items if item.state is ItemState.HELD} <= {"PortalChanged"}
    await stand.out_of_quarantine()


@pytest.mark.parametrize("payer", ["AETNA", "BHIL"])
async def test_renamed_hooks_do_not_matter(stand: Stand, payer: str) -> None:
    account = await stand.account()
    questions = await stand.questions(2, payer=payer)
    async with stand.bad_day(layout_variant=1):
        ids = await stand.hand_in(account, questions, payer=payer)
        await stand.wake(account)
        await stand.answered(ids)
    await stand.true(ids, questions, payer=payer)
