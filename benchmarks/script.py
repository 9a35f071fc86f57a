"""The yardstick: a hand-written Playwright script for the same portal, as a competent person writes one.

It logs in once and stays in one page, keeps the inquiry open between questions, waits for what it needs and never
sleeps. It fills, clicks and reads field by field, since that is how such scripts are written; rows of a table are read
in one call each. It takes no screenshots, keeps no evidence and checks no identity.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import date
from typing import Any

from playwright.async_api import Browser, FrameLocator, Locator, Page
from pyotp.totp import TOTP

TABLES = ("elig-copays", "elig-coinsurances", "elig-limitations", "elig-authorizations")
ACCUMULATORS = ("elig-deductibles", "elig-out-of-pockets")
PAIRS = ("Member ID", "Date of Birth", "Gender", "Relationship to Subscriber", "Payer", "Date of Service")


class Script:
    def __init__(self, page: Page) -> None:
        self._page = page
        self._app: FrameLocator = page.frame_locator("#newBodyFrame")

    @classmethod
    @asynccontextmanager
    async def logged_in(cls, browser: Browser, url: str, account: Mapping[str, str]) -> AsyncIterator[Script]:
        context = await browser.new_context()
        try:
            page = await context.new_page()
            await page.goto(f"{url}/login")
            await page.get_by_role("button", name="Accept All").click()
            await page.get_by_label("User ID").fill(account["username"])
            await page.get_by_label("Password", exact=True).fill(account["password"])
            await page.get_by_role("button", name="Log in").click()
            await page.locator('input[name="choice"]').first.check()
            await page.get_by_role("button", name="Continue").click()
            await page.get_by_label("Code", exact=True).fill(TOTP(account["totp_seed"]).now())
            await page.get_by_role("button", name="Continue").click()
            await page.get_by_role("heading", name="Welcome back").wait_for()
            yield cls(page)
        finally:
            await context.close()

    async def open_eligibility(self, payer: str, provider: str) -> None:
        tile = self._page.get_by_label("Top Applications").get_by_text("Eligibility and Benefits Inquiry")
        await tile.click()
        await self._choose("Payer", payer)
        search = self._app.get_by_placeholder("Search provider by name or NPI")
        await search.fill(provider)
        await self._app.get_by_role("option", name=provider).first.click()

    async def eligibility(self, keys: Mapping[str, str]) -> dict[str, Any]:
        app = self._app
        again = app.get_by_test_id("elig-new")
        if await again.is_visible():
            await again.click()
        await app.get_by_label("Member ID").fill(keys["member_id"])
        await app.get_by_label("Patient Date of Birth").fill(_us(keys["birth_date"]))
        await app.get_by_test_id("elig-as-of").fill(f"{date.today():%m/%d/%Y}")
        await app.get_by_label("Benefit / Service Type").select_option(keys.get("service_type", "30"))
        await app.get_by_test_id("elig-submit").click()
        # The patient before stays on the page until the answer is there.
        patient = app.get_by_test_id("elig-patient").filter(has_text=keys["member_id"])
        error = app.get_by_test_id("elig-error")
        await patient.or_(error).wait_for()
        if await error.is_visible():
            return {"message": await error.inner_text()}
        return await self._coverage()

    async def _coverage(self) -> dict[str, Any]:
        app = self._app
        read: dict[str, Any] = {"name": await app.get_by_test_id("elig-patient-name").inner_text()}
        for label in PAIRS:
            pair = app.locator(".patient-card-pair", has=app.get_by_text(label, exact=True))
            read[label] = await pair.locator(".patient-card-extended-value").first.inner_text()
        read["plans"] = [await _summary(plan) for plan in await self._plans("Summary")]
        for plan, section in zip(read["plans"], await self._plans("Benefits"), strict=True):
            plan.update({table: await _rows(section.get_by_test_id(table)) for table in TABLES})
        for plan, section in zip(read["plans"], await self._plans("Deductibles & Out-of-Pocket"), strict=True):
            plan.update({table: await _rows(section.get_by_test_id(table)) for table in ACCUMULATORS})
        await app.get_by_role("tab", name="Other Payers").click()
        read["other_payers"] = await _rows(app.get_by_test_id("elig-other-payers"))
        await app.get_by_role("tab", name="Primary Care").click()
        read["pcp"] = await _definitions(app.get_by_test_id("elig-pcp"))
        return read

    async def _plans(self, tab: str) -> list[Locator]:
        await self._app.get_by_role("tab", name=tab).click()
        return await self._app.get_by_role("tabpanel").locator("section.plan").all()

    async def _choose(self, label: str, option: str) -> None:
        await self._app.get_by_role("combobox", name=label, exact=True).fill(option)
        await self._app.get_by_role("option", name=option).click()


async def _summary(plan: Locator) -> dict[str, Any]:
    return {"status": await plan.locator(".MuiChip-label").inner_text(), **await _definitions(plan.locator("dl"))}


async def _definitions(found: Locator) -> dict[str, str]:
    return {
        await pair.locator("dt").inner_text(): await pair.locator("dd").inner_text()
        for pair in await found.locator("div").all()
    }


async def _rows(table: Locator) -> list[list[str]]:
    return [await row.locator("td").all_inner_texts() for row in await table.locator("tbody tr").all()]


def _us(iso: str) -> str:
    return f"{date.fromisoformat(iso):%m/%d/%Y}"
