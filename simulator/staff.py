"""Who works in a portal for a practice: made from the seed, with the leavers and doubles of every real list."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from simulator import names
from simulator.accounts import LAKESIDE, NORTHGATE, Organization

SITES = ("All sites", "Main campus", "North campus")
PLAIN_USERS = 14
_ROLES = {
    "availity": ("Eligibility and Benefits", "Claim Status", "Remittance Viewer", "Authorizations", "Base Role"),
    "medicaid_forms": ("Eligibility", "Claim Status", "Authorization", "Claim Entry"),
    "medicaid_sso": ("Eligibility inquiry", "Claim inquiry", "Prior approval entry", "Remittance viewer"),
    "uhc": ("Administrator", "Standard user", "Standard user", "Standard user"),
    "ucare": ("Provider User", "Provider User", "Provider Financial User"),
    "optumpay": ("General user", "General user", "View only user"),
    "ucare_old": ("BILLING", "FRONT DESK", "INQUIRY ONLY"),
}
_ADMINISTRATOR = {
    "availity": "Administrator",
    "medicaid_forms": "Administrator",
    "medicaid_sso": "Office administrator",
    "uhc": "Primary access administrator",
    "ucare": "Provider Admin",
    "optumpay": "Administrator",
    "ucare_old": "SITE ADMIN",
}
PORTALS = tuple(_ADMINISTRATOR)
"""All show their users to an administrator."""
_ONE_ROLE_EACH = ("uhc", "optumpay", "ucare_old")


@dataclass(frozen=True, slots=True)
class Access:
    tin: str | None
    npi: str | None = None
    site: str | None = None
    """Or what an older portal calls a practice by."""


@dataclass(frozen=True, slots=True)
class User:
    username: str
    first_name: str
    last_name: str
    roles: tuple[str, ...]
    access: tuple[Access, ...]
    status: str
    last_login: date | None
    created_on: date | None
    never: bool = False
    """Was never there. A last log-in that nobody noted is None, and this False."""
    tags: tuple[str, ...] = ()


def grow(portal: str, organization: Organization, seed: int, today: date) -> list[User]:
    """In the order of their user names, which differ in more than capitals."""
    rng = random.Random(f"staff {seed} {portal} {organization.id}")
    named: dict[str, User] = {}
    for user in _all(portal, organization, rng, today):
        named.setdefault(user.username.casefold(), user)
    return [named[key] for key in sorted(named)]


def _all(portal: str, organization: Organization, rng: random.Random, today: date) -> Iterator[User]:
    def user(**known: object) -> User:
        return replace(_user(portal, organization, rng, today), **known)  # type: ignore[arg-type]

    yield user(roles=(_ADMINISTRATOR[portal],), access=(_practice(portal, organization),), tags=("administrator",))
    for tag, first, last, _ in names.AWKWARD_NAMES:
        yield user(first_name=first, last_name=last, tags=(tag,))
    for _ in range(3):
        base = user()
        yield replace(base, tags=("same_name", "prefix_of_another"))
        yield user(
            username=f"{base.username}2", first_name=base.first_name, last_name=base.last_name, tags=("same_name",)
        )
    yield user(username=f"d.o'{rng.randrange(100, 999)}shea", tags=("odd_username",))
    yield user(username=f"{'very.long.' * 6}{rng.randrange(10**5)}@northgate-family-practice.example", tags=("long",))
    yield user(status="locked", tags=("locked",))
    yield user(status="pending", last_login=None, never=True, tags=("pending",))
    yield user(last_login=None, never=True, tags=("never",))
    yield user(last_login=None, created_on=None, tags=("not_stated",))
    yield user(status="inactive", last_login=today - timedelta(days=400), tags=("long_gone",))
    for _ in range(PLAIN_USERS):
        yield user()


def _user(portal: str, organization: Organization, rng: random.Random, today: date) -> User:
    first, last = names.first_name(rng, rng.choice("FM")), names.last_name(rng)
    created = today - timedelta(days=rng.randrange(60, 2500))
    several = 1 if portal in _ONE_ROLE_EACH else rng.choice((1, 1, 2))
    roles = tuple(dict.fromkeys(rng.choices(_ROLES[portal], k=several)))
    return User(
        username=f"{first[0]}{last}{rng.randrange(10, 99)}".lower(),
        first_name=first,
        last_name=last,
        roles=roles,
        access=tuple(_access(portal, organization, rng)),
        status="active" if rng.random() < 0.85 else "inactive",
        last_login=today - timedelta(days=rng.randrange(59)),
        created_on=created,
    )


def _access(portal: str, organization: Organization, rng: random.Random) -> Iterator[Access]:
    if portal in ("uhc", "optumpay", "ucare_old"):
        own = sorted((NORTHGATE, LAKESIDE), key=lambda each: each.id != organization.id)
        yield from (_practice(portal, each) for each in own[: rng.choice((1, 1, 2))])
    elif portal == "availity":
        yield Access(organization.tin)
    elif portal == "medicaid_forms":
        some = rng.sample(organization.providers, rng.randrange(1, len(organization.providers) + 1))
        yield from (Access(organization.tin, each.npi) for each in some)
    else:
        for provider in rng.sample(organization.providers, rng.randrange(1, len(organization.providers) + 1)):
            site = rng.choice((*SITES, None)) if provider == organization.providers[0] else "Main campus"
            yield Access(organization.tin, provider.npi, site)


def _practice(portal: str, organization: Organization) -> Access:
    """The older UCare portal knows group practice numbers and nothing else."""
    return Access(None, site=organization.id) if portal == "ucare_old" else Access(organization.tin)


def like(staff: list[User], start: str) -> list[User]:
    """What portals list for a user name: everybody whose name begins so, in whatever capitals."""
    wanted = start.strip().casefold()
    return [user for user in staff if user.username.casefold().startswith(wanted)]
