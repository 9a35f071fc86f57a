"""Every declared signal, provoked, raises its error class; nothing but core errors comes out; nobody is locked out."""

from __future__ import annotations

import dataclasses

import pytest
from fixtures_portals import SEED, Codes, Kept, SimulatedPortal
from inquiries import Inquiry, inquiries
from provocations import AT_A_CHANGE, AT_LOGIN, AT_SECOND_STEP, AT_STEP_UP, MID_WORK, OF_SOME, ON_THE_WAY, AtLogin

from bots.contracts import LoginSecrets
from bots.selectors import SignalSpec
from core.errors import (
    AccountLocked,
    ActionNeeded,
    CodeRequired,
    CredentialRejected,
    FleetError,
    SessionExpired,
)
from core.phi import Secret
from simulator.accounts import LAKESIDE, NORTHGATE

NOBODYS_SEED = "KRSXG5CTMVRXEZLUKRSXG5CTMVRXEZLU"


def declared(portal: SimulatedPortal, name: str) -> SignalSpec:
    found = next((each for each in portal.definition.selectors.signals if each.name == name), None)
    assert found is not None, f"signals.yaml of {portal.id} has no {name}"
    return found


async def log_in(portal: SimulatedPortal, trouble: AtLogin) -> tuple[FleetError, LoginSecrets, Kept]:
    secrets = portal.account(**trouble.account)
    tried = dataclasses.replace(
        secrets,
        password=Secret("Not-It-At-All-1") if "password" in trouble.wrong else secrets.password,
        codes=Codes(NOBODYS_SEED) if "code" in trouble.wrong else secrets.codes,
    )
    portal.dial(**trouble.dials)
    kept = Kept()
    async with portal.stranger() as lane:
        with pytest.raises(FleetError) as caught:
            await lane.log_in(tried, kept)
    return caught.value, secrets, kept


def test_every_signal_has_its_provocation(portal: SimulatedPortal) -> None:
    assert {each.name for each in portal.definition.selectors.signals} <= {
        *AT_LOGIN,
        *AT_SECOND_STEP,
        *AT_STEP_UP,
        *OF_SOME,
        *MID_WORK,
        *AT_A_CHANGE,
    }


@pytest.mark.parametrize("name", AT_LOGIN)
@pytest.mark.thorough
async def test_trouble_at_log_in(portal: SimulatedPortal, name: str) -> None:
    await _is_told(portal, name, AT_LOGIN[name])


@pytest.mark.parametrize("name", AT_SECOND_STEP)
@pytest.mark.thorough
async def test_trouble_at_the_second_step(two_steps: SimulatedPortal, name: str) -> None:
    await _is_told(two_steps, name, AT_SECOND_STEP[name])


async def _is_told(portal: SimulatedPortal, name: str, trouble: AtLogin) -> None:
    signal = declared(portal, name)
    error, secrets, kept = await log_in(portal, trouble)
    assert (error.code, error.reference) == (signal.raises, name)
    assert kept.evidence == [], "a picture or a source of a page for credentials"
    for secret in (secrets.username, secrets.password):
        assert secret.reveal() not in f"{error.sentence} {error.reference} {kept.steps}"


@pytest.mark.thorough
async def test_trouble_at_log_in_that_only_some_portals_know(portal: SimulatedPortal) -> None:
    for signal in portal.definition.selectors.signals:
        if signal.name in OF_SOME:
            error, _, kept = await log_in(portal, OF_SOME[signal.name])
            assert (error.code, error.reference, kept.evidence) == (signal.raises, signal.name, [])


async def test_one_wrong_password_and_no_second(portal: SimulatedPortal) -> None:
    error, secrets, _ = await log_in(portal, AT_LOGIN["rejected_password"])
    assert isinstance(error, CredentialRejected)
    left = portal.account_of(secrets).attempts_left
    assert (error.factor, error.attempts_remaining) == ("password", left)
    assert portal.tally(secrets)["wrong_passwords"] == 1
    assert portal.tally(secrets)["lockouts"] == 0


@pytest.mark.thorough
async def test_the_last_attempt_but_one_is_told_as_such(portal: SimulatedPortal) -> None:
    error, _, _ = await log_in(portal, AtLogin({"lock_after": 2}, wrong=frozenset({"password"})))
    assert isinstance(error, CredentialRejected)
    assert error.attempts_remaining == 1


@pytest.mark.thorough
async def test_a_password_that_locks_the_account_is_told_as_locked(portal: SimulatedPortal) -> None:
    error, secrets, _ = await log_in(portal, AtLogin({"lock_after": 1}, wrong=frozenset({"password"})))
    assert isinstance(error, AccountLocked)
    assert portal.tally(secrets)["wrong_passwords"] == 1


async def test_one_wrong_code_and_no_second(two_steps: SimulatedPortal) -> None:
    error, secrets, _ = await log_in(two_steps, AT_SECOND_STEP["rejected_code"])
    assert isinstance(error, CredentialRejected)
    left = two_steps.account_of(secrets).code_attempts_left
    assert (error.factor, error.attempts_remaining) == ("code", left)
    tally = two_steps.tally(secrets)
    assert (tally["wrong_codes"] + tally["reused_codes"], tally["wrong_passwords"]) == (1, 0)


@pytest.mark.thorough
async def test_a_used_code_is_refused_once(two_steps: SimulatedPortal) -> None:
    secrets = two_steps.account(mfa=("authenticator",))
    async with two_steps.stranger() as first:
        await first.log_in(secrets, Kept())
    assert isinstance(secrets.codes, Codes)
    again = dataclasses.replace(secrets, codes=Codes(SEED, only=secrets.codes.step))
    async with two_steps.stranger() as second:
        with pytest.raises(CredentialRejected):
            await second.log_in(again, Kept())
    assert two_steps.tally(secrets)["reused_codes"] == 1


@pytest.mark.thorough
async def test_a_code_for_a_person_says_how_it_was_sent(two_steps: SimulatedPortal) -> None:
    error, secrets, _ = await log_in(two_steps, AT_SECOND_STEP["sent_code"])
    assert isinstance(error, CodeRequired)
    assert error.medium
    assert two_steps.tally(secrets)["wrong_codes"] == 0


@pytest.mark.thorough
async def test_terms_are_left_to_a_person(portal: SimulatedPortal) -> None:
    error, secrets, _ = await log_in(portal, AT_LOGIN["terms"])
    assert isinstance(error, ActionNeeded)
    assert "terms" in error.kind
    assert portal.account_of(secrets).spec.terms, "the bot accepted them"


@pytest.mark.thorough
async def test_an_organization_is_not_guessed(portal: SimulatedPortal) -> None:
    error, _, _ = await log_in(portal, AtLogin({"organizations": (NORTHGATE, LAKESIDE)}))
    assert isinstance(error, ActionNeeded)


@pytest.mark.usefixtures("impatient")
@pytest.mark.thorough
async def test_an_organization_that_the_account_has_no_more_is_for_the_administrator(portal: SimulatedPortal) -> None:
    """Of one account; the portal's pages are as ever, and nobody else's work may rest for it."""
    secrets = portal.account(organizations=(NORTHGATE, LAKESIDE))
    async with portal.stranger() as lane:
        with pytest.raises(ActionNeeded, match=r"no organization of the credential's name.*--organization") as caught:
            await lane.log_in(dataclasses.replace(secrets, organization="Hillside Clinic"), Kept())
    assert caught.value.kind == "choose an organization"


@pytest.mark.thorough
@pytest.mark.parametrize("portal", ["availity", "medicaid_forms", "ucare_old"], indirect=True)
async def test_an_organization_that_the_portal_chooses_by_itself_must_be_the_credentials(
    portal: SimulatedPortal,
) -> None:
    """Where its head says which."""
    secrets = portal.account(organizations=(NORTHGATE,))
    for named, right in ((NORTHGATE, True), (LAKESIDE, False)):
        async with portal.stranger() as lane:
            logging_in = lane.log_in(dataclasses.replace(secrets, organization=f"{named.id} {named.name}"), Kept())
            if right:
                await logging_in
                continue
            with pytest.raises(ActionNeeded, match=r"another organization .* nothing was read.*--organization"):
                await logging_in


@pytest.mark.usefixtures("impatient")
@pytest.mark.thorough
async def test_an_error_of_the_payer_in_the_middle_of_work(inquiry: Inquiry) -> None:
    await _befalls(inquiry, "payer_error")


@pytest.mark.thorough
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("name", [name for name in MID_WORK if name != "payer_error"])
async def test_a_session_that_ends_in_the_middle_of_work(layout: Inquiry, name: str) -> None:
    await _befalls(layout, name)


async def _befalls(inquiry: Inquiry, name: str) -> None:
    portal, signal = inquiry.portal, declared(inquiry.portal, name)
    async with portal.logged_in() as (lane, secrets):
        portal.judged(await inquiry.ask(lane))
        MID_WORK[name].befall(portal, secrets)
        asked = await inquiry.ask(lane)
    assert asked.error is not None, f"an answer in spite of {name}"
    assert asked.error.code == signal.raises
    if isinstance(asked.error, SessionExpired):
        assert asked.error.kicked is (name == "kicked")
    assert portal.tally(secrets)["logins"] == 1


@pytest.mark.thorough
@pytest.mark.parametrize("name", ON_THE_WAY)
async def test_trouble_on_the_way_to_a_form(portal: SimulatedPortal, name: str) -> None:
    """Its error, and when it is over the session is as good as before."""
    inquiry = inquiries(portal)[0]
    async with portal.known() as lane:
        portal.dial(**ON_THE_WAY[name])
        asked = await inquiry.ask(lane)
        assert asked.error is not None, f"an answer in spite of {name}"
        assert (asked.error.code, asked.error.reference) == (declared(portal, name).raises, name)
        portal.dial()
        portal.assert_true(await inquiry.ask(lane))


@pytest.mark.thorough
async def test_a_session_that_the_portal_forgot_is_a_session_that_ended(layout: Inquiry) -> None:
    """The portal then shows its page to log in in the middle of work: it has not changed, and that is not recorded."""
    async with layout.portal.known() as lane:
        await lane._context.clear_cookies()
        asked = await layout.ask(lane)
    assert isinstance(asked.error, SessionExpired)
    assert asked.kept.evidence == []


@pytest.mark.deep
@pytest.mark.thorough
@pytest.mark.parametrize("requests", [1, 3])
async def test_a_session_that_drops_at_any_request_ends_in_a_word_of_ours(layout: Inquiry, requests: int) -> None:
    async with layout.portal.logged_in() as (lane, _):
        layout.portal.dial(drop_session_after=requests)
        asked = await layout.ask(lane)
        if asked.error is None:
            layout.portal.assert_true(asked)
        else:
            assert isinstance(asked.error, SessionExpired)


async def test_a_browser_that_dies_ends_in_a_word_of_ours(any_portal: SimulatedPortal) -> None:
    async with any_portal.known() as lane:
        await lane._context.close()
        asked = await inquiries(any_portal)[0].ask(lane)
    assert asked.error is not None
    assert asked.error.code == "PartUnavailable"
