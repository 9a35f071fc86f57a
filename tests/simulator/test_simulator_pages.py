"""The pages themselves, in a real browser: the traps that the scripts of the portal set."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import httpx
import pytest
from playwright.async_api import Browser, FrameLocator, Page, expect
from portal_desk import PASSWORD, SEED

from simulator.accounts import AccountSpec
from simulator.clock import VirtualClock
from simulator.dials import Dials
from simulator.house import House
from simulator.serve import Running, running
from simulator.world import World


@pytest.fixture(scope="module")
async def portal(world: World) -> AsyncIterator[Running]:
    async with running("judge-token", House.around(world, VirtualClock())) as served:
        yield served


@pytest.fixture
async def page(portal: Running, chromium: Browser) -> AsyncIterator[Page]:
    """Signed in, on a day without faults."""
    portal.house.accounts.put(AccountSpec(username="rhayes", password=PASSWORD, totp_seed=SEED, mfa=()))
    portal.house.dials["availity"] = Dials()
    context = await chromium.new_context()
    context.set_default_timeout(10_000)
    page = await context.new_page()
    await page.goto(f"{portal.portal_url()}/login")
    await page.get_by_role("button", name="Accept All").click()
    await page.get_by_label("User ID").fill("rhayes")
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Log in").click()
    await expect(page.get_by_role("region", name="Top Applications")).to_be_visible()
    yield page
    await context.close()


async def open_app(page: Page, address: str) -> FrameLocator:
    """The loader comes up at once and lies over everything until the tool has reported."""
    loading = """address => new Promise((shown) => {
        addEventListener("hashchange", () => shown(!document.getElementById("app-loader").hidden));
        location.hash = `#/loadApp/?appUrl=${address}`;
    })"""
    assert await page.evaluate(loading, quote(address, safe=""))
    await expect(page.locator("#app-loader")).to_be_hidden()
    return page.frame_locator("#newBodyFrame")


async def test_typing_a_payer_is_not_choosing_it(page: Page) -> None:
    app = await open_app(page, "/web/pres/eligibility/")
    await app.get_by_label("Payer").fill("Blue Horizon of Illinois")
    await app.get_by_role("button", name="Submit").click()
    await expect(app.get_by_text("Select a payer from the list.")).to_be_visible()
    assert await app.get_by_label("Payer").input_value() == ""


async def test_the_newer_pages_answer_and_can_be_worked_by_keyboard(portal: Running, page: Page) -> None:
    member = next(each for each in portal.house.world.members["BHIL"] if "markup" in each.tags)
    app = await open_app(page, "/web/pres/eligibility/")
    payer = app.get_by_label("Payer")
    await payer.press_sequentially("blue")
    await expect(app.locator("#payerId-field-listbox").get_by_role("option")).to_have_count(1)
    await payer.press("ArrowDown")
    await payer.press("Enter")
    await app.get_by_placeholder("Search provider").click()
    await app.locator("[role=option]:visible").first.click()
    await app.get_by_label("Member ID").fill(member.member_id)
    await app.get_by_label("Patient Date of Birth").fill(f"{member.birth_date:%m%d%Y}")
    await app.get_by_label("Patient Date of Birth").press("Enter")
    await expect(app.get_by_test_id("elig-patient-name")).to_have_text(f"{member.last_name}, {member.first_name}")
    await expect(app.get_by_test_id("elig-copays")).to_have_count(0)
    await app.get_by_role("tab", name="Benefits").click()
    await expect(app.get_by_test_id("elig-copays").first).to_be_visible()


async def test_the_patient_before_stays_until_the_answer_is_there(portal: Running, page: Page) -> None:
    first, second = portal.house.world.members["CASC"][:2]
    app = await open_app(page, "/web/pres/eligibility/?payerId=CASC")
    await app.get_by_placeholder("Search provider").click()
    await app.get_by_role("option").first.click()
    for member in (first, second):
        await app.get_by_label("Member ID").fill(member.member_id)
        await app.get_by_label("Patient Date of Birth").fill(f"{member.birth_date:%m/%d/%Y}")
        await app.get_by_role("button", name="Submit").click()
        if member is first:
            await expect(app.get_by_test_id("elig-patient")).to_contain_text(first.member_id)
            await app.get_by_role("button", name="New Request").click()
            portal.house.dials["availity"].latency_ms = (1500, 1500)
    await expect(app.get_by_test_id("elig-patient")).to_contain_text(first.member_id)
    await expect(app.get_by_role("progressbar", name="Loading results")).to_be_visible()
    await expect(app.get_by_test_id("elig-patient")).to_contain_text(second.member_id)


async def test_the_older_pages_take_dates_key_by_key_only(portal: Running, page: Page) -> None:
    member = portal.house.world.members["AETNA"][0]
    app = await open_app(page, "/web/pres/eligibility-classic/")
    await app.locator("#subscriberId").fill(member.member_id)
    born = app.get_by_label("Date of Birth")
    await born.fill(f"{member.birth_date:%m/%d/%Y}")
    assert await born.input_value() == ""
    await born.press_sequentially(f"{member.birth_date:%m%d%Y}")
    await app.get_by_role("button", name="Search").click()
    await expect(app.locator(".status-line")).to_have_text("Member is eligible")
    await expect(app.locator("#memberFacts")).to_contain_text(member.member_id)


async def test_an_expired_session_shows_the_timer_dialog(portal: Running, page: Page) -> None:
    app = await open_app(page, "/web/post/cs/enhanced-claim-status-ui/?payerId=CASC")
    portal.house.clock.advance(31 * 60)
    await app.get_by_placeholder("Search provider").click()
    await expect(page.get_by_role("alertdialog", name="Your session has expired")).to_be_visible()


async def test_labels_survive_the_first_variant_and_not_the_second(portal: Running, page: Page) -> None:
    for variant, shown in ((1, True), (2, False)):
        portal.house.dials["availity"].layout_variant = variant  # type: ignore[assignment]
        await page.goto("about:blank")
        await page.goto(f"{portal.portal_url()}/web/pres/eligibility/")
        await expect(page.get_by_role("heading", name="New Request")).to_be_visible()
        assert await page.locator("#memberId-field").count() == 0
        assert await page.get_by_label("Member ID").is_visible() is shown


async def test_it_runs_as_a_process_and_quits_when_told(tmp_path: Path) -> None:
    token, ready = tmp_path / "token", tmp_path / "ready.json"
    token.write_text("judge-token")
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", "--token-file", token, "--ready-file", ready
    )
    async with asyncio.timeout(120):
        while not ready.exists():
            await asyncio.sleep(0.05)
        where = json.loads(ready.read_text())
        async with httpx.AsyncClient(headers={"authorization": "Bearer judge-token"}) as client:
            health = await client.get(f"http://127.0.0.1:{where['port']}/control/health")
        assert health.json()["status"] == "ok"
        assert where["pid"] == process.pid
        os.kill(process.pid, signal.SIGTERM)
        await process.wait()
