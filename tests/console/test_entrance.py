"""Into the console and out of it: password, code, tries, time."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from core.errors import FleetError, RequestInvalid
from core.phi import Secret
from lanes import people
from lanes.assembly import Fleet
from lanes.tries import TRIES
from store import people as stored
from store.audit import AuditEvent
from store.people import ConsoleSession, Keeper, Person, Role, SignInTries, Stage
from tests.console.conftest import PASSWORD, Browser, code_now, open_browser

OWN = "my own long password"


@pytest.fixture
async def kim(fleet: Fleet) -> str:
    await people.add(
        fleet, "Kim", PASSWORD, roles=frozenset({Role.BILLER}), tins=frozenset({"12-3456789"}), by=Keeper("tests")
    )
    return "kim"


async def _events(fleet: Fleet) -> list[str]:
    async with fleet.database.read() as session:
        rows = await session.scalars(select(AuditEvent).order_by(AuditEvent.seq))
        return [row.action for row in rows if row.action.startswith("person.")]


async def _enrol(browser: Browser, name: str) -> str:
    """Through the whole entrance; gives the seed."""
    await browser.get("/sign-in")
    step = await browser.post("/sign-in", name=name, password=PASSWORD.reveal())
    assert step.headers["location"] == "/sign-in/password"
    await browser.follow(step)
    step = await browser.post("/sign-in/password", password=OWN, again=OWN)
    shown = await browser.follow(step)
    assert "<svg" in shown.text
    found = re.search(r'class="seed">([A-Z2-7 ]+)<', shown.text)
    assert found
    seed = found[1].replace(" ", "")
    step = await browser.post("/sign-in/app", code=code_now(seed))
    assert step.headers["location"] == "/"
    return seed


async def test_the_first_time_a_password_and_an_app_are_set_up(stranger: Browser, fleet: Fleet, kim: str) -> None:
    assert (await stranger.get("/")).headers["location"] == "/sign-in"
    seed = await _enrol(stranger, "KIM ")
    home = await stranger.get("/")
    assert (home.status_code, "kim" in home.text, "Biller" in home.text) == (200, True, True)
    out = await stranger.post("/sign-out")
    assert out.headers["location"] == "/sign-in"
    assert (await stranger.get("/")).status_code == 303
    # The one-time password is worth nothing any more, and a code is good once.
    assert (await stranger.post("/sign-in", name=kim, password=PASSWORD.reveal())).status_code == 401
    step = await stranger.post("/sign-in", name=kim, password=OWN)
    assert step.headers["location"] == "/sign-in/code"
    await stranger.follow(step)
    assert (await stranger.get("/")).status_code == 303  # half signed in is not signed in
    assert (await stranger.post("/sign-in/code", code=code_now(seed))).status_code == 401
    assert (await stranger.post("/sign-in/code", code=code_now(seed, later=30))).headers["location"] == "/"
    assert await _events(fleet) == [
        *("person.added", "person.password_set", "person.enrolled", "person.signed_in"),
        *("person.signed_out", "person.refused", "person.refused", "person.signed_in"),
    ]


async def test_the_cookie_is_strict_and_changes_with_the_last_step(stranger: Browser, kim: str) -> None:
    first = await stranger.post("/sign-in", name=kim, password=PASSWORD.reveal())
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    before = stranger.client.cookies["fleet_session"]
    stranger.client.cookies.clear()
    await _enrol(stranger, kim)
    assert stranger.client.cookies["fleet_session"] != before


async def test_tries_are_counted_for_known_and_unknown_names_alike(stranger: Browser, fleet: Fleet, kim: str) -> None:
    for name in (kim, "nobody"):
        told = [(await stranger.post("/sign-in", name=name, password="wrong")) for _ in range(TRIES)]
        assert {answer.status_code for answer in told} == {401}
        assert len({re.sub(r'value="[^"]*"', "", answer.text) for answer in told}) == 1
        late = await stranger.post("/sign-in", name=name, password=PASSWORD.reveal())
        assert late.status_code == 429
        assert "Wait" in late.text
    async with fleet.database.begin() as session:
        await session.execute(update(SignInTries).values(until=datetime.now(UTC) - timedelta(seconds=1)))
    assert (await stranger.post("/sign-in", name=kim, password=PASSWORD.reveal())).status_code == 303


async def test_many_tries_at_the_same_moment_are_no_more_than_one_after_the_other(fleet: Fleet, kim: str) -> None:
    async def told() -> str:
        with pytest.raises(FleetError) as refused:
            await people.sign_in(fleet, kim, Secret("wrong"))
        return refused.value.code

    assert Counter(await asyncio.gather(*[told() for _ in range(4 * TRIES)]))["RequestInvalid"] == TRIES


async def test_a_right_password_does_not_count_as_a_try(stranger: Browser, kim: str) -> None:
    for _ in range(2 * TRIES):
        assert (await stranger.post("/sign-in", name=kim, password=PASSWORD.reveal())).status_code == 303


@pytest.mark.parametrize("steps", [1, 2])
async def test_whoever_waits_with_an_old_password_gets_no_further(
    stranger: Browser, fleet: Fleet, kim: str, steps: int
) -> None:
    """Somebody saw the one-time password, signed in with it, and lets the person go first."""
    async with open_browser(fleet) as waiting:
        step = await waiting.post("/sign-in", name=kim, password=PASSWORD.reveal())
        if steps == 2:  # the password was chosen already: their own one
            await waiting.follow(step)
            await waiting.follow(await waiting.post("/sign-in/password", password=OWN, again=OWN))
            step = await stranger.post("/sign-in", name=kim, password=OWN)
            assert step.headers["location"] == "/sign-in/app"
            await waiting.client.get("/sign-in/app")
            shown = await stranger.follow(step)
            found = re.search(r'class="seed">([A-Z2-7 ]+)<', shown.text)
            assert found
            await stranger.post("/sign-in/app", code=code_now(found[1].replace(" ", "")))
        else:
            await _enrol(stranger, kim)
        async with fleet.database.read() as session:
            before = await session.scalar(select(Person.password_hash)), await session.scalar(select(Person.totp_seed))
            assert len((await session.scalars(select(ConsoleSession))).all()) == 1
        other = "another long password"
        for path, said in (("password", {"password": other, "again": other}), ("app", {"code": "123456"})):
            assert (await waiting.post(f"/sign-in/{path}", **said)).headers.get("location") == "/sign-in"
        async with fleet.database.read() as session:
            after = await session.scalar(select(Person.password_hash)), await session.scalar(select(Person.totp_seed))
        assert after == before


async def test_a_password_and_an_app_that_were_set_up_meanwhile_stay(fleet: Fleet, kim: str) -> None:
    """Also for a request that was let in before."""
    visitors = []
    for _ in range(2):
        token = await people.sign_in(fleet, kim, PASSWORD)
        visitors.append(await people.visitor_of(fleet, token.reveal(), idle=timedelta(hours=1)))
    first, second = visitors
    assert first is not None
    assert second is not None
    await people.choose_password(fleet, first, Secret(OWN), Secret(OWN))
    with pytest.raises(RequestInvalid, match="from somewhere else"):
        await people.choose_password(fleet, second, Secret("another long one"), Secret("another long one"))
    async with fleet.database.begin() as session:
        session.add(_half_open(first.person_id, "late"))
        await session.execute(update(Person).values(totp_seed=b"sealed"))
    late = dataclasses.replace(first, session_id="late", stage=Stage.ENROL)
    with pytest.raises(RequestInvalid, match="from somewhere else"):
        await people.check_code(fleet, late, "123456")


def _half_open(person_id: str, key: str) -> ConsoleSession:
    now = datetime.now(UTC)
    return ConsoleSession(id=key, person_id=person_id, stage=Stage.ENROL, csrf="mark", created_at=now, seen_at=now)


async def test_a_session_ends_by_itself_and_with_its_person(stranger: Browser, fleet: Fleet, kim: str) -> None:
    await _enrol(stranger, kim)
    async with fleet.database.begin() as session:
        long_ago = datetime.now(UTC) - timedelta(minutes=fleet.settings.console_idle_minutes, seconds=1)
        await session.execute(update(ConsoleSession).values(seen_at=long_ago))
    assert (await stranger.get("/")).headers["location"] == "/sign-in"
    async with fleet.database.read() as session:
        assert (await session.scalars(select(ConsoleSession))).all() == []


async def test_who_is_disabled_is_out_at_once(signed_in: object, fleet: Fleet) -> None:
    browser = await signed_in(Role.BILLER)  # type: ignore[operator]
    assert (await browser.get("/")).status_code == 200
    async with fleet.database.begin() as session:
        await stored.disable(session, "kim-0", by=Keeper("tests"), now=datetime.now(UTC))
    assert (await browser.get("/")).headers["location"] == "/sign-in"


async def test_a_form_of_another_site_is_refused(signed_in: object) -> None:
    browser = await signed_in(Role.BILLER)  # type: ignore[operator]
    assert (await browser.post("/sign-out", csrf="guess")).status_code == 403
    other = await browser.client.post("/sign-out", data={"csrf": browser.csrf}, headers={"origin": "http://evil.test"})
    assert other.status_code == 403
    site = {"sec-fetch-site": "cross-site"}
    assert (await browser.client.post("/sign-out", data={"csrf": browser.csrf}, headers=site)).status_code == 403
    assert (await browser.client.get("/", headers={"host": "evil.test"})).status_code == 400
    assert (await browser.get("/")).status_code == 200


async def test_every_answer_carries_the_headers_that_keep_it_here(stranger: Browser) -> None:
    for path in ("/sign-in", "/static/console.css", "/nowhere"):
        headers = (await stranger.get(path)).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
    assert (await stranger.get("/sign-in")).headers["cache-control"] == "no-store"


@pytest.mark.parametrize("password", ["short", "kimkimkimkimkim", "a" * 300, "aaaaaaaaaaaaaaaa"])
async def test_passwords_that_are_easy_to_guess_are_refused(fleet: Fleet, password: str) -> None:
    with pytest.raises(RequestInvalid, match="password"):
        await people.add(fleet, "kim", Secret(password), roles=frozenset({Role.BILLER}), tins=None, by=Keeper("t"))
