"""How long patient data is kept: what is held of each class and month, when it goes, and what is on hold."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from console.door import HouseOf, RetentionReader
from console.pages import page
from core.retention import rules
from lanes.keeping.overview import overview

router = APIRouter(include_in_schema=False)


@router.get("/retention")
async def retention_page(request: Request, visitor: RetentionReader, house: HouseOf) -> Response:
    del visitor
    periods, holds = await overview(house.fleet)
    return page(request, "retention.html", rules=rules(), periods=periods, holds=holds)
