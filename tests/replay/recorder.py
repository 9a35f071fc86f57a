"""Makes the recordings anew, from the simulator: `make record`, of some portals alone with `ARGS="ucare uhc"`, of one
capability of a portal with `ARGS=ucare/appeals`.

An answer that is not the truth is not recorded.
"""

from __future__ import annotations

import asyncio
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from fixtures_portals import PROVIDER, Kept, SimulatedPortal, plain
from recording import ROOT, Exchange, Recording, asset, forget_what_nobody_names, scrubbed, stored_as
from replayer import serving
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bots.host import BrowserHost
from core.capabilities.catalog import capability, write
from core.manifest import Manifest
from payers.registry import load_portals
from simulator.app import create_app
from simulator.house import House

CASES = {
    "eligibility": {"found": (), "not_found": ("not_found",), "two_plans": ("two_plans",)},
    "claim_status": {"found": (), "not_found": ("not_found",), "denied": ("partly_denied", "denied")},
    "users": {"found": (), "not_found": ("not_found",), "longer_names": ("prefix_of_another",)},
    "remittances": {"found": (), "not_found": ("not_found",), "reissued": ("voided_and_reissued",)},
    "authorizations": {"found": (), "partly_certified": ("partly_certified",)},
    "messages": {"found": (), "the_bell": ("the_bell",)},
    "documents": {"found": (), "zip": ("zip",)},
    "appeals": {"found": (), "of_a_longer_number": ("prefix_of_another",)},
    "sent_messages": {"found": ()},
    "claim_files": {"found": ()},
    "notifications": {"found": ()},
}
"""By capability, the cases of every portal: the first awkward question with one of these tags, or a plain one."""
_WITH_FILES = {"appeals": {"letters": "true"}, "claim_files": {"letters": "true"}}
_OF_ONE_PORTAL = {("optumpay", "remittances"): {"archived": ("long_ago",)}}
_ALIKE = ("authorizations", "messages", "appeals", "sent_messages", "claim_files", "notifications")
"""What every generation of a portal's pages shows by the same tool."""
_SEED = 7


class Case(NamedTuple):
    capability: str
    name: str
    payer: str
    tags: tuple[str, ...]


def cases(manifest: Manifest) -> Iterator[Case]:
    """For each generation of a portal's pages."""
    layouts = {payer.layout: payer.id for payer in reversed(manifest.payers)}
    for name in manifest.capabilities:
        differs = capability(name).asks_payer and name not in _ALIKE
        asked = layouts if differs else {"standard": manifest.payers[0].id}
        for layout, payer in asked.items():
            of_portal = _OF_ONE_PORTAL.get((manifest.id, name), {})
            for case, tags in {**CASES.get(name, {}), **of_portal}.items():
                yield Case(name, case if layout == "standard" else f"{layout}_{case}", payer, tags)


_KEPT = ("content-type", "content-disposition", "location")


class Recorder:
    """Stands before the portals and writes down what they answer while a `portal` is named."""

    def __init__(self, portals: ASGIApp) -> None:
        self._portals = portals
        self.portal = ""
        self.exchanges: list[Exchange] = []
        self.bodies: dict[str, bytes] = {}

    def begin(self, portal: str) -> None:
        self.portal = portal
        self.exchanges, self.bodies = [], {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        exchanges, bodies = self.exchanges, self.bodies
        started, body = dict[str, Any](), bytearray()

        async def passed_on(message: Message) -> None:
            started.update(message if message["type"] == "http.response.start" else {})
            body.extend(message.get("body", b""))
            await send(message)

        await self._portals(scope, receive, passed_on)
        if not self.portal:
            return
        if where := asset(self.portal, scope["path"]):
            where.parent.mkdir(parents=True, exist_ok=True)
            where.write_bytes(bytes(body))
            return
        said = Headers(raw=started["headers"])
        headers = {name: said[name] for name in _KEPT if name in said}
        if "location" in headers:
            headers["location"] = urlsplit(headers["location"])._replace(scheme="", netloc="").geturl()
        plain = scrubbed(bytes(body))
        name = stored_as(plain, scope["path"], headers.get("content-type", ""))
        bodies[name] = plain
        exchanges.append(Exchange(scope["method"], scope["path"], started["status"], name, headers))


def question(portal: SimulatedPortal, case: Case) -> dict[str, Any]:
    """With everything said that would be filled in for the day or the account: a recording is asked for years."""
    usual = {"provider_npi": PROVIDER, "service_date": portal.house.clock.today().isoformat()}
    given = {key: value for key, value in usual.items() if key in capability(case.capability).query.model_fields}
    if not case.tags:
        return given | plain(portal, case.capability, case.payer) | _WITH_FILES.get(case.capability, {})
    odd = portal.questions(case.capability, case.payer, 60, awkward=True)
    return given | next(each["question"] for tag in case.tags for each in odd if tag in each["tags"])


async def record(recorder: Recorder, portal: SimulatedPortal, case: Case) -> Recording:
    asking = question(portal, case)
    async with portal.stranger() as first:
        await first.log_in(portal.account(), Kept())
        state = await first.session_state()
    lane = await portal.host.lane(state)
    recorder.begin(portal.id)
    try:
        asked = await portal.ask(lane, case.capability, case.payer, asking)
    finally:
        recorder.portal = ""
        await lane.close()
    portal.assert_true(asked, case.tags)
    assert asked.answer is not None
    return Recording(
        portal=portal.id,
        capability=case.capability,
        case=case.name,
        payer=case.payer,
        recorded_on=portal.house.clock.today(),
        question=asking,
        exchanges=recorder.exchanges,
        bodies=recorder.bodies,
        expected=json.loads(write(asked.answer)),
    )


async def main(wanted: list[str]) -> None:
    house = House.build(_SEED)
    recorder = Recorder(create_app(house, "recorder-token"))
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(recorder))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name, definition in load_portals("simulator", simulator_port=port).items():
            whole = not wanted or name in wanted
            chosen = [each for each in cases(definition.manifest) if whole or f"{name}/{each.capability}" in wanted]
            if not chosen:
                continue
            (scratch / name).mkdir()
            host = BrowserHost(definition, scratch / name)
            stack.push_async_callback(host.close)
            portal = SimulatedPortal(house, definition, host, port)
            portal.dial(latency_ms=(0, 0))
            for folder in {"" if whole else each.capability for each in chosen}:
                shutil.rmtree(ROOT / name / folder, ignore_errors=True)
            for case in chosen:
                (await record(recorder, portal, case)).save()
                print(name, case.capability, case.name, flush=True)  # noqa: T201
            forget_what_nobody_names(name)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
