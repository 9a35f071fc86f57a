"""The same for programs: JSON over HTTP with a bearer token, which acts with its person's roles and tax IDs."""

from __future__ import annotations

import json
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, Field

from console.asking import permitted, put
from console.door import HouseOf, Needs, house_of
from console.inventory import accounts
from console.rights import Right
from console.runs import FILTERS, wanted_from
from console.scope import allowed_credentials, credential_in_scope, item_in_scope
from core.capabilities.catalog import write
from core.phi import Secret
from lanes.people import Visitor, visitor_of_token
from lanes.questions.pull import trouble_of
from lanes.views import open_answer, run_view
from store import history
from store.runs import Run
from store.work_items import WorkItem


class NeedsToken(Needs):
    """A cookie counts for nothing here, so that no page can make a browser ask in somebody's name."""

    async def caller(self, request: Request) -> Visitor | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        return await visitor_of_token(house_of(request).fleet, Secret(token)) if kind.lower() == "bearer" else None

    async def check_form(self, request: Request, visitor: Visitor) -> None:
        """A token is not sent by itself, as cookies are."""

    async def look_round(self, request: Request, visitor: Visitor) -> None:
        """A program sees no page."""


bearer = HTTPBearer(auto_error=False, description="A token from “Your account” in the console.")
router = APIRouter(prefix="/api", tags=["fleet"], dependencies=[Depends(bearer)])
ApiAsker = Annotated[Visitor, Depends(NeedsToken(Right.ASK))]
ApiRunReader = Annotated[Visitor, Depends(NeedsToken(Right.RUNS))]


class Asking(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid")

    capability: str = Field(examples=["eligibility"])
    portal: str = Field(examples=["availity"])
    payer: str | None = Field(default=None, examples=["AETNA"])
    keys: dict[str, str] = Field(examples=[{"member_id": "W123456789", "birth_date": "1980-02-03"}])
    fresh: bool = False
    """Ask the portal even if a recent answer is stored."""


class Told(BaseModel):
    """A question and what came of it. `answer` is as `fleet pull --json` prints it."""

    work_item: str
    capability: str
    portal: str
    state: str
    outcome: str | None
    as_of: datetime | None = None
    answer: dict[str, Any] | None = None
    run: str | None
    trouble: dict[str, str] | None = None


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


class RunStepsTold(RunTold):
    steps: list[StepTold]


class AccountTold(BaseModel):
    portal: str
    name: str
    state: str
    last_login_at: datetime | None
    log_in_before: datetime | None
    waiting: int
    stop_sentence: str | None


@router.post("/questions", status_code=HTTPStatus.ACCEPTED)
async def ask(asking: Asking, visitor: ApiAsker, house: HouseOf) -> Told:
    """Ask. The answer is fetched with the id; an equal question that is fresh or waiting is not asked twice."""
    wanted = permitted(visitor, asking.capability)
    counterpart = f"{asking.portal}|{asking.payer or ''}"
    form = {**asking.keys, "counterpart": counterpart, "fresh": "true" if asking.fresh else ""}
    wanted.ask(asking.keys)  # unknown keys are told, where a form has none
    return _told(await put(house, visitor, wanted, form))


@router.get("/questions/{item_id}")
async def answer(item_id: str, visitor: ApiAsker, house: HouseOf) -> Told:
    """How it stands, and the answer if it is there. The look goes into the audit trail."""
    async with house.fleet.database.read() as session:
        item, _ = await item_in_scope(session, visitor, item_id)
    permitted(visitor, item.capability)
    opened = await open_answer(house.fleet, item_id, viewer=visitor.name) if item.outcome else None
    told = _told(item)
    if opened is not None:
        told.answer, told.as_of = json.loads(write(opened.answer)), opened.as_of
    if (trouble := await trouble_of(house.fleet, item)) is not None:
        told.trouble = {"code": trouble.code, "sentence": trouble.sentence, "next_step": trouble.next_step.value}
    return told


@router.get("/runs")
async def runs(
    request: Request,
    visitor: ApiRunReader,
    house: HouseOf,
    before: str | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> RunsTold:
    """The latest first. Filters: portal, capability, credential, outcome, state, person, since, until (YYYY-MM-DD)."""
    asked = {name: value for name in FILTERS if (value := request.query_params.get(name, "").strip())}
    async with house.fleet.database.read() as session:
        allowed = await allowed_credentials(session, visitor)
        page = await history.page(session, wanted_from(asked, allowed), before=before, limit=limit)
    return RunsTold(runs=[RunTold(**_run(run)) for run in page.runs], before=page.before)


@router.get("/runs/{run_id}")
async def run(run_id: str, visitor: ApiRunReader, house: HouseOf) -> RunStepsTold:
    view = await run_view(house.fleet.database, run_id)
    async with house.fleet.database.read() as session:
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
    return RunStepsTold(**_run(view.run), steps=steps)


@router.get("/accounts")
async def account_list(visitor: ApiRunReader, house: HouseOf) -> list[AccountTold]:
    async with house.fleet.database.read() as session:
        found = await accounts(session, house.fleet, await allowed_credentials(session, visitor))
    return [
        AccountTold(
            portal=each.credential.portal,
            name=each.credential.name,
            state=each.credential.state.value,
            last_login_at=each.credential.last_login_at,
            log_in_before=each.deadline,
            waiting=each.waiting,
            stop_sentence=each.credential.stop_sentence,
        )
        for each in found
    ]


def _told(item: WorkItem) -> Told:
    return Told(
        work_item=item.id,
        capability=item.capability,
        portal=item.portal,
        state=item.state.value,
        outcome=item.outcome,
        run=item.run_id,
    )


def _run(run: Run) -> dict[str, Any]:
    return {name: getattr(run, name) for name in RunTold.model_fields} | {"state": run.state.value}
