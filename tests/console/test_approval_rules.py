"""Rules of a person's yes, set in the console and by programs: audited, and only by who may."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from core.manifest import Manifest
from lanes.assembly import Fleet
from store.credentials import Credential
from store.people import Role
from tests.console.conftest import Browser
from tests.console.test_api import token_of
from tests.console.test_runs import events
from tests.console.test_submitter import hand_in, takes_appeals

SignedIn = Callable[..., Awaitable[Browser]]


async def test_a_rule_is_set_seen_and_lifted_and_the_trail_says_by_whom(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    unruled(fleet)
    biller = await signed_in(Role.BILLER)
    waits = (await hand_in(biller)).headers["location"]
    administrator = await signed_in(Role.ADMINISTRATOR)
    assert "Nothing waits for a person" in (await administrator.get("/approvals")).text
    rule = {"portal": "availity", "kind": "appeal", "reason": "a new biller"}
    for wrong in (rule | {"reason": " "}, rule | {"kind": "message"}, rule | {"portal": "nowhere"}):
        assert (await administrator.post("/approvals", **wrong, required="true")).status_code == 422
    assert (await administrator.post("/approvals", **rule, required="true")).status_code == 303
    shown = (await administrator.get("/approvals")).text
    assert ("a new biller" in shown, "kim-1" in shown) == (True, True)
    assert "It waits for a person" in (await biller.get(waits)).text
    assert (await administrator.post("/approvals", **rule, required="false")).status_code == 303
    assert "Nothing waits for a person" in (await administrator.get("/approvals")).text
    told = await events(fleet, "approval.")
    assert told == [("approval.required", "kim-1", "availity/appeal"), ("approval.lifted", "kim-1", "availity/appeal")]


async def test_a_program_sets_rules_and_one_of_some_tax_ids_sets_none(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    unruled(fleet)
    administrator = await signed_in(Role.ADMINISTRATOR)
    token = await token_of(administrator)
    ruling = {"kind": "appeal", "required": True, "reason": "always"}
    made = await administrator.client.post("/api/approvals", json=ruling, headers=token)
    assert (made.status_code, made.json()) == (200, {"waiting": []})
    (told,) = (await administrator.client.get("/api/approvals", headers=token)).json()
    assert (told["portal"], told["kind"], told["set_by"], told["reason"]) == (None, "appeal", "kim-0", "always")
    again = ruling | {"required": False}
    assert (await administrator.client.post("/api/approvals", json=again, headers=token)).status_code == 200
    refused = await administrator.client.post("/api/approvals", json=again, headers=token)
    assert (refused.status_code, "No such rule" in refused.text) == (422, True)
    of_some = await signed_in(Role.ADMINISTRATOR, tins=["tin of north"])
    assert (await of_some.get("/approvals")).status_code == 403


def unruled(fleet: Fleet) -> None:
    """It takes appeals, and asks for no yes itself."""
    takes_appeals(fleet)
    known = fleet.portals["availity"]
    rules = tuple(rule.model_copy(update={"needs_approval": False}) for rule in known.submissions)
    portals: dict[str, Manifest] = fleet.portals  # type: ignore[assignment]
    portals["availity"] = known.model_copy(update={"submissions": rules})
