"""What an answer may cost at the portal: logins, sessions. Counted by the portal itself."""

from __future__ import annotations

import asyncio
import time

from stand import Stand, moment, tell


async def test_two_hundred_questions_cost_one_login_while_another_account_works_beside(stand: Stand) -> None:
    many = await stand.account(mfa=["authenticator"])
    few = await stand.account(mfa=["authenticator"])
    questions = await stand.questions(200)
    ids = await stand.hand_in(many, questions)
    beside = await stand.hand_in(few, await stand.questions(20))
    began = time.monotonic()
    await stand.wake(many, few)
    await asyncio.gather(stand.answered(ids), stand.answered(beside))
    tell("220 questions on two credentials", time.monotonic() - began)

    counted = await stand.counted(many)
    assert counted["questions"]["eligibility"] == len(ids)
    assert (counted["logins"], counted["sessions_opened"], counted["max_concurrent_sessions"]) == (1, 1, 1)
    assert (counted["wrong_passwords"], counted["wrong_codes"], counted["reused_codes"]) == (0, 0, 0)
    await stand.true(ids[::10], questions[::10])

    theirs, others = [[moment(entry) for entry in await stand.ledger(account)] for account in (many, few)]
    between = [at for at in theirs if others[0] < at < others[-1]]
    assert len(between) > len(beside) / 2, "the two accounts worked one after the other"
    assert (await stand.counted(few))["logins"] == 1


async def test_twenty_questions_woken_at_once_open_one_session(stand: Stand) -> None:
    account = await stand.account()
    questions = await stand.questions(20)

    async def ask_one(number: int) -> str:
        (item_id,) = await stand.hand_in(account, [questions[number]])
        await stand.wake(account)
        return item_id

    ids = await asyncio.gather(*(ask_one(number) for number in range(20)))
    await stand.answered(ids)
    counted = await stand.counted(account)
    assert (counted["sessions_opened"], counted["max_concurrent_sessions"], counted["logins"]) == (1, 1, 1)
    assert counted["questions"]["eligibility"] == 20


async def test_a_closed_lane_takes_its_session_up_again(stand: Stand) -> None:
    account = await stand.account(mfa=["authenticator"])
    for keys in await stand.questions(2):
        assert (await stand.pull(account, keys)).status == 0
        await stand.lane_closed(account)
    assert (await stand.counted(account))["logins"] == 1
