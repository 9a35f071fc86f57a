"""For whom UCare is asked: its tools open only for a Tax ID, one of its NPIs, and one of the NPI's sites."""

from typing import TypeVar

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import text
from bots.portal import Portal
from core.capabilities.common import NotAuthorised
from core.capabilities.record import Record
from core.errors import PortalChanged, RequestInvalid
from payers.shapes.questions import provider
from payers.shapes.refusals import AccessDeniedPage

EVERY_SITE = "All sites"


class ToolPage(Page):
    """A tool's form, which says at its head for whom it asks."""

    tax_id = Element()
    npi = Element()
    change = Element()


class Choice(Record):
    name: str


class Choices(Record):
    npis: tuple[Choice, ...]
    sites: tuple[Choice, ...]


class Tile(Part[Choice]):
    name = Field(text)
    choose = Element()


class PracticePage(ReadsInto[Choices], page="practice"):
    """A cascade: the NPIs come with the Tax ID, the sites with the NPI."""

    tax_ids = Element()
    npis = Rows(Tile)
    sites = Rows(Tile)
    proceed = Element()


T = TypeVar("T", bound=ToolPage)


async def opened(portal: Portal, tool: type[T], provider_npi: str | None) -> T | NotAuthorised:
    """The tool, asking for the provider whom the question names."""
    npi = provider(portal, provider_npi)
    form = await portal.go(tool, PracticePage, AccessDeniedPage)
    if isinstance(form, AccessDeniedPage):
        return await form.answer()
    if isinstance(form, tool):
        if await form.npi.text() == npi and (portal.organization or "") in await form.tax_id.text():
            return form
        await form.change.click()
    await choose(await portal.landed_on(PracticePage), portal, npi)
    return await portal.landed_on(tool)


async def choose(page: PracticePage, portal: Portal, npi: str) -> None:
    """Every site of the provider: at one of them, a claim of another is not found."""
    if portal.organization is not None:
        await page.tax_ids.pick(portal.organization)
    npis = [each.name for each in (await page.read()).npis]
    if not npis:
        raise PortalChanged(page.page_name, "npis", detail="none is offered")
    if npi not in npis:
        sentence = "This account does not work for the NPI asked for; its Provider Admin at UCare can add it."
        raise RequestInvalid(sentence, field="provider_npi")
    await page.click_in("npis", npis.index(npi), "choose")
    sites = [each.name for each in (await page.read()).sites]
    whole = [place for place, name in enumerate(sites) if name == EVERY_SITE or len(sites) == 1]
    if not whole:
        raise PortalChanged(page.page_name, "sites", detail="none of them stands for all")
    await page.click_in("sites", whole[0], "choose")
    await page.proceed.click()
