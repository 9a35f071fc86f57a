"""Choosing and filling where portals make it hard."""

from __future__ import annotations

import pytest
from playwright.async_api import Page as BrowserPage
from strange_portal.visitor import Opened

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import text, usd
from core.capabilities.record import Record
from core.errors import ActionNeeded, PortalChanged, RequestInvalid

PAGES = """
pages:
  door:
    here: {css: form}
    clinics: {css: "label:has([type=radio])"}
    clinic: {label: Clinic}
    nowhere: {label: Nowhere}
    born: {label: Date of birth}
    denied: {label: With denied claims}
    served: {label: Service date}
    other: {css: h2 + p}
    listed: {css: "[role=combobox]"}
  plan:
    here: {css: form}
    name: {css: h2}
    premium: nowhere
    riders: nowhere
"""
DOOR = """<form><label><input type=radio name=c value=north>Lakeside Clinic North</label>
<label><input type=radio name=c value=own>Lakeside Clinic</label>
<label><input type=checkbox name=denied checked> With denied claims</label>
<label>Clinic <select><option>Lakeside Clinic<option>Lakeside Clinic North</select></label>
<label>Service date <input onchange="this.value = new Date(this.value).toDateString().slice(4)"></label>
<p><span id=t>Date of birth</span><input type=date aria-labelledby=t></p><h2>Gold</h2></form>"""


class DoorPage(Page, page="door"):
    clinics = Element()
    clinic = Element()
    nowhere = Element()
    born = Element()
    denied = Element()
    served = Element()
    other = Element()
    listed = Element()


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
    assert await blank.locator("[type=radio]:checked").get_attribute("value") == value


@pytest.mark.usefixtures("impatient")
async def test_what_two_say_in_part_is_picked_of_neither(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    with pytest.raises(PortalChanged):
        await DoorPage(portal, portal.spec(DoorPage)).clinics.pick("Lakeside")


@pytest.mark.usefixtures("impatient")
async def test_a_part_of_a_word_says_nothing(blank: BrowserPage, opened: Opened) -> None:
    """The 5th of a calendar cannot be pressed: the 15th is another day."""
    days = "".join(f"<label><input type=radio value={day}>{day}</label>" for day in range(14, 24))
    await blank.set_content(f"<form>{days}<label>Clinic <select><option>15</select></label></form>")
    portal = opened(PAGES)
    page = DoorPage(portal, portal.spec(DoorPage))
    for choosing in (page.clinics.pick, page.clinic.choose):
        with pytest.raises(PortalChanged):
            await choosing("5")
    assert await blank.locator(":checked").count() == 1  # the select's only option, as it stood


OFFERS = """<form><label><input type=radio value=own>{0}</label>
<label>Clinic <select><option>-<option>{0}</select></label>
<span id=l role=combobox tabindex=0>-</span><ul><li role=option onclick="l.textContent=textContent">{0}</ul></form>"""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(
    "printed", ["Lakeside Clinic North", "Greater Lakeside Clinic", "Lakeside Clinic North (36-1)"]
)
async def test_an_organization_or_payer_is_never_one_whose_name_goes_on(
    blank: BrowserPage, opened: Opened, printed: str
) -> None:
    await blank.set_content(OFFERS.format(printed))
    portal = opened(PAGES)
    portal.organization = "Lakeside Clinic"
    page = DoorPage(portal, portal.spec(DoorPage))
    for choosing in (page.clinics.pick, page.clinic.choose, page.listed.choose):
        with pytest.raises(ActionNeeded):
            await choosing("Lakeside Clinic")


@pytest.mark.parametrize(
    ("asked", "printed"),
    [
        ("Lakeside Clinic", "Lakeside Clinic"),
        ("Lakeside Clinic", "Lakeside Clinic (36-4418027)"),
        ("Lakeside Clinic", "Lakeside Clinic - Tax ID 36-4418027"),
        ("Lakeside Clinic", "Lakeside Clinic Customer ID 1180911 · Tax ID 36-4418027"),
        ("Lakeside Clinic", "[Main] 1234567 LAKESIDE  CLINIC"),
        ("36-4418027", "Lakeside Clinic (36-4418027)"),
    ],
)
async def test_a_number_or_brackets_beside_its_name_make_it_no_other(
    blank: BrowserPage, opened: Opened, asked: str, printed: str
) -> None:
    await blank.set_content(OFFERS.format(printed))
    portal = opened(PAGES)
    portal.organization = asked
    page = DoorPage(portal, portal.spec(DoorPage))
    for choosing in (page.clinics.pick, page.clinic.choose, page.listed.choose):
        await choosing(asked)
    assert await blank.locator("[type=radio]:checked").count() == 1
    assert await blank.locator("select").input_value() == " ".join(printed.split())
    assert await blank.locator("#l").text_content() == printed


async def test_the_first_part_of_a_list_is_not_the_list(blank: BrowserPage, opened: Opened) -> None:
    """A typeahead offers what it has, and then more."""
    await blank.set_content(
        """<form><span id=l role=combobox tabindex=0 onclick="
        u.innerHTML = '<li role=option>Plan Gold Plus</li>';
        setTimeout(() => u.insertAdjacentHTML('beforeend', '<li role=option>Gold</li>'), 200)">-</span>
        <ul id=u onclick="l.textContent = event.target.textContent"></ul></form>"""
    )
    portal = opened(PAGES)
    await DoorPage(portal, portal.spec(DoorPage)).listed.choose("Gold")
    assert await blank.locator("#l").text_content() == "Gold"


async def test_the_browsers_own_field_for_a_day_takes_it(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    await DoorPage(portal, portal.spec(DoorPage)).fill(born="02/03/1980")
    assert await blank.input_value("[type=date]") == "1980-02-03"


async def test_a_box_is_ticked_or_cleared_whatever_it_was_before(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    for value, ticked in (("no", False), ("no", False), ("yes", True), ("yes", True)):
        await DoorPage(portal, portal.spec(DoorPage)).fill(denied=value)
        assert await blank.is_checked("[name=denied]") is ticked
    with pytest.raises(PortalChanged, match="denied"):
        await DoorPage(portal, portal.spec(DoorPage)).fill(denied="Denied")


async def test_a_field_may_print_the_day_in_another_form(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    await DoorPage(portal, portal.spec(DoorPage)).fill(served="02/03/1980")
    assert await blank.get_by_label("Service date").input_value() == "Feb 03 1980"


@pytest.mark.usefixtures("impatient")
async def test_a_name_that_the_portal_does_not_offer_is_for_the_administrator(
    blank: BrowserPage, opened: Opened
) -> None:
    """Nothing has changed on the portal."""
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    portal.organization = "Hillside Clinic"
    page = DoorPage(portal, portal.spec(DoorPage))
    for choosing in (page.clinics.pick, page.clinic.choose):
        with pytest.raises(ActionNeeded, match="no organization of the credential's name") as caught:
            await choosing("Hillside Clinic")
        assert caught.value.kind == "choose an organization"
    for choosing in (page.other.pick, page.nowhere.choose):  # what is not there at all is another matter
        with pytest.raises(PortalChanged):
            await choosing("Hillside Clinic")
    with pytest.raises(PortalChanged):
        await page.clinic.choose("Of the account")


@pytest.mark.usefixtures("impatient")
async def test_a_payer_that_the_portal_does_not_offer_to_the_account_is_a_matter_of_the_account(
    blank: BrowserPage, opened: Opened
) -> None:
    """Nothing has changed on the portal, and other accounts go on asking."""
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    portal.payer = portal.definition.manifest.payer("MA")
    page = DoorPage(portal, portal.spec(DoorPage))
    for choosing in (page.clinics.pick, page.clinic.choose):
        with pytest.raises(RequestInvalid, match="offers this account no payer Medical Assistance") as caught:
            await choosing("Medical Assistance")
        assert caught.value.field == "payer"
    with pytest.raises(PortalChanged):  # what is not there at all is another matter
        await page.nowhere.choose("Medical Assistance")


async def test_what_a_portal_shows_nowhere_is_not_stated(blank: BrowserPage, opened: Opened) -> None:
    await blank.set_content(DOOR)
    portal = opened(PAGES)
    assert await PlanPage(portal, portal.spec(PlanPage)).read() == Plan(name="Gold")
    with pytest.raises(PortalChanged, match="premium"):
        await StrictPage(portal, portal.spec(StrictPage)).read()
