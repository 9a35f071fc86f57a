"""Choosing and filling where portals make it hard."""

from __future__ import annotations

import pytest
from playwright.async_api import Page as BrowserPage
from strange_portal.visitor import Opened

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import text, usd
from core.capabilities.record import Record
from core.errors import PortalChanged

PAGES = """
pages:
  door:
    here: {css: form}
    clinics: {css: label}
    born: {label: Date of birth}
  plan:
    here: {css: form}
    name: {css: h2}
    premium: nowhere
    riders: nowhere
"""
DOOR = """<form><label><input type=radio name=c value=north>Lakeside Clinic North</label>
<label><input type=radio name=c value=own>Lakeside Clinic</label>
<p><span id=t>Date of birth</span><input type=date aria-labelledby=t></p><h2>Gold</h2></form>"""


class DoorPage(Page, page="door"):
    clinics = Element()
    born = Element()


class Rider(Record):
    name: str


class RiderRow(Part[Rider]):
    name = Field(text)


class Plan(Record):
    name: str
    premium: object = None
    riders: tuple[Rider, ...] = ()


class PlanPage(ReadsInto[Plan], page="plan"):
    name = Field(text)
    premium = Field(usd, optional=True)
    riders = Rows(RiderRow)


class StrictPage(PlanPage, page="plan"):
    premium = Field(usd)


@pytest.mark.parametrize(("says", "value"), [("Lakeside Clinic", "own"), ("Clinic North", "north")])
async def test_who_says_exactly_this_is_picked_before_who_says_more(
    blank: BrowserPage, opened: Opened, says: str, value: str
) -> None:
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    await DoorPage(portal, portal.spec(DoorPage)).clinics.pick(says)
    assert await blank.locator("input:checked").get_attribute("value") == value


@pytest.mark.usefixtures("impatient")
async def test_what_two_say_in_part_is_picked_of_neither(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    with pytest.raises(PortalChanged):
        await DoorPage(portal, portal.spec(DoorPage)).clinics.pick("Lakeside")


async def test_the_browsers_own_field_for_a_day_takes_it(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    await DoorPage(portal, portal.spec(DoorPage)).fill(born="02/03/1980")
    assert await blank.input_value("[type=date]") == "1980-02-03"


async def test_what_a_portal_shows_nowhere_is_not_stated(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    assert await PlanPage(portal, portal.spec(PlanPage)).read() == Plan(name="Gold")
    with pytest.raises(PortalChanged, match="premium"):
        await StrictPage(portal, portal.spec(StrictPage)).read()
