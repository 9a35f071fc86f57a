"""The same for programs: a bearer token acts as its person, and a cookie as nobody."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from lanes import people as entrance
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store import people
from store.credentials import Credential
from store.people import Role
from tests.console.conftest import PASSWORD, Browser
from tests.console.rooms import API_MAY
from tests.console.test_runs import events

SignedIn = Callable[..., Awaitable[Browser]]
QUESTION = {
    "capability": "eligibility",
    "portal": "availity",
    "payer": "aetna",
    "keys": {"member_id": "W1", "birth_date": "1980-02-29"},
}


async def token_of(browser: Browser) -> dict[str, str]:
    made = await browser.post("/account/tokens", name="nightly export")
    found = re.search(r"<code>(fleet_[\w-]+)</code>", made.text)
    assert found
    assert found[1] not in (await browser.get("/account")).text
    return {"authorization": f"Bearer {found[1]}"}


def _program(browser: Browser) -> httpx.AsyncClient:
    """The same house, without the person's cookie."""
    browser.client.cookies.clear()
    return browser.client


async def test_a_program_asks_and_reads(signed_in: SignedIn, fleet: Fleet, credential: Credential, portal: Any) -> None:
    browser = await signed_in(Role.BILLER, Role.SCHEDULER)
    token = await token_of(browser)
    program = _program(browser)
    asked = await program.post("/api/questions", json=QUESTION, headers=token)
    assert (asked.status_code, asked.json()["state"]) == (202, "queued")
    where = f"/api/questions/{asked.json()['work_item']}"
    summary = await LaneWorker(fleet, portal).work(credential.id)
    told = (await program.get(where, headers=token)).json()
    assert (told["outcome"], told["answer"]["message"]) == ("member_not_found", "W1 is not on file")
    assert await events(fleet) == [("phi.view", "kim-0", told["work_item"])]
    (run,) = (await program.get("/api/runs?capability=eligibility", headers=token)).json()["runs"]
    assert run["id"] == summary.run_id
    steps = (await program.get(f"/api/runs/{run['id']}", headers=token)).json()["steps"]
    assert [step["kind"] for step in steps] == ["login", "read"]
    assert (await program.get("/api/accounts", headers=token)).json()[0]["name"] == "north"
    paths = (await program.get("/api/openapi.json")).json()["paths"]
    assert {f"{method.upper()} {path}" for path, methods in paths.items() for method in methods} == API_MAY.keys()


@pytest.mark.parametrize(
    ("change", "status", "told"),
    [
        ({"keys": {"member_id": "W1"}}, 422, "birth_date is needed"),
        ({"keys": {"credential": "north"}}, 422, "not a key of eligibility"),
        ({"capability": "claim_status", "keys": {"claim_number": "E1"}}, 403, "eligibility only"),
        ({"portal": "nowhere"}, 422, "not a portal"),
        ({"keys": "W1-secret"}, 422, "makes no sense"),
    ],
)
async def test_what_is_wrong_is_one_sentence_without_what_was_sent(
    signed_in: SignedIn, credential: Credential, change: dict[str, Any], status: int, told: str
) -> None:
    browser = await signed_in(Role.ELIGIBILITY_CHECKER)
    token = await token_of(browser)
    answer = await _program(browser).post("/api/questions", json=QUESTION | change, headers=token)
    assert (answer.status_code, told in answer.json()["error"]["sentence"]) == (status, True)
    assert "W1-secret" not in answer.text


async def test_tokens_have_the_rights_of_their_person_and_end_with_them(signed_in: SignedIn, fleet: Fleet) -> None:
    browser = await signed_in(Role.AUDITOR)
    assert {await _status(browser.client, endpoint) for endpoint in API_MAY} == {401}  # with a cookie alone
    token = await token_of(browser)
    allowed = {name for name in API_MAY if await _status(browser.client, name, token) not in (401, 403)}
    assert allowed == {name for name, roles in API_MAY.items() if Role.AUDITOR in roles}
    account = (await browser.get("/account")).text
    revoke = re.search(r"/account/tokens/(token_\w+)/revoke", account)
    assert revoke
    second = await token_of(browser)
    stranger = await signed_in(Role.AUDITOR)
    assert (await stranger.post(revoke[0])).status_code == 422
    await browser.post(revoke[0])
    assert await _status(browser.client, "GET /api/runs", token) == 401
    assert await _status(browser.client, "GET /api/runs", second) == 200
    async with fleet.database.begin() as session:
        await people.disable(session, "kim-0", by=people.Keeper("tests"), now=datetime.now(UTC))
    assert await _status(browser.client, "GET /api/runs", second) == 401


async def _status(client: httpx.AsyncClient, endpoint: str, token: dict[str, str] | None = None) -> int:
    method, path = endpoint.split()
    body = QUESTION if method == "POST" else None
    answer = await client.request(method, re.sub(r"{\w+}", "nothing", path), json=body, headers=token)
    return answer.status_code


async def test_tokens_of_somebody_who_was_disabled_do_not_come_back_with_the_person(
    signed_in: SignedIn, fleet: Fleet
) -> None:
    browser = await signed_in(Role.BILLER)
    token = await token_of(browser)

    async def status() -> int:
        return (await _program(browser).get("/api/me", headers=token)).status_code

    await entrance.reset(fleet, "kim-0", PASSWORD, by=people.Keeper("tests"))
    assert await status() == 200, "a lost phone stops no program"
    async with fleet.database.begin() as session:
        await people.disable(session, "kim-0", by=people.Keeper("tests"), now=datetime.now(UTC))
    assert await status() == 401
    await entrance.reset(fleet, "kim-0", PASSWORD, by=people.Keeper("tests"))
    assert await status() == 401
