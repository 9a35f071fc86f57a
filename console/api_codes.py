"""Codes for programs: a telephone system that receives them, for instance, hands them in by itself."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, SecretStr

from console.api import NeedsToken, bearer
from console.codes import hand_in, waiting
from console.door import HouseOf
from console.rights import Right
from lanes.people import Visitor

router = APIRouter(prefix="/api/codes", tags=["codes"], dependencies=[Depends(bearer)])
ApiCodeGiver = Annotated[Visitor, Depends(NeedsToken(Right.CODES))]


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


@router.post("/{run_id}", status_code=HTTPStatus.NO_CONTENT)
async def give(run_id: str, giving: Giving, visitor: ApiCodeGiver, house: HouseOf) -> None:
    await hand_in(house, visitor, run_id, giving.code.get_secret_value())
