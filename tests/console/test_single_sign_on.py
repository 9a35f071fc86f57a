"""Signing in by a small OpenID provider: only who is proven, and known to the rules, gets in, and as what they say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey
from sqlalchemy import select, update

from core.phi import Secret
from lanes import people
from lanes.assembly import Fleet
from store import people as stored
from store.audit import AuditEvent
from store.people import Keeper, Person, Role
from tests.console.conftest import PASSWORD, Browser, open_browser
from tests.console.provider import CLIENT, SECRET, Claims, Provider, running

RULES = """
name: preferred_username
rules:
  - {claim: groups, has: billers, roles: [biller], tins: ["12-3456789"]}
  - {claim: groups, has: leads, roles: [scheduler], tins: ["98-7654321"]}
  - {claim: realm_access.roles, has: admin, roles: [administrator], tins: all}
"""


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    async with running(Provider()) as provider:
        yield provider


@pytest.fixture
async def house(fleet: Fleet, provider: Provider, tmp_path: Path) -> Fleet:
    return await with_provider(fleet, provider, tmp_path)


async def with_provider(fleet: Fleet, provider: Provider, folder: Path, **settings: Any) -> Fleet:
    rules = folder / "rules.yaml"
    rules.write_text(RULES)
    await fleet.vault.save_client_secret(Secret(SECRET))
    given = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_rules": rules, **settings}
    return replace(fleet, settings=fleet.settings.model_copy(update=given))


@pytest.fixture
async def caller(house: Fleet) -> AsyncIterator[Browser]:
    async with open_browser(house) as browser:
        yield browser


async def to_the_provider(caller: Browser) -> str:
    begun = await caller.get("/sign-in/sso")
    assert begun.status_code == 303, begun.text
    return begun.headers["location"]


async def back_from(address: str, user: str) -> str:
    async with httpx.AsyncClient() as client:
        assert (await client.get(address)).status_code == 200
        answer = await client.post(address, data={"user": user})
    return answer.headers["location"]


async def sign_in(caller: Browser, user: str = "pat") -> httpx.Response:
    return await caller.get(await back_from(await to_the_provider(caller), user))


async def actions(fleet: Fleet) -> list[str]:
    async with fleet.database.read() as session:
        rows = await session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
        return [row.action for row in rows if row.action.startswith("person.")]


async def everybody(fleet: Fleet) -> dict[str, tuple[set[str], frozenset[str] | None]]:
    async with fleet.database.read() as session:
        return {each.person.name: (set(each.roles), each.tins) for each in await stored.everybody(session)}


async def test_who_is_proven_gets_in_as_the_rules_say(caller: Browser, house: Fleet, provider: Provider) -> None:
    assert "Sign in with localhost" in (await caller.get("/sign-in")).text
    address = await to_the_provider(caller)
    asked = parse_qs(urlsplit(address).query)
    assert (asked["code_challenge_method"], asked["scope"]) == (["S256"], ["openid profile email"])
    shown = await caller.get(await back_from(address, "pat"))
    assert shown.status_code == 200
    assert "SameSite=strict" in next(each for each in shown.headers.get_list("set-cookie") if "fleet_session" in each)
    assert (await caller.get("/answers")).status_code == 200
    assert (await caller.get("/audit")).status_code == 403
    assert await everybody(house) == {"pat": ({"biller"}, frozenset({"12-3456789"}))}
    assert await actions(house) == ["person.added", "person.signed_in"]

    out = await caller.post("/sign-out")
    assert out.headers["location"] == "/sign-in/sso/out"
    assert f"{provider.issuer}/end?client_id=" in (await caller.follow(out)).text
    assert (await caller.get("/")).headers["location"] == "/sign-in"

    provider.users["pat"]["groups"] = ["leads"]
    provider.users["pat"]["realm_access"] = {"roles": ["admin"]}
    provider.users["pat"]["preferred_username"] = "patricia"  # whatever they are called now: the subject is the same
    await sign_in(caller)
    assert await everybody(house) == {"pat": ({"scheduler", "administrator"}, None)}
    assert (await actions(house))[2:] == ["person.signed_out", "person.changed", "person.signed_in"]


async def test_claims_that_only_userinfo_tells_are_asked_for(caller: Browser, house: Fleet, provider: Provider) -> None:
    provider.only_in_userinfo = frozenset({"groups"})
    assert (await sign_in(caller)).status_code == 200
    assert (await everybody(house))["pat"][0] == {"biller"}


async def test_somebody_unknown_to_the_rules_reads_why(caller: Browser, house: Fleet) -> None:
    refused = await sign_in(caller, "eve")
    assert refused.status_code == 401
    assert "You are signed in as eve, but nothing here says what you may do." in refused.text
    assert await everybody(house) == {}
    assert await actions(house) == ["person.refused"]


STRANGER = RSAKey.generate_key(2048, {"kid": "1"})
FORGED: dict[str, Callable[[Provider], dict[str, Any]]] = {
    "another question's nonce": lambda _: {"spoil": lambda claims: claims | {"nonce": "x"}},
    "no nonce": lambda _: {"spoil": lambda claims: {name: claims[name] for name in claims if name != "nonce"}},
    "for another client": lambda _: {"spoil": lambda claims: claims | {"aud": "another"}},
    "for several, and not to us": lambda _: {"spoil": lambda claims: claims | {"aud": [CLIENT, "another"]}},
    "of another issuer": lambda _: {"spoil": lambda claims: claims | {"iss": "https://evil.test"}},
    "too old": lambda _: {"spoil": lambda claims: claims | {"exp": claims["iat"] - 3600}},
    "of nobody": lambda _: {"spoil": lambda claims: {name: claims[name] for name in claims if name != "sub"}},
    "signed by another key": lambda _: {
        "sign": lambda claims: jwt.encode({"alg": "RS256", "kid": "1"}, claims, STRANGER)
    },
    "signed with our own secret": lambda _: {"sign": _with_our_secret},
    "not signed": lambda _: {"sign": _unsigned},
    "no token at all": lambda _: {"sign": lambda _: "nothing"},
}


def _with_our_secret(claims: Claims) -> str:
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET), algorithms=["HS256"])


def _unsigned(claims: Claims) -> str:
    signed = jwt.encode({"alg": "RS256"}, claims, STRANGER)
    return "eyJhbGciOiJub25lIn0." + signed.split(".")[1] + "."


async def test_what_cannot_be_believed_lets_nobody_in(caller: Browser, house: Fleet, provider: Provider) -> None:
    told = {}
    for kind, forged in FORGED.items():
        provider.spoil, provider.sign = dict, None
        for name, value in forged(provider).items():
            setattr(provider, name, value)
        refused = await sign_in(caller)
        told[kind] = (refused.status_code, "cannot be believed" in refused.text)
    assert told == dict.fromkeys(FORGED, (503, True))
    assert await everybody(house) == {}
    provider.spoil, provider.sign = dict, None
    assert (await sign_in(caller)).status_code == 200  # that it was the forgery that was refused


async def test_only_the_browser_that_began_may_come_back_and_once(caller: Browser, house: Fleet) -> None:
    back = await back_from(await to_the_provider(caller), "pat")
    async with open_browser(house) as another:
        assert (await another.get(back)).status_code == 401
    forged = back.replace("state=", "state=x")
    assert (await caller.get(forged)).status_code == 401
    assert (await caller.get(back)).status_code == 401  # the failed try has used up the way
    back = await back_from(await to_the_provider(caller), "pat")
    way = caller.client.cookies["fleet_sign_on"]
    assert (await caller.get(back)).status_code == 200
    caller.client.cookies.clear()
    caller.client.cookies.set("fleet_sign_on", way)
    again = await caller.get(back)
    assert (again.status_code, "invalid_grant" in again.text) == (401, True)
    cancelled = await caller.get("/sign-in/sso/back?error=access_denied")
    assert cancelled.status_code == 401


async def test_a_wrong_secret_and_a_provider_that_is_down_are_told(caller: Browser, house: Fleet) -> None:
    await house.vault.save_client_secret(Secret("wrong"))
    assert "invalid_client" in (await sign_in(caller)).text
    nobody = replace(house, settings=house.settings.model_copy(update={"oidc_issuer": "http://127.0.0.1:1"}))
    async with open_browser(nobody) as alone:
        answer = await alone.get("/sign-in/sso")
    assert (answer.status_code, "does not answer" in answer.text) == (503, True)


async def test_a_name_that_somebody_has_already(caller: Browser, house: Fleet) -> None:
    await people.add(house, "pat", PASSWORD, roles=frozenset({Role.ADMINISTRATOR}), tins=None, by=Keeper("tests"))
    await sign_in(caller)
    assert (await everybody(house))["pat@localhost"] == ({"biller"}, frozenset({"12-3456789"}))
    assert (await everybody(house))["pat"][0] == {"administrator"}


async def test_who_was_put_out_stays_out(caller: Browser, house: Fleet) -> None:
    await sign_in(caller)
    async with house.database.begin() as session:
        await stored.disable(session, "pat", by=Keeper("tests"), now=datetime.now(UTC))
    assert (await caller.get("/")).status_code == 303
    refused = await sign_in(caller)
    assert (refused.status_code, "put out" in refused.text) == (401, True)


async def test_their_tokens_end_when_the_provider_has_not_been_asked_for_long(caller: Browser, house: Fleet) -> None:
    await sign_in(caller)
    visitor = await people.visitor_of(house, caller.client.cookies["fleet_session"], idle=timedelta(minutes=5))
    assert visitor is not None
    token = await people.new_token(house, visitor, "reports")
    assert await people.visitor_of_token(house, token) is not None
    async with house.database.begin() as session:
        await session.execute(update(Person).values(last_sign_in_at=datetime.now(UTC) - timedelta(days=31)))
    assert await people.visitor_of_token(house, token) is None


async def test_passwords_can_be_left_to_administrators_in_an_emergency(
    fleet: Fleet, provider: Provider, tmp_path: Path
) -> None:
    house = await with_provider(fleet, provider, tmp_path, local_sign_in="administrators")
    await people.add(house, "kim", PASSWORD, roles=frozenset({Role.BILLER}), tins=None, by=Keeper("tests"))
    await people.add(house, "sam", PASSWORD, roles=frozenset({Role.ADMINISTRATOR}), tins=None, by=Keeper("tests"))
    async with open_browser(house) as browser:
        told = {name: await browser.post("/sign-in", name=name, password=PASSWORD.reveal()) for name in ("kim", "sam")}
    assert (told["kim"].status_code, told["sam"].status_code) == (401, 303)
    assert "use single sign-on" in told["kim"].text
    async with house.database.begin() as session:
        sam = await stored.named(session, "sam")
        assert sam is not None
        await people._open(session, house, _visitor(sam), sam)
    assert (await actions(house))[-1] == "person.broke_glass"


def _visitor(person: Person) -> people.Visitor:
    return people.Visitor(person.id, person.name, frozenset(), None, "", "", people.Stage.CODE)


async def test_rules_that_make_no_sense_are_told(caller: Browser, house: Fleet, tmp_path: Path) -> None:
    for text in ("rules: [", "rules: []", "rules: [{claim: groups, has: x, roles: [king]}]"):
        (tmp_path / "rules.yaml").write_text(text)
        refused = await sign_in(caller)
        assert (refused.status_code, "rules.yaml" in refused.text) == (503, True)
