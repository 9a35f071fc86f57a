"""What each release of the portal names anew."""

from simulator.skins import Skins

SKINS = Skins(
    renamed={
        "Inquiry-module__": "ProviderInquiry-module__",
        "Response-module__": "InquiryResponse-module__",
        "__Z4uoD": "__q81Lw",
        "__k2RvM": "__b7Txe",
        "data-ri": "data-row-key",
    },
    reworded={
        "Recipient ID": "Beneficiary number",
        "Date of birth": "Birth date",
        "Service location": "Practice site",
        "Eligible": "Covered",
        "ICN": "Claim control number",
        "Claim status": "Disposition",
        "Case number": "Case ID",
        "Determination": "Review outcome",
        "Payment date": "Warrant date",
        "Request type": "Kind of request",
        "Search requests": "Look up requests",
        "Message number": "Item number",
        "Available through": "Removed after",
        "Last sign-in": "Last access",
        "Met to date": "Used so far",
        "Check eligibility": "Submit inquiry",
        "Search claims": "Find claims",
    },
)
