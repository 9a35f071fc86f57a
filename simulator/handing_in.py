"""The last click of whoever sends something, and all that may befall it on the way there and back."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from simulator.dials import Step, SubmitFault
from simulator.gate import Gate
from simulator.sessions import Ended, Session
from simulator.submissions import CUT_SECONDS, Counter, Draft, Duplicate, Sent

M = TypeVar("M")
S = TypeVar("S", bound=Sent)


class HungUp(Response):
    """No answer at all: the connection is gone."""

    async def __call__(self, scope: Scope, _receive: Receive, _send: Send) -> None:
        await scope["hang_up"]()


def ended_at(gate: Gate, session: Session, step: Step) -> bool:
    """Whether the session just died on the way to this step."""
    if gate.dials.drop_session_at != step:
        return False
    gate.dials.drop_session_at = None
    gate.sessions.end(session, Ended.DROPPED, "sessions_dropped")
    return True


async def hand_in(
    gate: Gate,
    session: Session,
    counter: Counter[M, S],
    draft: Draft[M],
    *,
    broken: Callable[[], Response],
    ended: Callable[[], Response],
) -> S | Duplicate[S] | Response:
    """A response is what comes instead of an answer: the portal's own for a server error, or for a dead session."""
    if time.monotonic() < draft.cut_until:
        return HungUp()
    if ended_at(gate, session, "submit"):
        return ended()
    await asyncio.sleep(gate.payer_seconds())
    fault = counter.fault(gate.portal)
    if fault:
        gate.record(session, "fault", fault.value, count="faults")
    before = fault in {SubmitFault.ERROR_BEFORE, SubmitFault.LOST_BEFORE}
    found = None if before else counter.accept(draft)
    match fault:
        case SubmitFault.LOST_BEFORE | SubmitFault.LOST_AFTER:
            draft.cut_until = time.monotonic() + CUT_SECONDS
            return HungUp()
        case SubmitFault.ENDED_AFTER:
            gate.sessions.end(session, Ended.DROPPED, "sessions_dropped")
            return ended()
    return broken() if fault or found is None else found
