"""Send and Receive EDI Files: a file is looked through, shown and sent; its reports come with the transmissions."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.acknowledgements import claims, syntax
from simulator.claim_file_truth import STAGES
from simulator.claim_files import Batch, ClaimFile, NoClaims, read
from simulator.forms import Incomplete
from simulator.handing_in import ended_at, hand_in
from simulator.labels import us_date
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.views import View
from simulator.sessions import Session
from simulator.submissions import MB, Draft, Duplicate
from simulator.world import PAYERS, payers_of

API = "/cloud/web/edi/v1"
LARGEST = 30 * MB


class EdiFiles:
    def __init__(self, gate: Gate, inquiries: Inquiries) -> None:
        self._gate = gate
        self._inquiries = inquiries
        self._clearing = gate.house.clearing

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route(f"{API}/files", api(self.begin), methods=["POST"]),
            Route(API + "/files/{id}", api(self.show)),
            Route(API + "/files/{id}/transmission", api(self.send), methods=["POST"]),
            Route(f"{API}/searches", api(self.search), methods=["POST"]),
            Route(f"{API}/report", api(self.report), methods=["POST"]),
            Route(API + "/{kind}/{id}", api(self._inquiries.answer)),
        ]

    async def begin(self, request: Request, session: Session) -> Response:
        payer, name = request.headers.get("x-payer", ""), unquote(request.headers.get("x-document-name", ""))
        if payer not in payers_of(PORTAL):
            return JSONResponse({"message": "Select a payer."}, 422)
        if ended_at(self._gate, session, "upload"):
            return self._gate.turned_away(session)
        data = await request.body()
        if len(data) > LARGEST:
            return JSONResponse({"message": "The file is larger than 30 MB."}, 422)
        try:
            batch = read(payer, data, self._clearing.members(payer))
        except NoClaims as error:
            return JSONResponse({"message": str(error)}, 422)
        draft = self._clearing.begin(PORTAL, session.username, batch)

        await self._clearing.upload(draft, name, _whole(data))
        return JSONResponse(_shown(draft), 201)

    async def show(self, request: Request, _session: Session) -> Response:
        draft = self._clearing.draft(PORTAL, request.path_params["id"])
        return JSONResponse(_shown(draft)) if draft else JSONResponse({"reason": "no such file"}, 404)

    async def send(self, request: Request, session: Session) -> Response:
        draft = self._clearing.draft(PORTAL, request.path_params["id"])
        if draft is None or not draft.complete:
            return JSONResponse({"reason": "no such file"}, 404)
        found = await hand_in(
            self._gate,
            session,
            self._clearing,
            draft,
            broken=lambda: JSONResponse({"reason": "error"}, 500),
            ended=lambda: self._gate.turned_away(session),
        )
        if isinstance(found, Response):
            return found
        control, day = draft.matter.control_number, us_date(self._gate.house.clock.today())
        if isinstance(found, Duplicate):
            since = us_date(found.of.at.date())
            used = f"Control number {control} was used on {since} for {found.of.number}."
            text = f"{used} The file was not sent again."
            return JSONResponse({"message": text}, 409)
        text = (
            f"On {day} the file {control} was sent to {PAYERS[found.payer].name}. Its transmission is {found.number}."
        )
        return JSONResponse({"text": text}, 201)

    async def search(self, request: Request, session: Session) -> Response:
        def found(form: Mapping[str, str]) -> View:
            return self._inquiries.down(form.get("payer", "")) or self._found(form)

        return await self._inquiries.asked(request, session, "claim_files", found)

    def _found(self, form: Mapping[str, str]) -> View:
        payer, start = form.get("payer", ""), form.get("control", "").strip()
        if payer not in payers_of(PORTAL):
            raise Incomplete("payer")
        rows = [self._row(each) for each in self._clearing.listed(payer)]
        searched = {"payer": PAYERS[payer].name, "control": start or None}
        return {
            "outcome": "files",
            "searched": searched,
            "rows": [each for each in rows if each["control"].startswith(start)],
        }

    def _row(self, file: ClaimFile) -> View:
        now = self._gate.house.clock.now()
        return {
            "number": file.number,
            "name": file.files[0].name,
            "control": file.batch.control_number,
            "sent": us_date(file.at.date()),
            "status": STAGES[file.stage(now)],
            "reports": [name for name, there in (("999", file.has_999(now)), ("277CA", file.has_277(now))) if there],
        }

    async def report(self, request: Request, session: Session) -> Response:
        form = await request.json()
        payer = form.get("payer", "")
        listed = self._clearing.listed(payer) if payer in payers_of(PORTAL) else []
        file = next((each for each in listed if each.number == form.get("number")), None)
        if file is None:
            return JSONResponse({"reason": "no such report"}, 404)
        self._gate.record(session, "file", f"{form.get('kind')} {file.number}", count="files")
        data = (syntax if form.get("kind") == "999" else claims)(file, file.at)
        return Response(data, media_type="application/octet-stream")


async def _whole(data: bytes) -> AsyncIterator[bytes]:
    yield data


def _shown(draft: Draft[Batch]) -> View:
    return {
        "id": draft.id,
        "name": draft.files[0].name,
        "sender": draft.matter.sender,
        "control": draft.matter.control_number,
        "claims": len(draft.matter.entries),
        "ready": draft.scanned,
    }
