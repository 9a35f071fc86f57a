"""A walk over every page that there is, in a real browser, light and dark, as wide as a laptop and as a phone: nothing
that axe finds to be in somebody's way, and nothing that is wider than the screen.
"""

from __future__ import annotations

import itertools
import os
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, get_args

import httpx
import pytest
from axe_playwright_python.async_playwright import Axe
from fastapi.routing import APIRoute
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page
from sqlalchemy import select

from console import pages
from console.app import ROOMS
from core.capabilities.canary import SeenPage
from core.capabilities.claim_status import Claim, Claims, ListedClaim
from core.errors import PortalChanged
from core.schedules import Definition
from lanes import people
from lanes.assembly import Fleet
from lanes.calendar import schedules as office
from lanes.calendar.obstacles import Board
from lanes.lane import LaneWorker
from store import canaries
from store.batches import Batch
from store.credentials import Credential
from store.people import ConsoleSession, Person, Role, Stage
from store.runs import Evidence
from store.submissions import StoredSubmission
from tests.console import kept
from tests.console.conftest import Browser
from tests.console.test_biller import ROWS
from tests.console.test_submitter import hand_in, takes_appeals
from tests.console.visits import SERIOUS, SIZES, pictures_of, served
from tests.lanes.scripted_payer import Payer

PARTS = {"base.html", "sign_in_base.html", "navigation.html", "cards.html"}
Shade = Literal["light", "dark"]
VIEWS: tuple[tuple[str, Shade], ...] = tuple((size, shade) for size in SIZES for shade in get_args(Shade))
THOROUGH = "THOROUGH" in os.environ
AT_ONCE = len(VIEWS) if THOROUGH else 1
"""Of the views in which each page is looked at; the next page begins with the next."""
ALIKE = 2
"""So many pages of one template are looked at in `make test`, and every answer's card."""
ELSEWHERE = {"signed_in.html", "signed_out.html"}
"""Only on the way from a provider: tests/console/test_in_a_browser.py."""


def places(ids: dict[str, list[str]]) -> Iterator[str]:
    """The address of every page, with each of these ids in it."""
    for room in ROOMS:
        for route in room.router.routes:
            assert isinstance(route, APIRoute)
            if "GET" in route.methods and not route.path.startswith("/api/"):
                yield from filled(route.path, ids)
    yield from ("/runs?outcome=PortalChanged", "/failures?days=90", "/audit?action=phi.", "/nowhere")


def filled(path: str, ids: dict[str, list[str]]) -> Iterator[str]:
    wanted = re.search(r"{(\w+)}", path)
    if wanted is None:
        yield path
        return
    name = f"{path.split('/')[1]} {wanted[1]}"
    for each in ids.get(name, ids.get(wanted[1], [])):
        yield from filled(path.replace(wanted[0], each, 1), ids)


@pytest.fixture
async def ids(
    signed_in: Callable[..., Awaitable[Browser]], fleet: Fleet, credential: Credential, portal: Any, ask_all: Any
) -> dict[str, list[str]]:
    """A house in which every page has something to show."""
    kim = await signed_in(*Role)
    portal.script = lambda member: PortalChanged("coverage", "plan_name") if member == "M2" else None
    await ask_all("M1", "M2")
    await kim.post("/batches/new/eligibility", counterpart="availity|aetna", pasted=ROWS)
    await LaneWorker(fleet, portal).work(credential.id)
    items = [
        (await kept.keep(fleet, credential, answer, capability=name, claim=f"E{name}")).id
        for name, answer in kept.answers().items()
    ]
    answered = [
        await kept.keep(fleet, credential, Claims(claims=(claim,)), age=age)
        for claim, age in (
            (Claim(claim_number="E1", status_text="Pending"), timedelta(days=2)),
            (Claim(claim_number="E1", status_text="Paid", listed=ListedClaim(status_text="Pending")), timedelta()),
        )
    ]
    gone = SeenPage(capability="claim_status", entry="search", landed=None, fields=())
    async with fleet.database.begin() as session:
        await canaries.note(session, "availity", [gone], actor="canary", now=fleet.clock.now())
    whom = {"portal": "availity", "payer": "aetna"}
    said = Definition.of(name="tomorrow", task="eligibility", cron="0 6 * * *", time_zone="UTC", **whom)
    await office.add(Board.of(fleet), said, actor="kim-0")
    takes_appeals(fleet)
    await kim.get("/submissions/new/appeal")
    sent = (await hand_in(kim)).headers["location"].rpartition("/")[2]
    await LaneWorker(fleet, Payer(fleet.clock)).work(credential.id)
    async with fleet.database.read() as session:
        evidence = (await session.scalars(select(Evidence).order_by(Evidence.id))).first()
        batch = (await session.scalars(select(Batch))).one()
        row = await session.get_one(StoredSubmission, sent)
    assert evidence is not None
    return {
        "ask name": ["eligibility", "claim_status", "users"],
        "batches name": ["eligibility", "claim_status"],
        "schedules name": ["tomorrow"],
        "people name": ["kim-0"],
        "item_id": [*items, *(each.id for each in answered)],
        "other_id": [answered[1].id],
        "kind": ["appeal", "message", "claims"],
        "task": ["eligibility", "messages", "canary"],
        "batch_id": [batch.id],
        "submission_id": [row.id],
        "run_id": [answered[1].run_id or "", evidence.run_id],
        "evidence_id": [evidence.id],
    }


class Walk:
    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address
        self.views = itertools.cycle(VIEWS)
        self.troubles: list[str] = []
        page.on("console", lambda said: self.troubles.append(said.text) if said.type in ("error", "warning") else None)

    async def open(self, path: str) -> None:
        await self.page.goto(self.address + path)
        for size, shade in itertools.islice(self.views, AT_ONCE):
            width, height = SIZES[size]
            await self.page.set_viewport_size({"width": width, "height": height})
            await self.page.emulate_media(color_scheme=shade)
            told = await Axe().run(self.page, options={"resultTypes": ["violations"]})
            self.troubles += [
                f"{path}, {size}, {shade}: {found['id']} at {node['target']}"
                for found in told.response["violations"]
                if found["impact"] in SERIOUS
                for node in found["nodes"]
            ]
            wider = await self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            if wider > 0:
                self.troubles.append(f"{path}, {size}: {wider} pixels wider than the screen")
        await pictures_of(self.page, path)


async def test_every_page_can_be_used_by_everybody(
    fleet: Fleet, chromium: Chromium, ids: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: Counter[str] = Counter()
    found = pages.templates.get_template

    def noted(name: str, *more: Any) -> Any:
        rendered[name] += 1
        return found(name, *more)

    monkeypatch.setattr(pages.templates, "get_template", noted)
    async with served(fleet) as address:
        context = await chromium.new_context()
        walk = Walk(await context.new_page(), address)
        seen: set[str] = set()
        for stage in (None, *Stage):
            cookies = {"fleet_session": await session_at(fleet, stage)} if stage else {}
            await context.clear_cookies()
            await context.add_cookies([{"name": each, "value": cookies[each], "url": address} for each in cookies])
            async with httpx.AsyncClient(base_url=address, cookies=cookies) as client:
                for path in places(ids):
                    if path.endswith(("/events", "/rows")) or "/sso" in path:
                        continue
                    before = rendered.copy()
                    answer = await client.get(path)
                    is_new = any(before[name] < ALIKE for name in rendered - before)
                    is_page = answer.headers.get("content-type", "").startswith("text/html")
                    assert answer.status_code < 500, path
                    if not (THOROUGH or is_new or re.fullmatch("/answers/[^/]+", path)):  # each has another card
                        continue
                    if is_page and (path, stage) not in seen and answer.is_success | (path == "/nowhere"):
                        seen.add((path, stage))
                        await walk.open(path)
        await context.close()
    whole = {name for name in pages.templates.list_templates() if not name.endswith("parts.html")} - PARTS - ELSEWHERE
    assert whole - rendered.keys() == set(), "no page of the walk shows it"
    assert [said for said in walk.troubles if "404" not in said] == []


async def session_at(fleet: Fleet, stage: Stage) -> str:
    """A cookie of the first person, who has come as far as this."""
    token, now = f"token at {stage.value}".replace(" ", "-"), datetime.now(UTC)
    async with fleet.database.begin() as session:
        person = (await session.scalars(select(Person))).one()
        row = ConsoleSession(id=people.session_key(token), person_id=person.id, stage=stage)
        row.csrf, row.created_at, row.seen_at = "mark", now, now
        session.add(row)
    return token
