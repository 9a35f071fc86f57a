"""X12 code lists, as far as the simulated payers use them."""

SERVICE_TYPES = {
    "30": "Health Benefit Plan Coverage",
    "1": "Medical Care",
    "12": "Durable Medical Equipment Purchase",
    "33": "Chiropractic",
    "47": "Hospital",
    "48": "Hospital - Inpatient",
    "50": "Hospital - Outpatient",
    "62": "MRI/CAT Scan",
    "86": "Emergency Services",
    "88": "Pharmacy",
    "98": "Professional (Physician) Visit - Office",
    "AE": "Physical Medicine",
    "MH": "Mental Health",
    "UC": "Urgent Care",
}

CLAIM_CATEGORIES = {
    "A1": "Acknowledgement/Receipt",
    "A2": "Acknowledgement/Acceptance into adjudication system",
    "A3": "Acknowledgement/Returned as unprocessable claim",
    "A7": "Acknowledgement/Rejected for Invalid Information",
    "F1": "Finalized/Payment",
    "F2": "Finalized/Denial",
    "F4": "Finalized/Adjudication Complete - No payment forthcoming",
    "P1": "Pending/In Process",
    "P2": "Pending/Payer Review",
    "P3": "Pending/Provider Requested Information",
}

CLAIM_STATUSES = {
    "19": "Entity acknowledges receipt of claim/encounter.",
    "20": "Accepted for processing.",
    "21": "Missing or invalid information.",
    "46": "Internal review/audit.",
    "65": "Claim/line has been paid.",
    "88": "Entity not eligible for benefits for submitted dates of service.",
    "104": "Processed according to plan provisions.",
    "107": "Processed according to contract provisions.",
    "297": "Medical notes/report.",
    "562": "Entity's National Provider Identifier (NPI).",
    "585": "Denied Charge or Non-covered Charge.",
}

ADJUSTMENT_REASONS = {
    "1": "Deductible amount.",
    "2": "Coinsurance amount.",
    "3": "Co-payment amount.",
    "16": "Claim/service lacks information or has submission/billing error(s).",
    "18": "Exact duplicate claim/service.",
    "22": "This care may be covered by another payer per coordination of benefits.",
    "24": "Charges are covered under a capitation agreement/managed care plan.",
    "29": "The time limit for filing has expired.",
    "45": "Charge exceeds fee schedule/maximum allowable or contracted/legislated fee arrangement.",
    "50": "These are non-covered services because this is not deemed a medical necessity by the payer.",
    "97": "The benefit for this service is included in the payment/allowance for another service/procedure.",
    "197": "Precertification/authorization/notification/pre-treatment absent.",
}

ADJUSTMENT_GROUPS = {
    "CO": "Contractual Obligation",
    "PR": "Patient Responsibility",
    "OA": "Other Adjustment",
    "PI": "Payer Initiated Reduction",
}

REMARKS = {
    "M15": "Separately billed services/tests have been bundled: they are considered components of the same procedure.",
    "M51": "Missing/incomplete/invalid procedure code(s).",
    "M76": "Missing/incomplete/invalid diagnosis or condition.",
    "MA04": "Secondary payment cannot be considered without payment information from the primary payer.",
    "MA130": "Your claim contains incomplete and/or invalid information, and no appeal rights are afforded.",
    "N130": "Consult plan benefit documents/guidelines for information about restrictions for this service.",
    "N706": "Missing documentation.",
}

GENDERS = {"F": "Female", "M": "Male", "X": "Unspecified"}

RELATIONSHIPS = {"self": "Self", "spouse": "Spouse", "child": "Child", "other": "Other"}
