"""For whom one works: a TIN, one of its NPIs, one of the NPI's sites. Nothing is asked before all three are chosen."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.accounts import Organization, Provider
from simulator.portals.ucare.gate import Gate
from simulator.sessions import Session

EVERY_SITE = "All sites"
_SITES = ("Main campus", "North campus")
_TOOLS = {
    "eligibility": "/eligibility",
    "claims": "/claims",
    "payments": "/payments",
    "authorizations": "/authorizations",
    "authorization_request": "/authorizations/request",
    "pregnancy": "/pregnancies/new",
}


@dataclass(frozen=True)
class Practice:
    organization: Organization
    provider: Provider
    site: str


def sites(organization: Organization, provider: Provider) -> tuple[str, ...]:
    """The group works at every site of the practice, its members at one."""
    return (EVERY_SITE, *_SITES) if provider == organization.providers[0] else _SITES[:1]


class Practices:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate
        self._chosen: dict[str, Practice] = {}

    def routes(self) -> list[Route]:
        gate = self._gate
        return [
            Route("/practice", gate.web_page(self.page)),
            Route("/practice", gate.web_page(self.take), methods=["POST"]),
            Route("/practice/npis", gate.api(self.npis)),
            Route("/practice/sites", gate.api(self.sites)),
        ]

    def of(self, session: Session) -> Practice | None:
        return self._chosen.get(session.id)

    async def page(self, request: Request, session: Session) -> Response:
        tool = request.query_params.get("tool", "")
        organizations = session.account.spec.organizations
        chosen = next((each for each in organizations if each.id == session.organization_id), None)
        return self._gate.render("practice.html", organizations=organizations, chosen=chosen, tool=tool)

    async def npis(self, request: Request, session: Session) -> Response:
        found = _organization(session, request.query_params.get("tin"))
        return await self._gate.fragment("_npis.html", chosen=found)

    async def sites(self, request: Request, session: Session) -> Response:
        organization = _organization(session, request.query_params.get("tin"))
        provider = _provider(organization, request.query_params.get("npi"))
        found = sites(organization, provider) if organization and provider else ()
        return await self._gate.fragment("_sites.html", sites=found)

    async def take(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        tool = _TOOLS.get(form.get("tool", ""), "/home")
        organization = _organization(session, form.get("tin"))
        provider = _provider(organization, form.get("npi"))
        if not organization or not provider or form.get("site") not in sites(organization, provider):
            return RedirectResponse(f"/practice?tool={form.get('tool', '')}", 303)
        session.organization_id = organization.id
        self._chosen[session.id] = Practice(organization, provider, form["site"])
        self._gate.record(session, "practice", f"{organization.tin} {provider.npi} {form['site']}")
        return RedirectResponse(tool, 303)


def _organization(session: Session, tin: str | None) -> Organization | None:
    return next((each for each in session.account.spec.organizations if each.tin == tin), None)


def _provider(organization: Organization | None, npi: str | None) -> Provider | None:
    return next((each for each in organization.providers if each.npi == npi), None) if organization else None
