"""What each release of the portal names anew."""

from simulator.skins import Skins

# Hooks in the markup: ids, names, test ids and classes. Both the pages and their style sheets are rewritten.
_RENAMED = {
    "userId": "loginName",
    "rememberDevice-box": "trustBrowser",
    "newBodyFrame": "workspaceFrame",
    "app-loader": "page-veil",
    "UserRegionsMenu__trigger": "RegionSwitch__button",
    "top-applications": "launch-pad",
    "accept-recommended-btn-handler": "consent-agree",
    "organization-field": "org-select",
    "payerId-field": "plan-sponsor",
    "provider-field": "rendering-select",
    "patientSearchOption": "lookupMode",
    "patientBirthDate-field": "dobInput",
    "memberId-field": "subscriberInput",
    "asOfDate-field": "coverageDate",
    "serviceType-field": "benefitSelect",
    "patient-card-extended-label": "pt-tile__caption",
    "patient-card-extended-value": "pt-tile__text",
    "patient-card": "pt-tile",
    "MuiChip-label": "Badge-text",
    "MuiAlert-message": "Banner-text",
    "history-rail": "recent-strip",
    "elig-": "cov-",
    "submit-by276": "run-member-search",
    "submit-byClaim": "run-number-search",
    "claimsTable": "resultGrid",
    "lineLevelTable": "serviceGrid",
    "codesTable": "legendGrid",
    "text-right": "align-end",
}
_REWORDED = {
    "User ID": "Sign-in name",
    "Log in": "Sign in",
    "Member ID": "Subscriber number",
    "Patient Date of Birth": "Born on",
    "Date of Birth": "Birth day",
    ">Submit<": ">Run inquiry<",
    '"Submit"': '"Run inquiry"',
    "Claim Number": "Reference",
    "Payer": "Health plan",
    "Organization": "Practice",
    "Active Coverage": "Covered",
    "Member is eligible": "Covered on this date",
    "Insurance Type": "Product line",
    "Remaining": "Left to pay",
    'role: "tab"': 'role: "button"',
}
SKINS = Skins(renamed=_RENAMED, reworded=_REWORDED)
