"""How a payer matches an inquiry to its members and claims, and the sentences with which it refuses."""

from dataclasses import dataclass
from datetime import date, timedelta

from simulator.claims import Claim
from simulator.people import Member
from simulator.world import PAYERS, World, spoken

FILING_DAYS = 5  # a claim this young may not be on file yet
EVERYTHING = "30"  # the service type that stands for a whole plan

_MESSAGES = {
    "new": {
        "member_not_found": "Subscriber/Insured Not Found. Verify the member ID and try your request again.",
        "name_not_found": "Patient Not Found. Verify the patient name and date of birth and try your request again.",
        "birth_date_mismatch": "Patient birth date does not match that for the patient on the database.",
        "several_matches": "{count} patients match the information you entered. Select a patient to continue.",
        "not_authorised": "You are not authorized to view benefits for this member.",
        "claim_member_not_found": "Subscriber and subscriber id not found.",
        "claim_not_found": "The payer could not find any results for the information you entered.",
        "number_not_found": "The payer could not find any results for the information you entered.",
        "not_on_file_yet": "No claims on file yet. A recent claim can take up to 5 business days to appear.",
    },
    "uhc": {
        "member_not_found": "Member not found. Check the member ID and date of birth, then search again.",
        "name_not_found": "Member not found. Check the spelling of the name and the date of birth, then search again.",
        "birth_date_mismatch": "The date of birth does not match our records for this member ID.",
        "several_matches": "We found {count} members. Choose the member you are looking for.",
        "not_authorised": "You don't have permission to view this member's information.",
        "claim_member_not_found": "We couldn't find a member with this member ID and date of birth.",
        "claim_not_found": "Member found, but no claim found. Change the search criteria and try again.",
        "not_on_file_yet": (
            "Member found, but no claim found. Claims may take up to 5 business days to appear after we receive them."
        ),
        "number_not_found": "No claims found",
    },
    "webforms": {
        "member_not_found": "Subscriber not found. Verify the Medical Assistance ID and submit a new request.",
        "name_not_found": "Subscriber not found. Verify the name and birth date and submit a new request.",
        "birth_date_mismatch": "The birth date does not match the birth date on file for this Medical Assistance ID.",
        "several_matches": "{count} subscribers match the identifiers entered. Submit a request with one more of them.",
        "not_authorised": "Your organization is not authorized to view eligibility for this subscriber.",
        "claim_member_not_found": "Subscriber not found for this Medical Assistance ID and birth date.",
        "claim_not_found": "No claim was found for the subscriber and dates of service entered.",
        "not_on_file_yet": "No claim is on file yet. Allow 5 business days after submission before you inquire.",
        "number_not_found": "No claim was found with this transaction control number.",
        "ask_elsewhere": "Services on these dates are delivered through {name}. Inquire with the health plan.",
    },
    "ucare": {
        "member_not_found": "No UCare member was found with this member ID.",
        "name_not_found": "No UCare member was found with this name and date of birth.",
        "birth_date_mismatch": "The date of birth is not the one on file for this member ID.",
        "several_matches": "{count} members match. Choose a member from the list.",
        "not_authorised": "This member's record is restricted. Call the Provider Assistance Center.",
        "claim_member_not_found": "No UCare member was found with this member ID and date of birth.",
        "claim_not_found": "No claims were found for this member and these dates of service.",
        "number_not_found": "No claim was found with this claim number.",
        "not_on_file_yet": "No claims are on file yet. Allow 5 business days after UCare has received a claim.",
    },
    "franklin": {
        "member_not_found": "Recipient not found. Correct the recipient ID before you inquire again.",
        "name_not_found": "Recipient not found. Correct the name or the date of birth before you inquire again.",
        "birth_date_mismatch": "The date of birth does not agree with the recipient ID on file.",
        "several_matches": "{count} recipients meet the criteria. Select one.",
        "not_authorised": "Your provider enrollment does not permit inquiries about this recipient.",
        "claim_member_not_found": "No recipient with this ID and date of birth is on file.",
        "claim_not_found": "No claims meet the criteria.",
        "number_not_found": "No claim with this ICN is on file.",
        "not_on_file_yet": "No claims meet the criteria. Allow 5 business days for a new claim to be on file.",
    },
    "legacy": {
        "member_not_found": "75 - Subscriber/Insured Not Found. Please correct and resubmit.",
        "name_not_found": "67 - Patient Not Found. Please correct and resubmit.",
        "birth_date_mismatch": "71 - Patient Birth Date Does Not Match That for the Patient on the Database.",
        "several_matches": "More than one member matches this name and birth date. Please enter the Member ID.",
        "not_authorised": "41 - Authorization/Access Restrictions. You are not authorized to view this member.",
        "claim_member_not_found": "Subscriber and subscriber id not found.",
        "claim_not_found": "Acknowledgement/Not Found - The claim/encounter can not be found in the payer's system.",
        "number_not_found": "Acknowledgement/Not Found - The claim/encounter can not be found in the payer's system.",
        "not_on_file_yet": "Claim not on file. Please allow up to 5 business days after submission before inquiring.",
    },
}


def sentence(payer: str, kind: str, count: int = 0, name: str = "") -> str:
    return _MESSAGES[PAYERS[payer].generation][kind].format(count=count, name=name)


@dataclass(frozen=True, slots=True)
class Refusal:
    outcome: str
    message: str
    candidates: tuple[Member, ...] = ()
    name: str | None = None
    """Whom to ask, where it is somebody else."""


@dataclass(frozen=True, slots=True)
class Patient:
    """Whom an inquiry is about: an id with a birth date, or a name with a birth date."""

    birth_date: date
    member_id: str | None = None
    first_name: str | None = None
    last_name: str | None = None


def find_member(world: World, payer: str, patient: Patient) -> Member | Refusal:
    if patient.member_id:
        family = world.by_id(payer, patient.member_id)
        if not family:
            return Refusal("member_not_found", sentence(payer, "member_not_found"))
        matches = [member for member in family if member.birth_date == patient.birth_date]
        if not matches:
            return Refusal("birth_date_mismatch", sentence(payer, "birth_date_mismatch"))
    else:
        matches = world.by_name(payer, patient.first_name or "", patient.last_name or "", patient.birth_date)
        if not matches:
            return Refusal("member_not_found", sentence(payer, "name_not_found"))
    if len(matches) > 1:
        return Refusal("several_matches", sentence(payer, "several_matches", len(matches)), tuple(matches))
    return admitted(matches[0])


def admitted(member: Member) -> Member | Refusal:
    if member.restricted:
        return Refusal("not_authorised", sentence(member.payer, "not_authorised"))
    return member


def pick(refusal: Refusal, patient: Patient) -> Member | Refusal:
    """The candidate whom a reader of the pick list would choose, if the name he was given tells them apart."""
    named = [
        member
        for member in refusal.candidates
        if spoken(member.first_name) == spoken(patient.first_name or "")
        and (not patient.last_name or spoken(member.last_name) == spoken(patient.last_name))
    ]
    return admitted(named[0]) if len(named) == 1 else refusal


def find_claims_of(
    world: World, payer: str, patient: Patient, *, from_date: date, to_date: date, today: date
) -> list[Claim] | Refusal:
    family = world.by_id(payer, patient.member_id or "")
    members = [member for member in family if member.birth_date == patient.birth_date]
    if not members:
        return Refusal("member_not_found", sentence(payer, "claim_member_not_found"))
    found = world.claims_of(payer, patient.member_id or "", patient.birth_date, from_date, to_date)
    if found:
        return found
    young = to_date >= today - timedelta(days=FILING_DAYS)
    if not young and (name := _deliverer(members[0], from_date, to_date)):
        return Refusal("ask_elsewhere", sentence(payer, "ask_elsewhere", name=name), name=name)
    kind = "not_on_file_yet" if young else "claim_not_found"
    return Refusal(kind, sentence(payer, kind))


def _deliverer(member: Member, from_date: date, to_date: date) -> str | None:
    """The health plan that delivers this member's services all that time: its claims are not the payer's."""
    for plan in member.plans:
        ends = plan.terminated_on or to_date
        if plan.managed_care and plan.effective_on <= from_date and to_date <= ends:
            return plan.managed_care.name
    return None


def find_claims_like(world: World, payer: str, claim_number: str) -> list[Claim] | Refusal:
    """Everything that the portal lists for a number, longer numbers that begin with it included."""
    found = world.claims_like(payer, claim_number)
    return found or Refusal("claim_not_found", sentence(payer, "number_not_found"))
