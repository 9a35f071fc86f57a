"""Lanes, real browsers and the simulated portals together: locked and forgotten accounts, and what is counted."""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from fixtures_portals import PASSWORD, SEED, SimulatedPortal

from bots.contracts import EMAILED_LINK, LaneBot, SessionState
from cli.demo.canary import Search
from core.phi import Secret
from core.seal import Sealer
from core.settings import Settings
from core.vault import MemoryVault
from lanes.accounts.backup_codes import put_in
from lanes.accounts.errands import LOGIN_CHECK, RECOVERY, ROTATION, Errand, set_out
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.sent_codes import CodeWanted, HandedCode, hand_in, wanted
from simulator.accounts import Account, AccountSpec
from store import credentials, work_items
from store.credentials import Credential, NewCredential
from store.database import Database
from store.objects import MemoryStore

CODES = [f"{number:04d}" * 4 for number in range(3)]


class Hosts:
    """A lanes.lane.Browsers."""

    def __init__(self, simulated: dict[str, SimulatedPortal]) -> None:
        self._simulated = simulated

    async def lane(self, portal: str, state: SessionState | None) -> LaneBot:
        return await self._simulated[portal].host.lane(state)


class Office:
    """A fleet without a worker process, an account at the portals, and somebody who reads its e-mails."""

    def __init__(self, fleet: Fleet, simulated: dict[str, SimulatedPortal]) -> None:
        self.fleet = fleet
        self._simulated = simulated

    def at_portal(self, portal: str, username: str, **options: Any) -> Account:
        self._simulated[portal].dial()
        spec = AccountSpec(
            portal=portal, username=username, password=PASSWORD, totp_seed=SEED, **({"mfa": ()} | options)
        )
        return self._simulated[portal].house.accounts.put(spec)

    async def credential(self, portal: str, name: str, username: str, password: str = PASSWORD) -> Credential:
        vault, now = self.fleet.vault, self.fleet.clock.now()
        await vault.save_login(portal, name, Secret(username), Secret(password), expected_version=0)
        async with self.fleet.database.begin() as session:
            new = NewCredential(portal, name, "simulator", authenticator="none")
            return await credentials.add(session, self.fleet.sealer, new, actor="test", now=now)

    async def comes_of(self, errand: Any, credential: Credential) -> str | None:
        asked = await set_out(self.fleet, Errand(errand, credential.id, "kim"))
        await LaneWorker(self.fleet, Hosts(self._simulated)).work(credential.id)
        async with self.fleet.database.read() as session:
            item = await work_items.get(session, asked.item.id)
        return item.outcome or item.error_code

    async def password_of(self, credential: Credential) -> str:
        return (await self.fleet.vault.login_secret(credential.portal, credential.name)).password.reveal()

    async def reads_what_is_sent(self, account: Account, *, until: asyncio.Task[Any]) -> list[tuple[str, str]]:
        """Hands in each link and code of the account that a run waits for; gives them with their media."""
        handed: dict[CodeWanted, str] = {}
        async with asyncio.timeout(60):
            while not until.done():
                async with self.fleet.database.read() as session:
                    waiting = await wanted(session, now=self.fleet.clock.now())
                for each in waiting:
                    if each not in handed:
                        sent = account.mailed_link if each.medium == EMAILED_LINK else account.text_code
                        handed[each] = sent or ""
                        assert await hand_in(self.fleet, HandedCode(each.run, f" {sent}\n", given_by="kim"))
                await asyncio.sleep(0.05)
        return [(each.medium, code) for each, code in handed.items()]

    def counted(self, username: str, *portals: str) -> dict[str, int]:
        names = ("wrong_passwords", "lockouts", "password_changes", "recoveries", "refused_recoveries")
        told = [self._simulated[each].house.tally.report(each)["accounts"].get(username, {}) for each in portals]
        return {name: sum(each.get(name, 0) for each in told) for name in names}


@pytest.fixture
async def office(tmp_path: Path, simulated: dict[str, SimulatedPortal]) -> AsyncIterator[Office]:
    database = Database.open(tmp_path / "fleet.db")
    await database.migrate()
    fleet = Fleet(
        settings=Settings(home=tmp_path, linger_seconds=0),
        database=database,
        vault=MemoryVault(),
        sealer=Sealer(secrets.token_bytes(32)),
        evidence=MemoryStore(),
        portals={name: portal.definition.manifest for name, portal in simulated.items()},
        adapter_versions=dict.fromkeys(simulated, "test"),
    )
    yield Office(fleet, simulated)
    await database.close()


async def test_one_healthcare_id_is_one_account_for_both_portals(office: Office) -> None:
    """Forgotten, recovered through one portal, changed through the other; the first lane never types a wrong one."""
    user = "forgetful.one"
    account = office.at_portal("uhc", user, backup_codes=tuple(CODES))
    uhc, optum = [await office.credential(each, "north", user, "Outdated-Horse-1") for each in ("uhc", "optumpay")]
    assert await put_in(office.fleet, uhc, CODES, actor="kim") == 3
    assert await office.comes_of(LOGIN_CHECK, uhc) == "CredentialRejected"
    assert await office.comes_of(RECOVERY, optum) == "recovered"
    assert await office.password_of(uhc) == await office.password_of(optum) == account.spec.password
    assert await office.comes_of(LOGIN_CHECK, uhc) == "login_proven"
    assert await office.comes_of(ROTATION, uhc) == "password_changed"
    assert await office.comes_of(LOGIN_CHECK, optum) == "login_proven"
    assert await office.password_of(optum) == account.spec.password != PASSWORD
    assert office.counted(user, "uhc", "optumpay") == {
        "wrong_passwords": 1,
        "lockouts": 0,
        "password_changes": 2,
        "recoveries": 1,
        "refused_recoveries": 0,
    }
    async with office.fleet.database.read() as session:
        left = [(await credentials.get(session, each.id)).backup_codes_left for each in (uhc, optum)]
    assert (left, account.used_backup_codes) == ([2, 2], {CODES[0]})


@pytest.mark.thorough
@pytest.mark.parametrize(("portal", "mfa"), [("ucare", ()), ("availity", ("text",))])
async def test_a_locked_account_is_opened_by_a_link_that_a_person_hands_in(
    office: Office,
    portal: str,
    mfa: tuple[str, ...],
    tmp_path_factory: pytest.TempPathFactory,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """And neither link, codes nor the new password lie in a file or stand in a line, redacted or not."""
    caplog.set_level(logging.DEBUG)
    user = "locked.out"
    account = office.at_portal(portal, user, locked=True, mfa=mfa)
    credential = await office.credential(portal, "south", user)
    await office.comes_of(LOGIN_CHECK, credential)
    recovering = asyncio.create_task(office.comes_of(RECOVERY, credential))
    handed = await office.reads_what_is_sent(account, until=recovering)
    assert await recovering == "recovered"
    assert [medium for medium, _ in handed] == [EMAILED_LINK, *["text message"] * 2 * len(mfa)]
    assert await office.password_of(credential) == account.spec.password != PASSWORD
    assert (account.spec.locked, office.counted(user, portal)["recoveries"]) == (False, 1)
    assert office.counted(user, portal)["wrong_passwords"] == 0
    _, _, token = handed[0][1].partition("=")
    search = Search({"link": [token], "code": [code for _, code in handed[1:]], "password": [account.spec.password]})
    assert search.folders(tmp_path_factory.getbasetemp()) == set()
    assert search.text(caplog.text + "".join(capfd.readouterr()), "what was said") == set()
