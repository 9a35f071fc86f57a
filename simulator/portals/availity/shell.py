"""The signed-in shell: a single-page frame with menus, and the small requests that it makes."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from simulator.codes import SERVICE_TYPES
from simulator.labels import us_date
from simulator.portals.availity.gate import PORTAL, Gate
from simulator.sessions import Session
from simulator.world import PAYERS, Payer, payers_of

REGIONS = {"IL": "Illinois", "MN": "Minnesota", "OR": "Oregon", "TX": "Texas", "WA": "Washington"}
APPS = {
    # address below /web/: (role, template, script)
    "pres/eligibility/": ("eligibility", "Eligibility and Benefits Inquiry", "eligibility.js"),
    "pres/eligibility-classic/": ("eligibility", "Eligibility and Benefits", "eligibility-classic.js"),
    "pres/authorizations/": ("authorizations", "Authorizations & Referrals", "authorizations.js"),
    "pres/authorizations/request/": ("authorizations", "Authorization Request", "authorization-request.js"),
    "post/cs/enhanced-claim-status-ui/": ("claim_status", "Claim Status", "claim-status.js"),
    "post/cs/claim-status-classic/": ("claim_status", "Claim Status Inquiry", "claim-status-classic.js"),
    "post/appeals/": ("appeals", "Appeals", "appeals.js"),
    "post/appeals/dispute/": ("appeals", "Dispute Claim", "dispute.js"),
    "post/edi/send/": ("claim_files", "Send EDI Files", "transmit.js"),
    "post/edi/receive/": ("claim_files", "Receive EDI Files", "receive.js"),
    "msg/notification-center/": ("messages", "Notification Center", "notifications.js"),
    "msg/compose/": ("sent_messages", "Messaging", "compose.js"),
    "msg/sent/": ("sent_messages", "Sent", "sent.js"),
    "org/users/": ("users", "Manage My Organization", "users.js"),
}
REMITTANCE_VIEWER = "post/rm/remitviewerui/"  # an application of an age of its own, in a tab of its own


class Shell:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    def routes(self) -> list[Route]:
        gate = self._gate
        return [
            Route("/web/", gate.web_page(self.home)),
            Route("/web/api/session", self.heartbeat),
            Route("/web/api/region", gate.api(self.region), methods=["POST"]),
            Route("/web/api/providers", gate.api(self.providers)),
            Route(f"/web/{REMITTANCE_VIEWER}", gate.web_page(self.remittance_viewer)),
            Route("/web/{app:path}", gate.web_page(self.app)),
        ]

    async def home(self, _request: Request, session: Session) -> Response:
        config = {
            "spinnerMs": self._gate.dials.slow_spinner_ms,
            "region": session.region,
            "regions": REGIONS,
            "roles": list(session.account.spec.roles),
        }
        organization = next(each for each in session.account.spec.organizations if each.id == session.organization_id)
        return self._gate.render(
            "shell.html", config=config, session=session, region=REGIONS[session.region], organization=organization
        )

    async def app(self, request: Request, session: Session) -> Response:
        address = request.path_params["app"]
        role, title, script = APPS.get(address, ("", "", ""))
        if role not in session.account.spec.roles:
            return self._gate.render("no_access.html", known=bool(role))
        return self._gate.render(
            "app.html", title=title, script=script, classic="classic" in script, config=self._app_config(session)
        )

    async def remittance_viewer(self, _request: Request, session: Session) -> Response:
        if "remittances" not in session.account.spec.roles:
            return self._gate.render("no_access.html", known=True)
        providers = [
            {"value": provider.npi, "label": f"{provider.npi} - {provider.name}", "organization": organization.id}
            for organization in session.account.spec.organizations
            for provider in organization.providers
        ]
        return self._gate.render("remits.html", config=self._app_config(session) | {"providers": providers})

    def _app_config(self, session: Session) -> dict[str, object]:
        return {
            "organizations": [{"value": each.id, "label": each.name} for each in session.account.spec.organizations],
            "payers": [
                {"value": payer.id, "label": payer.name, "classic": payer.generation == "legacy"}
                for payer in payers_in(session.region)
            ],
            "serviceTypes": [{"value": code, "label": text} for code, text in SERVICE_TYPES.items()],
            "today": us_date(self._gate.house.clock.today()),
            "staleMs": self._gate.dials.stale_results_ms,
        }

    async def heartbeat(self, request: Request) -> Response:
        """Asked by the shell's own timer: it never keeps a session alive."""
        session = self._gate.session_of(request)
        if session and session.signed_in and not session.ended:
            return JSONResponse({"alive": True})
        return JSONResponse({"alive": False, "reason": session.ended.value if session and session.ended else ""})

    async def region(self, request: Request, session: Session) -> Response:
        wanted = (await request.json()).get("region")
        if wanted in REGIONS:
            session.region = wanted
        return JSONResponse({"region": session.region})

    async def providers(self, request: Request, session: Session) -> Response:
        wanted = request.query_params.get("organization") or session.organization_id
        typed = request.query_params.get("q", "").casefold()
        return JSONResponse(
            [
                {"value": provider.npi, "label": f"{provider.name} - NPI {provider.npi}"}
                for organization in session.account.spec.organizations
                if organization.id == wanted
                for provider in organization.providers
                if typed in f"{provider.name} {provider.npi}".casefold()
            ]
        )


def payers_in(region: str) -> list[Payer]:
    mine = (PAYERS[payer] for payer in payers_of(PORTAL))
    return [payer for payer in mine if not payer.regions or region in payer.regions]
