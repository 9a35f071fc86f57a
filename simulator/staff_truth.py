"""The true answer to a question about users, and questions that an administrator's review would ask."""

import random
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from simulator.accounts import NORTHGATE
from simulator.staff import User
from simulator.world import PAYERS, World

Json = dict[str, Any]
Asked = dict[str, Any]

_STATES_CREATION = ("ucare", "availity")


def staff_of(world: World, portal: str) -> list[User]:
    return world.staff.get((portal, NORTHGATE.id), [])


def users(world: World, payer: str, question: Mapping[str, str], _today: date) -> Json:
    """Of a portal and not of a payer, who may have two."""
    portal = question.get("portal") or PAYERS[payer].portal
    listed = staff_of(world, portal)
    if username := question.get("username"):
        listed = [each for each in listed if each.username.casefold() == username.strip().casefold()]
        if not listed:
            return {"outcome": "user_not_found", "message": None}
    return {"outcome": "users", "users": [_user(portal, each) for each in listed]}


def _user(portal: str, user: User) -> Json:
    return {
        "username": user.username,
        "name": f"{user.first_name} {user.last_name}",
        "roles": list(user.roles),
        "scopes": [{"tin": each.tin, "npi": each.npi, "site": each.site} for each in user.access],
        "status": user.status,
        "last_login": user.last_login.isoformat() if user.last_login else None,
        "never_logged_in": user.never,
        "created_on": user.created_on.isoformat() if user.created_on and portal in _STATES_CREATION else None,
    }


def plain(world: World, portal: str, rng: random.Random) -> Iterator[Asked]:
    listed = staff_of(world, portal)
    yield {"question": {}, "tags": ["everybody"]}
    while True:
        yield _named(rng.choice(listed))


def odd(world: World, portal: str, rng: random.Random) -> Iterator[Asked]:
    """One kind after the other, so that even a short list has the whole variety."""
    listed = staff_of(world, portal)
    tags = sorted({tag for user in listed for tag in user.tags})
    while True:
        yield _asked(f"nobody{rng.randrange(10**6)}", "not_found")
        shorter = rng.choice([user for user in listed if "prefix_of_another" in user.tags])
        yield _asked(shorter.username[:-1], "only_longer_names")
        yield _named(shorter)
        yield _asked(rng.choice(listed).username.upper(), "capitals")
        for tag in rng.sample(tags, len(tags)):
            yield _named(rng.choice([user for user in listed if tag in user.tags]))


def _named(user: User) -> Asked:
    return _asked(user.username, *user.tags)


def _asked(username: str, *tags: str) -> Asked:
    return {"question": {"username": username}, "tags": list(tags)}
