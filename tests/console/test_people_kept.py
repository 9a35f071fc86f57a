"""Letting people in and putting them out: nobody gives, or lays hands on, more than they have themselves."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

import pytest

from console.rights import EVERY_TIN
from core.errors import RequestInvalid
from core.phi import Secret
from lanes import people as entrance
from lanes.assembly import Fleet
from store import history, people
from store.people import Keeper, Role
from tests.console.conftest import Browser
from tests.console.rooms import API_MAY, MAY, right_of, routes
from tests.console.test_api import token_of
from tests.console.test_runs import events

SignedIn = Callable[..., Awaitable[Browser]]
PASSWORD = re.compile(r"<code>[a-z2-9-]{24}</code>")


@pytest.fixture
async def narrow(signed_in: SignedIn) -> Browser:
    """kim-0, between somebody of all tax IDs, somebody of another one and somebody of their own."""
    browser = await signed_in(Role.ADMINISTRATOR, tins=["11-1111111", "22-2222222"])
    await signed_in(Role.ADMINISTRATOR)
    await signed_in(Role.BILLER, tins=["11-1111111", "33-3333333"])
    await signed_in(Role.BILLER, tins=["11-1111111"])
    return browser


async def test_an_administrator_gives_no_tax_id_that_they_do_not_have(narrow: Browser, fleet: Fleet) -> None:
    for tins in ("all", "33-3333333", "11-1111111 33-3333333"):
        refused = await narrow.post("/people", name="alex", administrator="on", tins=tins)
        assert (refused.status_code, "that you have yourself" in refused.text) == (422, True)
        assert not PASSWORD.search(refused.text)
    made = await narrow.post("/people", name="alex", administrator="on", tins="22-2222222")
    assert PASSWORD.search(made.text)
    assert (await events(fleet, "person."))[-1][:2] == ("person.added", "kim-0")


async def test_a_program_is_let_in_with_a_token(narrow: Browser, fleet: Fleet) -> None:
    robot = {"name": "nightly", "biller": "on", "tins": "22-2222222", "program": "on"}
    shown = [(await narrow.post("/people", **robot)).text, (await narrow.post("/people/nightly/reset")).text]
    tokens = [re.findall(r"asks with the token <code>(fleet_[\w-]+)</code>", each) for each in shown]
    assert [len(each) for each in tokens] == [1, 1]
    assert tokens[0] != tokens[1]
    assert ("New token" in shown[1], 'class="tag good">program' in shown[1]) == (True, True)
    for name in ("kim-0", "kim-3"):
        with pytest.raises(RequestInvalid, match="is no program"):
            await entrance.renew_token(fleet, name, by=Keeper("sam"))
    with pytest.raises(RequestInvalid, match="has no password"):
        await entrance.reset(fleet, "nightly", Secret("correct horse battery"), by=Keeper("sam"))


async def test_people_with_other_tax_ids_do_not_exist_for_them(narrow: Browser, fleet: Fleet) -> None:
    shown = (await narrow.get("/people")).text
    assert [name for name in ("kim-0", "kim-1", "kim-2", "kim-3") if f">{name}</th>" in shown] == ["kim-0", "kim-3"]
    before = await events(fleet, "person.")
    for name in ("kim-1", "kim-2", "nobody"):
        for what in ("reset", "disable"):
            refused = await narrow.post(f"/people/{name}/{what}")
            assert (refused.status_code, f"There is no “{name}”" in refused.text) == (422, True), (name, what)
            assert not PASSWORD.search(refused.text)
    assert await events(fleet, "person.") == before
    assert PASSWORD.search((await narrow.post("/people/kim-3/reset")).text)
    assert "disabled" in (await narrow.post("/people/kim-3/disable")).text
    async with fleet.database.read() as session:
        standing = {each.person.name: each.person.disabled_at is None for each in await people.everybody(session)}
    assert standing == {"kim-0": True, "kim-1": True, "kim-2": True, "kim-3": False}


async def test_an_administrator_changes_what_somebody_may_do(signed_in: SignedIn, fleet: Fleet) -> None:
    admin = await signed_in(Role.ADMINISTRATOR)
    clerk = await signed_in(Role.BILLER, tins=["11-1111111"])
    assert 'href="/people/kim-1"' in (await admin.get("/people")).text
    form = (await admin.get("/people/kim-1")).text
    assert ('name="biller" checked' in form, 'name="scheduler" checked' in form) == (True, False)
    assert 'value="11-1111111"' in form
    # What is as it was before changes nothing, and signs nobody out.
    await admin.post("/people/kim-1", biller="on", tins="11-1111111")
    assert (await clerk.get("/")).status_code == 200
    changed = await admin.post("/people/kim-1", scheduler="on", tins="11-1111111, 22-2222222")
    assert (changed.status_code, changed.headers["location"]) == (303, "/people")
    assert (await clerk.get("/")).headers["location"] == "/sign-in"
    async with fleet.database.read() as session:
        person = await people.kept_by(session, people.Keeper("tests"), "kim-1")
        known = await people.known(session, person)
        told = await history.audit_page(session, action="person.changed", limit=9)
    assert (known.roles, known.tins) == ({Role.SCHEDULER}, {"11-1111111", "22-2222222"})
    assert [(each.actor, each.subject) for each in told.events] == [("kim-0", person.id)]
    assert '"tins":"11-1111111, 22-2222222"' in told.events[0].detail.replace(": ", ":")


async def test_a_change_that_may_not_be_is_said_and_nothing_is_lost(
    narrow: Browser, signed_in: SignedIn, fleet: Fleet
) -> None:
    before = await events(fleet, "person.")
    for name, fields, status, told in (
        ("kim-3", {"biller": "on", "tins": "33-3333333"}, 422, "that you have yourself"),
        ("kim-3", {"biller": "on", "tins": "all"}, 422, "that you have yourself"),
        ("kim-3", {"tins": "11-1111111"}, 422, "At least one role"),
        ("kim-3", {"biller": "on", "tins": ""}, 422, "Name the tax IDs"),
        ("kim-2", {"biller": "on", "tins": "11-1111111"}, 404, "There is no “kim-2”"),
        ("nobody", {"biller": "on", "tins": "11-1111111"}, 404, "There is no “nobody”"),
        ("kim-0", {"biller": "on", "tins": "11-1111111"}, 422, "Somebody else has to"),
        ("Kim-0", {"biller": "on", "tins": "11-1111111"}, 422, "Somebody else has to"),
    ):
        refused = await narrow.post(f"/people/{name}", **fields)
        assert (refused.status_code, told in refused.text) == (status, True), (name, fields)
        assert 'name="biller" checked' in refused.text or name != "kim-3" or "biller" not in fields
    assert (await narrow.get("/people/kim-1")).status_code == 404
    async with fleet.database.begin() as session:
        by_provider = await people.kept_by(session, people.Keeper("tests"), "kim-3")
        by_provider.issuer, by_provider.subject = "https://id.example.org", "3"
    refused = await narrow.post("/people/kim-3", scheduler="on", tins="11-1111111")
    assert "come from single sign-on" in refused.text
    assert 'href="/people/kim-3"' not in (await narrow.get("/people")).text
    assert await events(fleet, "person.") == before


async def test_what_is_of_all_tax_ids_alike_is_for_those_who_see_them_all(narrow: Browser, signed_in: SignedIn) -> None:
    whole = await signed_in(Role.ADMINISTRATOR)
    tokens = {each: await token_of(each) for each in (narrow, whole)}
    walked = [name for name, route in routes() if right_of(route) in EVERY_TIN]
    assert {name for name in walked if name in MAY} >= {"GET /audit", "GET /audit/verify", "GET /retention"}
    for endpoint in walked:
        method, path = endpoint.split()
        for browser in (narrow, whole):
            headers = tokens[browser] if endpoint in API_MAY else {"x-csrf-token": browser.csrf}
            answer = await browser.client.request(method, path, headers=headers)
            assert (answer.status_code == 403) == (browser is not whole), (endpoint, answer.status_code)
            assert ("all tax IDs" in answer.text) == (browser is not whole), endpoint
    assert 'href="/audit"' not in (await narrow.get("/")).text
    assert 'href="/audit"' in (await whole.get("/")).text
