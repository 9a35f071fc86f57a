"""How anything is asked here: a provider from a window of its own, a request, and its response among all the others."""

from typing import TypeVar

from bots.page import Element, Field, Page, Part, ReadsInto, Rows
from bots.parse import integer, text
from bots.portal import Portal
from bots.words import taken
from core.capabilities.authorizations import AuthorizationsQuery
from core.capabilities.claim_status import ClaimStatusQuery
from core.capabilities.eligibility import EligibilityQuery
from core.capabilities.record import Record
from core.errors import PortalChanged, RequestInvalid
from core.phi import Phi


class RequestPage(Page):
    provider_npi = Element()
    look_up = Element()
    submit = Element()


class Provider(Record):
    npi: str


class Providers(Record):
    providers: tuple[Provider, ...]


class ProviderRow(Part[Provider]):
    npi = Field(text)
    choose = Element()


class LookupPage(ReadsInto[Providers], page="lookup"):
    """A window that puts the provider into the form behind it, and closes itself."""

    providers = Rows(ProviderRow)
    select = Element()


class SubmittedPage(Page, page="submitted"):
    """Here when the payer has answered; until then the page comes back by itself."""

    reference = Element()
    responses = Element()


class Reply(Record):
    reference: str


class Replies(Record):
    replies: tuple[Reply, ...]


class ReplyRow(Part[Reply]):
    reference = Field(text)
    view = Element()


class ResponsesPage(ReadsInto[Replies], page="responses"):
    """Responses to everybody's requests, the newest first, and below them the one that was viewed last."""

    page_number = Field(taken("page", "number", parse=integer), identifies="page")
    replies = Rows(ReplyRow)
    next_page = Element()


F = TypeVar("F", bound=RequestPage)
Q = TypeVar("Q", EligibilityQuery, ClaimStatusQuery, AuthorizationsQuery)


def padded(query: Q) -> Q:
    """Medical Assistance IDs have eight digits; spreadsheets like to drop the zeros in front."""
    if query.member_id is None:
        return query
    plain = query.member_id.reveal().strip()
    return query.model_copy(update={"member_id": Phi(plain.zfill(8) if plain.isdigit() else plain)})


async def with_provider(portal: Portal, form: F, npi: str) -> F:
    """The form remembers the provider of the question before."""
    if await form.provider_npi.text() == npi:
        return form
    await form.look_up.click()
    lookup = await portal.landed_on(LookupPage)
    rows = [row for row, each in enumerate((await lookup.read()).providers) if each.npi == npi]
    if len(rows) != 1:
        raise RequestInvalid("The portal does not offer this provider to the account.", field="provider_npi")
    await lookup.click_in("providers", rows[0], "choose")
    await lookup.select.click()
    return await portal.landed_on(type(form))


async def responded(portal: Portal, form: RequestPage) -> str:
    """Submits the form and opens the response to it. Returns the reference number, which the response must show."""
    await form.submit.click()
    submitted = await portal.landed_on(SubmittedPage)
    reference = await submitted.reference.text()
    await submitted.responses.click()
    for number in range(1, 100):
        listed = await portal.landed_on(ResponsesPage, about={"page": number})
        rows = [row for row, each in enumerate((await listed.read()).replies) if each.reference == reference]
        if len(rows) == 1:
            await listed.click_in("replies", rows[0], "view")
            return reference
        if not await listed.next_page.there():
            break
        await listed.next_page.click()
    raise PortalChanged(listed.page_name, "replies", detail="the response is not in the list")
