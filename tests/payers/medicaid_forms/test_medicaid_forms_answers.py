"""The adapter against the simulated portal: every answer compared with the truth, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fixtures_portals import Kept, SimulatedPortal, patient, plain

from bots.page import Page
from core.capabilities.catalog import capability
from core.capabilities.eligibility import Coverage
from core.errors import ActionNeeded, CredentialRejected, PortalChanged, RequestInvalid
from payers.medicaid_forms.requests import LookupPage
from simulator.accounts import NORTHGATE
from simulator.portals.medicaid_forms.desk import References

PORTAL = "medicaid_forms"
PAYER = "MMAP"
CAPABILITIES = ("eligibility", "claim_status")


@pytest.fixture
def medicaid(simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    portal = simulated[PORTAL]
    portal.dial()
    yield portal
    portal.dial()


def askable(portal: SimulatedPortal, name: str, count: int, *, awkward: bool) -> list[dict[str, Any]]:
    drawn = portal.questions(name, PAYER, 2 * count, seed=11, awkward=awkward)
    return [each for each in drawn if _asked(name, each["question"])][:count]


def _asked(name: str, question: dict[str, str]) -> bool:
    """The fleet refuses some before it bothers a portal: a claim of 2019 is beyond every payer's window."""
    try:
        capability(name).ask(question)
    except RequestInvalid:
        return False
    return True


@pytest.mark.parametrize(("name", "round_of_kinds"), [("eligibility", 25), ("claim_status", 20)])
async def test_every_answer_is_true(medicaid: SimulatedPortal, name: str, round_of_kinds: int) -> None:
    async with medicaid.known() as lane:
        for each in [
            *askable(medicaid, name, 3, awkward=False),
            *askable(medicaid, name, round_of_kinds, awkward=True),
        ]:
            medicaid.assert_true(await medicaid.ask(lane, name, PAYER, each["question"]), each["tags"])


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_what_is_left_of_the_question_before_is_not_taken(medicaid: SimulatedPortal, name: str) -> None:
    medicaid.dial(stale_results_ms=400, latency_ms=(50, 700))
    async with medicaid.known() as lane:
        for each in [*askable(medicaid, name, 2, awkward=False), *askable(medicaid, name, 4, awkward=True)]:
            medicaid.assert_true(await medicaid.ask(lane, name, PAYER, each["question"]), each["tags"])


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_a_response_behind_those_of_many_colleagues_is_found(
    medicaid: SimulatedPortal, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    few = References.of_colleagues

    def many(references: References, letter: str, own: str) -> list[str]:
        return [*(references.issue(letter) for _ in range(23)), *few(references, letter, own)]

    monkeypatch.setattr(References, "of_colleagues", many)
    async with medicaid.known() as lane:
        asked = await medicaid.ask(lane, name, PAYER, plain(medicaid, name, PAYER))
    medicaid.assert_true(asked)
    assert sum(piece.page == "responses" and piece.kind == "page" for piece in asked.kept.evidence) >= 3


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_renamed_hooks_are_survived_and_noted(medicaid: SimulatedPortal, name: str) -> None:
    medicaid.dial(layout_variant=1)
    async with medicaid.known() as lane:
        asked = await medicaid.ask(lane, name, PAYER, plain(medicaid, name, PAYER))
        medicaid.assert_true(asked)
        assert asked.kept.drift()
        for each in askable(medicaid, name, 3, awkward=True):
            medicaid.assert_true(await medicaid.ask(lane, name, PAYER, each["question"]), each["tags"])


async def test_renamed_hooks_are_survived_at_log_in(medicaid: SimulatedPortal) -> None:
    medicaid.dial(layout_variant=1)
    async with medicaid.logged_in(mfa=("authenticator", "text")) as (_, secrets):
        assert medicaid.tally(secrets)["logins"] == 1


@pytest.mark.parametrize("name", CAPABILITIES)
async def test_a_new_layout_is_a_change_that_names_its_place(medicaid: SimulatedPortal, name: str) -> None:
    async with medicaid.known() as lane:
        medicaid.dial(layout_variant=2)
        asked = await medicaid.ask(lane, name, PAYER, plain(medicaid, name, PAYER))
    assert isinstance(asked.error, PortalChanged)
    assert asked.error.element


async def test_the_health_plan_to_ask_next_is_named(medicaid: SimulatedPortal) -> None:
    members = medicaid.house.world.members[PAYER]
    member = next(each for each in members if each.plans[0].managed_care and not each.tags)
    question = {"member_id": member.member_id.lstrip("0"), "birth_date": member.birth_date.isoformat()}
    async with medicaid.known() as lane:
        asked = await medicaid.ask(lane, "eligibility", PAYER, question)
    assert isinstance(asked.answer, Coverage)
    assert asked.answer.member.member_id == member.member_id, "the zeros that a spreadsheet dropped are put back"
    care = member.plans[0].managed_care
    assert care is not None
    assert asked.answer.ask_next == (care.name,)
    assert care.name in asked.answer.sentence


async def test_the_provider_is_looked_up_once_and_when_it_changes(
    medicaid: SimulatedPortal, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up: list[Page] = []
    read = LookupPage.read

    async def counted(page: LookupPage) -> Any:
        looked_up.append(page)
        return await read(page)

    monkeypatch.setattr(LookupPage, "read", counted)
    first, second = (each.npi for each in NORTHGATE.providers)
    async with medicaid.logged_in() as (lane, _):
        for npi in (first, first, second, first):
            question = {**patient(medicaid, PAYER), "provider_npi": npi}
            medicaid.assert_true(await medicaid.ask(lane, "eligibility", PAYER, question))
    assert len(looked_up) == 3


async def test_other_conditions_than_those_read_are_not_agreed_to(medicaid: SimulatedPortal) -> None:
    secrets = medicaid.account(terms=True)
    async with medicaid.stranger() as lane:
        with pytest.raises(ActionNeeded):
            await lane.log_in(secrets, Kept())
    assert medicaid.account_of(secrets).spec.terms


async def test_one_wrong_password_and_no_second(medicaid: SimulatedPortal) -> None:
    secrets = medicaid.account()
    account = medicaid.account_of(secrets)
    account.spec.password = "Something-Else-4"
    async with medicaid.stranger() as lane:
        with pytest.raises(CredentialRejected) as refused:
            await lane.log_in(secrets, Kept())
    assert refused.value.attempts_remaining == account.attempts_left == 2
