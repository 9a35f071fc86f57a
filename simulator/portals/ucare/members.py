"""Eligibility: a form beside the list of whom one checked lately, and a result whose folds are fetched one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.codes import SERVICE_TYPES
from simulator.forms import Incomplete, summary, us_day
from simulator.inquiry import EVERYTHING, Patient, Refusal, admitted, find_member
from simulator.labels import us_date
from simulator.people import Member
from simulator.portals.ucare.gate import PAYER, Gate, remember
from simulator.portals.ucare.shell import Shell
from simulator.portals.ucare.views import benefits_view, candidate_view, plan_view, result_view
from simulator.sessions import Session

RECENT = 5


@dataclass(frozen=True)
class _Asked:
    member: Member
    as_of: date
    service_type: str


class MemberInquiries:
    def __init__(self, gate: Gate, shell: Shell) -> None:
        self._gate = gate
        self._shell = shell

    def routes(self) -> list[Route]:
        api = self._gate.api
        return [
            Route("/eligibility", self._shell.tool("eligibility", "eligibility", self._form)),
            Route("/eligibility/check", api(self.check), methods=["POST"]),
            Route("/eligibility/{key}/benefits/{number:int}", api(self.benefits)),
            Route("/eligibility/{key}/{fold}", api(self.fold)),
        ]

    def _form(self, session: Session) -> Mapping[str, Any]:
        """Whom this session checked lately, and before it others who work for the practice."""
        others = [candidate_view(each) for each in self._gate.house.world.members[PAYER][-RECENT:]]
        return {
            "today": us_date(self._gate.house.clock.today()),
            "service_types": SERVICE_TYPES,
            "recent": [*session.history, *others][:RECENT],
        }

    async def check(self, request: Request, session: Session) -> Response:
        form = {key: str(value) for key, value in (await request.form()).items()}
        self._gate.record(session, "question", f"eligibility {summary(form)}", count="eligibility")
        if said := self._gate.trouble():
            return await self._gate.fragment("_flash.html", message=said)
        try:
            asked, found = self._found(form, session)
        except Incomplete:
            return await self._gate.fragment("_flash.html", message="Enter the member's data and dates as MM/DD/YYYY.")
        if isinstance(found, Refusal):
            several = [candidate_view(each) | {"key": self._keep(session, asked, each)} for each in found.candidates]
            template = "_candidates.html" if several else "_flash.html"
            return await self._gate.fragment(template, message=found.message, several=several)
        entry = candidate_view(found)
        session.history[:] = [entry, *(each for each in session.history if each != entry)][:RECENT]
        view = result_view(found, asked["as_of"], asked["service_type"])
        view |= {"plans": [plan_view(plan, asked["as_of"]) for plan in found.plans]}
        return await self._gate.fragment("_eligibility.html", key=self._keep(session, asked, found), **view)

    def _found(self, form: Mapping[str, str], session: Session) -> tuple[dict[str, Any], Member | Refusal]:
        if candidate := form.get("candidate"):
            chosen = session.work.get(candidate)
            if not isinstance(chosen, _Asked):
                raise Incomplete("candidate")
            return {"as_of": chosen.as_of, "service_type": chosen.service_type}, admitted(chosen.member)
        named = form.get("by") == "name"
        patient = Patient(
            birth_date=us_day(form, "born"),
            member_id=None if named else form.get("member"),
            first_name=form.get("first") if named else None,
            last_name=form.get("last") if named else None,
        )
        asked = {"as_of": us_day(form, "served"), "service_type": form.get("service") or EVERYTHING}
        return asked, find_member(self._gate.house.world, PAYER, patient)

    @staticmethod
    def _keep(session: Session, asked: Mapping[str, Any], member: Member) -> str:
        key = uuid4().hex
        remember(session, key, _Asked(member, asked["as_of"], asked["service_type"]))
        return key

    async def benefits(self, request: Request, session: Session) -> Response:
        asked = session.work.get(request.path_params["key"])
        number = request.path_params["number"]
        if not isinstance(asked, _Asked) or number >= len(asked.member.plans):
            return Response(status_code=404)
        view = benefits_view(asked.member.plans[number], asked.service_type)
        return await self._gate.fragment("_benefits.html", **view)

    async def fold(self, request: Request, session: Session) -> Response:
        asked = session.work.get(request.path_params["key"])
        name = request.path_params["fold"]
        if not isinstance(asked, _Asked) or name not in {"clinic", "other"}:
            return Response(status_code=404)
        return await self._gate.fragment(f"_{name}.html", member=asked.member)
