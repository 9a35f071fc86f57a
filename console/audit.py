"""The audit trail: who did what to which id, and whether the chain holds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from console.choices import row_number
from console.door import AuditReader, House, HouseOf
from console.pages import page
from store import audit, history
from store.audit import Verdict
from store.history import AuditPage

router = APIRouter(include_in_schema=False)
KINDS = ("phi.", "phi.view", "phi.export", "phi.reveal", "retention.", "person.", "credential.", "item.", "quarantine.")
PAGE = 100


@router.get("/audit")
async def audit_page(request: Request, visitor: AuditReader, house: HouseOf) -> Response:
    del visitor
    names = ("action", "actor", "subject")
    asked = {name: value for name in names if (value := request.query_params.get(name, "").strip())}
    found, head = await read(house, asked, before=row_number(request.query_params, "before"), limit=PAGE)
    return page(
        request,
        "audit.html",
        events=[(event, json.loads(event.detail)) for event in found.events],
        asked=asked,
        kinds=KINDS,
        head=head,
        older=f"?{urlencode(asked | {'before': found.before})}" if found.before else None,
    )


@router.get("/audit/verify")
async def verify_page(request: Request, visitor: AuditReader, house: HouseOf) -> Response:
    del visitor
    verdict, head = await verified(house)
    return page(request, "audit_verify.html", verdict=verdict, head=head)


# -- the same for pages and programs


async def read(
    house: House, asked: Mapping[str, str], *, before: int | None, limit: int
) -> tuple[AuditPage, tuple[int, str]]:
    """`asked`: action, actor, subject. With the head of the trail."""
    async with house.fleet.database.read() as session:
        found = await history.audit_page(session, **asked, before=before, limit=limit)
        return found, await audit.head(session)


async def verified(house: House) -> tuple[Verdict, tuple[int, str]]:
    """With the head of the trail."""
    async with house.fleet.database.read() as session:
        return await audit.verify(session), await audit.head(session)
