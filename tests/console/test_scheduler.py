"""A scheduler's day: a schedule made, forecast, edited, run, paused; what is held and what is late, with the reason."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

import pytest

from console.drawing import Mark, Strip, strips
from core.capabilities.canary import SeenPage
from core.errors import CredentialRejected
from core.manifest import Manifest
from core.schedules import Definition
from lanes.assembly import Fleet
from lanes.calendar import schedules as office
from lanes.calendar.obstacles import Board
from store import canaries, credentials
from store.credentials import Credential
from store.people import Role
from tests.console.conftest import Browser
from tests.console.statements import statements
from tests.console.test_api import token_of
from tests.console.test_runs import events

SignedIn = Callable[..., Awaitable[Browser]]
FORM = {
    "task": "messages",
    "name": "mail",
    "counterpart": "availity|aetna",
    "cron": "0 6 * * 1-5",
    "time_zone": "America/Chicago",
    "days_from": "-7",
    "days_to": "0",
    "catch_up": "newest",
    "late_minutes": "10",
    "overlap": "join",
    "priority": "90",
    "due_minutes": "480",
}
SOUTH = Definition.of(
    name="south",
    task="messages",
    portal="availity",
    payer="aetna",
    credential="south",
    cron="0 7 * * *",
    time_zone="UTC",
)


@pytest.fixture(autouse=True)
def _reads_mail(fleet: Fleet) -> None:
    """Its portal is asked for messages as well."""
    known = fleet.portals["availity"]
    asked = known.model_copy(update={"capabilities": (*known.capabilities, "messages")})
    cast("dict[str, Manifest]", fleet.portals)["availity"] = asked


async def test_times_are_chosen_in_plain_words_and_looked_at_before_they_are_saved(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    keeper = await signed_in(Role.SCHEDULER)
    form = (await keeper.get("/schedules/new/messages")).text
    assert re.search(r'value="weekdays" checked>.*value="cron">.*name="at" value="06:00"', form, re.DOTALL)
    chosen = FORM | {"every": "month", "at": "07:30", "month_day": "L", "weekday": "3", "cron": "not read"}
    looked = await keeper.post("/schedules", **chosen | {"look": "yes", "name": ""})
    assert "At 07:30 on the last day of every month, America/Chicago" in looked.text
    assert len(re.findall(r"\d{4}-\d\d-\d\d 07:30 C[SD]T", looked.text)) == 3
    assert re.search(r'value="month" checked>.*value="L" selected', looked.text, re.DOTALL)
    assert await office.listed(Board.of(fleet)) == [], "nothing is saved by a look"
    wrong = await keeper.post("/schedules", **chosen | {"at": ""})
    assert (wrong.status_code, "is not a time of day" in wrong.text) == (422, True)
    await keeper.post("/schedules", **chosen)
    shown = (await keeper.get("/schedules/mail")).text
    assert re.search(r'value="month" checked>.*name="at" value="07:30"', shown, re.DOTALL)
    looked = await keeper.post("/schedules/mail", **FORM | {"every": "cron", "cron": "5 */2 * * *", "look": "yes"})
    assert (looked.text.count(":05 C"), 'value="cron" checked' in looked.text) == (3, True)
    await keeper.post("/schedules/mail", **FORM | {"every": "cron", "cron": "5 */2 * * *", "version": "1"})
    shown = (await keeper.get("/schedules/mail")).text
    assert re.search(r'value="cron" checked>.*name="cron" value="5 \*/2 \* \* \*"', shown, re.DOTALL)


async def test_a_schedule_is_made_edited_run_paused_and_removed(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    keeper = await signed_in(Role.SCHEDULER)
    assert "Make the first schedule" in (await keeper.get("/schedules")).text
    assert "Aetna · Availity" in (await keeper.get("/schedules/new/messages")).text
    wrong = await keeper.post("/schedules", **FORM | {"cron": "0 6 * *"})
    assert (wrong.status_code, "five fields" in wrong.text, 'value="mail"' in wrong.text) == (422, True, True)
    made = await keeper.post("/schedules", **FORM)
    assert made.headers["location"] == "/schedules/mail"
    shown = (await keeper.get("/schedules/mail")).text
    assert re.search(r"(Mon|Tue|Wed|Thu|Fri) \d{4}-\d\d-\d\d 06:00 C[SD]T", shown)
    version = {"version": "1"}
    await keeper.post("/schedules/mail", **FORM | version | {"quiet_from": "20:00", "quiet_until": "05:30"})
    cleared = await keeper.post("/schedules/mail", **FORM | {"version": "2", "priority": "40"})
    assert cleared.headers["location"] == "/schedules/mail"
    (view,) = await office.listed(Board.of(fleet))
    assert (view.said.priority, view.said.quiet_from, view.schedule.version) == (40, None, 3)
    late = await keeper.post("/schedules/mail", **FORM | version)
    assert (late.status_code, "Somebody else has changed" in late.text) == (422, True)
    assert (await keeper.post("/schedules/mail/run")).status_code == 303
    shown = (await keeper.get("/schedules/mail")).text
    assert ("running: 0 of 1 answered" in shown, "kim-0" in shown) == (True, True)
    queued = (await keeper.get("/queue")).text
    assert ("schedule mail" in queued, "woken within a minute" in queued, "0 of 1 questions" in queued) == (True,) * 3
    assert "A reason is needed" in (await keeper.post("/schedules/mail/pause", reason=" ")).text
    await keeper.post("/schedules/mail/pause", reason="holidays")
    assert "holidays (kim-0" in (await keeper.get("/schedules")).text
    await keeper.post("/schedules/mail/resume")
    await keeper.post("/schedules/mail/remove")
    assert (await keeper.get("/schedules/mail")).status_code == 404
    done = [action.removeprefix("schedule.") for action, _, _ in await events(fleet, "schedule.")]
    assert done == ["added", "changed", "changed", "started", "paused", "resumed", "removed"]


async def test_what_will_fail_is_named_with_its_page_before_it_fails(
    signed_in: SignedIn, fleet: Fleet, credential: Credential
) -> None:
    keeper = await signed_in(Role.ADMINISTRATOR)
    await keeper.post("/schedules", **FORM)
    await keeper.post("/schedules", **FORM | {"name": "users", "task": "eligibility", "cron": "*/30 * * * *"})
    now = fleet.clock.now()
    async with fleet.database.begin() as session:
        gone = SeenPage(capability="messages", entry="inbox", landed=None, fields=())
        await canaries.note(session, "availity", [gone], actor="canary", now=now)
    listed = (await keeper.get("/schedules")).text
    assert re.search(r"Will fail:.*mail.*page “inbox”", listed)
    monday = date(2027, 1, 4)
    week = (await keeper.get(f"/calendar?day={monday}")).text
    assert week.count(">mail</a>") == 5
    assert ("48 times" in week, week.count("<b>held</b>")) == (True, 5)
    told = (await keeper.get(f"/forecast?day={monday}")).text
    for words in ("06:00 CST", "page “inbox”", "availity/north", "<svg"):
        assert words in told, words
    assert re.search(r"<title>mail \d\d:\d\d: will fail</title>", told)
    assert (await keeper.get("/forecast?day=tomorrow")).status_code == 422


@pytest.mark.parametrize("tins", [None, ["tin of north"]])
async def test_schedules_calendar_and_forecast_ask_as_much_of_the_store_however_many_schedules_there_are(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, tins: list[str] | None
) -> None:
    keeper = await signed_in(Role.SCHEDULER, tins=tins)
    pages = ("/schedules", "/calendar", "/forecast", "/api/schedules")
    token = await token_of(keeper)

    async def asked(path: str) -> int:
        with statements() as said:
            answer = await keeper.get(path, **(token if path.startswith("/api") else {}))
        assert answer.status_code == 200
        return len(said)

    await keeper.post("/schedules", **FORM)
    await asked("/schedules")
    few = {path: await asked(path) for path in pages}
    for number in range(6):
        await keeper.post("/schedules", **FORM | {"name": f"mail-{number}", "cron": f"{number} * * * *"})
        if number % 2:
            await keeper.post(f"/schedules/mail-{number}/run")
    many = {path: await asked(path) for path in pages}
    assert many == few
    shown = (await keeper.get("/schedules")).text
    assert (shown.count(">mail-"), shown.count("running: 0 of 1 answered")) == (6, 3)


async def test_the_queue_says_what_is_late_and_why(
    signed_in: SignedIn, fleet: Fleet, credential: Credential, ask_all: Any
) -> None:
    keeper = await signed_in(Role.SCHEDULER)
    await ask_all("M1", "M2")
    now = fleet.clock.now()
    async with fleet.database.begin() as session:
        refused = CredentialRejected("The portal refused the password.")
        await credentials.stop(session, credential.id, refused, actor="tests", now=now)
    shown = (await keeper.get("/queue")).text
    assert ("refused the password" in shown, "has rested since" in shown, "M1" in shown) == (True, True, False)
    assert "No question waits" in (await (await signed_in(Role.SCHEDULER, tins=["another"])).get("/queue")).text


async def test_schedules_of_another_tax_id_do_not_exist(
    signed_in: SignedIn, fleet: Fleet, second_credential: Credential
) -> None:
    await office.add(Board.of(fleet), SOUTH, actor="tests")
    north = await signed_in(Role.SCHEDULER, tins=["tin of north"])
    for path in ("/schedules/south", "/schedules", "/calendar", "/forecast?day=2027-01-04"):
        assert 'href="/schedules/south"' not in (await north.get(path)).text, path
    for action in ("", "/run", "/pause", "/resume", "/remove", "/roster"):
        assert (await north.post(f"/schedules/south{action}", reason="why")).status_code == 404, action
    refused = await north.post("/schedules", **FORM)
    assert "tax IDs that are not yours" in refused.text
    assert (await north.post("/schedules", **FORM | {"credential": "north"})).status_code == 303
    assert 'href="/schedules/mail"' in (await north.get("/schedules")).text


async def test_a_roster_is_handed_in_and_read(signed_in: SignedIn, fleet: Fleet, credential: Credential) -> None:
    keeper = await signed_in(Role.SCHEDULER)
    await keeper.post("/schedules", **FORM | {"name": "morning", "task": "eligibility"})
    sheet = ("monday.csv", b"member_id,birth_date\nW1,1980-02-29\nW2,never\n", "text/csv")
    answer = await keeper.client.post("/schedules/morning/roster", data={"csrf": keeper.csrf}, files={"roster": sheet})
    assert answer.status_code == 303
    shown = (await keeper.get("/schedules/morning")).text
    assert ("2 lines" in shown, "1 of them ask nothing" in shown, "W1" in shown) == (True, True, False)
    assert "Choose a roster" in (await keeper.post("/schedules/morning/roster")).text


async def test_programs_keep_schedules_too(signed_in: SignedIn, fleet: Fleet, credential: Credential) -> None:
    browser = await signed_in(Role.SCHEDULER)
    token = await token_of(browser)
    said = {"name": "mail", "task": "messages", "portal": "availity", "payer": "aetna", "time_zone": "UTC"}
    api = browser.client
    refused = await api.post("/api/schedules", json=said | {"cron": "often"}, headers=token)
    assert (refused.status_code, "five fields" in refused.json()["error"]["sentence"]) == (422, True)
    made = await api.post("/api/schedules", json=said | {"cron": "0 6 * * *"}, headers=token)
    assert (made.status_code, made.json()["days_from"], made.json()["state"]) == (201, -7, "active")
    path = "/api/schedules/mail"
    changed = await api.put(f"{path}?version=1", json=said | {"cron": "0 7 * * *"}, headers=token)
    assert changed.json()["next_runs"][0].endswith("T07:00:00Z")
    assert (await api.put(f"{path}?version=1", json=said | {"cron": "0 8 * * *"}, headers=token)).status_code == 422
    assert (await api.post(f"{path}/run", headers=token)).json()["state"] == "running"
    assert (await api.post(f"{path}/pause", json={"reason": "holidays"}, headers=token)).json()["state"] == "paused"
    assert (await api.post(f"{path}/resume", headers=token)).json()["state"] == "active"
    queued = (await api.get("/api/queue", headers=token)).json()
    assert (queued["total"], queued["heaps"][0]["requested_by"], len(queued["fires"])) == (1, "schedule mail", 1)
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).date()
    day = (await api.get(f"/api/forecast?day={tomorrow}", headers=token)).json()
    assert [each["verdict"] for each in day["fires"]] == ["runs"]
    assert (await api.delete(path, headers=token)).status_code == 204
    assert (await api.get("/api/schedules", headers=token)).json() == []
    assert (await api.get(path, headers=token)).status_code == 404


def test_a_day_is_drawn_without_markup_of_names() -> None:
    drawn = strips("day", [Strip("<b>", [(0.25, 0.5)], [Mark(0.75, "fill-good", "<i>")], "3 of 9")], [(0.0, "00")])
    assert ("<b>" in drawn, "<i>" in drawn, 'class="closed"' in drawn) == (False, False, True)
