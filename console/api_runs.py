"""What the bots did, for programs: runs by any mixture of filters, their steps and evidence, failures by signature."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import Query, Response
from pydantic import BaseModel, ConfigDict, Field

from console import runs as room
from console.api_door import ApiEvidenceReader, ApiRevealer, ApiRunReader, Reason, api_room, file_of
from console.api_questions import ProofTold, QuestionTold, proof_told
from console.choices import LAST_ROW
from console.door import HouseOf
from console.runs import FILTERS, wanted_from
from console.scope import allowed_credentials, credential_in_scope
from store import history, run_pages
from store.history import Failure
from store.runs import Run

router = api_room("", "runs")


class RunsWanted(BaseModel):
    """All of it has to fit; one question of the run has to fit capability, outcome and person."""

    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid")

    portal: str | None = None
    capability: str | None = None
    credential: str | None = Field(default=None, description="The account's id.")
    outcome: str | None = Field(default=None, description="Of an answer, or the code of an error.")
    state: str | None = Field(default=None, description="working, ended, troubled or lost.")
    person: str | None = Field(default=None, description="Who asked.")
    since: str | None = Field(default=None, description="YYYY-MM-DD", json_schema_extra={"format": "date"})
    until: str | None = Field(default=None, description="YYYY-MM-DD, inclusive.", json_schema_extra={"format": "date"})
    before: str | None = Field(default=None, description="`before` of the page before; none for the first page.")
    limit: int = Field(default=50, ge=1, le=200, description="Rows of this page, at most.")

    def asked(self) -> dict[str, str]:
        found = self.model_dump(include=set(FILTERS), exclude_none=True)
        return {name: plain for name, value in found.items() if (plain := value.strip())}


class RunTold(BaseModel):
    id: str
    portal: str
    credential_id: str
    state: str
    started_at: datetime
    ended_at: datetime | None
    logins: int
    answered: int
    failed: int
    put_back: int
    end_code: str | None
    end_sentence: str | None


class RunsTold(BaseModel):
    runs: list[RunTold]
    before: str | None
    """For the next page; none at the end."""


class StepTold(BaseModel):
    seq: int
    work_item: str | None
    kind: str
    page: str
    milliseconds: int
    note: str | None


class RunPart(RunTold):
    """Free of patient data."""

    questions: list[QuestionTold]
    steps: list[StepTold]
    evidence: list[ProofTold]
    after: int | None
    """For the next page; none at the end."""


class FailureTold(BaseModel):
    """Questions that failed in one and the same way."""

    model_config = ConfigDict(from_attributes=True)

    code: str
    portal: str
    capability: str
    page: str | None
    element: str | None
    count: int
    first_at: datetime
    last_at: datetime
    sentence: str
    run_id: str | None
    """The latest of them, to look at."""


class FailuresTold(BaseModel):
    failures: list[FailureTold]
    """The most frequent first."""
    counted_since: datetime | None
    """Only if there were more than can be counted: since when they are."""


@router.get("/runs")
async def runs(visitor: ApiRunReader, house: HouseOf, wanted: Annotated[RunsWanted, Query()]) -> RunsTold:
    """The latest first."""
    async with house.fleet.database.read() as session:
        allowed = await allowed_credentials(session, visitor)
        asked = wanted_from(wanted.asked(), allowed)
        page = await history.page(session, asked, before=wanted.before, limit=wanted.limit)
    return RunsTold(runs=[RunTold(**_run(run)) for run in page.runs], before=page.before)


@router.get("/runs/{run_id}")
async def run(
    run_id: str, visitor: ApiRunReader, house: HouseOf, after: Annotated[int, Query(ge=0, le=LAST_ROW)] = 0
) -> RunPart:
    """With its questions, every step and the evidence that it left; of a long run a page of whole questions."""
    async with house.fleet.database.read() as session:
        view = await run_pages.page(session, run_id, after=after)
        await credential_in_scope(session, visitor, view.run.credential_id)
    steps = [
        StepTold(
            seq=step.seq,
            work_item=step.work_item_id,
            kind=step.kind,
            page=step.page,
            milliseconds=step.milliseconds,
            note=step.note,
        )
        for step in view.steps
    ]
    return RunPart(
        **_run(view.run),
        questions=[QuestionTold.of(each) for each in view.items],
        steps=steps,
        evidence=[proof_told(each) for each in view.evidence],
        after=view.after,
    )


@router.get("/failures")
async def failures(
    visitor: ApiRunReader, house: HouseOf, days: Annotated[int, Query(ge=1, le=365)] = 7
) -> FailuresTold:
    """Of the last days, by portal, capability, error, page and element."""
    found, since = await room.failures_of(house, visitor, days)
    return FailuresTold(failures=[_failure(each) for each in found], counted_since=since)


@router.get(
    "/evidence/{evidence_id}/picture",
    response_class=Response,
    responses=file_of("image/png", "image/jpeg", told="A masked screenshot."),
)
async def picture(evidence_id: str, visitor: ApiEvidenceReader, house: HouseOf) -> Response:
    """The look goes into the audit trail: a mask can have a hole."""
    return await room.picture_of(house, visitor, evidence_id)


@router.post(
    "/evidence/{evidence_id}/reveal",
    response_class=Response,
    responses=file_of("application/octet-stream", told="What the portal showed, unmasked."),
)
async def reveal(evidence_id: str, said: Reason, visitor: ApiRevealer, house: HouseOf) -> Response:
    """Any piece of evidence, unmasked. The reason goes into the audit trail."""
    return await room.revealed(house, visitor, evidence_id, said.reason)


def _run(run: Run) -> dict[str, Any]:
    return {name: getattr(run, name) for name in RunTold.model_fields} | {"state": run.state.value}


def _failure(each: Failure) -> FailureTold:
    return FailureTold.model_validate(each)
