"""“Ask the portal again”: by whom. And whoever watches a question."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from console import answers
from core.errors import CredentialRejected
from lanes.assembly import Fleet
from store import credentials, people
from store.credentials import Credential
from store.people import Role
from store.work_items import WorkItem
from tests.console import kept
from tests.console.conftest import Browser

SignedIn = Callable[..., Awaitable[Browser]]


async def test_asked_again_is_the_account_that_was_asked_or_one_of_its_tax_id(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, second_credential: Credential
) -> None:
    items = [await kept.keep(fleet, each, kept.answers()["claim_status"]) for each in (credential, second_credential)]
    biller = await signed_in(Role.BILLER)

    async def asked(item: WorkItem) -> str:
        again = await biller.post(f"/answers/{item.id}/again")
        assert again.status_code == 303, again.text
        async with fleet.database.read() as session:
            return (await session.get_one(WorkItem, again.headers["location"].rpartition("/")[2])).credential_id

    assert [await asked(item) for item in items] == [credential.id, second_credential.id]
    refused = CredentialRejected("The portal refused the password.")
    async with fleet.database.begin() as session:
        await credentials.stop(session, second_credential.id, refused, actor="t", now=fleet.clock.now())
    stopped = await biller.post(f"/answers/{items[1].id}/again")
    assert "refused the password" in stopped.text


async def test_whoever_watches_a_question_is_asked_anew_who_they_are(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A browser opens a stream that has ended by itself; somebody who was disabled gets no other."""
    monkeypatch.setattr(answers, "LONGEST_STREAM", 0.0)
    biller = await signed_in(Role.BILLER)
    asked = {"counterpart": "availity|aetna", "member_id": "W1", "birth_date": "1980-02-29", "service_type": "30"}
    where = (await biller.post("/ask/eligibility", **asked)).headers["location"]
    stream = await biller.get(f"{where}/events")
    assert (stream.status_code, "settled" in stream.text) == (200, False)
    async with fleet.database.begin() as session:
        await people.disable(session, "kim-0", by=people.Keeper("tests"), now=fleet.clock.now())
    assert (await biller.get(f"{where}/events")).status_code != 200
