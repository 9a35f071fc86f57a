"""A password is changed at the simulated portals, each in its own way, in a real browser."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from fixtures_portals import PASSWORD, Kept, SimulatedPortal

from bots.contracts import LoginSecrets
from core.capabilities.account import PasswordChanged, PasswordRefused
from core.errors import CredentialRejected, PasswordExpired
from core.passwords import new_password
from core.phi import Secret
from payers.registry import load_manifest, portal_ids

BY_BOT = [each for each in portal_ids() if (rules := load_manifest(each).password) and rules.changed_by == "bot"]


@pytest.fixture(params=BY_BOT)
def portal(request: pytest.FixtureRequest, simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    found = simulated[request.param]
    found.dial()
    yield found
    found.dial()


def to(secrets: LoginSecrets, password: Secret) -> LoginSecrets:
    async def give() -> Secret:
        return password

    return dataclasses.replace(secrets, new_password=give)


def made(portal: SimulatedPortal, secrets: LoginSecrets) -> Secret:
    rules = portal.definition.manifest.password
    assert rules is not None
    return new_password(rules, secrets.username)


def assert_silent(kept: Kept, new: Secret) -> None:
    """No picture, no page, no step of a page on which a password is typed."""
    assert not kept.evidence
    assert new.reveal() not in "".join(f"{step.page} {step.note}" for step in kept.steps)


@pytest.mark.thorough
async def test_it_is_changed_and_the_old_one_is_no_longer_good(portal: SimulatedPortal) -> None:
    secrets = portal.account()
    new, kept = made(portal, secrets), Kept()
    async with portal.stranger() as lane:
        await lane.log_in(secrets, Kept())
        answer = await lane.change_password(to(secrets, new), kept)
    assert answer == PasswordChanged()
    assert portal.account_of(secrets).spec.password == new.reveal()
    assert_silent(kept, new)
    async with portal.stranger() as lane:
        report = await lane.log_in(dataclasses.replace(secrets, password=new), Kept())
    assert report.logged_in
    tally = portal.tally(secrets)
    assert (tally["password_changes"], tally["wrong_passwords"], tally["refused_passwords"]) == (1, 0, 0)


@pytest.mark.thorough
async def test_what_the_portal_has_against_a_new_one_is_told(portal: SimulatedPortal) -> None:
    secrets, kept = portal.account(), Kept()
    first, second = made(portal, secrets), made(portal, secrets)
    portal.account_of(secrets).old_passwords = [first.reveal()]
    async with portal.stranger() as lane:
        await lane.log_in(secrets, Kept())
        answer = await lane.change_password(to(secrets, first), kept)
        assert isinstance(answer, PasswordRefused)
        assert "last 10" in (answer.message or "")
        assert_silent(kept, first)
        assert await lane.change_password(to(secrets, second), Kept()) == PasswordChanged()
    assert portal.account_of(secrets).spec.password == second.reveal()


@pytest.mark.thorough
async def test_a_wrong_old_one_is_typed_once(portal: SimulatedPortal) -> None:
    secrets, kept = portal.account(), Kept()
    new = made(portal, secrets)
    async with portal.stranger() as lane:
        await lane.log_in(secrets, Kept())
        portal.account_of(secrets).spec.password = "Changed-By-A-Person-1"
        with pytest.raises(CredentialRejected) as refusal:
            await lane.change_password(to(secrets, new), kept)
    assert refusal.value.attempts_remaining == portal.account_of(secrets).attempts_left
    assert portal.tally(secrets)["wrong_passwords"] == 1
    assert_silent(kept, new)


@pytest.mark.thorough
async def test_an_expired_one_is_changed_at_the_log_in_or_stops_it(portal: SimulatedPortal) -> None:
    secrets, kept = portal.account(must_change=True), Kept()
    new = made(portal, secrets)
    async with portal.stranger() as lane:
        with pytest.raises(PasswordExpired, match="an administrator must change it"):
            await lane.log_in(secrets, kept)
    portal.account_of(secrets).old_passwords = [new.reveal()]
    async with portal.stranger() as lane:
        with pytest.raises(PasswordExpired, match="did not take the new one"):
            await lane.log_in(to(secrets, new), kept)
    assert portal.account_of(secrets).spec.password == PASSWORD
    portal.account_of(secrets).old_passwords.clear()
    async with portal.stranger() as lane:
        report = await lane.log_in(to(secrets, new), kept)
    assert (report.logged_in, report.changed_password) == (True, True)
    assert portal.account_of(secrets).spec.password == new.reveal()
    assert portal.tally(secrets)["wrong_passwords"] == 0
    assert_silent(kept, new)
