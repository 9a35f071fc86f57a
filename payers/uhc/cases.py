"""What the portal states of prior authorizations, which it calls cases: list rows, and a detail of several cards."""

from bots.page import Element, Rows
from core.capabilities.authorizations import Authorization
from payers.shapes import authorizations as shapes
from payers.shapes.authorizations import Listed, ServiceRow


class CaseListPage(shapes.ListPage, page="cases"): ...


class CasePage(shapes.DetailPage, page="case"):
    """Here when the last of its cards has loaded; its accordions are closed then."""

    lines = Rows(ServiceRow)
    accordions = Element()

    async def authorization(self, row: Listed) -> Authorization:
        await self.accordions.click_each()
        return await super().authorization(row)
