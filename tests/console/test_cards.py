"""What an answer looks like to a biller: its card, and two of them side by side."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from core.capabilities.catalog import CAPABILITIES
from core.capabilities.claim_status import Claim, Claims
from core.capabilities.remittances import ExplainedClaim, Payment, Remittances
from lanes.assembly import Fleet
from store.credentials import Credential
from store.people import Role
from tests.console import kept
from tests.console.conftest import Browser

SignedIn = Callable[..., Awaitable[Browser]]


@pytest.mark.parametrize("spoilt", [False, True])
async def test_every_kind_of_answer_has_its_card_and_no_text_of_a_portal_becomes_code(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, *, spoilt: bool
) -> None:
    biller = await signed_in(*Role)
    assert kept.answers().keys() == CAPABILITIES.keys()
    for capability, answer in (kept.hostile() if spoilt else kept.answers()).items():
        name = capability if capability != "not_found" else "eligibility"
        item = await kept.keep(fleet, credential, answer, capability=name, claim=f"E-{capability}{kept.SCRIPT}")
        others = (f"/answers/{item.id}/compare/{item.id}", "/answers", f"/runs/{item.run_id}")
        for path in (f"/answers/{item.id}", *(others if spoilt else ())):
            shown = await biller.get(path)
            assert shown.status_code == 200, (capability, path)
            assert "<script>alert" not in shown.text, (capability, path)
            assert "<img src=x" not in shown.text, (capability, path)
        card = (await biller.get(f"/answers/{item.id}")).text
        assert ("&lt;script&gt;alert" in card) or not spoilt
        if not spoilt:
            assert answer.sentence.replace("'", "&#39;") in card
            assert '<h2 class="verdict found">' in card
            assert re.search(r'<section class="card answer">.*?<(dl|article|table)\b.*?</section>', card, re.DOTALL), (
                capability
            )


async def test_a_card_explains_codes_proves_the_payment_and_tells_what_became_of_what_was_sent(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    biller = await signed_in(Role.BILLER)
    for capability, tellings in {
        "eligibility": ("A dialog said more.",),
        "claim_status": ("CO-45", "over the contracted or allowed rate", "085724274Z5"),
        "remittances": (
            "Balanced to the cent",
            "-$29.20",
            "Overpayment is being recovered",
            "nothing to prove",
            "post it once",
            "/answers/item_before",
        ),
        "appeals": ("AP-77", "Denial stands", "letter-"),
        "sent_messages": ("SM-31", "Here it is.", "file-0a1b.pdf", "claim E1"),
        "claim_files": (
            "Partly accepted",
            "PA8",
            "No such subscriber.",
            "One segment is too long.",
            "acknowledgement-",
        ),
        "notifications": ("NP-5", "2027-04-02", "high", "NPI 1457398216"),
    }.items():
        item = await kept.keep(fleet, credential, kept.answers()[capability], capability=capability)
        card = (await biller.get(f"/answers/{item.id}")).text
        assert [told for told in tellings if told not in card] == []


async def test_a_payment_that_a_paper_alone_explains_is_told_with_its_sum_and_never_as_balanced(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    claims = tuple(ExplainedClaim(claim_number=each, billed=Decimal(90), paid=Decimal(4)) for each in ("E1", "E2"))
    paper = Payment(number="VC8", amount=Decimal(8), explained_amount=Decimal(8), explained_claims=claims)
    short = paper.model_copy(update={"number": "VC9", "amount": Decimal(9), "explained_amount": Decimal(9)})
    item = await kept.keep(fleet, credential, Remittances(payments=(paper, short)), capability="remittances")
    card = (await (await signed_in(Role.BILLER)).get(f"/answers/{item.id}")).text
    for told in (
        "EOP only: not proven by an 835",
        "add up to $8.00, which is the payment; no 835 proves it.",
        "the payment is $9.00, difference $1.00.",
    ):
        assert told in card, told
    assert "Balanced to the cent" not in card


async def test_two_pulls_of_one_claim_are_compared(signed_in: SignedIn, fleet: Fleet, credential: Credential) -> None:
    biller = await signed_in(Role.BILLER)
    before = await kept.keep(
        fleet, credential, Claims(claims=(Claim(claim_number="E1", status_text="Pending"),)), age=timedelta(days=2)
    )
    after = await kept.keep(fleet, credential, Claims(claims=(Claim(claim_number="E1", status_text="Paid"),)))
    card = (await biller.get(f"/answers/{after.id}")).text
    assert f"/answers/{after.id}/compare/{before.id}" in card
    assert "It may have changed since" in (await biller.get(f"/answers/{before.id}")).text
    told = (await biller.get(f"/answers/{after.id}/compare/{before.id}")).text
    assert "claims E1 › status text" in told  # noqa: RUF001
    assert told.index("Pending") < told.index("Paid")
    assert "1 value differs" in told
