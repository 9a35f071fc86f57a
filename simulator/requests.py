"""What practices request of payers about a patient: authorizations, and that a pregnancy is known."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property

from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.authorizations import Authorization, Party, Service, number_of, tracking_of
from simulator.disputes import SentFile
from simulator.people import Member
from simulator.submissions import Counter, Draft

DIRECTORY = {each.npi: Party(each.name, each.npi) for practice in (NORTHGATE, LAKESIDE) for each in practice.providers}
"""Providers whom payers know, by NPI."""


@dataclass(frozen=True, slots=True)
class Desk:
    """Who is told, and by whom."""

    payer: str
    provider: Party


@dataclass(frozen=True, slots=True)
class Requested:
    authorization: Authorization
    diagnosis: str
    narrative: str
    contact: str
    files: tuple[SentFile, ...]
    at: datetime
    decides_at: datetime
    username: str

    @property
    def number(self) -> str:
        return self.authorization.number

    @property
    def payer(self) -> str:
        return self.authorization.payer

    @property
    def servicing_npi(self) -> str | None:
        servicing = self.authorization.servicing
        return servicing.npi if servicing else None

    @property
    def about(self) -> str:
        return f"authorization {self.authorization.member.member_id} {self.authorization.lines[0].code}"

    @property
    def same(self) -> tuple[object, ...]:
        asked = self.authorization
        return asked.member.member_id, asked.kind, asked.service_from, asked.service_to, asked.lines[0].code

    @property
    def content(self) -> tuple[object, ...]:
        return *self.same, tuple(sorted({each.sha256 for each in self.files}))

    def open(self, now: datetime) -> bool:
        return now < self.decides_at

    def as_of(self, now: datetime) -> Authorization:
        asked = self.authorization
        if self.open(now):
            return asked
        lines = tuple(replace(each, decision="certified", approved=each.requested) for each in asked.lines)
        return replace(
            asked,
            decision="certified",
            next_step=None,
            decided_on=self.decides_at.date(),
            valid_from=asked.service_from,
            valid_to=asked.service_to,
            lines=lines,
        )


class Requests(Counter[Desk, Requested]):
    needed = frozenset({"member", "born", "kind", "from", "to", "code", "unit", "units"})

    def earlier(self, _payer: str, /) -> Sequence[Requested]:
        return ()

    def name(self, matter: Desk) -> str:
        return f"authorization of {matter.provider.npi}"

    def shown(self, payer: str) -> list[Authorization]:
        """What inquiries find by now, beside those of the world."""
        return [each.as_of(self._clock.now()) for each in self.listed(payer)]

    def taken(self, draft: Draft[Desk], number: str, now: datetime) -> Requested:
        told, payer = draft.answers, draft.matter.payer
        begins, ends = date.fromisoformat(told["from"]), date.fromisoformat(told["to"])
        line = Service(1, told["code"], False, (), begins, ends, told["unit"], int(told["units"]))
        asked = Authorization(
            payer=payer,
            number=number,
            tracking=tracking_of(payer, number) if number else None,
            member=self._member(payer, told["member"], told["born"]),
            decision="pended",
            kind=told["kind"],
            requesting=draft.matter.provider,
            servicing=DIRECTORY.get(told.get("servicing", "")),
            facility=None,
            submitted_on=now.date(),
            service_from=begins,
            service_to=ends,
            next_step="Send clinical notes within 14 days: the case can't be decided without them.",
            lines=(line,),
        )
        return Requested(
            asked,
            diagnosis=told.get("diagnosis", ""),
            narrative=told.get("narrative", ""),
            contact=", ".join(filter(None, (told.get("contact"), told.get("phone")))),
            files=tuple(draft.files),
            at=now,
            decides_at=now + timedelta(seconds=self._dials[draft.portal].decides_after_s),
            username=draft.username,
        )

    def _member(self, payer: str, member_id: str, born: str) -> Member:
        known = self._world.by_id(payer, member_id)
        return next(each for each in known if each.birth_date.isoformat() == born)

    @cached_property
    def _issued(self) -> set[str]:
        return {each.number for listed in self._world.authorizations.values() for each in listed}

    def issue(self, payer: str, /) -> str:
        while (number := number_of(payer, self._dice)) in self._issued:
            pass
        self._issued.add(number)
        return number
