"""What is around every tool: the menu, the bell, the practice one works for, and who may open what."""

from collections.abc import Callable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.gate import Handler
from simulator.labels import us_date
from simulator.mail import bell
from simulator.portals.ucare.gate import PAYER, Gate
from simulator.portals.ucare.practice import Practices
from simulator.sessions import Session

CONSENT_COOKIE = "uc-consent"


class Shell:
    def __init__(self, gate: Gate, practices: Practices) -> None:
        self._gate = gate
        self._practices = practices
        self._rung: dict[str, list[tuple[str, str]]] = {}

    def routes(self) -> list[Route]:
        gate = self._gate
        return [
            Route("/home", gate.web_page(self.home)),
            Route("/notifications", gate.web_page(self.notifications)),
        ]

    def tool(
        self, role: str, name: str, values: Callable[[Session], Mapping[str, Any]], *, for_practice: bool = True
    ) -> Handler:
        """A page for those who have the role and have chosen for whom they work, where that matters."""

        async def handler(request: Request, session: Session) -> Response:
            if role not in session.account.spec.roles:
                return self.render(request, session, "denied.html", 403)
            practice = self._practices.of(session)
            if practice is None and for_practice:
                return RedirectResponse(f"/practice?tool={name}", 303)
            return self.render(request, session, f"{name}.html", tool=name, practice=practice, **values(session))

        return self._gate.web_page(handler)

    def office(self, role: str, template: str) -> Handler:
        """A page for those who have the role, whatever practice they work for."""

        async def handler(request: Request, session: Session) -> Response:
            if role not in session.account.spec.roles:
                return self.render(request, session, "denied.html", 403)
            return self.render(request, session, template)

        return self._gate.web_page(handler)

    async def home(self, request: Request, session: Session) -> Response:
        return self.render(request, session, "home.html", practice=self._practices.of(session))

    async def notifications(self, request: Request, session: Session) -> Response:
        if "messages" not in session.account.spec.roles:
            return self.render(request, session, "denied.html", 403)
        return self.render(request, session, "notifications.html", news=self._bell(session))

    def _bell(self, session: Session) -> list[tuple[str, str]]:
        """Rung once, at the log-in: what happens afterwards is not in it before the next one."""
        if session.id not in self._rung:
            house = self._gate.house
            decided = bell(house.world.claims[PAYER], house.clock.today())
            self._rung[session.id] = [(us_date(day), number) for day, number in decided]
        return self._rung[session.id]

    def render(self, request: Request, session: Session, template: str, status: int = 200, **values: Any) -> Response:
        return self._gate.render(
            template,
            status,
            session=session,
            roles=session.account.spec.roles,
            bell=len(self._bell(session)),
            consent=CONSENT_COOKIE in request.cookies,
            **values,
        )
