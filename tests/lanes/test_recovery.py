"""A locked or forgotten account is recovered: on request, once, and whatever ends the worker on the way."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Awaitable, Callable
from typing import cast

import pytest

from core.errors import ActionNeeded, PortalUnavailable, RequestInvalid
from core.manifest import Manifest, Recovery
from lanes.accounts.backup_codes import put_in
from lanes.accounts.errands import LOGIN_CHECK, RECOVERY, Errand, set_out
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store import credentials
from store.credentials import Credential, CredentialState
from store.password_changes import Stage
from store.work_items import ItemState, WorkItem
from tests.lanes.conftest import PASSWORD, ScriptedPortal
from tests.lanes.rotating import (
    EVERY_MOMENT,
    Killed,
    Life,
    as_stored,
    changes_under_way,
    ends_at,
    few_passwords,
    freed,
    item_of,
    mortal,
    new_account,
    password_of,
    pending_of,
)

AskAll = Callable[..., Awaitable[list[str]]]
CODES = [f"{number:016d}" for number in range(1, 5)]


async def stocked(fleet: Fleet, portal: ScriptedPortal, credential: Credential, count: int = 4) -> None:
    portal.backup_codes = {*CODES[:count]}
    assert await put_in(fleet, credential, [f"{code[:4]} {code[4:]}" for code in CODES[:count]], actor="kim") == count


async def stops(fleet: Fleet, portal: ScriptedPortal, credential: Credential, *, locked: bool) -> None:
    """Locked by others, or with a password that a person has changed and forgotten."""
    portal.alive = set()
    if locked:
        portal.wrong_in_a_row = portal.locks_after
    else:
        portal.password = "a person's, and gone"
    await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))
    await LaneWorker(fleet, portal).work(credential.id)
    assert (await as_stored(fleet, credential)).state is CredentialState.STOPPED


async def recovered(fleet: Fleet, portal: ScriptedPortal, credential: Credential) -> WorkItem:
    asked = await set_out(fleet, Errand(RECOVERY, credential.id, "kim"))
    await LaneWorker(fleet, portal).work(credential.id)
    return await item_of(fleet, asked.item.id)


@pytest.mark.parametrize("recovery", [None, Recovery(by="emailed_link", source="simulated")])
async def test_codes_that_nothing_would_type_are_not_kept(
    fleet: Fleet, credential: Credential, recovery: Recovery | None
) -> None:
    manifest = fleet.portals["availity"].model_copy(update={"recovery": recovery})
    there = dataclasses.replace(fleet, portals={"availity": manifest})
    with pytest.raises(RequestInvalid, match=r"No bot types a backup code of Availity.*nothing was kept"):
        await put_in(there, credential, CODES, actor="kim")
    assert (await as_stored(fleet, credential)).backup_codes_left is None


@pytest.mark.parametrize("locked", [True, False], ids=["locked", "forgotten"])
async def test_it_is_recovered_and_its_questions_go_on(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, ask_all: AskAll, locked: bool
) -> None:
    (question,) = await ask_all("M1")
    await stocked(fleet, portal, credential)
    await stops(fleet, portal, credential, locked=locked)
    wrong = portal.wrong_passwords
    assert (await recovered(fleet, portal, credential)).outcome == "recovered"
    assert await password_of(fleet, credential) == portal.password == portal.changes[0]
    known = await as_stored(fleet, credential)
    assert (known.state, known.backup_codes_left) == (CredentialState.OPEN, 3)
    assert (portal.wrong_passwords, portal.backup_codes_seen) == (wrong, CODES[:1])
    assert (await item_of(fleet, question)).outcome == "member_not_found"
    assert await changes_under_way(fleet) == []
    with pytest.raises(RequestInvalid, match="not stopped"):
        await set_out(fleet, Errand(RECOVERY, credential.id, "kim"))


async def test_without_a_code_left_a_person_is_asked(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    await stops(fleet, portal, credential, locked=True)
    item = await recovered(fleet, portal, credential)
    known = await as_stored(fleet, credential)
    assert (item.state, item.error_code) == (ItemState.DONE, "ActionNeeded")
    assert (known.stop_code, known.backup_codes_left) == ("ActionNeeded", 0)
    assert "fleet credentials codes north" in (known.stop_sentence or "")


@pytest.mark.parametrize(
    ("trouble", "said"),
    [(None, "This code is not known"), (PortalUnavailable("The portal has a fault."), "was not carried through")],
    ids=["a code that it does not know", "a fault after the code was typed"],
)
async def test_what_did_not_recover_it_stops_it_again_and_costs_one_code(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal, trouble: PortalUnavailable | None, said: str
) -> None:
    await stocked(fleet, portal, credential)
    await stops(fleet, portal, credential, locked=False)
    portal.recovery_trouble = trouble
    portal.backup_codes = set()
    await recovered(fleet, portal, credential)
    known = await as_stored(fleet, credential)
    assert (known.state, known.stop_code) == (CredentialState.STOPPED, "ActionNeeded")
    assert said in (known.stop_sentence or "")
    assert "docs/portals/availity.md" in (known.stop_sentence or "")
    assert (portal.wrong_passwords, portal.backup_codes_seen) == (1, CODES[:1])
    portal.recovery_trouble, portal.backup_codes = None, {*CODES}
    assert (await recovered(fleet, portal, credential)).outcome == "recovered"
    assert portal.backup_codes_seen == CODES[:2]


async def test_a_new_password_that_a_recovery_is_refused_is_not_drawn_again(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    """And it is not typed at the next log-in to find out: the portal has said that it has not got it."""
    few_passwords(fleet)
    await stocked(fleet, portal, credential)
    await stops(fleet, portal, credential, locked=True)
    portal.refuses_new = "The new password must differ."
    offered = []
    for _ in range(4):
        await recovered(fleet, portal, credential)
        known = await as_stored(fleet, credential)
        assert known.stop_code == "ActionNeeded"
        assert "The new password must differ" in (known.stop_sentence or "")
        (change,) = await changes_under_way(fleet)
        assert change.stage is Stage.FORGOTTEN
        offered.append(await pending_of(fleet, credential))
    assert len({*offered}) == 4
    portal.refuses_new = None
    await stocked(fleet, portal, credential)
    assert (await recovered(fleet, portal, credential)).outcome == "recovered"
    assert await password_of(fleet, credential) == portal.password not in offered
    assert portal.wrong_passwords == 0


async def test_where_the_portal_offers_none_the_runbook_is_named(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    await stops(fleet, portal, credential, locked=True)
    manifest = fleet.portals["availity"]
    cast("dict[str, Manifest]", fleet.portals)["availity"] = manifest.model_copy(update={"recovery": None})
    with pytest.raises(ActionNeeded, match=r"docs/portals/availity\.md, “Recovering the account”"):
        await set_out(fleet, Errand(RECOVERY, credential.id, "kim"))
    assert (await as_stored(fleet, credential)).state is CredentialState.STOPPED


async def _killed_at(fleet: Fleet, moment: int, *, locked: bool) -> str | None:
    portal = ScriptedPortal()
    credential = await new_account(fleet, portal, f"r{int(locked)}-{moment}")
    await stocked(fleet, portal, credential)
    await stops(fleet, portal, credential, locked=locked)
    wrong = portal.wrong_passwords
    asked = await set_out(fleet, Errand(RECOVERY, credential.id, "kim"))
    life = Life(moment, since=None if EVERY_MOMENT else "after take_backup_code")
    try:
        await LaneWorker(mortal(fleet, portal, life), portal).work(credential.id)
    except Killed:
        await freed(fleet, credential)
    portal.boundary = Life().lived
    await LaneWorker(fleet, portal).work(credential.id)
    where = f"{moment}: {life.ended_at}"
    assert (await item_of(fleet, asked.item.id)).outcome == "recovered", where
    assert await password_of(fleet, credential) == portal.password, where
    assert (await as_stored(fleet, credential)).state is CredentialState.OPEN, where
    assert portal.wrong_passwords - wrong <= 1, where
    assert portal.most_wrong_in_a_row <= 2, where
    assert len(portal.backup_codes_seen) == len({*portal.backup_codes_seen}) <= 2, where
    return life.ended_at


@pytest.mark.parametrize(
    "locked", [pytest.param(True, id="locked"), pytest.param(False, id="forgotten", marks=pytest.mark.deep)]
)
async def test_killed_at_any_moment_it_is_recovered_in_the_end(fleet: Fleet, locked: bool) -> None:
    places = []
    for moment in itertools.count(step=1 if EVERY_MOMENT else 3):
        ended_at = await _killed_at(fleet, moment, locked=locked)
        if ended_at is None:
            break
        places.append(ended_at)
    assert len(places) > (20 if EVERY_MOMENT else 3)


async def test_no_password_is_typed_after_a_recovery_that_broke_off_until_somebody_has_looked(
    fleet: Fleet, credential: Credential, portal: ScriptedPortal
) -> None:
    await stocked(fleet, portal, credential)
    await stops(fleet, portal, credential, locked=True)
    await set_out(fleet, Errand(RECOVERY, credential.id, "kim"))
    for place in ("the new password arrives", "a password arrives"):
        portal.boundary = ends_at(place)
        with pytest.raises(Killed):
            await LaneWorker(fleet, portal).work(credential.id)
        await freed(fleet, credential)
    portal.boundary = Life().lived
    (change,) = await changes_under_way(fleet)
    assert change.stage is Stage.FORGOTTEN
    portal.backup_codes = set()
    await LaneWorker(fleet, portal).work(credential.id)
    assert (await as_stored(fleet, credential)).state is CredentialState.STOPPED
    assert portal.wrong_passwords == 0
    # A person unlocks it at the portal, where the old password still stands.
    portal.wrong_in_a_row = 0
    async with fleet.database.begin() as session:
        await credentials.reopen(session, credential.id, actor="kim", reason="unlocked", now=fleet.clock.now())
    await set_out(fleet, Errand(LOGIN_CHECK, credential.id, "kim"))
    await LaneWorker(fleet, portal).work(credential.id)
    assert (portal.wrong_passwords, await password_of(fleet, credential)) == (0, PASSWORD)
