"""What a health plan truly knows of pregnancies, and what a practice would tell it or ask."""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from simulator.people import Member
from simulator.pregnancies import Notice, expecting, known
from simulator.world import World

Json = dict[str, Any]


def notifications(world: World, payer: str, listed: Iterable[Notice], question: Mapping[str, str]) -> Json:
    """`listed`: what the portal shows by now, newest first."""
    members = world.by_id(payer, question["member_id"])
    found = next((each for each in members if each.birth_date.isoformat() == question["birth_date"]), None)
    if found is None:
        return {"outcome": "member_not_found"}
    return {
        "outcome": "notifications",
        "notifications": [
            {
                "number": each.number,
                "submitted_on": each.at.date().isoformat(),
                "due_on": each.due_on.isoformat(),
                "provider_npi": each.provider.npi,
                "risk": each.risk,
            }
            for each in listed
            if each.member == found
        ],
    }


def received(notice: Notice, listed_at: datetime) -> Json:
    return {
        "number": notice.number,
        "payer": notice.payer,
        "kind": "notification",
        "claim_number": None,
        "member_id": notice.member.member_id,
        "birth_date": notice.member.birth_date.isoformat(),
        "due_on": notice.due_on.isoformat(),
        "first_visit_on": notice.first_visit_on.isoformat() if notice.first_visit_on else None,
        "risk": notice.risk,
        "provider_npi": notice.provider.npi,
        "narrative": notice.narrative,
        "contact": notice.contact,
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in notice.files],
        "username": notice.username,
        "at": notice.at.isoformat(),
        "listed_at": listed_at.isoformat(),
    }


def plain(world: World, payer: str, rng: random.Random) -> Iterator[Json]:
    listed = known(world, payer)
    while True:
        yield _of(rng.choice(listed).member)


def odd(world: World, payer: str, rng: random.Random) -> Iterator[Json]:
    listed = known(world, payer)
    told = {each.member.member_id for each in listed}
    twice = next(each.member for each in listed if sum(other.member == each.member for other in listed) > 1)
    while True:
        yield _of(twice, "told_twice")
        yield _of(rng.choice([each for each in world.members[payer] if each.member_id not in told]), "none")
        yield _of(rng.choice(listed).member, "member_not_found", birth_date="1931-03-07")
        yield from (_of(each.member) for each in listed if each.member.tags)
        for tag in ("same_name", "twin"):
            yield _of(rng.choice([each for each in world.members[payer] if tag in each.tags]))


def to_send(world: World, payer: str, rng: random.Random, *, awkward: bool) -> Iterator[Json]:
    """One each of whoever may be pregnant; the awkward are odd people."""
    told = {each.member.member_id for each in known(world, payer)}
    members = [each for each in expecting(world, payer) if bool(each.tags) == awkward and each.member_id not in told]
    rng.shuffle(members)
    for member in members:
        due_on = world.today + timedelta(days=rng.randrange(60, 230))
        risk = rng.choice(("routine", "high"))
        more = {"narrative": "Gestational diabetes; she's seen weekly."} if risk == "high" else {}
        visit = (world.today - timedelta(days=rng.randrange(40))).isoformat()
        yield _of(
            member,
            kind="notification",
            due_on=due_on.isoformat(),
            first_visit_on=visit,
            risk=risk,
            contact_name="Dana Whitfield",
            contact_phone="(612) 555-0142",
            **more,
        )


def _of(member: Member, *tags: str, **more: str) -> Json:
    whom = {"member_id": member.member_id, "birth_date": member.birth_date.isoformat()}
    return {"question": {**whom, **more}, "tags": [*tags, *member.tags]}
