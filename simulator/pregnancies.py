"""What a health plan was told of its members' pregnancies."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

from simulator.authorizations import Party
from simulator.disputes import SentFile
from simulator.people import Member
from simulator.requests import Desk
from simulator.submissions import Counter, Draft
from simulator.world import PAYERS, World

_YOUNGEST, _OLDEST = timedelta(days=365 * 18), timedelta(days=365 * 45)
_PREGNANCY = timedelta(days=280)
_MANY = 14
_PARTIES = (Party("Northgate Family Clinic", "1457398216"), Party("Lakeview Midwives", "1285630947"))


@dataclass(frozen=True, slots=True)
class Notice:
    number: str
    payer: str
    member: Member
    provider: Party
    due_on: date
    first_visit_on: date | None
    risk: str  # routine | high
    narrative: str
    contact: str
    files: tuple[SentFile, ...]
    at: datetime
    username: str | None = None  # None: somebody of the practice, before any bot came

    @property
    def about(self) -> str:
        return f"pregnancy of {self.member.member_id}"

    @property
    def same(self) -> tuple[object, ...]:
        return self.member.member_id, self.member.birth_date, self.due_on

    @property
    def content(self) -> tuple[object, ...]:
        return self.same

    def open(self, now: datetime) -> bool:
        return now.date() <= self.due_on + _PREGNANCY


def known(world: World, payer: str) -> list[Notice]:
    """Of the last two years, the oldest first; of one member two."""
    rng = random.Random(f"pregnancies {world.seed} {payer}")
    may = expecting(world, payer)
    odd = [each for each in may if each.tags][: _MANY // 2]
    plain = rng.sample([each for each in may if not each.tags], _MANY - len(odd))
    told = [(each, world.today - timedelta(days=rng.randrange(5, 240))) for each in [*odd, *plain]]
    told.append((plain[0], world.today - timedelta(days=600)))
    made = []
    for place, (member, on) in enumerate(sorted(told, key=lambda each: each[1])):
        made.append(
            Notice(
                number=f"PN{10_000 + 37 * place}",
                payer=payer,
                member=member,
                provider=rng.choice(_PARTIES),
                due_on=on + timedelta(days=rng.randrange(90, 220)),
                first_visit_on=None,
                risk=rng.choice(("routine", "routine", "high")),
                narrative="",
                contact="",
                files=(),
                at=datetime.combine(on, time(16), UTC),
            )
        )
    return made


def expecting(world: World, payer: str) -> list[Member]:
    """Who may be pregnant, by what the payer knows of her."""
    born = (world.today - _OLDEST, world.today - _YOUNGEST)
    members = (each for each in world.members[payer] if not each.restricted)
    return [each for each in members if each.gender == "F" and born[0] <= each.birth_date <= born[1]]


class Pregnancies(Counter[Desk, Notice]):
    needed = frozenset({"member", "born", "due", "risk"})

    def earlier(self, payer: str) -> Sequence[Notice]:
        return self._known if payer == "UCARE" else ()

    @cached_property
    def _known(self) -> list[Notice]:
        return known(self._world, "UCARE")

    def name(self, matter: Desk) -> str:
        return f"notification by {matter.provider.npi}"

    def taken(self, draft: Draft[Desk], number: str, now: datetime) -> Notice:
        told, payer = draft.answers, draft.matter.payer
        listed = self._world.by_id(payer, told["member"])
        return Notice(
            number=number,
            payer=payer,
            member=next(each for each in listed if each.birth_date.isoformat() == told["born"]),
            provider=draft.matter.provider,
            due_on=date.fromisoformat(told["due"]),
            first_visit_on=date.fromisoformat(told["visit"]) if told.get("visit") else None,
            risk=told["risk"],
            narrative=told.get("narrative", ""),
            contact=", ".join(filter(None, (told.get("contact"), told.get("phone")))),
            files=tuple(draft.files),
            at=now,
            username=draft.username,
        )

    def issue(self, payer: str, /) -> str:
        return f"PN{10_000 + 37 * (len(self._known) + len(self.received(PAYERS[payer].portal)))}"
