"""How a payer matches an inquiry to its authorizations, and the sentences with which it has none."""

from collections.abc import Iterable
from datetime import date

from simulator.authorizations import Authorization
from simulator.inquiry import Patient, Refusal, sentence
from simulator.world import PAYERS, World, bare_id

_AVAILITY = (
    "No requests found for the certification or tracking number you entered.",
    "No requests found for this patient. Change the service dates and try again.",
)
_NONE = {
    # generation: (no such number, none of this member)
    "new": _AVAILITY,
    "legacy": _AVAILITY,
    "uhc": ("No cases found", "Member found, but no case found. Change the dates of service and try again."),
    "webforms": (
        "No service authorization was found with this number.",
        "No service authorization was found for the subscriber and dates entered.",
    ),
    "ucare": (
        "No authorization was found with this number.",
        "No authorizations were found for this member.",
    ),
    "franklin": (
        "No prior approval with this number is on file.",
        "No prior approvals meet the criteria.",
    ),
}


def find_authorizations_like(
    world: World, payer: str, number: str, *, requested: Iterable[Authorization] = ()
) -> list[Authorization] | Refusal:
    """Everything that the portal lists for a number of either sort, longer numbers that begin with it included.
    `requested`: what came in since the world was made.
    """
    start = number.strip().upper()
    new = [each for each in requested if each.number.startswith(start) or (each.tracking or "").startswith(start)]
    found = [*world.authorizations_like(payer, number), *new]
    return found or Refusal("authorization_not_found", _NONE[PAYERS[payer].generation][0])


def find_authorizations_of(
    world: World,
    payer: str,
    patient: Patient,
    *,
    from_date: date | None,
    to_date: date | None,
    requested: Iterable[Authorization] = (),
) -> list[Authorization] | Refusal:
    """Without dates all that there are of the member."""
    member_id = patient.member_id or ""
    if not any(member.birth_date == patient.birth_date for member in world.by_id(payer, member_id)):
        return Refusal("member_not_found", sentence(payer, "claim_member_not_found"))
    new = [
        each
        for each in requested
        if bare_id(each.member.member_id) == bare_id(member_id) and each.member.birth_date == patient.birth_date
    ]
    found = [
        each
        for each in [*world.authorizations_of(payer, member_id, patient.birth_date), *new]
        if (to_date is None or each.service_from <= to_date) and (from_date is None or each.service_to >= from_date)
    ]
    return found or Refusal("authorization_not_found", _NONE[PAYERS[payer].generation][1])
