"""What is filled in and sent to UCare by a form: its draft, its files, and the last click."""

import asyncio
import time
from collections.abc import AsyncIterator, Mapping
from typing import Generic, TypeVar

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import Response

from simulator.handing_in import hand_in
from simulator.portals.ucare.gate import PORTAL, Gate
from simulator.sessions import Session
from simulator.submissions import Counter, Draft, Duplicate, FileRules, Sent

M = TypeVar("M")
S = TypeVar("S", bound=Sent)
_CHUNK = 1 << 20


class Drafts(Generic[M, S]):
    """`breaches`: how it goes on after the name of a file that breaks one of the rules."""

    def __init__(self, gate: Gate, counter: Counter[M, S], rules: FileRules, breaches: Mapping[str, str]) -> None:
        self._gate = gate
        self._counter = counter
        self._rules = rules
        self._breaches = breaches

    def begin(self, session: Session, matter: M) -> Draft[M]:
        return self._counter.begin(PORTAL, session.username, matter)

    def of(self, form: FormData, session: Session) -> Draft[M] | None:
        known = self._counter.draft(PORTAL, str(form.get("draft", "")))
        return known if known is not None and form.get("token") == session.xsrf else None

    async def attach(self, draft: Draft[M], form: FormData) -> str | None:
        """What is wrong with one of the files, if anything is."""
        draft.uploads.clear()
        for file in form.getlist("files"):
            if not isinstance(file, UploadFile) or not file.filename:
                continue
            if breach := self._rules.breach(file.filename, file.size or 0, draft.files):
                return f"The file {file.filename} {self._breaches[breach]}."
            await self._counter.upload(draft, file.filename, _chunks(file))
        return None

    async def looked_through(self, draft: Draft[M]) -> None:
        """The files, while the browser waits."""
        await asyncio.sleep(max((each.ready_at - time.monotonic() for each in draft.uploads.values()), default=0))

    async def hand_in(self, request: Request, session: Session, draft: Draft[M]) -> S | Duplicate[S] | Response:
        return await hand_in(
            self._gate,
            session,
            self._counter,
            draft,
            broken=lambda: self._gate.notice("error", 500),
            ended=lambda: self._gate.shown_out(request, session),
        )


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
