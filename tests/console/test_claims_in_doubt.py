"""A dispute of a claim of which the store knows that it cannot be disputed: told before a log-in, with its age."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import cast

import pytest

from core.capabilities.claim_status import Claim, Claims, Lifecycle
from core.capabilities.remittances import ClaimFate, Payment, Remittance, Remittances, RemittedClaim
from core.manifest import Manifest
from lanes.assembly import Fleet
from store.credentials import Credential
from store.people import Role
from tests.console.kept import keep
from tests.console.test_runs import events
from tests.console.test_submitter import RULE, SignedIn, hand_in, takes_appeals


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
