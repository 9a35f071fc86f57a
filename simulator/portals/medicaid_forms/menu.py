"""The main menu, and the window in which a user looks up the provider to work for."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.accounts import Provider
from simulator.portals.medicaid_forms.desk import desk_of
from simulator.portals.medicaid_forms.gate import Gate
from simulator.sessions import Session


class Menu:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        page = self._gate.web_page
        return [
            Route("/Home.aspx", page(self.home)),
            Route("/Lookup/Provider.aspx", page(self.lookup), methods=["GET", "POST"]),
        ]

    async def home(self, request: Request, session: Session) -> Response:
        return self._gate.form("home.html", request, session, events=[], organization=organization_name(session))

    async def lookup(self, request: Request, session: Session) -> Response:
        gate = self._gate
        if request.method == "GET":
            return self._listed(request, session, "")
        event, fields = await gate.sent_back(request, session)
        if event.control == "btnFind":
            return self._listed(request, session, fields.get("txtFind", ""))
        chosen = [each for each in providers_of(session) if each.npi == fields.get("rbProvider")]
        if not chosen:
            return self._listed(request, session, event.kept["typed"], "Select a provider.")
        desk_of(session).provider = chosen[0]
        return gate.form("lookup_done.html", request, session, events=[])

    def _listed(self, request: Request, session: Session, typed: str, error: str = "") -> Response:
        found = [each for each in providers_of(session) if typed.casefold() in f"{each.npi} {each.name}".casefold()]
        return self._gate.form(
            "lookup.html",
            request,
            session,
            events=["btnFind", "btnSelect"],
            kept={"typed": typed},
            typed=typed,
            providers=found,
            error=error,
        )


def providers_of(session: Session) -> list[Provider]:
    organizations = session.account.spec.organizations
    return [each for one in organizations if one.id == session.organization_id for each in one.providers]


def organization_name(session: Session) -> str:
    organizations = session.account.spec.organizations
    return next(each.name for each in organizations if each.id == session.organization_id)
