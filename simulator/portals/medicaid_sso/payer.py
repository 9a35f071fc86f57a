"""What the inquiries have in common: what comes first, how the payer answers, and what a bad inquiry leads to."""

import asyncio
from collections.abc import Mapping
from uuid import uuid4

from starlette.responses import Response

from simulator.forms import summary
from simulator.portals.medicaid_sso.barriers import barrier
from simulator.portals.medicaid_sso.cascade import unchosen
from simulator.portals.medicaid_sso.gate import PAYER, Gate
from simulator.sessions import Session

MEMORY = 200  # results that a session can still ask for
_BUSY = "The claims processing system is not available at this time. Please inquire again later."
_PROVIDER = "The provider is not enrolled in Franklin Medicaid on the date of the inquiry."


class Payer:
    def __init__(self, gate: Gate) -> None:
        self._gate = gate

    async def before(self, capability: str, form: Mapping[str, str], session: Session) -> Response | None:
        """What is answered instead of an answer. The question is counted where it is asked."""
        if blocked := barrier(self._gate, session):
            return self._gate.changes({"content": blocked})
        if missing := unchosen(session, form):
            return self.said(session, f"Select a value for {missing}.")
        self._gate.record(session, "question", f"{capability} {summary(form)}", count=capability)
        if busy := await self.asked(session):
            return busy
        return self.said(session, _PROVIDER) if PAYER in self._gate.dials.provider_not_on_file else None

    async def asked(self, session: Session) -> Response | None:
        """Takes its time; what is answered where it cannot answer."""
        await asyncio.sleep(self._gate.payer_seconds())
        return self.said(session, _BUSY) if PAYER in self._gate.dials.payer_down else None

    def said(self, session: Session, message: str) -> Response:
        return self.result(session, message=message)

    def result(self, session: Session, template: str | None = None, message: str = "", **values: object) -> Response:
        gate = self._gate
        regions = {"messages": gate.fragment("messages.html", session, message=message), "result": ""}
        if template:
            regions["result"] = gate.fragment(template, session, **values)
        return gate.changes(regions)

    def judged(self, session: Session, question: str, *, bad: bool) -> None:
        """Bad inquiries in a row bring up the check for robots, and in the end the account is suspended."""
        gate, account = self._gate, session.account
        if not bad:
            account.bad_inquiries = 0
            return
        was_challenged = account.challenged
        repeated = account.inquired_in_vain(question)
        gate.record(session, "bad_inquiry", f"{account.bad_inquiries} in a row", count="bad_inquiries")
        if repeated:
            gate.record(session, "bad_inquiry_repeated", count="repeated_bad_inquiries")
        if account.challenged and not was_challenged:
            gate.record(session, "challenged", count="challenges")
        if account.spec.suspended:
            gate.record(session, "suspended", count="suspensions")


def remember(session: Session, found: object) -> str:
    while len(session.work) >= MEMORY:
        session.work.pop(next(each for each in session.work if each != "fields"))
    key = str(uuid4())
    session.work[key] = found
    return key
