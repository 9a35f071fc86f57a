"""What UCare states of authorizations: cards that hold everything but their services, which a fold fetches."""

from bots.page import Element, Field, Rows
from bots.parse import number, text
from core.capabilities.authorizations import Authorization
from payers.shapes.authorizations import Facts, Listing, SearchedPage, ServiceRow


class CountedServiceRow(ServiceRow):
    units_used = Field(number, optional=True)


class Card(Facts[Authorization]):
    authorization_number = Field(text)
    lines = Rows(CountedServiceRow)


class Cards(Listing):
    authorizations: tuple[Authorization, ...]


class CardsPage(SearchedPage[Cards], page="authorizations"):
    authorizations = Rows(Card)
    folds = Element()

    async def listing(self) -> Cards:
        await self.folds.click_each()
        return await self.read()
