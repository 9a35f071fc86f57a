"""What billers read of outcomes, payers and faults: their words, never those of a program."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from console.forms import labelled, said
from console.pages import words
from core.capabilities.common import MemberNotFound
from core.errors import RequestInvalid
from core.phi import Secret
from lanes import own_passwords
from lanes.assembly import Fleet
from store.credentials import Credential
from store.people import Role
from tests.console import kept
from tests.console.conftest import Browser

SignedIn = Callable[..., Awaitable[Browser]]


async def test_lists_tell_an_answer_apart_from_nothing_found_and_name_the_payer(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    biller = await signed_in(Role.BILLER)
    found = kept.answers()["claim_status"]
    for claim, answer in (("E1", found), ("E2", MemberNotFound())):
        await kept.keep(fleet, credential, answer, claim=claim)
    listed = (await biller.get("/answers")).text
    for tag in ('<span class="tag good">Claims', '<span class="tag warn">Member not found', "Aetna · Availity"):
        assert tag in listed, tag


async def test_a_fault_in_a_form_names_its_labels(signed_in: SignedIn) -> None:
    biller = await signed_in(Role.BILLER)
    told = await biller.post("/ask/eligibility", counterpart="availity|aetna", member_id="W1")
    assert "The “Date of birth” is needed" in told.text


def test_names_of_a_program_are_told_in_words() -> None:
    assert (words("PortalChanged"), words("claim_status"), words("AETNA")) == (
        "Portal changed",
        "Claim status",
        "AETNA",
    )
    assert labelled("From_date lies after to_date.") == "“From” lies after “To”."
    assert (said("service_type", "30"), said("letters", False)) == ("30 Health Benefit Plan Coverage", "no")


def test_a_password_with_ones_own_name_in_it_is_refused_for_that() -> None:
    with pytest.raises(RequestInvalid, match="Leave your name out"):
        own_passwords.check_new(Secret("kim walks to the harbour"), "kim")
