"""The first page of everybody who is signed in."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from console.door import AnyVisitor
from console.pages import page

router = APIRouter(include_in_schema=False)


@router.get("/")
async def overview(request: Request, visitor: AnyVisitor) -> Response:
    return page(request, "overview.html", roles=sorted(visitor.roles))
