"""What the Remittance Viewer states of payments. It lives in a tab of its own and looks alike for every payer."""

from bots.page import Element, Page
from core.capabilities.remittances import Payment
from payers.shapes.payments import PaymentListPage, PaymentPage


class ApplicationsPage(Page, page="applications"):
    remittance_viewer = Element()


class RemitSearchPage(Page, page="remit_search"):
    organization = Element()
    payer = Element()
    provider = Element()
    by_check = Element()
    by_claim = Element()
    check_number = Element()
    from_date = Element()
    to_date = Element()
    search_checks = Element()
    claim_number = Element()
    search_claims = Element()


class RemitsPage(PaymentListPage, page="remits"):
    """Ten a page."""


class RemitPage(PaymentPage[Payment], page="remit"):
    era = Element()
    eop = Element()
    back = Element()
