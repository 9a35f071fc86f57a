"""A dispute of a claim of which the store knows that it cannot be disputed: told before a log-in, with its age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

import pytest
from sqlalchemy import delete, func, select

from core.capabilities.claim_status import Claim, Claims, Lifecycle
from core.capabilities.remittances import ClaimFate, Payment, Remittance, Remittances, RemittedClaim
from core.errors import RequestInvalid
from core.manifest import Manifest
from core.seal import Sealer
from lanes.assembly import Fleet
from lanes.ledger import StoredLanes
from lanes.submissions import submit
from lanes.submissions.submit import Order
from store import retention, runs
from store.claim_marks import ClaimMark, UnmarkedAnswer
from store.credentials import Credential
from store.people import Role
from store.retention import Shelf
from store.runs import StoredAnswer
from tests.console.kept import keep
from tests.console.test_runs import events
from tests.console.test_submitter import RULE, SignedIn, hand_in, takes_appeals
from tests.core.claims_text import CLAIM, claims_file


def claim(number: str, state: Lifecycle) -> Claims:
    return Claims(claims=(Claim(claim_number=number, lifecycle=state),))


def remitted(number: str, fate: ClaimFate) -> Remittances:
    one = RemittedClaim(claim_number=number, status_code="1", fate=fate, billed=Decimal(9), paid=Decimal(9))
    payment = Remittance(trace_number="42", amount=Decimal(9), claims=(one,))
    return Remittances(payments=(Payment(number="42", amount=Decimal(9), remittance=payment),))


def of(fleet: Fleet, states: Sequence[Lifecycle]) -> None:
    portals = cast("dict[str, Manifest]", fleet.portals)
    rule = RULE.model_copy(update={"claim_states": tuple(states)})
    portals["availity"] = portals["availity"].model_copy(update={"submissions": (rule,)})


@pytest.fixture(autouse=True)
def appeals(fleet: Fleet) -> None:
    takes_appeals(fleet)


async def test_a_claim_that_was_not_decided_is_told_with_its_age_and_sent_all_the_same_if_that_is_wanted(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    biller = await signed_in(Role.BILLER)
    item = await keep(fleet, credential, claim("clm-1", Lifecycle.PENDING), age=timedelta(days=1))
    yesterday = str(date.today() - timedelta(days=1))
    for more in ({"check": "yes"}, {}):
        refused = await hand_in(biller, **more)
        assert refused.status_code == 422
        for told in ("paid or denied or finalized no payment", "pending as of " + yesterday, "may be old", "CLM-1"):
            assert told in refused.text, told
    assert ("phi.view", "kim-0", item.id) in await events(fleet)
    assert "Nothing was handed in" in (await biller.get("/submissions")).text
    assert (await hand_in(biller, anyway="true")).status_code == 303
    assert (await hand_in(biller)).status_code == 303, "it is on its way already"


async def test_what_was_read_last_counts_and_nothing_that_is_older_than_the_decision(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, second_credential: Credential
) -> None:
    biller = await signed_in(Role.BILLER, tins=["tin of north"])
    of(fleet, [Lifecycle.PAID])
    await keep(fleet, credential, claim("CLM-1", Lifecycle.DENIED), age=timedelta(hours=2))
    assert "was denied as of" in (await hand_in(biller, check="yes")).text
    for other in ("CLM-10", "CLM"):
        await keep(fleet, credential, claim(other, Lifecycle.PAID))
    await keep(fleet, second_credential, claim("CLM-1", Lifecycle.PAID), claim="E2")
    assert "was denied as of" in (await hand_in(biller, check="yes")).text, "other claims, and another tax ID"
    await keep(
        fleet, credential, remitted("CLM-1", ClaimFate.PRIMARY), capability="remittances", age=timedelta(hours=1)
    )
    assert "Nothing is wrong" in (await hand_in(biller, check="yes")).text
    await keep(fleet, credential, claim("CLM-2", Lifecycle.DENIED), age=timedelta(days=40))
    assert "Nothing is wrong" in (await hand_in(biller, claim_number="CLM-2", check="yes")).text


async def test_a_claim_is_found_among_many_others_however_old_its_answer_is(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    biller = await signed_in(Role.BILLER)
    of(fleet, [Lifecycle.PAID])
    old = await keep(fleet, credential, claim(" clm-1", Lifecycle.PENDING), age=timedelta(days=160))
    newer = await keep(fleet, credential, claim("CLM-2", Lifecycle.PENDING), age=timedelta(days=100))
    told = {"decided_on": str(date.today() - timedelta(days=170)), "check": "yes"}
    opened: list[str] = []

    def payload_of(answer: StoredAnswer, sealer: Sealer) -> str:
        opened.append(answer.work_item_id)
        return runs.payload_of(answer, sealer)

    monkeypatch.setattr("lanes.submissions.claim_state.payload_of", payload_of)
    assert "was pending as of" in (await hand_in(biller, **told)).text
    assert opened == [old.id], "nothing of other claims"
    async with fleet.database.begin() as session:  # as a store was before there were marks
        await session.execute(delete(ClaimMark))
        kept = await session.scalars(select(StoredAnswer.id).order_by(StoredAnswer.id))
        session.add_all(UnmarkedAnswer(answer_id=each) for each in kept)
    monkeypatch.setattr("lanes.submissions.claim_state.CATCH_UP", 1)
    assert "Nothing is wrong" in (await hand_in(biller, **told)).text, "its turn has not come"
    assert "was pending as of" in (await hand_in(biller, claim_number="CLM-2", **told)).text
    assert opened[1:] == [newer.id]
    await StoredLanes(fleet).shred()
    async with fleet.database.read() as session:
        assert await session.scalar(select(func.count()).select_from(UnmarkedAnswer)) == 0
        assert len(set(await session.scalars(select(ClaimMark.claim_key)))) == 2
    assert "was pending as of" in (await hand_in(biller, **told)).text


async def test_what_is_shredded_is_not_found_by_its_claims(fleet: Fleet, credential: Credential) -> None:
    item = await keep(fleet, credential, claim("CLM-1", Lifecycle.PENDING))
    async with fleet.database.begin() as session:
        (answer_id,) = await session.scalars(select(StoredAnswer.id).where(StoredAnswer.work_item_id == item.id))
        assert await session.scalar(select(func.count()).select_from(ClaimMark)) == 1
        await retention.shred_rows(session, Shelf.ANSWERS, [answer_id], now=fleet.clock.now())
        assert await session.scalar(select(func.count()).select_from(ClaimMark)) == 0


async def test_what_is_corrected_is_known_and_decided_or_it_is_said(fleet: Fleet, credential: Credential) -> None:
    known, biggest = fleet.portals["availity"], 30_000
    rule = RULE.model_copy(
        update={"kinds": ("claims",), "endings": ("837",), "max_bytes": biggest, "total_bytes": biggest}
    )
    rule = rule.model_copy(update={"filing_days": None, "requires": (), "min_files": 1, "min_bytes": 1})
    changes = {"capabilities": (*known.capabilities, "claim_files"), "submissions": (rule,)}
    cast("dict[str, Manifest]", fleet.portals)["availity"] = known.model_copy(update=changes)

    def corrected(number: str) -> tuple[str, ...]:
        return (CLAIM[0].replace("11:B:1", "11:B:7"), f"REF*F8*{number}", *CLAIM[1:])

    async def check(*claims: Sequence[str], anyway: bool = False) -> None:
        named = [("batch.837", claims_file(*claims))]
        await submit.check(fleet, Order("claims", "availity", {}, named, "kim-0", payer="aetna", anyway=anyway))

    await keep(fleet, credential, claim("clm-1", Lifecycle.PAID))
    pending = await keep(fleet, credential, claim("CLM-2", Lifecycle.PENDING), claim="E2")
    await check(CLAIM, corrected("CLM-1"))
    with pytest.raises(RequestInvalid) as doubted:
        await check(corrected("CLM-1"), corrected("CLM-2"), corrected("CLM-3"))
    assert "What claim 2 corrects was pending as of" in doubted.value.sentence
    assert "Of the claim that claim 3 corrects the store knows nothing." in doubted.value.sentence
    assert "claim 1" not in doubted.value.sentence
    assert doubted.value.field == "anyway"
    assert ("phi.view", "kim-0", pending.id) in await events(fleet)
    await check(corrected("CLM-2"), anyway=True)
