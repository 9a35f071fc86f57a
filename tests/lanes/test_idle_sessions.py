"""A session is kept while its lane has work to come: a page now and then, and no second log-in."""

from __future__ import annotations

import dataclasses
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest

from core.errors import PortalUnavailable
from lanes.accounts.idle_sessions import keep_sessions
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.ledger import StoredLanes
from lanes.questions.ask import Question, ask
from store.credentials import Credential
from store.leases import LaneLease
from tests.lanes.conftest import ScriptedPortal

MINUTES = 30
"""Of the scripted portal's sessions."""


Asked = Callable[..., Awaitable[None]]


@pytest.fixture
def waiting(fleet: Fleet, virtual_clock: Any) -> Fleet:
    return dataclasses.replace(fleet, clock=virtual_clock)


@pytest.fixture
def asked(waiting: Fleet, credential: Credential, portal: ScriptedPortal, query: Any) -> Asked:
    """A question, which the portal wants to be asked again so many minutes later."""

    async def asked(member: str, *, minutes: int | None) -> None:
        later = waiting.clock.now() + timedelta(minutes=minutes or 0)
        portal.script = lambda _: PortalUnavailable("Ask later.", retry_at=later) if minutes else None
        await ask(waiting, Question("eligibility", "availity", query(member), "t", "aetna", "north"))
        await LaneWorker(waiting, portal).work(credential.id)
        portal.script = lambda _: None

    return asked


async def test_a_session_with_work_to_come_is_used_before_it_ends(
    waiting: Fleet, credential: Credential, portal: ScriptedPortal, asked: Asked, virtual_clock: Any
) -> None:
    await asked("M1", minutes=50)
    used, gaps = virtual_clock.now(), []
    for _ in range(52):
        virtual_clock.advance(minutes=1)
        if await StoredLanes(waiting).lanes_to_wake():
            gaps.append(virtual_clock.now() - used)
            used = virtual_clock.now()
            await LaneWorker(waiting, portal).work(credential.id)
    assert max(gaps) < timedelta(minutes=MINUTES)
    assert (portal.logins, portal.asked, len(gaps)) == (1, ["M1", "M1"], 3)  # two pages, then the question


@pytest.mark.parametrize(("minutes", "after"), [(50, 10), (50, 35), (90, 20)], ids=["fresh", "dead", "far off"])
async def test_nothing_is_asked_for_a_session_that_needs_it_not_or_is_gone(
    waiting: Fleet, asked: Asked, virtual_clock: Any, minutes: int, after: int
) -> None:
    await asked("M1", minutes=minutes)
    virtual_clock.advance(minutes=after)
    assert await keep_sessions(waiting) == []


async def test_without_work_and_while_the_lane_rests_a_session_may_end(
    waiting: Fleet, credential: Credential, asked: Asked, virtual_clock: Any
) -> None:
    await asked("M0", minutes=None)
    virtual_clock.advance(minutes=20)
    assert await keep_sessions(waiting) == []
    await asked("M1", minutes=50)
    virtual_clock.advance(minutes=20)
    async with waiting.database.begin() as session:
        lane = await session.get(LaneLease, credential.id)
        assert lane is not None
        lane.rest_until = virtual_clock.now() + timedelta(minutes=5)
    assert await keep_sessions(waiting) == []
