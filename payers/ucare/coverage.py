"""What UCare states of a member's coverage: one result whose folds are fetched when they are opened."""

from bots.page import Element, Field
from payers.shapes import coverage


class CoveragePage(coverage.CoveragePage, page="coverage"):
    """Its folds are closed at first, and empty until they are opened."""

    covered_service = Field(coverage.SERVICE_CODE, identifies="service_type")
    folds = Element()
