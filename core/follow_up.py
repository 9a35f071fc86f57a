"""What has to be done about something that was sent, and by when: from how far the payer is with it and its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from core.capabilities.submissions import Standing
from core.manifest import FollowUp, Manifest


class Todo(StrEnum):
    ANSWER = "answer"
    """The payer waits for the practice."""
    CHASE = "chase"
    """Ask the payer: it has not decided in its time, or its portal does not show it."""
    OBJECT = "object"
    """Against its decision."""


@dataclass(frozen=True)
class WhatNext:
    todo: Todo
    sentence: str
    by: date | None
    """The last day to object; the first day to chase. None where the rules or the portal do not tell."""
    days_left: int | None
    """Until then; negative when it is over."""


@dataclass(frozen=True)
class Sent:
    """What was sent, and how it stands."""

    kind: str
    payer: str | None
    on: date
    standing: Standing
    missing: bool = False
    """The portal's worklist does not show it, though it should by now."""
    objected: bool = False
    """What comes next was handed in already."""


def what_next(manifest: Manifest, sent: Sent, *, today: date) -> WhatNext | None:
    """None when there is nothing to do, as far as the rules of the manifest go."""
    rule = manifest.takes(sent.kind, sent.payer)
    follow_up = rule.follow_up if rule else None
    if sent.standing.decided:
        return _objection(manifest, sent, follow_up, today) if follow_up and sent.standing.against else None
    if sent.missing:
        return WhatNext(Todo.CHASE, "The portal does not show it any more: ask the payer.", None, None)
    if sent.standing.wants_answer:
        return WhatNext(Todo.ANSWER, "The payer waits for an answer: see the portal.", None, None)
    return _chase(sent, follow_up, today) if follow_up else None


def _chase(sent: Sent, follow_up: FollowUp, today: date) -> WhatNext | None:
    if follow_up.answer_days is None:
        return None
    by = sent.on + timedelta(days=follow_up.answer_days)
    told = f"If it is not {follow_up.until} by {by}, ask the payer"
    if by < today:
        told = f"It should have been {follow_up.until} by {by}: ask the payer"
    return WhatNext(Todo.CHASE, f"{told} ({follow_up.source}).", by, (by - today).days)


def _objection(manifest: Manifest, sent: Sent, follow_up: FollowUp, today: date) -> WhatNext | None:
    kind, on = follow_up.next_kind, sent.standing.decided_on
    if sent.objected or kind in (None, sent.kind):
        return None
    rule, verdict = manifest.takes(str(kind), sent.payer), follow_up.verdict
    if on is None:
        ends = " Its letter says until when." if rule or follow_up.next_days else ""
        return WhatNext(Todo.OBJECT, f"{verdict}: {kind} next.{ends}", None, None)
    last, source = None, follow_up.source
    if rule is not None:
        last, source = rule.file_by(on), rule.filing_source or source
    elif follow_up.next_days is not None:
        last = on + timedelta(days=follow_up.next_days)
    if last is None:
        return WhatNext(Todo.OBJECT, f"{verdict} on {on}: {kind} next.", None, None)
    left = (last - today).days
    told = f"{verdict} on {on}: {kind} by {last}, {left} days left ({source})."
    if left < 0:
        told = f"{verdict} on {on}; the time for the next step ({kind}) ended on {last} ({source})."
    return WhatNext(Todo.OBJECT, told, last, left)
