"""File exchange: a file of claims is verified, then transmitted; a history shows it after a while, with its answers."""

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.acknowledgements import claims, syntax
from simulator.claim_file_truth import STAGES
from simulator.claim_files import Batch, ClaimFile, NoClaims, read
from simulator.handing_in import ended_at, hand_in
from simulator.labels import us_date
from simulator.portals.medicaid_forms.files import file_response
from simulator.portals.medicaid_forms.gate import PAYER, PORTAL, Gate
from simulator.portals.medicaid_forms.lookups import Lookup
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate

ROLE = "claim_files"
DOWN = "The file transfer history cannot be shown at this time. Try again later."
LARGEST = 20 * MB


class FileExchange:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._clearing = gate.house.clearing
        self._history = Lookup(
            gate,
            ROLE,
            template="file_history.html",
            field="txtControl",
            grid="grdFiles",
            link="lnkAnswer",
            down=DOWN,
            listed=lambda: self._clearing.listed(PAYER),
            number_of=lambda file: file.batch.control_number,
            row=self._row,
            paper=self._answer,
        )

    def routes(self) -> list[Route]:
        page = self._gate.web_page
        return [
            Route("/Files/Upload.aspx", page(self.upload), methods=["GET", "POST"]),
            Route("/Files/History.aspx", page(self._history.page), methods=["GET", "POST"]),
        ]

    async def upload(self, request: Request, session: Session) -> Response:
        if ROLE not in session.account.spec.roles:
            return self._gate.form("no_access.html", request, session, events=[])
        if request.method == "GET":
            return self._blank(request, session, "")
        event, _ = await self._gate.sent_back(request, session)
        if event.control == "btnVerify":
            if ended_at(self._gate, session, "upload"):
                return self._gate.shown_out(request, session)
            return await self._verified(request, session)
        draft = self._clearing.draft(PORTAL, event.kept["draft"])
        if draft is None or event.control == "btnCancel":
            return self._blank(request, session, "")
        return await self._transmitted(request, session, draft)

    async def _transmitted(self, request: Request, session: Session, draft: Draft[Batch]) -> Response:
        found = await hand_in(
            self._gate,
            session,
            self._clearing,
            draft,
            broken=lambda: self._gate.notice("transaction", 500),
            ended=lambda: self._gate.shown_out(request, session),
        )
        if isinstance(found, Response):
            return found
        if isinstance(found, Duplicate):
            known, day = found.of, us_date(found.of.at.date())
            error = (
                f"Interchange {known.batch.control_number} was received on {day} under {known.number}. "
                "A second one is not accepted."
            )
            return self._last(request, session, draft, error)
        return self._gate.form(
            "file_received.html", request, session, events=[], file=found, day=us_date(found.at.date())
        )

    def _blank(self, request: Request, session: Session, error: str) -> Response:
        return self._gate.form("file_upload.html", request, session, events=["btnVerify"], error=error)

    async def _verified(self, request: Request, session: Session) -> Response:
        file = (await request.form()).get("ctl00$cph$fuFile")
        if not isinstance(file, UploadFile) or not file.filename:
            return self._blank(request, session, "Choose a file first.")
        data = await file.read()
        if len(data) > LARGEST:
            return self._blank(request, session, "The file must not exceed 20 MB.")
        try:
            batch = read(PAYER, data, self._clearing.members(PAYER))
        except NoClaims as error:
            return self._blank(request, session, str(error))
        draft = self._clearing.begin(PORTAL, session.username, batch)
        made = await self._clearing.upload(draft, file.filename, _chunks(data))
        await asyncio.sleep(max(0.0, made.ready_at - time.monotonic()))
        return self._last(request, session, draft, "")

    def _last(self, request: Request, session: Session, draft: Draft[Batch], error: str) -> Response:
        facts = {
            "File Name": draft.files[0].name,
            "Size": f"{draft.files[0].size:,} bytes",
            "Sender": draft.matter.sender,
            "Interchange Control Number": draft.matter.control_number,
            "Claims": f"{len(draft.matter.entries)}",
        }
        return self._gate.form(
            "file_verify.html",
            request,
            session,
            events=["btnTransmit", "btnCancel"],
            kept={"draft": draft.id},
            facts=facts,
            error=error,
        )

    def _answer(self, session: Session, asked: str) -> Response:
        kind, number = asked.split("$")
        file = next(each for each in self._clearing.listed(PAYER) if each.number == number)
        self._gate.record(session, "file", f"{kind} {number}", count="files")
        return file_response(self._gate.dials, (syntax if kind == "999" else claims)(file, file.at))

    def _row(self, file: ClaimFile) -> dict[str, Any]:
        now = self._gate.house.clock.now()
        return {
            "number": file.number,
            "name": file.files[0].name,
            "control": file.batch.control_number,
            "received": us_date(file.at.date()),
            "status": STAGES[file.stage(now)],
            "answers": [name for name, there in (("999", file.has_999(now)), ("277CA", file.has_277(now))) if there],
        }


async def _chunks(data: bytes) -> AsyncIterator[bytes]:
    yield data
