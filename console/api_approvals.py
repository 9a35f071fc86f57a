"""The rules of a person's yes, for programs."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field

from console.api_door import ApiRuleKeeper, api_room
from console.approvals import changed, rules
from console.door import HouseOf

router = api_room("/approvals", "submissions")


class ApprovalRuleTold(BaseModel):
    portal: str | None
    """None: all of them."""
    kind: str | None
    """None: all of them."""
    set_by: str | None
    """None: the portal's manifest asks for it."""
    set_at: datetime | None
    reason: str | None


class Ruling(BaseModel):
    portal: str | None = None
    kind: str | None = None
    required: bool
    """False lifts a rule of this portal and kind that was set before."""
    reason: str = Field(max_length=300)


class Ruled(BaseModel):
    waiting: list[str]
    """Ids of what was handed in already and waits for a yes from now on."""


@router.get("")
async def listed(visitor: ApiRuleKeeper, house: HouseOf) -> list[ApprovalRuleTold]:
    """Where a person says yes before anything is sent."""
    del visitor
    return [ApprovalRuleTold(**vars(each)) for each in await rules(house)]


@router.post("")
async def rule(ruling: Ruling, visitor: ApiRuleKeeper, house: HouseOf) -> Ruled:
    """Sets or lifts one. Goes into the audit trail."""
    told = await changed(house, visitor, **ruling.model_dump())
    return Ruled(waiting=[*told])
