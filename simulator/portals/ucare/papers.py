"""Forms about a patient, each in two steps: what is asked, and a page to check it before it goes to UCare."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import ClassVar, Generic, TypeVar

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from simulator.authorizations import Party
from simulator.handing_in import ended_at, hand_in
from simulator.labels import us_date
from simulator.portals.ucare.gate import PAYER, PORTAL, Gate
from simulator.portals.ucare.practice import Practices
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.views import stated
from simulator.requests import Desk
from simulator.sessions import Session
from simulator.submissions import Counter, Draft, Duplicate, FileRules, Sent

S = TypeVar("S", bound=Sent)
_CHUNK = 1 << 20
_BREACHES = {
    "type": "is not of a type that can be sent along",
    "large": "is too large",
    "many": "is one file too many",
    "together": "makes the documents too large together",
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
    rules: ClassVar[FileRules | None] = None

    def __init__(self, gate: Gate, shell: Shell, practices: Practices, counter: Counter[Desk, S]) -> None:
        self._gate = gate
        self._shell = shell
        self._practices = practices
        self._counter = counter

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
        draft = self._counter.begin(PORTAL, session.username, Desk(PAYER, provider))
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
            draft = self._draft(form, session)
            if draft is None:
                return self._gate.notice("error", 400)
            told = {name: str(form.get(name, "")).strip() for name in self.fields}
            if said := self._gate.trouble() or self._filled(draft, told) or await self._attached(draft, form):
                return self._form(request, session, draft, told, said)
        # The documents are looked through while the browser waits.
        await asyncio.sleep(max((each.ready_at - time.monotonic() for each in draft.uploads.values()), default=0))
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

    async def _attached(self, draft: Draft[Desk], form: FormData) -> str | None:
        draft.uploads.clear()
        for file in form.getlist("files") if self.rules else []:
            if not isinstance(file, UploadFile) or not file.filename or self.rules is None:
                continue
            if breach := self.rules.breach(file.filename, file.size or 0, draft.files):
                return f"The document {file.filename} {_BREACHES[breach]}."
            await self._counter.upload(draft, file.filename, _chunks(file))
        return None

    def _draft(self, form: FormData, session: Session) -> Draft[Desk] | None:
        known = self._counter.draft(PORTAL, str(form.get("draft", "")))
        return known if known is not None and form.get("token") == session.xsrf else None

    async def send(self, request: Request, session: Session) -> Response:
        draft = self._draft(await request.form(), session)
        if draft is None or not draft.complete:
            return self._gate.notice("error", 400)
        found = await hand_in(
            self._gate,
            session,
            self._counter,
            draft,
            broken=lambda: self._gate.notice("error", 500),
            ended=lambda: self._gate.shown_out(request, session),
        )
        if isinstance(found, Response):
            return found
        if isinstance(found, Duplicate):
            return self._form(request, session, draft, {}, self.already(found.of))
        day = us_date(found.at.date())
        return self._shell.render(request, session, "paper_done.html", sent=found, day=day, paper=self)


async def _chunks(file: UploadFile) -> AsyncIterator[bytes]:
    while chunk := await file.read(_CHUNK):
        yield chunk
