"""A question over the desk of a worker, from the socket to the answer."""

from __future__ import annotations

import asyncio
import json
import os
import stat
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from core.capabilities.common import AskElsewhere
from core.errors import PartUnavailable, PortalChanged, PortalReplaced, PortalUnavailable
from core.local_socket import socket_address
from lanes.assembly import Fleet
from lanes.lane import LaneWorker
from lanes.questions.desk import Desk
from store.credentials import Credential
from tests.lanes.conftest import ScriptedPortal, add_successor

Ask = Callable[..., Any]


def wish(**changes: Any) -> dict[str, Any]:
    keys = {"member_id": "W1", "birth_date": "1980-02-29"}
    whole = {"capability": "eligibility", "portal": "availity", "payer": "aetna", "credential": None, "keys": keys}
    return {**whole, "fresh": False, "requested_by": "tests", **changes}


class Worker:
    """Works a lane for each wake-up, as the flow does."""

    def __init__(self, fleet: Fleet, portal: ScriptedPortal) -> None:
        self._lanes = LaneWorker(fleet, portal)
        self._at_work: set[asyncio.Task[object]] = set()
        self.asleep = False

    async def wake(self, credential_ids: Sequence[str]) -> None:
        if self.asleep:
            raise PartUnavailable("prefect", "Prefect does not answer.")
        for credential_id in credential_ids:
            self._at_work.add(asyncio.create_task(self._lanes.work(credential_id)))

    async def home(self) -> None:
        await asyncio.gather(*self._at_work)


@pytest.fixture
async def worker(fleet: Fleet, portal: ScriptedPortal, credential: Credential) -> AsyncIterator[Worker]:
    assert credential.name == "north"
    worker = Worker(fleet, portal)
    yield worker
    await worker.home()


@pytest.fixture
async def ask(fleet: Fleet, worker: Worker, tmp_path: Path) -> AsyncIterator[Ask]:
    path = tmp_path / f"desk-{os.getpid()}.sock"
    async with Desk(fleet, worker.wake).open(tmp_path):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600

        async def ask(line: bytes = b"", **changes: Any) -> list[tuple[str, dict[str, Any]]]:
            with socket_address(path) as address:
                reader, writer = await asyncio.open_unix_connection(address)
            writer.write(line or json.dumps(wish(**changes)).encode() + b"\n")
            told = [next(iter(json.loads(message).items())) async for message in reader]
            writer.close()
            return told

        yield ask
    assert not path.exists()


async def test_a_question_is_followed_to_its_answer(ask: Ask, portal: ScriptedPortal) -> None:
    told = await ask()
    assert [event for event, _ in told] == ["asked", "step", "step", "settled"]
    settled = told[-1][1]
    assert (settled["outcome"], settled["trouble"]) == ("member_not_found", None)
    assert settled["answer"]["message"] == "W1 is not on file"
    assert [piece["kind"] for piece in settled["evidence"]] == ["screenshot"]
    assert portal.asked == ["W1"]


async def test_an_equal_question_is_answered_without_the_portal(ask: Ask, portal: ScriptedPortal) -> None:
    first, again = (await ask())[-1][1], await ask()
    assert [event for event, _ in again] == ["asked", "settled"]
    assert again[0][1]["how"] == "answered"
    assert again[-1][1]["answer"] == first["answer"]
    assert portal.asked == ["W1"]


async def test_a_fresh_question_asks_the_portal_again(ask: Ask, portal: ScriptedPortal) -> None:
    await ask()
    await ask(fresh=True)
    assert portal.asked == ["W1", "W1"]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"capability": "palmistry"}, "capability"),
        ({"portal": "elsewhere"}, "portal"),
        ({"payer": "nobody"}, "payer"),
        ({"credential": "east"}, "credential"),
        ({"keys": {"member": "W1"}}, "member"),
        ({"keys": {"member_id": "W1", "birth_date": "2999-01-01"}}, "birth_date"),
        ({"keys": {"member_id": "W1", "birth_date": "1980-02-29", "provider_npi": "1234567890"}}, "provider_npi"),
    ],
)
async def test_a_bad_question_is_told_so(ask: Ask, changes: dict[str, Any], field: str) -> None:
    ((event, error),) = await ask(**changes)
    assert (event, error["next_step"], error["field"]) == ("error", "ask_biller", field)
    assert "2999" not in error["sentence"]


async def test_what_is_no_question_at_all(ask: Ask) -> None:
    ((event, error),) = await ask(b'{"keys": {"member_id": "W1"}}\n')
    assert (event, error["code"]) == ("error", "RequestInvalid")
    assert "W1" not in error["sentence"]


async def test_nobody_waits_for_a_portal_that_is_down(ask: Ask, portal: ScriptedPortal) -> None:
    portal.script = lambda _: PortalUnavailable("Availity is in maintenance.")
    settled = (await ask())[-1][1]
    assert (settled["outcome"], settled["answer"]) == ("portal_unavailable", None)
    assert settled["trouble"]["next_step"] == "wait"
    assert "asked again at" in settled["trouble"]["sentence"]


async def test_a_changed_portal_is_a_developers_business(ask: Ask, portal: ScriptedPortal) -> None:
    portal.script = lambda _: PortalChanged("coverage", "plan_name")
    assert (await ask())[-1][1]["trouble"]["next_step"] == "ask_developer"


async def test_a_wrong_password_asks_for_a_person_and_is_not_sent_twice(ask: Ask, portal: ScriptedPortal) -> None:
    portal.password = "Another-Horse-8"
    assert (await ask())[-1][1]["trouble"]["next_step"] == "ask_administrator"
    assert (await ask(keys={"member_id": "W2", "birth_date": "1980-02-29"}))[-1][0] == "error"
    assert portal.wrong_passwords == 1


async def test_a_question_outlives_a_prefect_that_is_down(
    ask: Ask, worker: Worker, portal: ScriptedPortal, credential: Credential
) -> None:
    worker.asleep = True
    told = await ask()
    assert [event for event, _ in told] == ["asked", "error"]
    assert told[-1][1]["part"] == "prefect"
    worker.asleep = False
    await worker.wake([credential.id])
    await worker.home()
    assert portal.asked == ["W1"]


@pytest.mark.parametrize(
    "moved", [AskElsewhere(portal="successor"), PortalReplaced("It is gone; ask successor.", portal="successor")]
)
async def test_who_is_sent_to_another_portal_is_asked_there(
    ask: Ask, portal: ScriptedPortal, successor: Credential, moved: AskElsewhere | PortalReplaced
) -> None:
    assert successor.portal == "successor"
    portal.script = lambda _: moved if len(portal.asked) == 1 else None
    told = await ask(credential="north")
    assert [event for event, _ in told] == ["asked", "step", "step", "moved", "asked", "step", "step", "settled"]
    assert (told[-1][1]["outcome"], portal.asked) == ("member_not_found", ["W1", "W1"])
    assert told[0][1]["work_item"] != told[-1][1]["work_item"]


@pytest.mark.parametrize("elsewhere", ["availity_next", None])
async def test_who_cannot_be_asked_elsewhere_is_told_whom_to_ask(
    ask: Ask, portal: ScriptedPortal, elsewhere: str | None
) -> None:
    portal.script = lambda _: AskElsewhere(name="the new portal", portal=elsewhere)
    told = await ask()
    assert [event for event, _ in told] == ["asked", "step", "step", "settled"]
    assert told[-1][1]["outcome"] == "ask_elsewhere"


async def test_a_portal_without_a_credential_is_named_only(ask: Ask, fleet: Fleet, portal: ScriptedPortal) -> None:
    add_successor(fleet)
    portal.script = lambda _: AskElsewhere(portal="successor")
    assert (await ask())[-1][1]["answer"]["portal"] == "successor"
    assert portal.asked == ["W1"]
