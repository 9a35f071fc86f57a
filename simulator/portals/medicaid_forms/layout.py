"""What each release of the portal names anew."""

from simulator.skins import Skins

SKINS = Skins(
    # A master page whose place for content was renamed: every id of every page changes with it.
    renamed={
        "ctl00_cph_": "ctl00_MainContent_",
        "mapNotice": "pnlMessage",
        "mapResponse": "divDetail",
        "mapProgram": "divCoverage",
    },
    reworded={
        "Medical Assistance ID": "Recipient Number",
        "Transaction Control Number": "Claim Control Number",
        "Reference Number": "Tracking Number",
        "Subscriber Name": "Recipient",
        "has eligibility for": "is covered by",
        "User ID": "Logon name",
        "Total Charge": "Amount billed",
        "<th>Received": "<th>Dated",
        "Document Control Number": "Docket Number",
        "Interchange Control Number": "Envelope Number",
    },
)
