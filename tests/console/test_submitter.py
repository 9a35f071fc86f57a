"""An appeal from the form to the receipt: checked, approved, sent once; its files never in clear on a disk."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import cast

import httpx
import pytest

from core.errors import OutcomeUnknown
from core.manifest import Manifest, SubmissionRule
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from store.credentials import Credential
from store.objects import MemoryStore
from store.people import Role
from tests.console.conftest import Browser
from tests.console.kept import SCRIPT
from tests.console.test_api import token_of
from tests.console.test_biller import SUBMITTED, assert_rows
from tests.console.test_runs import events
from tests.lanes.scripted_payer import Payer

SignedIn = Callable[..., Awaitable[Browser]]
RULE = SubmissionRule(
    kinds=("appeal",),
    max_files=3,
    max_bytes=10_000,
    total_bytes=20_000,
    endings=("txt",),
    filing_days=180,
    filing_source="assumed",
    needs_approval=True,
    worklist_minutes=10,
)
LETTER = b"records of CLM-1"


def takes_appeals(fleet: Fleet) -> None:
    known = fleet.portals["availity"]
    changes = {"capabilities": (*known.capabilities, "appeals"), "submissions": (RULE,)}
    cast("dict[str, Manifest]", fleet.portals)["availity"] = known.model_copy(update=changes)


@pytest.fixture
def payer(fleet: Fleet) -> Payer:
    takes_appeals(fleet)
    return Payer(fleet.clock)


@pytest.fixture
async def work(fleet: Fleet, credential: Credential, payer: Payer) -> Callable[[], Awaitable[object]]:
    return lambda: LaneWorker(fleet, payer).work(credential.id)


def fields(**changes: str) -> dict[str, str]:
    decided = (datetime.now(UTC) - timedelta(days=30)).date()
    whole = {"counterpart": "availity|aetna", "claim_number": "CLM-1", "decided_on": str(decided)}
    return whole | {"narrative": "It was necessary.\nThe note says why."} | changes


async def hand_in(browser: Browser, *files: bytes, name: str = "kim.txt", **changes: str) -> httpx.Response:
    named = [("files", (f"{n}-{name}", data, "text/plain")) for n, data in enumerate(files or (LETTER,))]
    form = {"csrf": browser.csrf, **fields(**changes)}
    return await browser.client.post("/submissions/new/appeal", data=form, files=named)


def version_on(page: str) -> str:
    return page.partition('name="version" value="')[2].partition('"')[0]


async def test_an_appeal_is_checked_approved_sent_once_and_proven(
    signed_in: SignedIn, fleet: Fleet, payer: Payer, work: Callable[[], Awaitable[object]]
) -> None:
    biller = await signed_in(Role.BILLER)
    form = (await biller.get("/submissions/new/appeal")).text
    for told in ("Aetna · Availity", "Day of the decision", "180 days", "a person says yes"):
        assert told in form
    checked = await hand_in(biller, check="yes")
    assert ("Nothing is wrong" in checked.text, "150 days left" in checked.text) == (True, True)
    assert "Nothing was handed in" in (await biller.get("/submissions")).text
    made = await hand_in(biller)
    where = made.headers["location"]
    assert (await hand_in(biller)).headers["location"] == where, "the same is one submission"
    await work()
    shown = (await biller.get(where)).text
    for told in ("waits for a person&#39;s yes", "review page", "Approve and send", "0-kim.txt", "CLM-1"):
        assert told in shown or told.replace("&#39;", "'") in shown, told
    assert payer.received == []
    assert "A person's yes" in (await biller.get("/submissions")).text
    picture = shown.partition(f'src="{where}/pictures/')[2].partition('"')[0]
    assert (await biller.get(f"{where}/pictures/{picture}")).content == b"review"
    assert (await biller.get(f"{where}/receipt")).status_code == 404
    await biller.post(f"{where}/approve", version=version_on(shown))
    await work()
    assert [files for _, files, _ in payer.received] == [(LETTER,)]
    shown = (await biller.get(where)).text
    for told in ("The portal has received it", "A-0", "by kim-0", f"{where}/receipt"):
        assert told in shown, told
    receipt = await biller.get(f"{where}/receipt")
    assert "receipt.html" in zipfile.ZipFile(io.BytesIO(receipt.content)).namelist()
    assert "There is nothing left to approve" in (await biller.post(f"{where}/approve", version="1")).text
    submission = where.rpartition("/")[2]
    await assert_rows(biller, fleet, SUBMITTED, {"submission_id": submission, "picture_id": picture})
    assert isinstance(fleet.evidence, MemoryStore)
    assert not any(LETTER in path.read_bytes() for path in fleet.settings.home.rglob("*") if path.is_file())


async def test_a_yes_is_for_the_text_that_was_on_the_page(
    signed_in: SignedIn, fleet: Fleet, payer: Payer, work: Callable[[], Awaitable[object]]
) -> None:
    biller, other = await signed_in(Role.BILLER), await signed_in(Role.BILLER)
    where = (await hand_in(biller)).headers["location"]
    await work()
    opened = (await other.get(where)).text
    assert f"{where}/pictures/" in opened
    assert (await hand_in(biller, narrative="Another argument.")).headers["location"] == where
    assert f"{where}/pictures/" not in (await biller.get(where)).text, "the review page of the former text"
    stale = await other.post(f"{where}/approve", version=version_on(opened))
    assert (stale.status_code, "handed in anew since" in stale.text, "Another argument." in stale.text) == (422,) + (
        True,
    ) * 2
    await work()
    assert payer.received == []
    assert (await other.post(f"{where}/approve", version="")).status_code == 422
    assert (await other.post(f"{where}/approve", version=version_on(stale.text))).status_code == 303
    await work()
    assert len(payer.received) == 1


async def test_what_is_needed_stands_in_the_open_and_a_refused_fold_is_open(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, payer: Payer
) -> None:
    biller = await signed_in(Role.BILLER)
    form = (await biller.get("/submissions/new/appeal")).text
    before, _, fold = form.partition("<details><summary>Optional: ")
    fold = fold.partition("</details>")[0]
    for name in ("claim_number", "decided_on"):
        assert f'name="{name}" required' in before, name
    for name in ("member_id", "narrative", "reason"):
        assert (f'name="{name}"' in before, f'name="{name}"' in fold) == (False, True), name
    assert " required" not in fold
    rules = (RULE.model_copy(update={"requires": ("member_id",), "payers": ("humana",)}), RULE)
    known = fleet.portals["availity"].model_copy(update={"submissions": rules})
    cast("dict[str, Manifest]", fleet.portals)["availity"] = known
    before = (await biller.get("/submissions/new/appeal")).text.partition("<details>")[0]
    assert "needed for Humana</small>" in before
    assert 'name="member_id" value' in before, "not for all of them"
    refused = await hand_in(biller, provider_npi="123")
    assert "<details open><summary>Optional: " in refused.text


async def test_what_is_wrong_is_said_whole_and_nothing_typed_is_lost(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, payer: Payer
) -> None:
    biller = await signed_in(Role.BILLER)
    old = (datetime.now(UTC) - timedelta(days=200)).date()
    refused = await hand_in(biller, b"one", b"one", decided_on=str(old), narrative=f"why {SCRIPT}")
    assert refused.status_code == 422
    for told in ("File 2 is the same as file 1", "The time to file it ended", "CLM-1", "why &lt;script&gt;"):
        assert told in refused.text, told
    assert "Choose whom to ask" in (await hand_in(biller, counterpart="")).text
    assert (await biller.get("/submissions/new/gift")).status_code == 404


async def test_another_tax_id_sees_and_approves_nothing(
    signed_in: SignedIn, fleet: Fleet, work: Callable[[], Awaitable[object]]
) -> None:
    where = (await hand_in(await signed_in(Role.BILLER))).headers["location"]
    await work()
    south = await signed_in(Role.BILLER, tins=["tin of south"])
    assert where not in (await south.get("/submissions")).text
    for path in (where, f"{where}/receipt", f"{where}/pictures/x"):
        assert (await south.get(path)).status_code == 404, path
    for path in (f"{where}/approve", f"{where}/settle"):
        assert (await south.post(path, version="1", number="A-1", reason="they said so")).status_code == 404, path
    assert [each for each in await events(fleet, "submission.") if each[1] == "kim-1"] == []


async def test_what_nobody_knows_is_decided_by_a_person(
    signed_in: SignedIn, fleet: Fleet, payer: Payer, work: Callable[[], Awaitable[object]]
) -> None:
    biller = await signed_in(Role.BILLER)
    payer.after_click.append(OutcomeUnknown("It was sent, and the answer was lost."))
    where = (await hand_in(biller)).headers["location"]
    await biller.post(f"{where}/approve", version="1")
    await work()
    assert "Do you know what became of it?" in (await biller.get(where)).text
    both = await biller.post(f"{where}/settle", number="A-7", not_received="true", reason="they said so")
    assert both.status_code == 422
    await biller.post(f"{where}/settle", number="A-7", reason="the payer's agent read it out")
    shown = (await biller.get(where)).text
    assert ("A-7" in shown, f"{where}/receipt" in shown) == (True, True)


async def test_programs_submit_too(signed_in: SignedIn, fleet: Fleet, work: Callable[[], Awaitable[object]]) -> None:
    browser = await signed_in(Role.BILLER)
    token = await token_of(browser)
    api = browser.client
    keys = {name: value for name, value in fields().items() if name != "counterpart"}
    form = {"portal": "availity", "payer": "aetna", "keys": json.dumps(keys)}
    letter = [("files", ("a.txt", LETTER, "text/plain"))]
    cleared = await api.post("/api/submissions/appeal/check", data=form, files=letter, headers=token)
    assert (cleared.status_code, cleared.json().keys()) == (200, {"file_by", "days_left"})
    short = form | {"keys": json.dumps({"claim_number": "CLM-1"})}
    assert (await api.post("/api/submissions/appeal/check", data=short, headers=token)).status_code == 422
    assert (await api.get("/api/submissions", headers=token)).json() == [], "nothing is kept"
    made = await api.post("/api/submissions/appeal", data=form, files=letter, headers=token)
    assert (made.status_code, made.json()["needs_approval"]) == (202, True)
    where = f"/api/submissions/{made.json()['id']}"
    stale = await api.post(f"{where}/approve", json={"version": 7}, headers=token)
    assert (stale.status_code, "version 1" in stale.text) == (422, True)
    version = {"version": made.json()["version"]}
    assert (await api.post(f"{where}/approve", json=version, headers=token)).status_code == 204
    await work()
    before = len(await events(fleet))
    told = (await api.get(where, headers=token)).json()
    assert (told["state"], told["answer"]["number"], len(told["files"])) == ("confirmed", "A-0", 1)
    assert (await api.get(f"{where}/receipt", headers=token)).content[:2] == b"PK"
    picture = next(each["id"] for each in told["evidence"] if each["kind"] == "screenshot")
    assert (await api.get(f"{where}/pictures/{picture}", headers=token)).status_code == 200
    left = [(action, subject) for action, _, subject in (await events(fleet))[before:]]
    assert (left[0], left[-1]) == (("phi.view", told["id"]), ("phi.view", picture))
    assert ("phi.export", told["id"]) in left
    assert [each["id"] for each in (await api.get("/api/submissions", headers=token)).json()] == [told["id"]]
    wrong = await api.post("/api/submissions/appeal", data=form | {"keys": '{"secret": "x"}'}, headers=token)
    assert (wrong.status_code, "secret" in wrong.text.replace("“secret”", "")) == (422, False)


@pytest.mark.usefixtures("credential", "payer")
async def test_the_list_has_pages(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.submissions.LISTED", 1)
    biller, elsewhere = await signed_in(Role.BILLER), await signed_in(Role.BILLER, tins=["tin of south"])
    made = [await hand_in(biller, b"record %d" % number, claim_number=f"CLM-{number}") for number in (1, 2)]
    first, second = (each.headers["location"] for each in made)
    latest = (await biller.get("/submissions")).text
    assert (first in latest, second in latest) == (False, True)
    older = (await biller.get(f"/submissions?before={second.rpartition('/')[2]}")).text
    assert (first in older, f'href="{second}"' in older) == (True, False)
    assert "Nothing was handed in" in (await elsewhere.get("/submissions")).text
