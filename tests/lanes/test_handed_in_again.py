"""The same handed in again: by whom, and on which lane it goes on."""

from __future__ import annotations

import pytest
from test_submitting import Practice, practice

from core.errors import CredentialRejected, RequestInvalid
from lanes.accounts import retirement
from lanes.submissions.submit import HandedIn, Order, hand_in
from store import credentials
from store.credentials import Credential
from store.submissions import SubmissionState

__all__ = ["practice"]

S = SubmissionState


async def by(
    practice: Practice, name: str | None, *, tins: frozenset[str] | None = None, files: bytes = b"records", **more: str
) -> HandedIn:
    keys = {"claim_number": "CLM-1", "decided_on": str(practice.clock.now().date()), **more}
    order = Order("appeal", "availity", keys, [("0.txt", files)], "kim", payer="aetna", credential=name, tins=tins)
    return await hand_in(practice.fleet, order)


async def stops(practice: Practice, credential: Credential) -> None:
    async with practice.fleet.database.begin() as session:
        problem = CredentialRejected("The portal refused the password.")
        await credentials.stop(session, credential.id, problem, actor="test", now=practice.clock.now())


async def same_tax_id(practice: Practice, *of: Credential) -> None:
    async with practice.fleet.database.begin() as session:
        for each in of:
            (await credentials.locked(session, each.id)).tin = "12-3456789"


@pytest.mark.parametrize("gone", ["stopped", "retired"])
async def test_it_goes_on_with_another_account_when_its_own_rests(
    practice: Practice, second_credential: Credential, gone: str
) -> None:
    await same_tax_id(practice, practice.credential, second_credential)
    made = await by(practice, "north")
    if gone == "stopped":
        await stops(practice, practice.credential)
    else:
        await stops(practice, second_credential)  # so that nobody inherits it
        await retirement.retire(practice.fleet.database, practice.credential.id, actor="lee", now=practice.clock.now())
        async with practice.fleet.database.begin() as session:
            await credentials.reopen(session, second_credential.id, actor="lee", reason="ok", now=practice.clock.now())
    again = await by(practice, None)
    assert (again.row.id, again.item.credential_id) == (made.row.id, second_credential.id)
    practice.credential = second_credential
    await practice.work()
    assert ((await practice.row(made.row.id)).state, practice.counts()) == (S.CONFIRMED, {"CLM-1": 1})


async def test_what_one_tax_id_sends_is_not_the_others(practice: Practice, second_credential: Credential) -> None:
    mine = await by(practice, "north", narrative="mine")
    theirs = await by(practice, "south", narrative="theirs", tins=frozenset({second_credential.tin or ""}))
    assert theirs.row.id != mine.row.id
    assert (theirs.item.credential_id, mine.item.credential_id) == (second_credential.id, practice.credential.id)
    await practice.work()
    assert practice.counts() == {"CLM-1": 1}
    own = await practice.row(mine.row.id)
    assert (own.state, own.version) == (S.CONFIRMED, 1)
    for name, known in (("north", mine), ("south", theirs), (None, mine)):
        assert (await by(practice, name)).row.id == known.row.id
    with pytest.raises(RequestInvalid, match=f"with other files: {theirs.row.id}"):
        await by(practice, "south", files=b"others")


async def test_who_sees_both_tax_ids_goes_on_with_what_is_known(
    practice: Practice, second_credential: Credential
) -> None:
    both = frozenset(each.tin or "" for each in (practice.credential, second_credential))
    made = await by(practice, "north", tins=both)
    await stops(practice, practice.credential)
    for name, tins in (("south", both), (None, None)):
        with pytest.raises(CredentialRejected, match="“north” has rested"):
            await by(practice, name, tins=tins)
    assert ((await practice.row(made.row.id)).state, practice.counts()) == (S.INTENT, {})
