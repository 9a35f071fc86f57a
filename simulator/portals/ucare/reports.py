"""Financial reports: of the primary Tax ID alone, for those who have the role; a list that nobody searches."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.enclosed import data_of, media_type
from simulator.labels import us_date
from simulator.library import Paper
from simulator.library_truth import kept
from simulator.portals.ucare.files import file_response
from simulator.portals.ucare.gate import PAYER, Gate
from simulator.portals.ucare.shell import Shell
from simulator.sessions import Session

PAGE_SIZE = 15


class Reports:
    def __init__(self, gate: Gate, shell: Shell) -> None:
        self._gate = gate
        self._shell = shell

    def routes(self) -> list[Route]:
        gate = self._gate
        return [
            Route("/reports", gate.web_page(self.page)),
            Route("/reports/{number}", gate.web_page(self.file)),
        ]

    def _kept(self) -> list[Paper]:
        house = self._gate.house
        return kept(house.world, PAYER, house.clock.today())

    async def page(self, request: Request, session: Session) -> Response:
        spec = session.account.spec
        if "documents" not in spec.roles:
            return self._shell.render(request, session, "denied.html", 403)
        if session.organization_id != spec.organizations[0].id:
            return self._shell.render(request, session, "primary_only.html", 403, primary=spec.organizations[0])
        self._gate.record(session, "question", "documents", count="documents")
        asked = request.query_params.get("page", "1")
        number = int(asked) if asked.isdigit() else 1
        papers = self._kept()
        return self._shell.render(
            request,
            session,
            "reports.html",
            busy=self._gate.busy(),
            organization=spec.organizations[0],
            total=len(papers),
            page=number,
            pages=max(1, -(-len(papers) // PAGE_SIZE)),
            rows=[
                (each.number, each.title, us_date(each.posted_on), each.file.title)
                for each in papers[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
            ],
        )

    async def file(self, request: Request, session: Session) -> Response:
        """In a tab of its own: a PDF is shown there, anything else is saved."""
        spec, number = session.account.spec, request.path_params["number"]
        paper = next((each for each in self._kept() if each.number == number), None)
        if paper is None or "documents" not in spec.roles:
            return Response(status_code=404)
        self._gate.record(session, "file", f"report {number}", count="files")
        disposition = "inline" if paper.file.form == "pdf" else "attachment"
        data, kind = data_of(paper.file), media_type(paper.file)
        return file_response(self._gate.dials, data, kind, paper.file.title, disposition)
