"""Pages that change in front of one's eyes: when what they show is believed, and how long they are waited for."""

from __future__ import annotations

import pytest
from fixtures_portals import short_of_time
from playwright.async_api import Page as BrowserPage
from strange_portal.visitor import Opened

from bots import portal as portal_module
from bots.identity import IdentityMismatch
from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import text
from core.capabilities.record import Record
from core.errors import PortalChanged, PortalUnavailable

PAGES = """
pages:
  coverage:
    here: {css: "#who"}
    member_id: {css: "#who"}
    plans: {each: {css: "#plans p"}, name: {css: ":scope"}}
  jobs:
    here: {css: "#jobs"}
    status: {css: "#jobs"}
    refresh: {css: button}
  answer:
    here: {css: "#answer"}
---
working: {css: "#spinner"}
"""
SHOWN = "<p id=clock>0</p><p id=who>{who}</p><div id=plans><p>{plan}</p></div>"
TICKING = "setInterval(() => { document.getElementById('clock').textContent++ }, 200)"


class Plan(Record):
    name: str


class PlanRow(Part[Plan]):
    name = Field(text)


class Coverage(Record):
    member_id: str
    plans: tuple[Plan, ...]


class CoveragePage(ReadsInto[Coverage], page="coverage"):
    member_id = Field(text, identifies="member_id")
    plans = Rows(PlanRow)


class Job(Record):
    status: str


class JobsPage(ReadsInto[Job], page="jobs"):
    status = Field(text)
    refresh = Element()


class AnswerPage(Page, page="answer"): ...


async def fills(page: BrowserPage, *changes: tuple[int, str, str]) -> None:
    """After so many milliseconds, what is found by this says that."""
    for milliseconds, css, says in changes:
        await page.evaluate(
            "([ms, css, says]) => setTimeout(() => { document.querySelector(css).textContent = says }, ms)",
            [milliseconds, css, says],
        )


@pytest.mark.parametrize("clock", ["", TICKING], ids=["silent", "ticking"])
@pytest.mark.parametrize("seen_before", [True, False])
async def test_a_head_that_changes_before_the_rest_is_not_believed_for_it(
    blank: BrowserPage, opened: Opened, clock: str, seen_before: bool
) -> None:
    """Nothing tells that the rest is still to come: no request is under way."""
    await blank.set_content(SHOWN.format(who="W1", plan="Gold"))
    portal = opened(PAGES)
    if seen_before:
        assert await (await portal.landed_on(CoveragePage, about={"member_id": "W1"})).read()
        await portal.mark(portal.spec(CoveragePage))
    await blank.evaluate(clock)
    await fills(blank, (0 if seen_before else 300, "#who", "W2"), (1_000, "#plans p", "Silver"))
    found = await (await portal.landed_on(CoveragePage, about={"member_id": "W2"})).read()
    assert (found.member_id, [plan.name for plan in found.plans]) == ("W2", ["Silver"])


async def test_two_people_may_have_the_same_plan(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(SHOWN.format(who="W1", plan="Gold"))
    portal = opened(PAGES)
    await (await portal.landed_on(CoveragePage, about={"member_id": "W1"})).read()
    await portal.mark(portal.spec(CoveragePage))
    await fills(blank, (50, "#who", "W2"))
    found = await (await portal.landed_on(CoveragePage, about={"member_id": "W2"})).read()
    assert [plan.name for plan in found.plans] == ["Gold"]


async def test_somebody_else_is_nobody_also_where_a_clock_ticks(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(SHOWN.format(who="W1", plan="Gold"))
    await blank.evaluate(TICKING)
    with pytest.raises(IdentityMismatch):
        await opened(PAGES).landed_on(CoveragePage, about={"member_id": "W2"})


@pytest.mark.parametrize("by_itself", [True, False])
async def test_work_behind_the_page_is_waited_for(blank: BrowserPage, opened: Opened, by_itself: bool) -> None:
    await blank.set_content("<p id=jobs>Queued</p><button>Refresh</button>")
    portal = opened(PAGES)
    page = await portal.landed_on(JobsPage)
    if by_itself:
        await fills(blank, (300, "#jobs", "Running"), (900, "#jobs", "Complete"))
        job = await page.read_when(lambda read: read.status == "Complete")
    else:
        pressed = "const it = document.querySelector('#jobs'); it.textContent = it.textContent + '.'"
        await blank.evaluate(f"document.querySelector('button').onclick = () => {{ {pressed} }}")
        job = await page.read_when(lambda read: read.status == "Queued..", refresh=page.refresh)
    assert job.status in {"Complete", "Queued.."}


async def test_work_that_does_not_end_is_unavailable(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content("<p id=jobs>Queued</p>")
    portal = opened(PAGES)
    portal.definition = short_of_time(portal.definition, 0.5)
    page = JobsPage(portal, portal.spec(JobsPage))
    with pytest.raises(PortalUnavailable) as caught:
        await page.read_when(lambda read: read.status == "Complete")
    assert caught.value.reference == "jobs is not ready"


@pytest.mark.parametrize("spinner", ["<p id=spinner>Please wait</p>", "<p>Please wait</p>"], ids=["says so", "is mute"])
async def test_a_portal_that_says_that_it_works_is_waited_for(
    blank: BrowserPage, opened: Opened, monkeypatch: pytest.MonkeyPatch, spinner: str
) -> None:
    """In silence, since its answer comes by a socket."""
    monkeypatch.setattr(portal_module, "IDLE_SECONDS", 1)
    await blank.set_content(spinner)
    await blank.evaluate("setTimeout(() => { document.body.innerHTML = '<p id=answer>Here</p>' }, 7000)")
    portal = opened(PAGES)
    if "spinner" in spinner:
        assert isinstance(await portal.landed_on(AnswerPage), AnswerPage)
    else:
        with pytest.raises(PortalChanged):
            await portal.landed_on(AnswerPage)
