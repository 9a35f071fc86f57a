"""Questions for programs: asked, followed, read, compared, revealed with a reason."""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from fastapi import Response
from pydantic import BaseModel, ConfigDict, Field

from console import answers as room
from console.answers import Seen
from console.api_door import EVENTS, ApiAsker, ApiRevealer, Before, Reason, api_room, file_of
from console.asking import permitted, put
from console.door import HouseOf
from console.following import Events
from console.pages import as_download
from core.capabilities.catalog import write
from core.errors import NextStep
from store import work_items
from store.runs import Evidence
from store.work_items import WorkItem

router = api_room("/questions", "questions")


class Asking(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid")

    capability: str = Field(examples=["eligibility"])
    portal: str = Field(examples=["availity"])
    payer: str | None = Field(default=None, examples=["AETNA"])
    keys: dict[str, str] = Field(examples=[{"member_id": "W123456789", "birth_date": "1980-02-03"}])
    credential: str | None = None
    """The account that asks; when it is left out, one of the person's tax IDs."""
    fresh: bool = False
    """Ask the portal even if a recent answer is stored."""


class QuestionTold(BaseModel):
    work_item: str
    capability: str
    portal: str
    payer: str | None
    state: str
    outcome: str | None
    requested_by: str
    created_at: datetime
    run: str | None

    @classmethod
    def of(cls, item: WorkItem) -> QuestionTold:
        return cls(**_own(item))


class AskedTold(QuestionTold):
    """With what was asked, in clear."""

    keys: dict[str, Any]


class QuestionsTold(BaseModel):
    questions: list[AskedTold]
    before: str | None
    """For the next page; none at the end."""


class TroubleTold(BaseModel):
    code: str
    sentence: str
    next_step: NextStep


class ProofTold(BaseModel):
    """A piece of evidence. What is masked in it: `kind` is `screenshot`."""

    id: str
    kind: str
    media_type: str
    page: str
    work_item: str | None
    sha256: str
    created_at: datetime
    shredded_at: datetime | None


class PullTold(BaseModel):
    work_item: str
    outcome: str | None
    answered_at: datetime | None


class WholeQuestion(AskedTold):
    """A question and what came of it. `answer` is as `fleet pull --json` prints it."""

    as_of: datetime | None
    answer: dict[str, Any] | None
    trouble: TroubleTold | None
    evidence: list[ProofTold]
    other_pulls: list[PullTold]
    """The other times that this very question was answered, the latest first: to be compared."""

    @classmethod
    def seen(cls, shown: Seen) -> WholeQuestion:
        return cls(
            **_own(shown.item),
            keys=shown.query,
            as_of=shown.opened.as_of if shown.opened else None,
            answer=json.loads(write(shown.opened.answer)) if shown.opened else None,
            trouble=TroubleTold(**vars(shown.trouble)) if shown.trouble else None,
            evidence=[proof_told(each) for each in shown.proofs],
            other_pulls=[
                PullTold(work_item=each.id, outcome=each.outcome, answered_at=each.finished_at) for each in shown.pulls
            ],
        )


class DifferenceTold(BaseModel):
    where: str
    older: str | None
    newer: str | None


class ComparedTold(BaseModel):
    older_as_of: datetime
    newer_as_of: datetime
    differences: list[DifferenceTold]


@router.get("")
async def listed(visitor: ApiAsker, house: HouseOf, before: Before = None) -> QuestionsTold:
    """What the token's person has asked one by one, the latest first; sheets have a list of their own. The look goes
    into the audit trail.
    """
    found = await room.own_questions(house, visitor, before=before)
    return QuestionsTold(
        questions=[AskedTold(**_own(item), keys=query) for item, query in found],
        before=found[-1][0].id if len(found) == work_items.PAGE else None,
    )


@router.post("", status_code=HTTPStatus.ACCEPTED)
async def ask(asking: Asking, visitor: ApiAsker, house: HouseOf) -> QuestionTold:
    """Ask. The answer is fetched with the id; an equal question that is fresh or waiting is not asked twice."""
    wanted = permitted(visitor, asking.capability)
    counterpart = f"{asking.portal}|{asking.payer or ''}"
    form = {**asking.keys, "counterpart": counterpart, "fresh": "true" if asking.fresh else ""}
    form["credential"] = asking.credential or ""
    wanted.ask(asking.keys)  # unknown keys are told, where a form has none
    return QuestionTold.of(await put(house, visitor, wanted, form))


@router.get("/{item_id}")
async def one(item_id: str, visitor: ApiAsker, house: HouseOf) -> WholeQuestion:
    """How it stands, and the answer if it is there. The look goes into the audit trail."""
    return WholeQuestion.seen(await room.seen(house, visitor, *await room.own(house, visitor, item_id)))


@router.get("/{item_id}/events", response_class=Response, responses=EVENTS)
async def events(item_id: str, visitor: ApiAsker, house: HouseOf) -> Response:
    """Server-sent events: a `step` for each page of the portal (kind, page, milliseconds, note); meanwhile
    `waits` (sentence, moves) when what it waits for changes; at last `settled`.
    """
    await room.own(house, visitor, item_id)
    return Events(room.followed(house, item_id))


@router.post("/{item_id}/again", status_code=HTTPStatus.ACCEPTED)
async def again(item_id: str, visitor: ApiAsker, house: HouseOf) -> QuestionTold:
    """The same question, asked of the portal now: a question of its own."""
    return QuestionTold.of(await room.asked_again(house, visitor, item_id))


@router.get("/{item_id}/compare/{other_id}")
async def compare(item_id: str, other_id: str, visitor: ApiAsker, house: HouseOf) -> ComparedTold:
    """Two answers to one question. The looks go into the audit trail."""
    found = await room.compared(house, visitor, item_id, other_id)
    return ComparedTold(
        older_as_of=found.older.as_of,
        newer_as_of=found.newer.as_of,
        differences=[DifferenceTold(**vars(each)) for each in found.differences],
    )


@router.get(
    "/{item_id}/files/{evidence_id}",
    response_class=Response,
    responses=file_of("application/octet-stream", told="What the portal gave: a document, an attachment, an 835."),
)
async def file(item_id: str, evidence_id: str, visitor: ApiAsker, house: HouseOf) -> Response:
    """One of the answer's files: a piece of its evidence of the kind `download`. Goes into the audit trail as an
    export.
    """
    return as_download(await room.file_of(house, visitor, item_id, evidence_id), "file")


@router.post("/{item_id}/reveal")
async def reveal(item_id: str, said: Reason, visitor: ApiRevealer, house: HouseOf) -> WholeQuestion:
    """For somebody who did not ask. The reason goes into the audit trail."""
    return WholeQuestion.seen(await room.revealed(house, visitor, item_id, said.reason))


def proof_told(piece: Evidence) -> ProofTold:
    known = {name: getattr(piece, name) for name in ProofTold.model_fields if name != "work_item"}
    return ProofTold(**known, work_item=piece.work_item_id)


def _own(item: WorkItem) -> dict[str, Any]:
    told = {name: getattr(item, name) for name in ("capability", "portal", "payer", "outcome", "requested_by")}
    return told | {"work_item": item.id, "state": item.state.value, "created_at": item.created_at, "run": item.run_id}
