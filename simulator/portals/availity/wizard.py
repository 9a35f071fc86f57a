"""What is sent to payers in steps that the server hears of: a draft, its files one by one, and the last click."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.gate import Handler
from simulator.handing_in import ended_at, hand_in
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import View
from simulator.sessions import Session
from simulator.submissions import Counter, Draft, Duplicate, FileRules, Sent

M = TypeVar("M")
S = TypeVar("S", bound=Sent)


class Wizard(ABC, Generic[M, S]):
    path: ClassVar[str]
    rules: ClassVar[FileRules]
    breaches: ClassVar[Mapping[str, str]]

    def __init__(self, gate: Gate, inquiries: Inquiries, counter: Counter[M, S]) -> None:
        self._gate = gate
        self._inquiries = inquiries
        self._counter = counter

    def routes(self) -> list[Route]:
        one, drafted = self.path + "/{id}", self._drafted
        return [
            Route(f"{one}/answers", drafted(self.answer), methods=["POST"]),
            Route(f"{one}/documents", drafted(self.upload), methods=["POST"]),
            Route(f"{one}/documents", drafted(self.documents), methods=["GET"]),
            Route(one + "/documents/{document}", drafted(self.remove), methods=["DELETE"]),
            Route(f"{one}/submission", drafted(self.submit), methods=["POST"]),
        ]

    def _drafted(self, handler: Callable[[Request, Session, Draft[M]], Awaitable[Response]]) -> Handler:
        async def found(request: Request, session: Session) -> Response:
            draft = self._counter.draft(PORTAL, request.path_params["id"])
            if draft is None:
                return JSONResponse({"reason": "no such request"}, 404)
            return await handler(request, session, draft)

        return self._gate.api(found)

    @abstractmethod
    def answered(self, draft: Draft[M], form: Mapping[str, str]) -> str | None:
        """Takes what a step asked for, or says what is wrong with it."""

    @abstractmethod
    def already(self, draft: Draft[M], earlier: S) -> str: ...

    @abstractmethod
    def receipt(self, draft: Draft[M], sent: S) -> View: ...

    async def answer(self, request: Request, session: Session, draft: Draft[M]) -> Response:
        form = await request.json()
        step = form.pop("step", "")
        if step in {"details", "upload", "review"} and ended_at(self._gate, session, step):
            return self._gate.turned_away(session)
        if form and (wrong := self.answered(draft, form)):
            return JSONResponse({"message": wrong}, 422)
        return JSONResponse({"step": step})

    async def upload(self, request: Request, _session: Session, draft: Draft[M]) -> Response:
        """The bytes alone; the name comes in a header."""
        name = unquote(request.headers.get("x-document-name", ""))
        made = await self._counter.upload(draft, name, request.stream())
        others = [each for each in draft.files if each is not made.file]
        if breach := self.rules.breach(name, made.file.size, others):
            del draft.uploads[made.id]
            return JSONResponse({"message": self.breaches[breach]}, 422)
        return JSONResponse({"id": made.id}, 201)

    async def documents(self, _request: Request, _session: Session, draft: Draft[M]) -> Response:
        return JSONResponse(uploads(draft))

    async def remove(self, request: Request, _session: Session, draft: Draft[M]) -> Response:
        draft.uploads.pop(request.path_params["document"], None)
        return JSONResponse(uploads(draft))

    async def submit(self, _request: Request, session: Session, draft: Draft[M]) -> Response:
        if not draft.complete:
            return JSONResponse({"reason": "incomplete"}, 400)
        found = await hand_in(
            self._gate,
            session,
            self._counter,
            draft,
            broken=lambda: JSONResponse({"reason": "error"}, 500),
            ended=lambda: self._gate.turned_away(session),
        )
        if isinstance(found, Response):
            return found
        if isinstance(found, Duplicate):
            return JSONResponse({"message": self.already(draft, found.of)}, 409)
        return JSONResponse(self.receipt(draft, found), 201)


def uploads(draft: Draft[M]) -> list[dict[str, Any]]:
    return [
        {"id": each.id, "name": each.file.name, "size": each.file.size, "ready": each.ready}
        for each in draft.uploads.values()
    ]
