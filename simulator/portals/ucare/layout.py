"""What each release of the portal names anew."""

from simulator.skins import Skins

SKINS = Skins(
    renamed={
        "uc-": "ucp-",
        '"user"': '"login-name"',
        '"secret"': '"login-word"',
        "otp": "passcode",
        "elig-": "coverage-",
        "clm-": "claimtool-",
        "usr-": "people-",
        "aut-": "approval-",
        "member-facts": "person-table",
        "claim-facts": "claim-table",
        "msg-": "mail-",
        "pw-": "secret-",
        "rep-": "fin-",
        "crf-": "recon-",
        "rec-": "again-",
        "ppr-": "sheet-",
    },
    reworded={
        "Member ID": "Identifier",
        "Date of birth": "Born",
        "Claim number": "Claim ID",
        "Status code": "Outcome code",
        "Coverage status": "Standing",
        "Deductible": "Yearly deductible",
        "Check eligibility": "Look up",
        "Find claims": "Look up",
        "Show messages": "Look up",
        "Show sent messages": "Look up",
        "Message number": "Letter",
        "Posted": "Since",
        "Show users": "Look up",
        "Authorization number": "Approval ID",
        "Show reconsiderations": "Look up",
        "Reference": "Case",
        "Counted in": "Measure",
        "NPI": "Provider number",
    },
)
