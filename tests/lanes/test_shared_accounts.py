"""Two portals of one identity provider: one account, one password, two credentials and two lanes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import cast

import pytest

from cli.records import Login, keep
from core.capabilities.eligibility import EligibilityQuery
from core.errors import AccountLocked, PasswordExpired, SessionExpired
from core.manifest import Manifest
from core.phi import Secret
from lanes.accounts.backup_codes import put_in
from lanes.accounts.errands import LOGIN_CHECK, RECOVERY, ROTATION, Errand, set_out
from lanes.accounts.retirement import retire
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.questions.ask import Question, ask
from store import credentials, queue, work_items
from store.credentials import Credential, CredentialState, NewCredential
from store.leases import LaneLease
from store.password_changes import Stage
from store.work_items import ItemState
from tests.lanes.conftest import PASSWORD, ScriptedPortal, add_successor
from tests.lanes.rotating import (
    EVERY_MOMENT,
    Killed,
    Life,
    as_stored,
    changes_under_way,
    ends_at,
    freed,
    item_of,
    mortal,
    rotated,
)


@pytest.fixture(autouse=True)
def _one_identity_provider(fleet: Fleet) -> None:
    add_successor(fleet)
    portals = cast("dict[str, Manifest]", fleet.portals)
    for name, manifest in list(portals.items()):
        portals[name] = manifest.model_copy(update={"identity_provider": "keeper"})


async def on(fleet: Fleet, portal: str, name: str, username: str | None = None) -> Credential:
    version = await fleet.vault.login_version(portal, name)
    user = Secret(username or f"bot-{name}")
    await fleet.vault.save_login(portal, name, user, Secret(PASSWORD), expected_version=version)
    async with fleet.database.begin() as session:
        new = NewCredential(portal, name, "simulator", tin=f"{portal} {name}")
        return await credentials.add(session, fleet.sealer, new, actor="test", now=fleet.clock.now())


async def password_at(fleet: Fleet, credential: Credential) -> str:
    return (await fleet.vault.login_secret(credential.portal, credential.name)).password.reveal()


async def proves_itself(fleet: Fleet, portal: ScriptedPortal, credential: Credential) -> str | None:
    """Whatever it rested for is over."""
    asked = await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))
    async with fleet.database.begin() as session:
        lane = await session.get(LaneLease, credential.id)
        assert lane is not None
        lane.rest_until = None
        (await work_items.get(session, asked.item.id)).not_before = fleet.clock.now()
    await LaneWorker(fleet, portal).work(credential.id)
    item = await item_of(fleet, asked.item.id)
    return item.outcome or item.error_code


@pytest.mark.parametrize("where", ["sqlite", "postgres"], indirect=True)
async def test_a_change_holds_on_both_portals(fleet: Fleet, portal: ScriptedPortal) -> None:
    mine, other = await on(fleet, "availity", "a"), await on(fleet, "successor", "a")
    assert await proves_itself(fleet, portal, other) == "login_proven"
    assert (await rotated(fleet, portal, mine)).outcome == "password_changed"
    assert await password_at(fleet, mine) == await password_at(fleet, other) == portal.password != PASSWORD
    assert await proves_itself(fleet, portal, other) == "login_proven"
    known = await as_stored(fleet, other)
    assert known.password_changed_at == (await as_stored(fleet, mine)).password_changed_at
    assert (portal.wrong_passwords, len(portal.changes), await changes_under_way(fleet)) == (0, 1, [])


async def test_one_account_under_two_names(fleet: Fleet, portal: ScriptedPortal) -> None:
    mine, other = await on(fleet, "availity", "north", "Bot"), await on(fleet, "successor", "optum", "bot")
    namesake = await on(fleet, "successor", "north", "somebody else")
    for each in (mine, namesake):
        assert await proves_itself(fleet, portal, each) == "login_proven"
    assert await proves_itself(fleet, portal, other) == "login_proven"
    assert (await rotated(fleet, portal, mine)).outcome == "password_changed"
    assert await password_at(fleet, other) == portal.password
    assert await password_at(fleet, namesake) == PASSWORD
    portal.backup_codes = {"CODE01", "CODE02"}
    await put_in(fleet, await as_stored(fleet, mine), sorted(portal.backup_codes), actor="kim")
    portal.password = "changed by a person"
    portal.alive.clear()
    assert await proves_itself(fleet, portal, other) == "CredentialRejected"
    known = [await as_stored(fleet, each) for each in (mine, other, namesake)]
    assert [each.state is CredentialState.STOPPED for each in known] == [True, True, False]
    assert known[0].account_mark == known[1].account_mark != known[2].account_mark
    await set_out(fleet, Errand(RECOVERY, other.id, "kim"))
    await LaneWorker(fleet, portal).work(other.id)
    codes_left = [(await as_stored(fleet, each)).backup_codes_left for each in (mine, other, namesake)]
    assert (portal.wrong_passwords, codes_left) == (1, [1, 1, None])
    assert await password_at(fleet, mine) == await password_at(fleet, other) == portal.password


async def test_what_is_saved_is_recognized_at_once(fleet: Fleet) -> None:
    saved = [
        await keep(fleet, NewCredential(portal, name, "simulator"), Login(Secret(user), Secret(PASSWORD), Secret(seed)))
        for portal, name, user, seed in (
            ("availity", "north", "Bot", "JBSWY3DPEHPK3PXP"),
            ("successor", "optum", "bot", "jbsw y3dp ehpk 3pxp"),
            ("successor", "north", "somebody", "GEZDGNBVGY3TQOJQ"),
        )
    ]
    for marks in ([each.account_mark for each in saved], [each.seed_mark for each in saved]):
        assert None not in marks
        assert [mark == marks[0] for mark in marks] == [True, True, False]
    again = Login(Secret("somebody else"), Secret(PASSWORD), None)
    known = await keep(fleet, NewCredential("successor", "optum", "simulator"), again)
    assert (known.account_mark == saved[0].account_mark, known.seed_mark == saved[0].seed_mark) == (False, True)


async def test_another_account_of_the_same_name_keeps_its_password(fleet: Fleet, portal: ScriptedPortal) -> None:
    mine, other = await on(fleet, "availity", "a"), await on(fleet, "successor", "a", username="somebody else")
    assert (await rotated(fleet, portal, mine)).outcome == "password_changed"
    assert await password_at(fleet, other) == PASSWORD
    assert (await as_stored(fleet, other)).password_changed_at is None


async def test_what_the_expired_password_stopped_goes_on_everywhere(
    fleet: Fleet, portal: ScriptedPortal, query: Callable[[str], EligibilityQuery]
) -> None:
    mine, other = await on(fleet, "availity", "a"), await on(fleet, "successor", "a")
    question = Question("eligibility", "successor", query("M1"), "t", "aetna", "a")
    waiting = (await ask(fleet, question)).item.id
    portal.expired = True
    assert await proves_itself(fleet, portal, mine) == PasswordExpired.__name__
    assert (await as_stored(fleet, other)).state is CredentialState.STOPPED
    assert (await item_of(fleet, waiting)).state is ItemState.HELD
    assert (await rotated(fleet, portal, mine)).outcome == "password_changed"
    await LaneWorker(fleet, portal).work(other.id)
    assert (await item_of(fleet, waiting)).outcome == "member_not_found"
    assert portal.wrong_passwords == 0


async def test_a_change_that_the_vault_knew_and_the_store_did_not_is_noted_and_not_made_again(
    fleet: Fleet, portal: ScriptedPortal
) -> None:
    mine, other = await on(fleet, "availity", "a"), await on(fleet, "successor", "a")
    portal.expired = True
    assert await proves_itself(fleet, portal, mine) == PasswordExpired.__name__
    errand = await set_out(fleet, Errand(ROTATION, mine.id, "kim"))
    life = Life(1, since="after save_login")  # that of the other one
    with pytest.raises(Killed):
        await LaneWorker(mortal(fleet, portal, life), portal).work(mine.id)
    await freed(fleet, mine)
    portal.boundary = Life().lived
    assert [each.stage for each in await changes_under_way(fleet)] == [Stage.PROVEN]
    assert await password_at(fleet, mine) == portal.password
    await LaneWorker(fleet, portal).work(mine.id)
    assert (await item_of(fleet, errand.item.id)).outcome == "password_changed"
    known = [await as_stored(fleet, each) for each in (mine, other)]
    assert [each.state for each in known] == [CredentialState.OPEN] * 2
    assert None not in [each.password_changed_at for each in known]
    assert (len(portal.changes), portal.wrong_passwords, await changes_under_way(fleet)) == (1, 0, [])


@pytest.mark.parametrize("while_it", ["asks", "logs in"])
async def test_a_lane_at_work_types_nothing_into_an_account_that_was_locked_meanwhile(
    fleet: Fleet, portal: ScriptedPortal, query: Callable[[str], EligibilityQuery], while_it: str
) -> None:
    mine, other, gone = [await on(fleet, where, "a") for where in ("availity", "successor")] + [
        await on(fleet, "availity", "old", "bot-a")
    ]
    for each in (mine, other, gone):
        assert await proves_itself(fleet, portal, each) == "login_proven"
    await retire(fleet.database, gone.id, actor="lee", now=fleet.clock.now())
    waiting = (await ask(fleet, Question("eligibility", "successor", query("M1"), "t", "aetna", "a"))).item.id
    typed: list[str] = []

    async def types(moment: str) -> None:
        if moment == "a password arrives":
            typed.append(moment)

    async def the_other_lane_finds_it_locked(_what: object = None) -> None:
        portal.before_answer = portal.before_password = None
        portal.alive.clear()
        portal.login_trouble = AccountLocked("The portal has locked the account.")
        assert await proves_itself(fleet, portal, mine) == "AccountLocked"
        portal.login_trouble, portal.boundary = None, types
        if while_it == "asks":
            raise SessionExpired("The portal ended the session.")

    if while_it == "asks":
        portal.before_answer = the_other_lane_finds_it_locked
    else:
        portal.alive.clear()
        portal.before_password = the_other_lane_finds_it_locked
    await LaneWorker(fleet, portal).work(other.id)
    assert typed == []
    stopped = [await as_stored(fleet, each) for each in (mine, other)]
    assert {(each.state, each.stop_sentence) for each in stopped} == {
        (CredentialState.STOPPED, "The portal has locked the account.")
    }
    assert (await as_stored(fleet, gone)).state is CredentialState.RETIRED
    assert (await item_of(fleet, waiting)).outcome is None
    for each in (mine, other):
        async with fleet.database.begin() as session:
            await credentials.reopen(session, each.id, actor="lee", reason="unlocked", now=fleet.clock.now())
            await queue.release_held(session, each.portal)
            (await work_items.get(session, waiting)).not_before = fleet.clock.now()
    assert await proves_itself(fleet, portal, other) == "login_proven"
    assert (await item_of(fleet, waiting)).outcome == "member_not_found"


async def test_the_other_lane_types_nothing_while_the_password_is_being_changed(
    fleet: Fleet, portal: ScriptedPortal
) -> None:
    mine, other = await on(fleet, "availity", "a"), await on(fleet, "successor", "a")
    await set_out(fleet, Errand(ROTATION, mine.id, "kim"))
    portal.boundary = ends_at("the portal has changed it")
    with pytest.raises(Killed):
        await LaneWorker(fleet, portal).work(mine.id)
    await freed(fleet, mine)
    portal.boundary = Life().lived
    assert await proves_itself(fleet, portal, other) == "PortalUnavailable"
    assert (portal.wrong_passwords, portal.logins) == (0, 1)
    await LaneWorker(fleet, portal).work(mine.id)
    assert await proves_itself(fleet, portal, other) == "login_proven"
    assert (portal.wrong_passwords, await password_at(fleet, other)) == (0, portal.password)


async def test_nothing_is_changed_while_the_other_lane_has_typed_the_password(
    fleet: Fleet, portal: ScriptedPortal
) -> None:
    mine, other = await on(fleet, "availity", "a"), await on(fleet, "successor", "a")
    during: list[str | None] = []

    async def change_meanwhile() -> None:
        portal.before_verdict = None
        item = await rotated(fleet, portal, mine)
        during.append(item.outcome or item.error_code)

    portal.before_verdict = change_meanwhile
    assert await proves_itself(fleet, portal, other) == "login_proven"
    assert (during, portal.changes, portal.wrong_passwords) == (["PortalUnavailable"], [], 0)


async def test_killed_at_any_moment_both_have_the_password_that_works(fleet: Fleet) -> None:
    for moment in itertools.count(step=1 if EVERY_MOMENT else 4):
        portal = ScriptedPortal()
        mine, other = await on(fleet, "availity", f"k{moment}"), await on(fleet, "successor", f"k{moment}")
        assert await proves_itself(fleet, portal, mine) == "login_proven"
        errand = await set_out(fleet, Errand(ROTATION, mine.id, "kim"))
        life = Life(moment, since=None if EVERY_MOMENT else "after save_pending")
        try:
            await LaneWorker(mortal(fleet, portal, life), portal).work(mine.id)
        except Killed:
            await freed(fleet, mine)
        portal.boundary = Life().lived
        before = portal.wrong_passwords
        await proves_itself(fleet, portal, other)
        where = f"{moment}: {life.ended_at}"
        assert portal.wrong_passwords == before, where
        await LaneWorker(fleet, portal).work(mine.id)
        assert await password_at(fleet, mine) == await password_at(fleet, other) == portal.password, where
        assert (await item_of(fleet, errand.item.id)).outcome == "password_changed", where
        assert (portal.wrong_passwords <= 1, portal.wrong_in_a_row) == (True, 0), where
        if life.ended_at is None:
            break
    assert moment > 8
