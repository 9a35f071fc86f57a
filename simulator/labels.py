"""How the portal's pages print things: money, dates, and the words for the state of a claim."""

from datetime import date
from decimal import Decimal

from simulator.claims import Claim
from simulator.world import PAYERS

NOT_STATED = "—"

# The newer pages have one word for everything that is decided: only the codes tell paid from denied.
_CLAIM_LABELS = {
    "new": {
        "received": "Acknowledged",
        "accepted": "Acknowledged",
        "pending": "Pending",
        "info_requested": "Pending",
        "rejected": "Returned",
        "paid": "Finalized",
        "denied": "Finalized",
        "finalized_no_payment": "Finalized",
    },
    # These pages have two: this one, and the adjudication status below, which tells what was decided.
    "uhc": {
        "received": "Acknowledgement",
        "accepted": "In process",
        "pending": "In process",
        "info_requested": "Pended",
        "rejected": "Returned",
        "paid": "Finalized",
        "denied": "Finalized",
        "finalized_no_payment": "Finalized",
    },
    "webforms": {
        "received": "Received",
        "accepted": "In process",
        "pending": "Suspended",
        "info_requested": "Suspended",
        "rejected": "Returned to provider",
        "paid": "To be paid",
        "denied": "To be denied",
        "finalized_no_payment": "Paid at zero",
    },
    "ucare": {
        "received": "Received",
        "accepted": "In process",
        "pending": "In process",
        "info_requested": "Awaiting information",
        "rejected": "Returned to provider",
        "paid": "Paid",
        "denied": "Denied",
        "finalized_no_payment": "Processed",
    },
    # A suspended claim is one that somebody has to look at.
    "franklin": {
        "received": "Received",
        "accepted": "In process",
        "pending": "Suspended",
        "info_requested": "Suspended",
        "rejected": "Returned to provider",
        "paid": "Paid",
        "denied": "Denied",
        "finalized_no_payment": "Paid at zero",
    },
    "legacy": {
        "received": "Received",
        "accepted": "Accepted",
        "pending": "In process",
        "info_requested": "More information needed",
        "rejected": "Rejected",
        "paid": "Paid",
        "denied": "Denied",
        "finalized_no_payment": "Zero paid",
    },
}


def claim_label(claim: Claim) -> str:
    return _CLAIM_LABELS[PAYERS[claim.payer].generation][claim.lifecycle]


def usd(amount: Decimal | None) -> str:
    return NOT_STATED if amount is None else f"${amount:,.2f}"


def us_date(day: date | None) -> str:
    return f"{day:%m/%d/%Y}" if day else NOT_STATED


def us_span(start: date, end: date) -> str:
    return us_date(start) if start == end else f"{us_date(start)} - {us_date(end)}"
