"""Parts of the fleet that die in the middle of the work. Nothing is lost, nothing is asked twice, nothing is left."""

from __future__ import annotations

import json
import signal
import time

import psutil
import pytest
from stand import Stand, tell

FAULT = 1
LANE_FREE_SECONDS = 30


async def test_a_browser_that_is_killed_in_the_middle_of_a_question_is_replaced(stand: Stand) -> None:
    account = await stand.account()
    questions = await stand.questions(10)
    ids = await stand.hand_in(account, questions)
    await stand.wake(account)
    await stand.some_answered(ids, 2)
    chromium = [
        each for each in stand.browsers() if "chrom" in each.name() and "--type=" not in " ".join(each.cmdline())
    ]
    assert chromium
    for browser in chromium:
        browser.send_signal(signal.SIGKILL)
    await stand.answered_in_the_end(ids)
    await stand.true(ids, questions)
    assert {item.error_code for item in await stand.items(ids)} == {None}
    assert (await stand.counted(account))["wrong_passwords"] == 0


@pytest.mark.smoke
async def test_a_worker_that_is_killed_frees_its_lane_and_the_next_one_goes_on(stand: Stand) -> None:
    account = await stand.account(mfa=["authenticator"])
    questions = await stand.questions(12)
    ids = await stand.hand_in(account, questions)
    await stand.wake(account)
    await stand.some_answered(ids, 3)
    left = stand.browsers()
    before = (await stand.states(ids))["answered"]
    began = time.monotonic()
    await stand.kill("worker")
    await stand.some_answered(ids, before + 2)
    seconds = time.monotonic() - began
    tell("worker killed, its lane at work again", seconds)
    await stand.answered(ids)
    await stand.true(ids, questions)
    assert seconds < 2 * LANE_FREE_SECONDS
    counted = await stand.counted(account)
    assert (counted["logins"], counted["sessions_opened"], counted["reused_codes"]) == (1, 1, 0)
    assert [each for each in left if each.is_running() and each.status() != psutil.STATUS_ZOMBIE] == []
    # The question in hand may be asked again; those that were answered may not.
    assert counted["questions"]["eligibility"] <= len(ids) + 1


async def test_who_waits_for_a_worker_that_is_killed_hears_it_and_the_question_is_kept(stand: Stand) -> None:
    account = await stand.account()
    (keys,) = await stand.questions(1)
    async with stand.bad_day(latency_ms=(4000, 4000)):
        words = ("pull", "eligibility", "-", "--portal", "availity", "--payer", "BHIL", "--credential", account.name)
        async with stand.command(*words, given=json.dumps(keys)) as pulling:
            await stand.until(lambda: stand.asked_at_portal(account), within=40)
            worker = await stand.kill("worker")
            told = await stand.end_of(pulling)
    assert told.status == FAULT
    assert told.sentence.startswith("The worker stopped before the answer came. The question is kept")
    await stand.healed("worker", worker)
    answered = await stand.pull(account, keys)  # joins the question that was kept
    assert answered.status == 0, answered


async def test_prefect_that_is_killed_is_not_missed_for_long(stand: Stand) -> None:
    account = await stand.account()
    first, second = await stand.questions(2)
    server = await stand.kill("prefect")
    told = await stand.pull(account, first)
    if told.status != 0:
        assert told.status == FAULT
        assert told.sentence.startswith("Prefect does not answer")
        assert "The questions are kept" in told.sentence
    tell("Prefect killed, running again", await stand.healed("prefect", server, within=120))
    answered = await stand.pull(account, second, seconds=90)
    assert answered.status == 0, answered
    again = await stand.pull(account, first, seconds=90)
    assert again.status == 0, again


async def test_a_vault_that_is_gone_is_named_and_no_password_is_typed(stand: Stand) -> None:
    account = await stand.account(mfa=["authenticator"])
    (keys, *others) = await stand.questions(4)
    ids = await stand.hand_in(account, others)
    vault = stand.process("vault")
    supervisor = stand.process("supervisor")
    supervisor.suspend()  # or it would be back before anybody asks
    try:
        vault.send_signal(signal.SIGKILL)
        told = await stand.pull(account, keys)
        assert told.status == FAULT, told
        assert "The vault at" in told.sentence
        assert "start it with `fleet up`" in told.sentence
        assert "The question is kept" in told.sentence
        login = json.dumps({"username": "kim", "password": "never kept"})
        refused = await stand.fleet_says("credentials", "add", "new", "--portal", "availity", given=login)
        assert (refused.status, "The vault at" in refused.sentence) == (FAULT, True)
        assert await stand.ledger(account) == []
    finally:
        supervisor.resume()
    await stand.healed("vault", vault)
    await stand.answered_in_the_end(ids)
    assert (await stand.pull(account, keys)).status == 0
    assert (await stand.counted(account))["logins"] == 1


async def test_a_vault_that_hangs_is_named_too(stand: Stand) -> None:
    account = await stand.account()
    (keys,) = await stand.questions(1)
    vault = stand.process("vault")
    vault.suspend()
    try:
        told = await stand.pull(account, keys, seconds=90)
    finally:
        vault.resume()
    assert told.status == FAULT, told
    assert "The vault at" in told.sentence
    assert await stand.ledger(account) == []
    await stand.until(lambda: stand.answers(account, keys), within=60)


async def test_no_process_of_a_dead_worker_is_left(stand: Stand) -> None:
    await stand.kill("worker")
    await stand.until(stand.is_up, within=90)
    account = await stand.account()
    (keys,) = await stand.questions(1)
    assert (await stand.pull(account, keys)).status == 0
    scratch = stand.settings.layout.tmp / f"worker-{stand.process('worker').pid}"
    assert stand.browsers(scratch)
    assert stand.browsers() == stand.browsers(scratch)
    assert list(stand.settings.layout.tmp.iterdir()) == [scratch]
