"""One question, asked now, by somebody who waits: what happens to it, as it happens."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from bots.contracts import Step
from core.capabilities.catalog import capability, write
from core.errors import FleetError, NextStep
from lanes.accounts import errands
from lanes.accounts.errands import Errand
from lanes.assembly import Fleet
from lanes.news import CODE, ITEM, LANE, SAFETY_SECONDS, next_of
from lanes.questions.ask import Asked as Taken
from lanes.questions.ask import How, Question, ask
from lanes.questions.elsewhere import elsewhere
from lanes.sent_codes import CodeWanted, wanted
from lanes.views import open_answer
from store import leases, runs, work_items
from store.work_items import ItemState, WorkItem

Wake = Callable[[Sequence[str]], Awaitable[None]]


@dataclass(frozen=True)
class Wish:
    capability: str
    portal: str
    payer: str | None
    credential: str | None
    keys: dict[str, str]
    fresh: bool
    requested_by: str
    attended: bool = False


@dataclass(frozen=True)
class Follow:
    """Instead of a wish: to hear of the steps of a question that was asked before."""

    work_item: str


@dataclass(frozen=True)
class Asked:
    work_item: str
    how: How


@dataclass(frozen=True)
class Moved:
    """This portal sends to another one, which is asked now."""

    portal: str


@dataclass(frozen=True)
class Trouble:
    """A core error as it is stored with a work item."""

    code: str
    sentence: str
    next_step: NextStep


@dataclass(frozen=True)
class Settled:
    """The question has its answer, or the trouble that stands in for it."""

    work_item: str
    run: str | None
    outcome: str
    answer: dict[str, Any] | None
    as_of: datetime | None
    evidence: list[dict[str, Any]] = field(default_factory=list)
    trouble: Trouble | None = None


async def pull(
    fleet: Fleet, wake: Wake, wish: Wish | Errand
) -> AsyncIterator[Asked | Step | CodeWanted | Moved | Settled]:
    """Ends with Settled, by the portal that has the data: who is sent elsewhere is asked there, once. Raises core
    errors; once Asked was given, the question is kept whatever happens.
    """
    async for event in _pull(fleet, wake, wish):
        following = _elsewhere(fleet, wish, event)
        if following is None or not isinstance(event, Settled):
            yield event
            continue
        try:
            async for later in _pull(fleet, wake, following):
                if isinstance(later, Asked):
                    yield Moved(following.portal)
                yield later
        except FleetError:  # nobody can ask there: whom to ask is the answer
            yield event


def _elsewhere(fleet: Fleet, wish: Wish | Errand, event: object) -> Wish | None:
    answer = event.answer if isinstance(event, Settled) else None
    if isinstance(wish, Errand):
        return None
    portal = answer["portal"] if answer and answer["outcome"] == "ask_elsewhere" else None
    there = elsewhere(fleet, portal, wish.payer)
    return replace(wish, portal=there.portal, payer=there.payer, credential=None) if there else None


async def _taken(fleet: Fleet, wish: Wish | Errand) -> Taken:
    if isinstance(wish, Errand):
        return await errands.set_out(fleet, wish)
    query = capability(wish.capability).ask(wish.keys)
    return await ask(
        fleet,
        Question(
            capability=wish.capability,
            portal=wish.portal,
            payer=wish.payer,
            credential=wish.credential,
            query=query,
            requested_by=wish.requested_by,
            fresh=wish.fresh,
            attended=wish.attended,
        ),
    )


async def _pull(fleet: Fleet, wake: Wake, wish: Wish | Errand) -> AsyncIterator[Asked | Step | CodeWanted | Settled]:
    asked = await _taken(fleet, wish)
    yield Asked(asked.item.id, asked.how)
    if asked.how is not How.ANSWERED:
        async for event in follow(fleet, asked.item.id, begin=lambda: wake([asked.item.credential_id])):
            yield event
    yield await told(fleet, await _look(fleet, asked.item.id), viewer=wish.requested_by)


async def follow(
    fleet: Fleet, item_id: str, *, begin: Callable[[], Awaitable[None]] | None = None
) -> AsyncIterator[Step | CodeWanted]:
    """What happens to a question until it is settled, or its lane rests. `begin` is called once nothing can be missed.
    Steps are heard of in the process whose lane takes them only; elsewhere it just ends in time.
    """
    lane = (await _look(fleet, item_id)).credential_id
    async with fleet.news.following(ITEM + item_id, LANE + lane, CODE) as news:
        if begin is not None:
            await begin()
        told_of = None
        while not settled(item := await _look(fleet, item_id), fleet.clock.now()):
            if await _rest_of(fleet, item):
                return
            code = await _code_wanted(fleet, item)
            if code is not None and code != told_of:
                yield code
            told_of = code
            event = await next_of(news, SAFETY_SECONDS)
            while isinstance(event, Step):
                yield event
                event = await next_of(news, SAFETY_SECONDS)


async def outcome_of(fleet: Fleet, item_id: str, *, viewer: str) -> Settled:
    """Waits for it, whoever works its lane."""
    async for _ in follow(fleet, item_id):
        continue
    return await told(fleet, await _look(fleet, item_id), viewer=viewer)


async def told(fleet: Fleet, item: WorkItem, *, viewer: str) -> Settled:
    """All that is known of a settled question, its answer opened."""
    opened = await open_answer(fleet, item.id, viewer=viewer) if item.outcome else None
    async with fleet.database.read() as session:
        proofs = await runs.evidence_of(session, work_item_id=item.id)
    trouble = await trouble_of(fleet, item)
    return Settled(
        work_item=item.id,
        run=item.run_id,
        outcome=item.outcome or _snake(trouble.code if trouble else item.state.value),
        answer=json.loads(write(opened.answer)) if opened else None,
        as_of=opened.as_of if opened else None,
        evidence=[
            {"id": proof.id, "kind": proof.kind, "media_type": proof.media_type, "page": proof.page} for proof in proofs
        ],
        trouble=trouble,
    )


async def _look(fleet: Fleet, item_id: str) -> WorkItem:
    async with fleet.database.read() as session:
        return await work_items.get(session, item_id)


async def _code_wanted(fleet: Fleet, item: WorkItem) -> CodeWanted | None:
    """Also of a lane that is at another question, and in another process."""
    async with fleet.database.read() as session:
        waiting = await wanted(session, now=fleet.clock.now(), credential_id=item.credential_id)
    return waiting[0] if waiting else None


async def trouble_of(fleet: Fleet, item: WorkItem) -> Trouble | None:
    """Why a question has no answer, or none yet; None while it is simply waiting for its turn."""
    return _trouble_of(item) or await _rest_of(fleet, item)


async def _rest_of(fleet: Fleet, item: WorkItem) -> Trouble | None:
    """What the lane of a queued question rests for: nobody should wait that long."""
    if item.state is not ItemState.QUEUED:
        return None
    async with fleet.database.read() as session:
        lane = await leases.resting(session, item.credential_id, now=fleet.clock.now())
    if lane is None or not (lane.rest_until and lane.rest_code and lane.rest_sentence):
        return None
    step = NextStep(lane.rest_next_step or NextStep.WAIT)
    return Trouble(lane.rest_code, _with_next_try(lane.rest_sentence, lane.rest_until), step)


def settled(item: WorkItem, now: datetime) -> bool:
    """Also when it was put back for later: nobody should wait for a portal that is down."""
    put_back = item.state is ItemState.QUEUED and item.error_code is not None and item.not_before > now
    return put_back or item.state in (ItemState.DONE, ItemState.HELD)


def _trouble_of(item: WorkItem) -> Trouble | None:
    if item.error_code is None:
        return None
    sentence = item.error_sentence or "Something went wrong."
    step = NextStep(item.next_step or NextStep.ASK_DEVELOPER)
    if item.state is ItemState.QUEUED and step is NextStep.RECONCILE:
        sentence = f"{sentence} The next look is at {item.not_before.astimezone():%H:%M:%S}."
    elif item.state is ItemState.QUEUED:
        sentence = _with_next_try(sentence, item.not_before)
    return Trouble(item.error_code, sentence, step)


def _with_next_try(sentence: str, moment: datetime) -> str:
    return f"{sentence} The question is kept and asked again at {moment.astimezone():%H:%M:%S}."


def _snake(code: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", code).lower()
