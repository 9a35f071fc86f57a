"""Codes that a person has to read, and codes asked for in the middle of a session."""

from __future__ import annotations

import time
from contextlib import suppress

import pytest
from fixtures_portals import Codes, Kept, SimulatedPortal
from inquiries import inquiries
from provocations import AT_STEP_UP

from core.errors import CodeRequired, CredentialRejected
from payers.registry import load_manifest, portal_ids

SENT = ("text", "call")
MEDIA = {"sms": ("text", "text message"), "call": ("call", "call"), "email": ("email", "e-mail")}
"""By the manifest's words: the simulator's, and what people are told."""


@pytest.mark.parametrize(
    "spec",
    [{"mfa": SENT}, pytest.param({"mfa": ("authenticator", *SENT), "unusual": True}, marks=pytest.mark.deep)],
    ids=str,
)
@pytest.mark.thorough
async def test_a_code_that_is_sent_is_asked_of_a_person_and_typed(
    two_steps: SimulatedPortal, spec: dict[str, object]
) -> None:
    secrets = two_steps.account(**spec)
    assert isinstance(secrets.codes, Codes)
    secrets.codes.person = lambda: two_steps.account_of(secrets).text_code
    kept = Kept()
    async with two_steps.stranger() as lane:
        report = await lane.log_in(secrets, kept)
    assert (report.logged_in, secrets.codes.asked, kept.evidence) == (True, ["text message"], [])
    tally = two_steps.tally(secrets)
    assert (tally["logins"], tally["wrong_codes"]) == (1, 0)


@pytest.mark.parametrize("ahead", [-25, 25])
@pytest.mark.thorough
async def test_the_portals_clock_is_learned_from_its_pages(two_steps: SimulatedPortal, ahead: int) -> None:
    two_steps.dial(code_clock_skew=ahead)
    secrets = two_steps.account(mfa=("authenticator", "text"))
    assert isinstance(secrets.codes, Codes)
    begun = time.time()
    async with two_steps.stranger() as lane:
        with suppress(CredentialRejected):  # these codes heed no clock
            await lane.log_in(secrets, Kept())
    assert secrets.codes.clock_offset is not None
    # In whole seconds, by the last page, which may have been there for a while.
    assert ahead - (time.time() - begun) - 1 <= secrets.codes.clock_offset <= ahead + 1


@pytest.mark.parametrize(
    ("name", "medium"),
    [(each, medium) for each in portal_ids() for medium in MEDIA if medium in load_manifest(each).mfa],
)
@pytest.mark.representative
async def test_each_way_of_sending_that_the_manifest_names_is_waited_for_and_said(
    simulated: dict[str, SimulatedPortal], name: str, medium: str
) -> None:
    portal = simulated[name]
    portal.dial()
    option, word = MEDIA[medium]
    secrets = portal.account(mfa=(option,))
    assert isinstance(secrets.codes, Codes)
    secrets.codes.person = lambda: portal.account_of(secrets).text_code
    async with portal.stranger() as lane:
        assert (await lane.log_in(secrets, Kept())).logged_in
    assert secrets.codes.asked == [word]


@pytest.mark.thorough
async def test_a_mistyped_code_is_asked_for_once_more(two_steps: SimulatedPortal) -> None:
    """Unless the portal starts over: nobody types the password twice."""
    secrets = two_steps.account(mfa=SENT)
    codes = secrets.codes
    assert isinstance(codes, Codes)
    codes.person = lambda: two_steps.account_of(secrets).text_code if len(codes.asked) > 1 else "000000"
    async with two_steps.stranger() as lane:
        with suppress(CredentialRejected):
            await lane.log_in(secrets, Kept())
    tally = two_steps.tally(secrets)
    assert (tally["wrong_codes"], tally["wrong_passwords"], tally["lockouts"]) == (1, 0, 0)
    assert tally["logins"] == len(codes.asked) - 1


async def test_a_code_mistyped_twice_is_not_asked_for_again(any_portal: SimulatedPortal) -> None:
    secrets = any_portal.account(mfa=SENT)
    assert isinstance(secrets.codes, Codes)
    secrets.codes.person = lambda: "000000"
    async with any_portal.stranger() as lane:
        with pytest.raises(CredentialRejected):
            await lane.log_in(secrets, Kept())
    tally = any_portal.tally(secrets)
    assert (tally["wrong_codes"], tally["lockouts"]) == (2, 0)


@pytest.mark.thorough
async def test_a_code_in_the_middle_of_a_session_is_given_without_a_log_in(portal: SimulatedPortal) -> None:
    for signal in portal.definition.selectors.signals:
        if signal.name not in AT_STEP_UP:
            continue
        inquiry = inquiries(portal)[0]
        async with portal.logged_in(**AT_STEP_UP[signal.name].account) as (lane, secrets):
            stopped = await inquiry.ask(lane)
            assert isinstance(stopped.error, CodeRequired)
            assert stopped.kept.evidence == []
            await lane.step_up(secrets, Kept())
            portal.assert_true(await inquiry.ask(lane))
        tally = portal.tally(secrets)
        assert (tally["logins"], tally["step_ups"], tally["sessions_opened"]) == (1, 1, 1)


@pytest.mark.thorough
async def test_a_remembered_device_is_asked_for_no_code(two_steps: SimulatedPortal) -> None:
    """With nothing but the device's cookies, which the manifest names: the session is gone."""
    names = two_steps.definition.manifest.device_cookies
    secrets = two_steps.account(mfa=("authenticator",))
    assert isinstance(secrets.codes, Codes)
    async with two_steps.stranger() as lane:
        await lane.log_in(secrets, Kept())
        device = (await lane.session_state()).device(names)
    assert (device is not None) is bool(names)
    if device is None:
        return
    used = secrets.codes.step
    again = await two_steps.host.lane(device)
    try:
        assert (await again.log_in(secrets, Kept())).logged_in
    finally:
        await again.close()
    assert (secrets.codes.step, two_steps.tally(secrets)["logins"]) == (used, 2)
