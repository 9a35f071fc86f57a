"""Codes for programs: a telephone system that receives them, for instance, hands them in by itself."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus

from fastapi import Response
from pydantic import BaseModel, ConfigDict, SecretStr

from console.api_door import EVENTS, ApiCodeGiver, api_room
from console.codes import followed, hand_in, waiting
from console.door import HouseOf
from console.following import Events

router = api_room("/codes", "codes")


class CodeWantedTold(BaseModel):
    run: str
    portal: str
    credential: str
    medium: str
    until: datetime


class Giving(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True, extra="forbid")

    code: SecretStr


@router.get("")
async def wanted(visitor: ApiCodeGiver, house: HouseOf) -> list[CodeWantedTold]:
    """The lanes that wait for a code, the most pressing first."""
    return [CodeWantedTold(**vars(each)) for each in await waiting(house, visitor)]


@router.get("/events", response_class=Response, responses=EVENTS)
async def events(visitor: ApiCodeGiver, house: HouseOf) -> Response:
    """Server-sent events: `codes`, all lanes that wait for one (run, text), whenever that changes."""
    return Events(followed(house, visitor))


@router.post("/{run_id}", status_code=HTTPStatus.NO_CONTENT)
async def give(run_id: str, giving: Giving, visitor: ApiCodeGiver, house: HouseOf) -> None:
    await hand_in(house, visitor, run_id, giving.code.get_secret_value())
