"""The data bundle: all 835s of a span of days in one zip, made while one waits. It is asked for only where the portal
gives a file in no other way.
"""

from collections.abc import Iterable
from datetime import date

from bots.filetype import FileType
from bots.page import Element, Field, Page, ReadsInto
from bots.parse import text, us_date
from bots.portal import Portal
from core.capabilities.record import Record
from core.capabilities.remittances import LONGEST_RANGE, Payment
from core.errors import PortalChanged
from core.x12.remittance import era_of
from payers.optumpay.payments import SearchPage
from payers.shapes.questions import typed


class BundlePage(Page, page="bundle"):
    organization = Element()
    payer = Element()
    from_date = Element()
    to_date = Element()
    create = Element()


class Bundle(Record):
    request: str


class ReadyPage(ReadsInto[Bundle], page="bundle_ready"):
    """Here when the bundle is made; until then the page comes back by itself."""

    request = Field(text)
    paid_from = Field(us_date, identifies="paid_from")
    paid_to = Field(us_date, identifies="paid_to")
    download = Element()


async def bundled(portal: Portal, payments: Iterable[Payment]) -> dict[str, bytes]:
    """The 835 that holds each payment, by the payment's number."""
    archived = {each.number: each for each in payments}
    found: dict[str, bytes] = {}
    for start, end in spans({each.paid_on for each in archived.values() if each.paid_on}):
        page = await ordered(portal, start, end)
        files = [each.data for each in await page.download.download(FileType.X12)]
        for number, payment in archived.items():
            if (data := era_of(payment, files)) is not None:
                found[number] = data
    if found.keys() != archived.keys():
        raise PortalChanged("bundle_ready", "download", detail="a payment asked for is not in the data bundle")
    return found


async def ordered(portal: Portal, start: date, end: date) -> ReadyPage:
    form = await portal.go(BundlePage)
    await choose_payee_and_payer(portal, form)
    await form.fill(from_date=typed(start), to_date=typed(end))
    await form.create.click()
    return await portal.landed_on(ReadyPage, about={"paid_from": start, "paid_to": end})


async def choose_payee_and_payer(portal: Portal, form: BundlePage | SearchPage) -> None:
    if portal.organization is not None:
        await form.organization.choose(portal.organization)
    if portal.payer is not None:
        await form.payer.choose(portal.payer.label)


def spans(days: Iterable[date]) -> list[tuple[date, date]]:
    """Days that lie close enough together share a bundle."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][0] <= LONGEST_RANGE:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found
