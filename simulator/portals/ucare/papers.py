"""Forms about a patient, each in two steps: what is asked, and a page to check it before it goes to UCare."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Generic, TypeVar

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.authorizations import Party
from simulator.handing_in import ended_at
from simulator.labels import us_date
from simulator.portals.ucare.drafts import Drafts
from simulator.portals.ucare.gate import PAYER, Gate
from simulator.portals.ucare.practice import Practices
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.views import stated
from simulator.requests import Desk
from simulator.sessions import Session
from simulator.submissions import Counter, Draft, Duplicate, FileRules, Sent

S = TypeVar("S", bound=Sent)
_BREACHES = {
    "type": "is not of a type that can be sent along",
    "large": "is too large",
    "many": "is one file too many",
    "together": "makes the files too large together",
}


@dataclass(frozen=True)
class Asked:
    label: str
    options: Mapping[str, str] = field(default_factory=dict)
    form: str = "text"  # text | day | choice | words
    needed: bool = True


class Papers(ABC, Generic[S]):
    """One such form. What was filled in is kept as it was typed, days in ISO form."""

    role: ClassVar[str]
    tool: ClassVar[str]  # as the choice of a practice knows it
    path: ClassVar[str]
    title: ClassVar[str]
    button: ClassVar[str]
    party: ClassVar[str]  # what the page to check calls the practice's provider
    fields: ClassVar[Mapping[str, Asked]]
    rules: ClassVar[FileRules]

    def __init__(self, gate: Gate, shell: Shell, practices: Practices, counter: Counter[Desk, S]) -> None:
        self._gate = gate
        self._shell = shell
        self._practices = practices
        self._counter = counter
        self._drafts = Drafts(gate, counter, self.rules, _BREACHES)

    def routes(self) -> list[Route]:
        page = self._gate.web_page
        return [
            Route(self.path, page(self.new)),
            Route(f"{self.path}/check", page(self.check), methods=["POST"]),
            Route(f"{self.path}/send", page(self.send), methods=["POST"]),
        ]

    @abstractmethod
    def already(self, sent: S) -> str:
        """What it says to a second one of the same."""

    async def new(self, request: Request, session: Session) -> Response:
        if self.role not in session.account.spec.roles:
            return self._shell.render(request, session, "denied.html", 403)
        practice = self._practices.of(session)
        if practice is None:
            return RedirectResponse(f"/practice?tool={self.tool}", 303)
        if ended_at(self._gate, session, "details"):
            return self._gate.shown_out(request, session)
        provider = Party(practice.provider.name, practice.provider.npi)
        draft = self._drafts.begin(session, Desk(PAYER, provider))
        return self._form(request, session, draft, {})

    def _form(
        self, request: Request, session: Session, draft: Draft[Desk], told: Mapping[str, str], said: str = ""
    ) -> Response:
        practice = self._practices.of(session)
        return self._shell.render(
            request,
            session,
            "paper.html",
            draft=draft,
            told=told,
            said=said,
            paper=self,
            tool=self.tool,
            practice=practice,
        )

    async def check(self, request: Request, session: Session) -> Response:
        if ended_at(self._gate, session, "upload"):
            return self._gate.shown_out(request, session)
        async with request.form(max_files=20) as form:
            draft = self._drafts.of(form, session)
            if draft is None:
                return self._gate.notice("error", 400)
            told = {name: str(form.get(name, "")).strip() for name in self.fields}
            if said := self._gate.trouble() or self._filled(draft, told) or await self._drafts.attach(draft, form):
                return self._form(request, session, draft, told, said)
        await self._drafts.looked_through(draft)
        if ended_at(self._gate, session, "review"):
            return self._gate.shown_out(request, session)
        facts = {each.label: stated(self._printed(each, told[name])) for name, each in self.fields.items()}
        facts[self.party] = f"{draft.matter.provider.npi} {draft.matter.provider.name}"
        return self._shell.render(request, session, "paper_check.html", draft=draft, facts=facts, paper=self)

    def _printed(self, asked: Asked, told: str) -> str:
        return asked.options.get(told, "") if asked.options else told

    def _filled(self, draft: Draft[Desk], told: Mapping[str, str]) -> str | None:
        """What is wrong with what was filled in, if anything is."""
        answers: dict[str, str] = {}
        for name, asked in self.fields.items():
            value = told[name]
            if not value and not asked.needed:
                continue
            if not value or (asked.options and value not in asked.options):
                return f"Please complete this field: {asked.label}."
            if asked.form == "day":
                try:
                    value = datetime.strptime(value, "%m/%d/%Y").date().isoformat()  # noqa: DTZ007
                except ValueError:
                    return f"{asked.label} is not a date written MM/DD/YYYY."
            answers[name] = value
        known = self._gate.house.world.by_id(PAYER, answers["member"])
        if not any(each.birth_date == date.fromisoformat(answers["born"]) for each in known):
            return "No UCare member was found with this Member ID and date of birth."
        draft.answers = answers
        return None

    async def send(self, request: Request, session: Session) -> Response:
        draft = self._drafts.of(await request.form(), session)
        if draft is None or not draft.complete:
            return self._gate.notice("error", 400)
        found = await self._drafts.hand_in(request, session, draft)
        if isinstance(found, Response):
            return found
        if isinstance(found, Duplicate):
            return self._form(request, session, draft, {}, self.already(found.of))
        day = us_date(found.at.date())
        return self._shell.render(request, session, "paper_done.html", sent=found, day=day, paper=self)
