"""An administrator's quarter: who has access, signed; and what the dashboard counts out of sealed answers."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
import pytest

from core.capabilities.claim_status import Adjustment, Claim, ClaimLine, Claims, Lifecycle
from core.manifest import Lock, Manifest
from core.phi import Phi
from lanes.assembly import Fleet
from lanes.keeping import holds
from lanes.keeping.shredding import shred
from lanes.submissions.submit import Order, hand_in
from payers.registry import AdapterError
from store import work_items
from store.base import place
from store.credentials import Credential
from store.people import Role
from store.retention import HoldKind
from store.work_items import ItemState
from tests.console import kept
from tests.console.conftest import Browser
from tests.console.test_api import token_of
from tests.console.test_runs import events
from tests.console.test_submitter import takes_appeals

SignedIn = Callable[..., Awaitable[Browser]]
ROSTER = b"portal,username,roles\navaility,north.billing,Claims\navaility,gone.person,\n"


@pytest.fixture
async def asked(fleet: Fleet, credential: Credential) -> str:
    """Its portal has said who has access; gives the question's id."""
    known = fleet.portals["availity"]
    changed = known.model_copy(update={"capabilities": (*known.capabilities, "users")})
    cast("dict[str, Manifest]", fleet.portals)["availity"] = changed
    item = await kept.keep(fleet, credential, kept.answers()["users"], capability="users")
    async with fleet.database.begin() as session:
        row = await session.get_one(type(item), item.id)
        row.query = fleet.sealer.seal("{}", place("work_item", item.id))
    return item.id


async def compare(browser: Browser, data: bytes = ROSTER, **fields: str) -> httpx.Response:
    files = {"roster": ("people.csv", data, "text/csv")}
    return await browser.client.post("/access", data={"csrf": browser.csrf, **fields}, files=files)


async def test_a_portal_is_asked_who_has_access_from_the_page_of_the_review(
    signed_in: SignedIn, fleet: Fleet, asked: str
) -> None:
    admin = await signed_in(Role.ADMINISTRATOR)
    shown = (await admin.get("/access")).text
    assert ("fleet pull users" in shown, shown.count("Ask now<")) == (False, 1)
    assert (await admin.post("/access/ask", portal="availity")).headers["location"] == "/access#portals"
    shown = (await admin.get("/access")).text
    assert ("queued" in shown, "Look again" in shown, "Ask now<" in shown) == (True, True, False)
    async with fleet.database.begin() as session:
        item = (await work_items.latest_of(session, ["availity"], "users"))["availity"]
        query = work_items.query_of(item, fleet.sealer)
        assert (item.requested_by, item.id != asked, query) == ("kim-0", True, '{"username":null}')
        item.state, item.error_code, item.error_sentence = ItemState.DONE, "RequestInvalid", "It has no such page."
    shown = (await admin.get("/access")).text
    assert ("It has no such page." in shown, "Ask now<" in shown) == (True, True)
    refused = await admin.post("/access/ask", portal="nowhere")
    assert (refused.status_code, "is not a portal here" in refused.text) == (422, True)
    narrow = await signed_in(Role.ADMINISTRATOR, tins=["tin of north"])
    assert (await narrow.post("/access/ask", portal="availity")).status_code == 403


async def test_who_has_access_is_compared_and_signed(signed_in: SignedIn, fleet: Fleet, asked: str) -> None:
    admin = await signed_in(Role.ADMINISTRATOR)
    assert '<span class="tag bad">due</span>' in (await admin.get("/access")).text
    assert "next access review: now" in (await admin.get("/accounts")).text
    told = (await compare(admin)).text
    for words in ("wrong roles", "has Eligibility", "missing", "gone.person", "people.csv"):
        assert words in told, words
    assert ("phi.view", "kim-0", asked) in await events(fleet)
    seen = re.search(r'name="seen" value="(\w{64})"', told)
    assert seen
    assert "another roster" in (await compare(admin, ROSTER + b"availity,more,\n", seen=seen[1])).text
    assert await events(fleet, "access.") == []
    assert "Signed off by kim-0" in (await compare(admin, seen=seen[1])).text
    assert await events(fleet, "access.") == [("access.reviewed", "kim-0", "availity")]
    assert '<span class="tag bad">due</span>' not in (await admin.get("/access")).text
    assert re.search(r"next access review: \d{4}-", (await admin.get("/accounts")).text)
    assert "Choose the roster" in (await admin.post("/access")).text
    assert "all tax IDs" in (await compare(await signed_in(Role.ADMINISTRATOR, tins=["tin of north"]))).text


async def test_what_is_known_of_a_portal_is_told_with_its_source(signed_in: SignedIn, fleet: Fleet) -> None:
    lock = Lock(opened_by="its help desk", source="assumed, after portals of its kind")
    known = cast("dict[str, Manifest]", fleet.portals)
    known["availity"] = known["availity"].model_copy(update={"lock": lock})
    shown = (await (await signed_in(Role.AUDITOR)).get("/portals")).text
    told = (
        "at wrong password 3 in a row",
        "opened by its help desk",
        "assumed, after portals of its kind",
        "30 minutes",
    )
    assert [each for each in told if each not in shown] == []


async def test_an_adapter_that_is_not_whole_is_told_on_the_page(signed_in: SignedIn, fleet: Fleet) -> None:
    fleet.broken["availity"] = AdapterError("payers/availity/login.py: it is not whole")
    fleet.broken["unmet"] = AdapterError("payers/unmet/manifest.yaml: name: Field required")
    browser = await signed_in(Role.ADMINISTRATOR)
    shown = (await browser.get("/portals")).text
    for sentence in ("payers/availity/login.py: it is not whole", "unmet/manifest.yaml: name: Field required"):
        assert sentence in shown, sentence
    assert '<span class="tag bad">not whole</span>' in shown
    (told,) = (await browser.client.get("/api/portals", headers=await token_of(browser))).json()
    assert told["not_whole"] == "payers/availity/login.py: it is not whole"


async def test_programs_compare_too(signed_in: SignedIn, fleet: Fleet, asked: str) -> None:
    browser = await signed_in(Role.ADMINISTRATOR)
    token = await token_of(browser)
    files = {"roster": ("people.csv", ROSTER, "text/csv")}
    asked = await browser.client.post("/api/access-reviews/ask", json={"portal": "availity"}, headers=token)
    assert (asked.status_code, asked.json()["capability"]) == (202, "users")
    told = (await browser.client.post("/api/access-reviews", files=files, headers=token)).json()
    assert {each["finding"] for each in told["found"]} >= {"wrong roles", "missing"}
    data = {"seen": told["roster_sha256"]}
    signed = await browser.client.post("/api/access-reviews", data=data, files=files, headers=token)
    assert signed.json()["signed_at"]
    (standing,) = (await browser.client.get("/api/access-reviews", headers=token)).json()
    assert (standing["portal"], standing["reviewed_by"]) == ("availity", "kim-0")


def denied(number: str, *, days: int, fleet: Fleet, codes: tuple[str, ...] = ("50",)) -> Claim:
    lines = tuple(ClaimLine(line_number=1, adjustments=(Adjustment(group="CO", code=code),)) for code in codes)
    decided = fleet.clock.now().date() - timedelta(days=days)
    return Claim(claim_number=number, lifecycle=Lifecycle.DENIED, finalized_on=decided, lines=lines)


async def test_the_dashboard_counts_denials_and_the_time_left(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    takes_appeals(fleet)
    claims = Claims(
        claims=(
            denied("E1", days=178, fleet=fleet, codes=("45", "50", "16")),
            denied("E2", days=170, fleet=fleet),
            denied("E3", days=10, fleet=fleet, codes=("45",)),
            denied("E4", days=300, fleet=fleet),
            Claim(claim_number="E5", lifecycle=Lifecycle.PAID),
        )
    )
    item = await kept.keep(fleet, credential, claims)
    await kept.keep(fleet, credential, claims)
    keys = {"claim_number": "E2", "decided_on": str(claims.claims[1].finalized_on)}
    await hand_in(fleet, Order("appeal", "availity", keys, [("a.txt", b"note")], "kim-0", payer=item.payer))
    biller = await signed_in(Role.BILLER)
    shown = (await biller.get("/")).text
    assert "4 denied claims" in shown
    bars = dict(re.findall(r"<title>(CO-\d+|no code stated|within a week|within a month|later): (\d+)</title>", shown))
    assert bars == {
        "CO-50": "3",
        "CO-16": "1",
        "no code stated": "1",
        "within a week": "1",
        "within a month": "0",
        "later": "1",
    }
    assert "E1" not in shown
    assert Phi("E1").reveal() not in (await (await signed_in(Role.BILLER, tins=["another"])).get("/")).text


@dataclass
class Years:
    """A clock that is some years ahead."""

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(days=1500)

    async def sleep_until(self, moment: datetime) -> None:
        del moment


async def test_what_was_shredded_is_told_with_its_day(
    fleet: Fleet, credential: Credential, signed_in: SignedIn
) -> None:
    item = await kept.keep(fleet, credential, kept.answers()["claim_status"])
    biller, admin = await signed_in(Role.BILLER), await signed_in(Role.ADMINISTRATOR)
    assert "Nothing is on hold" in (await admin.get("/retention")).text
    assert "E1" in (await biller.get("/answers")).text
    hold = await holds.place(fleet, HoldKind.PATIENT, "W99887766", reason="letter of counsel", actor="lee")
    await shred(replace(fleet, clock=Years()), actor="lee")
    shown = (await admin.get("/retention")).text
    assert (hold.id in shown, "W99887766" in shown, "its key destroyed" in shown) == (True, False, True)
    listed = (await biller.get("/answers")).text
    assert ("E1" in listed, ">shredded</a>" in listed) == (False, True)
    told = await biller.get(f"/answers/{item.id}")
    assert told.status_code == 409
    assert f"was shredded on {Years().now():%Y-%m}" in told.text
