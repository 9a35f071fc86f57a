"""What the older portal states of a member: everything on one page, in tables within tables."""

from bots.page import Field
from payers.shapes import coverage


class CoveragePage(coverage.CoveragePage, page="coverage"):
    """Below the form and below whom the office asked for last."""

    covered_service = Field(coverage.SERVICE_CODE, identifies="service_type")
