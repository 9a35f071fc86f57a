"""What each release of the portal names anew."""

from simulator.skins import Skins

SKINS = Skins(
    renamed={
        "main-menu": "site-navigation",
        "abyss-select-input-input": "dropdown-trigger",
        "search.claim.memberId": "claimSearch.subscriber",
        "search.claim.dateOfBirth": "claimSearch.dob",
        "search.claim.number": "claimSearch.number",
        "search.dates.firstServiceDate": "claimSearch.from",
        "search.dates.lastServiceDate": "claimSearch.to",
        "search.dateRange": "claimSearch.range",
        "search.tinWideSearch": "claimSearch.tin",
        "submit-claim-search-button": "run-claim-search",
        "claims-results": "claim-rows",
        "no-claims-found": "empty-result",
        "loading-error-message": "modal-text",
        "loading-close-button": "modal-ok",
        "loading-overlay": "page-veil",
        "member-header": "patient-banner",
        "member-search": "coverage-search",
        "expanded-row-carc-codes-text": "line-reasons",
        "expanded-row-remark-codes-text": "line-remarks",
        "overview-": "ov-",
        "uhc-": "app-",
    },
    reworded={
        "Member ID": "Subscriber ID",
        "Date of birth": "Birthday",
        "Search type": "Find by",
        '"Search"': '"Find"',
        "Claim number": "Control number",
        "Adjudication status": "Decision",
        "Plan status": "Standing",
        "Applied to date": "Used",
        "Individual": "Single",
        "Coverage as of": "As of",
    },
)
