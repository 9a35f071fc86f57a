"""The adapter against the simulated portal: every answer compared with the truth, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fixtures_portals import Kept, SimulatedPortal, patient, plain

from core.capabilities.catalog import capability
from core.errors import AccountLocked, CredentialRejected, PortalChanged, RequestInvalid

CAPABILITIES = ("eligibility", "claim_status")


@pytest.fixture
def uhc(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated["uhc"]
    portal.dial()
    yield portal
    portal.dial()


def askable(portal: SimulatedPortal, name: str, count: int, *, awkward: bool) -> list[dict[str, Any]]:
    drawn = portal.questions(name, "UHC", 2 * count, seed=11, awkward=awkward)
    return [each for each in drawn if _asked(name, each["question"])][:count]


def _asked(name: str, question: dict[str, str]) -> bool:
    """The fleet refuses some before it bothers a portal: a claim of 2019 is beyond every payer's window."""
    try:
        capability(name).ask(question)
    except RequestInvalid:
        return False
    return True


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_every_answer_is_true(uhc: SimulatedPortal, name: str) -> None:
    async with uhc.known() as lane:
        for each in [*askable(uhc, name, 3, awkward=False), *askable(uhc, name, 17, awkward=True)]:
            uhc.assert_true(await uhc.ask(lane, name, "UHC", each["question"]), each["tags"])


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_what_is_left_of_the_question_before_is_not_taken(uhc: SimulatedPortal, name: str) -> None:
    uhc.dial(stale_results_ms=250, latency_ms=(50, 150))
    async with uhc.known() as lane:
        for each in [*askable(uhc, name, 2, awkward=False), *askable(uhc, name, 4, awkward=True)]:
            uhc.assert_true(await uhc.ask(lane, name, "UHC", each["question"]), each["tags"])


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_renamed_hooks_are_survived_and_noted(uhc: SimulatedPortal, name: str) -> None:
    uhc.dial(layout_variant=1)
    async with uhc.known() as lane:
        asked = await uhc.ask(lane, name, "UHC", plain(uhc, name, "UHC"))
        uhc.assert_true(asked)
        assert asked.kept.drift()
        for each in askable(uhc, name, 3, awkward=True):
            uhc.assert_true(await uhc.ask(lane, name, "UHC", each["question"]), each["tags"])


async def test_renamed_hooks_are_survived_at_the_identity_provider(uhc: SimulatedPortal) -> None:
    uhc.dial(layout_variant=1)
    async with uhc.logged_in(mfa=("authenticator", "text")) as (_, secrets):
        assert uhc.tally(secrets)["logins"] == 1


@pytest.mark.parametrize("name", CAPABILITIES)
@pytest.mark.usefixtures("impatient")
async def test_a_new_layout_is_a_change_that_names_its_place(uhc: SimulatedPortal, name: str) -> None:
    async with uhc.known() as lane:
        uhc.dial(layout_variant=2)
        asked = await uhc.ask(lane, name, "UHC", plain(uhc, name, "UHC"))
    assert isinstance(asked.error, PortalChanged)
    assert asked.error.page in {"search", "claim_search"}
    assert asked.error.element


async def test_the_spinner_that_never_ends_is_not_waited_for(uhc: SimulatedPortal) -> None:
    """The dialog is read and closed; the next question finds the form and no new document is loaded for it."""
    today = uhc.house.clock.today()
    who = patient(uhc, "UHC")
    nothing = {
        "member_id": who["member_id"],
        "birth_date": who["birth_date"],
        "from_date": (today - timedelta(days=1000)).isoformat(),
        "to_date": (today - timedelta(days=900)).isoformat(),
    }
    async with uhc.known() as lane:
        uhc.assert_true(await uhc.ask(lane, "claim_status", "UHC", nothing))
        loads = uhc.tally()["page_loads"]
        uhc.assert_true(await uhc.ask(lane, "claim_status", "UHC", plain(uhc, "claim_status", "UHC")))
        assert uhc.tally()["page_loads"] == loads


async def test_the_check_of_the_browser_is_waited_for(uhc: SimulatedPortal) -> None:
    uhc.dial(security_check_ms=900)
    async with uhc.logged_in() as (_, secrets):
        assert uhc.tally(secrets)["logins"] == 1


async def test_an_account_that_rested_too_long_is_not_tried_again(uhc: SimulatedPortal) -> None:
    secrets = uhc.account()
    uhc.account_of(secrets).used_at -= 91 * 86_400
    async with uhc.stranger() as lane:
        with pytest.raises(AccountLocked):
            await lane.log_in(secrets, Kept())


async def test_one_wrong_password_and_no_second(uhc: SimulatedPortal) -> None:
    secrets = uhc.account()
    account = uhc.account_of(secrets)
    account.spec.password = "Something-Else-4"
    async with uhc.stranger() as lane:
        with pytest.raises(CredentialRejected) as refused:
            await lane.log_in(secrets, Kept())
    assert refused.value.attempts_remaining == account.attempts_left == 4
