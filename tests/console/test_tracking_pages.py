"""What payers say to what was sent, on the pages and for programs: status, decision, letter, and what is next."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import cast

import pytest

from core.capabilities.appeals import FilingStatus
from core.errors import OutcomeUnknown
from core.manifest import FollowUp, Manifest
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store import approvals
from store.credentials import Credential
from store.people import Role
from tests.console.test_api import token_of
from tests.console.test_biller import TRACKED, assert_rows
from tests.console.test_runs import events
from tests.console.test_submitter import RULE, SignedIn, hand_in, takes_appeals
from tests.lanes.scripted_payer import Payer

LETTER = b"\xff\xd8\xff the decision on A-0"


@pytest.fixture
def payer(fleet: Fleet) -> Payer:
    takes_appeals(fleet)
    followed = FollowUp(answer_days=30, next_kind="written appeal", next_days=60, source="assumed")
    rule = RULE.model_copy(update={"needs_approval": False, "follow_up": followed})
    portals = cast("dict[str, Manifest]", fleet.portals)
    portals["availity"] = portals["availity"].model_copy(update={"submissions": (rule,)})
    made = Payer(fleet.clock)
    made.shown_after = timedelta(0)
    return made


@pytest.fixture
async def work(fleet: Fleet, credential: Credential, payer: Payer) -> Callable[[], Awaitable[object]]:
    return lambda: LaneWorker(fleet, payer).work(credential.id)


async def test_a_decision_is_shown_with_its_letter_and_the_last_day_to_object(
    signed_in: SignedIn, fleet: Fleet, payer: Payer, work: Callable[[], Awaitable[object]]
) -> None:
    biller, south = await signed_in(Role.BILLER), await signed_in(Role.BILLER, tins=["tin of south"])
    assert "nothing to ask after" in (await biller.post("/submissions/track")).text
    where = (await hand_in(biller)).headers["location"]
    one = where.rpartition("/")[2]
    await work()
    assert "30 days left" in (await biller.get("/submissions")).text, "until the payer is chased"
    payer.stages["CLM-1"] = FilingStatus.UPHELD
    assert (await south.post("/submissions/track", submission=one)).status_code == 404
    assert (await south.post("/submissions/track")).status_code == 422, "nothing of theirs"
    tracked = await biller.post("/submissions/track", submission=one)
    assert (tracked.status_code, tracked.headers["location"]) == (303, where)
    assert "data-follow" in (await biller.get(where)).text
    await work()
    shown = (await biller.get(where)).text
    for told in ("Upheld", "written appeal by", "60 days left", "With the payer"):
        assert told in shown, told
    assert "data-follow" not in shown
    listed = (await biller.get("/submissions")).text
    assert ("Upheld" in listed, "60 days left" in listed) == (True, True)
    letter = re.search(f"{where}/letters/(\\w+)", shown)
    assert letter is not None
    opened = await biller.get(letter[0])
    assert (opened.content, "attachment" in opened.headers["content-disposition"]) == (LETTER, True)
    assert (await south.get(letter[0])).status_code == 404
    assert (await biller.get(f"{where}/letters/ev_of_another")).status_code == 404
    await assert_rows(biller, fleet, TRACKED, {"submission_id": one, "letter_id": letter[1]})


async def test_programs_follow_too(
    signed_in: SignedIn, fleet: Fleet, payer: Payer, work: Callable[[], Awaitable[object]]
) -> None:
    browser = await signed_in(Role.BILLER)
    token, api = await token_of(browser), browser.client
    one = (await hand_in(browser)).headers["location"].rpartition("/")[2]
    await work()
    payer.stages["CLM-1"] = FilingStatus.UPHELD
    tracked = await api.post("/api/submissions/track", json={"portal": "availity"}, headers=token)
    assert (tracked.status_code, tracked.json()) == (202, {"asked": [one], "left_out": []})
    assert (await api.post("/api/submissions/track", json={"portal": "nowhere"}, headers=token)).status_code == 422
    await work()
    told = (await api.get(f"/api/submissions/{one}", headers=token)).json()
    assert (told["standing"]["status"], told["next"]["todo"], told["next"]["days_left"]) == ("upheld", "object", 60)
    assert [each["status"] for each in told["history"]] == ["upheld"]
    letter = told["standing"]["letter_id"]
    assert (await api.get(f"/api/submissions/{one}/letters/{letter}", headers=token)).content == LETTER
    assert (await events(fleet))[-1] == ("phi.export", "kim-0", letter)


async def test_what_is_unknown_is_looked_for_now(
    signed_in: SignedIn, payer: Payer, work: Callable[[], Awaitable[object]]
) -> None:
    biller = await signed_in(Role.BILLER)
    assert (await biller.post("/submissions/reconcile")).status_code == 422, "nothing is open"
    payer.after_click.append(OutcomeUnknown("It was sent, and the answer was lost."))
    where = (await hand_in(biller)).headers["location"]
    await work()
    shown = (await biller.get(where)).text
    assert ("data-follow" in shown, "Go on with it now" in shown) == (False, True), "it waits, and the page does not"
    payer.take_in("CLM-1", ())
    sent = await biller.post("/submissions/reconcile", submission=where.rpartition("/")[2])
    assert (sent.status_code, sent.headers["location"]) == (303, where)
    assert "data-follow" in (await biller.get(where)).text
    await work()
    assert "Found on the portal" in (await biller.get(where)).text
    token = await token_of(biller)
    assert (await biller.client.post("/api/submissions/reconcile", json={}, headers=token)).json() == []


@pytest.mark.usefixtures("payer")
async def test_the_form_says_where_the_practice_wants_a_yes(signed_in: SignedIn, fleet: Fleet) -> None:
    biller = await signed_in(Role.BILLER)
    assert "a person says yes" not in (await biller.get("/submissions/new/appeal")).text
    async with fleet.database.begin() as session:
        told = {"actor": "lee", "reason": "new staff", "now": fleet.clock.now()}
        await approvals.require(session, "*", "appeal", **told)  # type: ignore[arg-type]
    assert "a person says yes" in (await biller.get("/submissions/new/appeal")).text
