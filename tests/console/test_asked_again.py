"""“Ask the portal again”: by whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from core.errors import CredentialRejected
from lanes.assembly import Fleet
from store import credentials
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
