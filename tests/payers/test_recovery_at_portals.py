"""Locked and forgotten accounts are recovered at the simulated portals, each in its own way, in a real browser."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import pytest
from fixtures_portals import PASSWORD, Kept, SimulatedPortal

from bots.contracts import EMAILED_LINK, LoginSecrets
from core.capabilities.account import Recovered, RecoveryRefused
from core.errors import AccountLocked, ActionNeeded
from core.passwords import new_password
from core.phi import Secret
from core.settings import ROOT
from payers.registry import load_manifest, portal_ids

OFFERED = [each for each in portal_ids() if load_manifest(each).recovery]
CODES = ("1111222233334444", "5555666677778888")


@pytest.fixture(params=OFFERED)
def portal(request: pytest.FixtureRequest, simulated: dict[str, SimulatedPortal]) -> Iterator[SimulatedPortal]:
    found = simulated[request.param]
    found.dial()
    yield found
    found.dial()


@dataclasses.dataclass
class Mailbox:
    """A person with the portal's e-mails and the account's recovery codes."""

    portal: SimulatedPortal
    secrets: LoginSecrets
    wrong: bool = False
    mistyped: bool = False
    """What comes after the link."""

    async def totp(self) -> Secret:
        return Secret("000000") if self.mistyped else await self.secrets.codes.totp()

    async def sent(self, medium: str) -> Secret:
        account = self.portal.account_of(self.secrets)
        if medium != EMAILED_LINK:
            return Secret("000000" if self.mistyped else account.text_code or "")
        assert account.mailed_link is not None
        return Secret(account.mailed_link + "x" if self.wrong else account.mailed_link)

    def portal_clock(self, offset_seconds: float) -> None:
        pass

    async def code(self) -> Secret:
        return Secret("0000000000000000" if self.wrong else CODES[0])


def recovering(
    portal: SimulatedPortal, secrets: LoginSecrets, *, wrong: bool = False, mistyped: bool = False
) -> tuple[LoginSecrets, Secret]:
    mailbox, rules = Mailbox(portal, secrets, wrong, mistyped), portal.definition.manifest.password
    assert rules is not None
    new = new_password(rules, secrets.username)

    async def give() -> Secret:
        return new

    return dataclasses.replace(secrets, codes=mailbox, new_password=give, backup_code=mailbox.code), new


@pytest.mark.thorough
async def test_a_locked_account_is_opened_and_has_the_new_password(portal: SimulatedPortal) -> None:
    secrets, kept = portal.account(locked=True, backup_codes=CODES), Kept()
    given, new = recovering(portal, secrets)
    async with portal.stranger() as lane:
        assert await lane.recover(given, kept) == Recovered()
    account = portal.account_of(secrets)
    assert (account.spec.locked, account.spec.password) == (False, new.reveal())
    assert not kept.evidence
    said = "".join(f"{step.page} {step.note}" for step in kept.steps)
    assert not [each for each in (new.reveal(), *CODES) if each in said]
    async with portal.stranger() as lane:
        report = await lane.log_in(dataclasses.replace(secrets, password=new), Kept())
    assert report.logged_in
    tally = portal.tally(secrets)
    assert (tally["recoveries"], tally["wrong_passwords"], tally["lockouts"]) == (1, 0, 0)


@pytest.mark.thorough
async def test_what_proves_nothing_is_refused_and_changes_nothing(portal: SimulatedPortal) -> None:
    secrets = portal.account(locked=True, backup_codes=CODES)
    given, _ = recovering(portal, secrets, wrong=True)
    async with portal.stranger() as lane:
        answer = await lane.recover(given, Kept())
    assert isinstance(answer, RecoveryRefused)
    account = portal.account_of(secrets)
    assert (account.spec.locked, account.spec.password) == (True, PASSWORD)


@pytest.mark.thorough
async def test_an_inactive_account_is_left_to_a_person(portal: SimulatedPortal) -> None:
    secrets = portal.account(inactive=True, backup_codes=CODES)
    given, _ = recovering(portal, secrets)
    async with portal.stranger() as lane:
        with pytest.raises(AccountLocked):
            await lane.recover(given, Kept())
    assert portal.account_of(secrets).spec.password == PASSWORD


@pytest.mark.parametrize("mfa", [("authenticator", "text"), ("text", "call")], ids=str)
@pytest.mark.parametrize("mistyped", [False, True], ids=["right", "mistyped"])
async def test_availity_wants_the_second_step_of_a_log_in_after_the_link(
    simulated: dict[str, SimulatedPortal], mfa: tuple[str, ...], mistyped: bool
) -> None:
    portal = simulated["availity"]
    secrets = portal.account(locked=True, mfa=mfa)
    given, new = recovering(portal, secrets, mistyped=mistyped)
    async with portal.stranger() as lane:
        answer = await lane.recover(given, kept := Kept())
    spec, tally = portal.account_of(secrets).spec, portal.tally(secrets)
    assert not kept.evidence
    if mistyped:
        assert isinstance(answer, RecoveryRefused)
        assert "ask for another link" in (answer.message or "")
        assert (spec.locked, spec.password, tally["wrong_codes"]) == (True, PASSWORD, 1)
    else:
        assert answer == Recovered()
        assert (spec.locked, spec.password, tally["wrong_codes"]) == (False, new.reveal(), 0)


@pytest.mark.parametrize("name", portal_ids())
def test_every_runbook_says_how_an_account_is_recovered(name: str) -> None:
    text = (ROOT / "docs" / "portals" / f"{name}.md").read_text("utf-8")
    _, _, section = text.partition("\n## Recovering the account\n")
    told = section.partition("\n## ")[0]
    assert "fleet credentials recover" in told if name in OFFERED else "fleet credentials unlock" in told


async def test_a_link_to_somewhere_else_is_not_opened(simulated: dict[str, SimulatedPortal]) -> None:
    portal = simulated["ucare"]
    secrets = portal.account(locked=True)
    given, _ = recovering(portal, secrets)

    class Elsewhere(Mailbox):
        async def sent(self, _: str) -> Secret:
            return Secret(f"http://ucare.localhost.example:{self.portal.port}/reset?key=1")

    async with portal.stranger() as lane:
        with pytest.raises(ActionNeeded, match="was not opened"):
            await lane.recover(dataclasses.replace(given, codes=Elsewhere(portal, secrets)), Kept())
