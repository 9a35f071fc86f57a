"""What is sent to the payer in steps: a draft, its files one at a time, a look at all of it, and the last click."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, ClassVar, Generic, TypeVar

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.gate import Handler
from simulator.handing_in import ended_at, hand_in
from simulator.portals.uhc.gate import PORTAL, Gate
from simulator.portals.uhc.payer import Payer, View
from simulator.sessions import Session
from simulator.submissions import MB, Counter, Draft, Duplicate, FileRules, Sent

M = TypeVar("M")
S = TypeVar("S", bound=Sent)
RULES = FileRules(("pdf", "tif", "tiff", "jpg", "jpeg", "png", "doc", "docx", "xls"), most=10, largest=25 * MB)
_BREACHES = {
    "type": "Choose a file of one of these types: pdf, tif, jpg, png, doc, docx, xls.",
    "large": "Choose a file of at most 25 MB.",
    "many": "You can attach up to 10 files.",
}
_CHUNK = 1 << 20


class Wizard(ABC, Generic[M, S]):
    path: ClassVar[str]

    def __init__(self, gate: Gate, counter: Counter[M, S]) -> None:
        self._gate = gate
        self._payer = Payer(gate)
        self._counter = counter

    def routes(self) -> list[Route]:
        one, drafted = f"{self.path}/{{id}}", self._drafted
        return [
            Route(self.path, self._gate.api(self.begin), methods=["POST"]),
            Route(one, drafted(self.show)),
            Route(f"{one}/files", drafted(self.attach), methods=["POST"]),
            Route(f"{one}/files", drafted(self.files), methods=["GET"]),
            Route(f"{one}/review", drafted(self.review), methods=["POST"]),
            Route(f"{one}/submit", drafted(self.submit), methods=["POST"]),
        ]

    def _drafted(self, handler: Callable[[Request, Session, Draft[M]], Awaitable[Response]]) -> Handler:
        async def found(request: Request, session: Session) -> Response:
            draft = self._counter.draft(PORTAL, request.path_params["id"])
            if draft is None:
                return JSONResponse({"reason": "no such request"}, 404)
            return await handler(request, session, draft)

        return self._gate.api(found)

    @abstractmethod
    async def begin(self, request: Request, session: Session) -> Response: ...

    @abstractmethod
    def shown(self, draft: Draft[M]) -> View:
        """What the form says of it."""

    @abstractmethod
    def answered(self, draft: Draft[M], form: Mapping[str, Any]) -> str | None:
        """Takes the answers, or says what is wrong with them."""

    @abstractmethod
    def already(self, draft: Draft[M], earlier: S) -> str: ...

    @abstractmethod
    def receipt(self, draft: Draft[M], sent: S) -> Mapping[str, str]: ...

    async def show(self, _request: Request, _session: Session, draft: Draft[M]) -> Response:
        return await self._payer.answered(self.shown(draft))

    async def attach(self, request: Request, session: Session, draft: Draft[M]) -> Response:
        """One file at a time, as a form with parts."""
        if ended_at(self._gate, session, "upload"):
            return self._gate.turned_away(session)
        async with request.form() as form:
            file = form.get("file")
            if not isinstance(file, UploadFile):
                return JSONResponse({"reason": "file"}, 400)
            if breach := RULES.breach(file.filename or "", file.size or 0, draft.files):
                return JSONResponse({"outcome": "refused", "message": _BREACHES[breach]})
            await self._counter.upload(draft, file.filename or "", _chunks(file))
        return await self.files(request, session, draft)

    async def files(self, _request: Request, _session: Session, draft: Draft[M]) -> Response:
        listed = [{"name": each.file.name, "ready": each.ready} for each in draft.uploads.values()]
        return JSONResponse({"files": listed})

    async def review(self, request: Request, session: Session, draft: Draft[M]) -> Response:
        if ended_at(self._gate, session, "review"):
            return self._gate.turned_away(session)
        if said := self.answered(draft, await request.json()):
            return JSONResponse({"outcome": "refused", "message": said})
        return JSONResponse({"outcome": "review", "ready": draft.complete})

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
            return JSONResponse({"outcome": "refused", "message": self.already(draft, found.of)})
        return self._payer.printed({"outcome": "received", "facts": dict(self.receipt(draft, found))})


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
