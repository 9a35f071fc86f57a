"""Payments: the truth of them, their files, and what the Remittance Viewer tells its page."""

import hashlib
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from portal_desk import Desk

from simulator.accounts import NORTHGATE
from simulator.era import era
from simulator.world import PAYERS, World, payers_of

REMITS = "/cloud/web/post/rm/v1/remits"
VIEWER = "/web/post/rm/remitviewerui/"
TAGS = {
    "ach", "check", "virtual_card", "several_claims", "voided", "reissued", "recovery", "interest", "out_of_balance",
    "page_differs", "paper_differs", "no_money", "reversal",
}  # fmt: skip
Json = dict[str, Any]


@pytest.mark.parametrize("payer", PAYERS)
def test_every_decided_claim_is_remitted_and_money_moves_once(world: World, payer: str) -> None:
    standing = [each for each in world.payments[payer] if each.status != "voided"]
    paid = Counter[str]()
    for payment in standing:
        for entry in payment.entries:
            paid[entry.claim.claim_number] += entry.sign
    assert set(paid.values()) == {1}
    assert set(paid) == {claim.claim_number for claim in world.claims[payer] if claim.lines}
    numbers = {each.number: each for each in world.payments[payer]}
    assert len(numbers) == len(world.payments[payer])
    for claim in world.claims[payer]:
        if claim.check_number:
            payment = numbers[claim.check_number]
            assert payment.paid_on == claim.check_date
            assert claim in [entry.claim for entry in payment.entries]


@pytest.mark.parametrize("payer", PAYERS)
def test_every_payer_has_payments_of_every_kind(world: World, payer: str) -> None:
    assert {tag for payment in world.payments[payer] for tag in payment.tags} == TAGS
    for payment in world.payments[payer]:
        balanced = payment.claims_total == payment.file_amount == payment.amount == payment.explained
        assert balanced is not bool({"out_of_balance", "page_differs", "paper_differs"} & set(payment.tags))


def test_an_835_counts_its_own_segments(world: World) -> None:
    for payment in world.payments["BHIL"][::40]:
        if "835" in payment.documents:
            segments = era(payment).decode().replace("\n", "").rstrip("~").split("~")
            inside = segments[segments.index("ST*835*0001") :]
            assert f"SE*{inside.index(next(s for s in inside if s.startswith('SE*'))) + 1}*0001" in inside


async def found(desk: Desk, payer: str, **question: str) -> Json:
    context = {"organization": NORTHGATE.id, "payer": payer, "npi": NORTHGATE.providers[0].npi}
    answer: Json = (await desk.ask(f"{REMITS}/searches", {**context, **question})).json()
    return answer


def us(day: str) -> str:
    return f"{date.fromisoformat(day):%m/%d/%Y}"


@pytest.mark.parametrize("awkward", [0, 1])
@pytest.mark.parametrize("payer", payers_of("availity"))
async def test_the_viewer_lists_and_shows_what_is_true(desk: Desk, payer: str, awkward: int) -> None:
    await desk.account()
    await desk.log_in()
    query = {"payer": payer, "count": 25, "seed": 5, "awkward": awkward}
    for asked in (await desk.control.get("/control/questions/availity/remittances", params=query)).json():
        question = asked["question"]
        truth = (
            await desk.control.get("/control/truth/availity/remittances", params={"payer": payer, **question})
        ).json()
        typed = {
            key: value
            for key, value in {
                "checkNumber": question.get("check_number"),
                "claimNumber": question.get("claim_number"),
                "fromDate": question.get("paid_from") and us(question["paid_from"]),
                "toDate": question.get("paid_to") and us(question["paid_to"]),
            }.items()
            if value
        }
        answer = await found(desk, payer, **typed)
        listed = {row["checkNumber"] for row in answer.get("rows", ())}
        expected = [each["number"] for each in truth.get("payments", ())]
        assert set(expected[:10]) <= listed or answer["total"] > 10
        for true in truth.get("payments", ())[:2]:
            shown = (await desk.ask(f"{REMITS}/details", {"payer": payer, "checkNumber": true["number"]})).json()[
                "remit"
            ]
            assert Decimal(shown["amount"].replace("$", "").replace(",", "")) == Decimal(true["amount"])
            assert shown["status"].casefold() == true["status"]
            assert shown["files"] == true["offers"]
            for document in true["documents"]:
                ending = ".835" if document["kind"] == "835" else ".pdf"
                file = await desk.portal.get(f"/web/post/rm/files/{payer}/{true['number']}{ending}")
                assert (len(file.content), hashlib.sha256(file.content).hexdigest()) == (
                    document["size"],
                    document["sha256"],
                )


async def test_another_organization_has_no_payments(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    number = desk.house.world.payments["BHIL"][0].number
    assert (await found(desk, "BHIL", checkNumber=number))["outcome"] == "remits"
    elsewhere = await found(desk, "BHIL", checkNumber=number, organization="1180911")
    assert elsewhere["outcome"] == "remit_not_found"


async def test_files_go_to_those_who_are_signed_in(desk: Desk) -> None:
    payment = next(each for each in desk.house.world.payments["BHIL"] if each.documents == ("835", "eop"))
    address = f"/web/post/rm/files/BHIL/{payment.number}.835"
    await desk.account(roles=("eligibility",))
    assert b"ISA" not in (await desk.portal.get(address)).content
    await desk.log_in()
    assert "You don" in (await desk.portal.get(VIEWER)).text
    await desk.dial(files="cut_short")
    cut = (await desk.portal.get(address)).content
    assert era(payment).startswith(cut)
    assert len(cut) < len(era(payment))
    await desk.dial(files="page")
    assert b"<html>" in (await desk.portal.get(address)).content
    assert (await desk.control.get("/control/tally")).json()["files"] == 2
