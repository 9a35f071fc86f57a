"""What the portal states of a member's coverage: one result page of several cards."""

from bots.page import Element, Field
from bots.parse import text
from payers.shapes import coverage


class CoveragePage(coverage.CoveragePage, page="coverage"):
    """Here when the last of its cards has loaded; its accordions are closed then."""

    covered_service = Field(text, identifies="covered_service")
    accordions = Element()
