"""Each role's main path in a real browser: no console error, no breach of the policy, no request that leaves the house,
and nothing on any page that people with a screen reader, a keyboard or weak eyes cannot use (axe), light and dark.
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw
from playwright.async_api import Browser as Chromium
from playwright.async_api import Page

from core.capabilities.canary import SeenPage
from core.capabilities.eligibility import EligibilityQuery
from core.errors import PortalChanged
from lanes import people
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.questions.desk import Desk
from store import canaries
from store.credentials import Credential
from store.people import Keeper, Role
from tests.console import kept
from tests.console.conftest import PASSWORD
from tests.console.provider import Provider, running
from tests.console.test_single_sign_on import with_provider
from tests.console.test_submitter import takes_appeals
from tests.console.visits import PICTURES, Visit, served
from tests.lanes.scripted_payer import Payer
from tests.lanes.test_sent_codes import CODE


@pytest.fixture
async def visit(fleet: Fleet, chromium: Chromium) -> AsyncIterator[Callable[..., Awaitable[Visit]]]:
    async with served(fleet) as address:
        contexts = []

        async def visit(name: str, *roles: Role) -> Visit:
            await people.add(fleet, name, PASSWORD, roles=frozenset(roles), tins=None, by=Keeper("tests"))
            contexts.append(await chromium.new_context(viewport={"width": 1280, "height": 800}))
            opened = Visit(await contexts[-1].new_page(), address)
            await opened.sign_in(name)
            return opened

        yield visit
        for context in contexts:
            await context.close()


async def test_a_biller_asks_and_reads_with_the_keyboard_alone(
    visit: Callable[..., Awaitable[Visit]], fleet: Fleet, credential: Credential, portal: Any
) -> None:
    biller = await visit("pat", Role.BILLER)
    page = biller.page
    portal.script = lambda _: kept.answers()["eligibility"]
    await biller.open("/ask/eligibility")
    await page.get_by_label("Payer").select_option("availity|aetna")
    await page.get_by_label("Member ID").fill("XOH378946509")
    await page.get_by_label("Date of birth").fill("1999-02-10")
    await page.keyboard.press("Enter")
    await page.get_by_text("No worker is running").wait_for()
    await biller.keep("/answers/waiting")
    await LaneWorker(fleet, portal).work(credential.id)
    await page.get_by_role("heading", name="Active coverage").wait_for()
    await biller.keep("/answers/eligibility")
    for capability, answer in kept.answers().items():
        item = await kept.keep(fleet, credential, answer, capability=capability, by="pat", claim=f"E{capability}")
        if PICTURES or capability in ("remittances", "claim_files"):
            await biller.open(f"/answers/{item.id}?{capability}")
            await biller.keep(f"/answers/{capability}")
    await biller.open("/answers")
    await biller.open("/batches/new/eligibility")
    await page.get_by_label("Payer").select_option("availity|aetna")
    await page.get_by_role("textbox", name="or rows").fill(
        "member_id\tbirth_date\nW1\t1980-02-29\nW2\t1980-02-28\nW3\t1980-02-30\n"
    )
    await page.get_by_role("button", name="Ask all rows").click()
    await page.get_by_text("wrong row", exact=True).wait_for()
    await biller.keep("/batches/live")
    row, go_on = page.get_by_role("link", name="W1"), asyncio.Event()
    await row.focus()

    async def held_up(member: str) -> None:
        if member == "W2":
            await go_on.wait()

    portal.script, portal.before_answer = lambda _: None, held_up
    working = asyncio.create_task(LaneWorker(fleet, portal).work(credential.id))
    await page.get_by_text("Member not found").wait_for()  # on the open page, while the other row waits
    assert await page.locator("[data-count=waiting]").inner_text() == "1"
    assert await row.evaluate("link => link === document.activeElement")
    assert await page.locator("[data-spoken]").inner_text() == "2 of 3 rows are done."
    await biller.keep("/batches/half")
    go_on.set()
    await working
    await page.get_by_text("Member not found").nth(1).wait_for()
    await biller.keep("/batches/done")
    await biller.open("/batches")
    assert biller.troubles == []


async def rooms_of(page: Page) -> list[str]:
    return await page.get_by_role("navigation").get_by_role("link").all_inner_texts()


async def test_an_eligibility_checker_asks_for_coverage_and_for_nothing_else(
    visit: Callable[..., Awaitable[Visit]], fleet: Fleet, credential: Credential, portal: Any
) -> None:
    checker = await visit("kay", Role.ELIGIBILITY_CHECKER)
    page = checker.page
    assert await rooms_of(page) == ["Overview", "Ask now", "My questions", "Sheets"]
    portal.script = lambda _: kept.answers()["eligibility"]
    await page.get_by_role("navigation").get_by_role("link", name="Ask now").click()
    await page.get_by_label("Payer").select_option("availity|aetna")
    await page.get_by_label("Member ID").fill("XOH378946509")
    await page.get_by_label("Date of birth").fill("1999-02-10")
    assert await page.get_by_role("link", name="claim status").count() == 0
    await checker.keep("/ask/eligibility")
    await page.keyboard.press("Enter")
    await page.get_by_text("No worker is running").wait_for()
    await LaneWorker(fleet, portal).work(credential.id)
    await page.get_by_role("heading", name="Active coverage").wait_for()
    await checker.open("/answers")
    assert checker.troubles == []


async def test_an_auditor_sees_who_looked_at_what_and_that_nothing_was_changed(
    visit: Callable[..., Awaitable[Visit]], fleet: Fleet, credential: Credential, portal: Any, ask_all: Any
) -> None:
    await ask_all("M1")
    await LaneWorker(fleet, portal).work(credential.id)
    auditor = await visit("lou", Role.AUDITOR)
    page = auditor.page
    assert await rooms_of(page) == ["Overview", "Runs", "Failures", "Accounts", "Portals", "Audit trail"]
    await page.get_by_role("link", name="Audit trail").click()
    await page.get_by_label("Who").fill("lou")
    await page.get_by_role("button", name="Filter").click()
    await page.get_by_role("cell", name="person.signed_in").wait_for()
    assert await page.get_by_role("cell", name="credential.logged_in").count() == 0
    await page.get_by_role("link", name="Clear").click()
    await page.get_by_role("cell", name="credential.logged_in").wait_for()
    await auditor.keep("/audit")
    await page.get_by_role("link", name="Verify the chain").click()
    await page.get_by_text("none changed, none missing").wait_for()
    await auditor.open("/runs")
    await page.locator("a[href^='/runs/run_']").first.click()
    assert await page.locator(".film img").count() == 0, "pictures are not an auditor's"
    assert auditor.troubles == []


async def test_an_appeal_keeps_its_files_over_a_fault_and_is_sent_when_approved(
    visit: Callable[..., Awaitable[Visit]], fleet: Fleet, credential: Credential
) -> None:
    takes_appeals(fleet)
    payer = Payer(fleet.clock)
    biller = await visit("eve", Role.BILLER)
    page = biller.page
    await biller.open("/submissions")
    await page.get_by_role("link", name="New appeal").click()
    await page.get_by_label("Payer").select_option("availity|aetna")
    await page.get_by_label("Claim number").fill("CLM-1")
    fold = page.locator("form details")
    await fold.locator("summary").click()
    await page.get_by_label("Our argument").fill("It was necessary; the note says why.")
    await page.get_by_label("Provider NPI").fill("123")
    await fold.locator("summary").click()
    await page.get_by_label("Day of the decision").fill(str(datetime.now(UTC).date() - timedelta(days=200)))
    letter = {"name": "letter.txt", "mimeType": "text/plain", "buffer": b"records of CLM-1"}
    await page.get_by_label("Files").set_input_files(letter)  # type: ignore[arg-type]
    await page.get_by_role("button", name="Check only").click()
    await page.get_by_text("is not an NPI").wait_for()
    assert await fold.get_attribute("open") is not None, "a fold with a refused field opens by itself"
    await page.get_by_label("Provider NPI").fill("")
    await page.get_by_role("button", name="Check only").click()
    await page.get_by_text("The time to file it ended").wait_for()
    await biller.keep("/submissions/new")
    await page.get_by_label("Day of the decision").fill(str(datetime.now(UTC).date() - timedelta(days=160)))
    await page.get_by_role("button", name="Check only").click()
    await page.get_by_text("20 days left").wait_for()
    await page.get_by_role("button", name="Send").click()
    await page.get_by_text("No worker is running").wait_for()
    await LaneWorker(fleet, payer).work(credential.id)
    await page.get_by_role("button", name="Approve and send").wait_for()
    await biller.keep("/submissions/approval")
    await page.get_by_role("button", name="Approve and send").click()
    await page.get_by_text("No worker is running").wait_for()
    await LaneWorker(fleet, payer).work(credential.id)
    await page.get_by_text("The portal has received it").wait_for()
    await biller.keep("/submissions/confirmed")
    async with page.expect_download() as download:
        await page.get_by_role("link", name="Receipt").click()
    assert (await download.value).suggested_filename.startswith("receipt-sub_")
    assert payer.received[0][1] == (b"records of CLM-1",)
    await biller.open("/submissions")
    assert [said for said in biller.troubles if "422" not in said] == []


@pytest.mark.deep
async def test_nobody_is_signed_out_without_a_warning(visit: Callable[..., Awaitable[Visit]]) -> None:
    biller = await visit("ida", Role.BILLER)
    page = biller.page
    await page.clock.install()
    await page.goto(biller.address + "/account")
    await page.clock.run_for(14 * 60 * 1000 + 1000)
    await biller.keep("/account/warning")
    await page.get_by_role("button", name="Stay signed in").click()
    await page.get_by_role("alert").wait_for(state="detached")
    await page.clock.run_for(15 * 60 * 1000 + 6000)
    await page.wait_for_url("**/")  # the session itself lives on: only this page's clock ran
    assert biller.troubles == []


async def test_a_code_is_asked_for_on_the_open_page_and_handed_in(
    visit: Callable[..., Awaitable[Visit]], fleet: Fleet, credential: Credential, portal: Any, ask_all: Any
) -> None:
    biller = await visit("ann", Role.BILLER)
    page = biller.page
    await biller.open("/ask/eligibility")
    portal.sends_code = CODE
    await ask_all("M1")
    async with Desk(fleet, _nobody).open(fleet.settings.layout.run):
        working = asyncio.create_task(LaneWorker(fleet, portal).work(credential.id))
        await page.get_by_role("link", name="waits for a code").click()
        await page.get_by_label("Code", exact=True).fill(CODE)
        await biller.keep("/codes/waiting")
        await page.keyboard.press("Enter")
        await page.get_by_text("The code is with the bot").wait_for()
        assert (await working).answered == 1
    await page.get_by_text("No lane waits for a code").wait_for()
    assert biller.troubles == []


async def _nobody(_credentials: object) -> None:
    """The lane is at work already."""


async def test_an_administrator_finds_out_why_a_run_failed(
    visit: Callable[..., Awaitable[Visit]], fleet: Fleet, credential: Credential, portal: Any, ask_all: Any
) -> None:
    portal.script = lambda member: PortalChanged("coverage", "plan_name") if member == "M2" else None
    picture = _picture()
    perform = portal.lane

    async def lane(name: str, state: Any) -> Any:
        bot = await perform(name, state)
        answer = bot.perform

        async def with_picture(capability: str, payer: str | None, query: EligibilityQuery, sink: Any) -> Any:
            await sink.keep("screenshot", "image/png", picture, page="search")
            await sink.keep("page", "text/html", b"<h1>source</h1>", page="search")
            return await answer(capability, payer, query, sink)

        bot.perform = with_picture
        return bot

    portal.lane = lane
    await ask_all("M1", "M2")
    await LaneWorker(fleet, portal).work(credential.id)
    admin = await visit("sam", Role.ADMINISTRATOR)
    page = admin.page
    for path in ("/", "/runs", "/failures"):
        await admin.open(path)
    await page.get_by_role("link", name="The latest run").click()
    await page.get_by_text("plan_name").first.wait_for()
    await page.wait_for_function("() => document.querySelector('.film img').naturalWidth > 0")
    await admin.keep("/runs/one")
    await page.get_by_text("unmasked pieces").first.click()
    await page.get_by_role("link", name="Reveal").first.click()
    await page.get_by_label("Reason").fill("the payer's appeal of 3 March")
    await admin.keep("/evidence/reveal")
    async with page.expect_download() as download:
        await page.keyboard.press("Enter")
    assert (await download.value).suggested_filename.endswith(".txt")
    for path in (
        "/accounts",
        "/portals",
        "/access",
        "/retention",
        "/audit",
        "/audit/verify",
        "/people",
        "/people/sam",
        "/account",
        "/nowhere",
    ):
        await admin.open(path)
    await admin.open("/people")
    await page.get_by_label("Name").fill("nightly")
    await page.get_by_label("Tax IDs").fill("all")
    await page.get_by_role("checkbox", name="biller").check()
    await page.get_by_label("A program").check()
    await page.get_by_role("button", name="Add").click()
    await page.get_by_text("nightly asks with the token fleet_").wait_for()
    await admin.keep("/people/program")
    broken = [said for said in admin.troubles if "404" not in said and "ERR_" not in said]
    # The scripted portal's own picture is no picture.
    assert broken == []


async def test_a_scheduler_plans_a_week_and_sees_what_will_fail(
    visit: Callable[..., Awaitable[Visit]], fleet: Fleet, credential: Credential, second_credential: Credential
) -> None:
    keeper = await visit("lee", Role.SCHEDULER)
    page = keeper.page
    await keeper.open("/schedules")
    for name, cron in (("coverage-tomorrow", "0 6 * * 1-5"), ("claims-by-age", "*/45 9-16 * * *")):
        await page.goto(f"{keeper.address}/schedules/new/{'eligibility' if 'cov' in name else 'claim_status'}")
        await page.get_by_label("Name").fill(name)
        await page.get_by_label("Portal and payer").select_option("availity|aetna")
        if "/" in cron:
            await page.get_by_label("otherwise, as a cron line").check()
            await page.get_by_role("textbox", name="Cron line").fill(cron)
        await page.get_by_role("button", name="Show when it runs").click()
        await page.get_by_text("It would run next at").wait_for()
        await keeper.keep("/schedules/new")
        await page.get_by_role("button", name="Add").click()
        await page.get_by_text("Next runs").wait_for()
    gone = SeenPage(capability="claim_status", entry="search", landed=None, fields=())
    async with fleet.database.begin() as session:
        await canaries.note(session, "availity", [gone], actor="canary", now=fleet.clock.now())
    await keeper.open("/schedules")
    await page.get_by_role("link", name="coverage-tomorrow").click()
    await page.get_by_label("The newest one counts").set_input_files(
        {"name": "monday.csv", "mimeType": "text/csv", "buffer": b"member_id,birth_date\nW1,1980-02-29\n"}
    )
    await page.get_by_role("button", name="Hand in").click()
    await page.get_by_text("1 lines").wait_for()
    await page.get_by_role("button", name="Run now").click()
    await page.get_by_text("running: 0 of 1 answered").wait_for()
    await page.get_by_text("Edit", exact=True).click()
    await page.get_by_label("Priority").fill("20")
    await keeper.keep("/schedules/one")
    await page.get_by_role("button", name="Save as version 2").click()
    await page.get_by_text("version 2", exact=False).first.wait_for()
    await page.get_by_label("Reason to pause").fill("holidays")
    await page.keyboard.press("Enter")
    await page.get_by_role("button", name="Resume").wait_for()
    await page.get_by_role("button", name="Resume").click()
    await keeper.open("/calendar")
    await page.get_by_role("link", name="Week after").click()
    await page.locator(".day h2 a").first.click()
    await page.get_by_text("will fail", exact=True).first.wait_for()
    await keeper.keep("/forecast/day")
    await keeper.open("/queue")
    await page.get_by_text("schedule coverage-tomorrow").wait_for()
    await keeper.open("/?signed-in")
    assert keeper.troubles == []


async def test_a_biller_signs_in_with_the_provider_of_the_house(
    fleet: Fleet, chromium: Chromium, tmp_path: Path
) -> None:
    async with running(Provider()) as provider:
        house = await with_provider(fleet, provider, tmp_path, local_sign_in="administrators")
        async with served(house) as address:
            context = await chromium.new_context()
            biller = Visit(await context.new_page(), address)
            biller.homes.append(provider.issuer)
            page = biller.page
            await biller.open("/")
            await biller.keep("/sign-in/with-provider")
            await page.get_by_role("link", name="Sign in with localhost").click()
            await page.get_by_role("button", name="eve").click()
            await page.get_by_text("nothing here says what you may do").wait_for()
            await page.get_by_role("link", name="Sign in with localhost").click()
            await page.get_by_role("button", name="pat").click()
            # The session's cookie is strict, and the way came from another site.
            await page.get_by_role("heading", name="Overview").wait_for()
            await page.get_by_role("button", name="Sign out").click()
            await biller.keep("/sign-in/sso/out")
            await page.get_by_role("link", name="Sign out there as well").click()
            await page.get_by_text("signed out everywhere").wait_for()
            await biller.open("/answers")
            await page.get_by_role("heading", name="Sign in").wait_for()
            await context.close()
    assert [said for said in biller.troubles if "401" not in said and "favicon" not in said] == []


def _picture() -> bytes:
    image = Image.new("RGB", (1280, 800), "#f4f6fa")
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, 1280, 70), fill="#20446b")
    for row in range(6):
        draw.rectangle((60, 130 + row * 90, 420, 170 + row * 90), fill="#c9d3df")
        draw.rectangle((480, 130 + row * 90, 1180, 170 + row * 90), fill="#111111")
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
