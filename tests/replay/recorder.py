"""Makes the recordings anew, from the simulator: `make record`, of some portals alone with `ARGS="ucare uhc"`, of one
capability of a portal with `ARGS=ucare/appeals`, what is not recorded yet with `ARGS=missing`.

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

from fixtures_portals import PROVIDER, Asked, Kept, SimulatedPortal, plain
from recording import (
    ROOT,
    Exchange,
    Recording,
    Scrub,
    asset,
    forget_what_nobody_names,
    recordings,
    stored_as,
)
from replayer import serving
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from variants import NO_PAGE, UNRECORDED, Variant, Way, variants, ways

from bots.definition import PortalDefinition
from bots.host import BrowserHost
from core.capabilities.catalog import capability, write
from payers.registry import load_portals
from simulator.app import create_app
from simulator.house import House

CASES = {
    "eligibility": {"found": (), "two_plans": ("two_plans",)},
    "claim_status": {"found": (), "denied": ("partly_denied", "denied")},
    "users": {"found": (), "longer_names": ("prefix_of_another",)},
    "remittances": {"found": (), "reissued": ("voided_and_reissued",)},
    "authorizations": {"found": (), "partly_certified": ("partly_certified",)},
    "messages": {"found": (), "the_bell": ("the_bell",)},
    "documents": {"found": (), "zip": ("zip",)},
    "appeals": {"found": (), "of_a_longer_number": ("prefix_of_another",)},
    "sent_messages": {"found": ()},
    "claim_files": {"found": ()},
    "notifications": {"found": ()},
}
"""By capability, the cases with data of every portal: the first awkward question with one of these tags, or a plain
one. What is said instead of data is in tests/replay/variants.py.
"""
_WITH_FILES = {"appeals": {"letters": "true"}, "claim_files": {"letters": "true"}}
_OF_ONE_PORTAL = {("optumpay", "remittances"): {"archived": ("long_ago",)}}
_ALIKE = ("authorizations", "messages", "appeals", "sent_messages", "claim_files", "notifications")
"""What every generation of a portal's pages shows by the same tool."""
_SEED = 7


class Case(NamedTuple):
    capability: str
    name: str
    payer: str
    tags: tuple[str, ...] = ()
    says: Variant | None = None


def cases(definition: PortalDefinition) -> Iterator[Case]:
    """For each generation of a portal's pages."""
    manifest, instead = definition.manifest, list(dict.fromkeys(variants(definition)))
    layouts = {payer.layout: payer.id for payer in reversed(manifest.payers)}
    for name in manifest.capabilities:
        differs = capability(name).asks_payer and name not in _ALIKE
        asked = layouts if differs else {"standard": manifest.payers[0].id}
        for layout, payer in asked.items():
            of_portal = _OF_ONE_PORTAL.get((manifest.id, name), {})
            for case, tags in {**CASES.get(name, {}), **of_portal}.items():
                yield Case(name, _named(case, layout), payer, tags)
            for says in instead:
                case = _named(says.name, layout)
                kept_out = {f"{name}/{case}", f"{manifest.id}/{name}/{case}"} & UNRECORDED.keys()
                if says.capability == name and not kept_out:
                    yield Case(name, case, payer, says=says)


def _named(case: str, layout: str) -> str:
    return case if layout == "standard" else f"{layout}_{case}"


_KEPT = ("content-type", "content-disposition", "location")


class Recorder:
    """Stands before the portals and writes down what they answer while a `portal` is named."""

    def __init__(self, portals: ASGIApp) -> None:
        self._portals = portals
        self.portal = ""
        self.exchanges: list[Exchange] = []
        self.bodies: dict[str, bytes] = {}
        self.scrub = Scrub()

    def begin(self, portal: str) -> None:
        self.portal, self.scrub = portal, Scrub()
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
            headers["location"] = self.scrub.text(headers["location"])
        plain = bytes(body) if "content-disposition" in headers else self.scrub.body(bytes(body))
        path = self.scrub.text(scope["path"])
        name = stored_as(plain, path, headers.get("content-type", ""))
        bodies[name] = plain
        exchanges.append(Exchange(scope["method"], path, name, started["status"], headers))


def question(portal: SimulatedPortal, case: Case) -> dict[str, Any]:
    if not case.tags:
        return plain(portal, case.capability, case.payer) | _WITH_FILES.get(case.capability, {})
    odd = portal.questions(case.capability, case.payer, 60, awkward=True)
    found: dict[str, Any] = next(each["question"] for tag in case.tags for each in odd if tag in each["tags"])
    return found


async def record(recorder: Recorder, portal: SimulatedPortal, case: Case) -> Recording:
    """Raises LookupError when nothing makes the portal say it."""
    if case.says is None:
        asked = await ask(recorder, portal, case, Way(question(portal, case)))
        portal.assert_true(asked, case.tags)
        return recording(recorder, portal, case, asked)
    for way in ways(portal, case.says, case.payer):
        asked = await ask(recorder, portal, case, way)
        if asked.answer is not None and said(asked, case.says):
            if not way.dials and not way.account:
                portal.assert_true(asked)
            return recording(recorder, portal, case, asked)
    raise LookupError(f"{portal.id} {case.capability} {case.name}")


def said(asked: Asked, variant: Variant) -> bool:
    """By that page, and not by another one that means the same."""
    seen = {step.page for step in asked.kept.steps}
    assert asked.answer is not None
    return asked.answer.outcome == variant.outcome and variant.name in {*seen, NO_PAGE}


async def ask(recorder: Recorder, portal: SimulatedPortal, case: Case, way: Way) -> Asked:
    """With everything said that would be filled in for the day or the account: a recording is asked for years."""
    usual = {"provider_npi": PROVIDER, "service_date": portal.house.clock.today().isoformat()}
    given = {key: value for key, value in usual.items() if key in capability(case.capability).query.model_fields}
    with way.prepared(portal) as secrets:
        async with portal.stranger() as first:
            await first.log_in(secrets, Kept())
            state = await first.session_state()
        lane = await portal.host.lane(state)
        recorder.begin(portal.id)
        try:
            return await portal.ask(lane, case.capability, case.payer, given | way.question)
        finally:
            recorder.portal = ""
            await lane.close()


def recording(recorder: Recorder, portal: SimulatedPortal, case: Case, asked: Asked) -> Recording:
    assert asked.answer is not None
    return Recording(
        portal=portal.id,
        capability=case.capability,
        case=case.name,
        payer=case.payer,
        recorded_on=portal.house.clock.today(),
        question=dict(asked.question),
        exchanges=recorder.exchanges,
        bodies=recorder.bodies,
        expected=json.loads(recorder.scrub.known(write(asked.answer))),
    )


async def main(wanted: list[str]) -> None:
    there = {(each.portal, each.capability, each.case) for each in recordings()} if wanted == ["missing"] else None
    house = House.build(_SEED)
    recorder = Recorder(create_app(house, "recorder-token"))
    async with AsyncExitStack() as stack:
        port = await stack.enter_async_context(serving(recorder))
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        for name, definition in load_portals("simulator", simulator_port=port).items():
            whole = not wanted or name in wanted
            chosen = [each for each in cases(definition) if whole or f"{name}/{each.capability}" in wanted]
            if there is not None:
                chosen = [each for each in cases(definition) if (name, each.capability, each.name) not in there]
            if not chosen:
                continue
            (scratch / name).mkdir()
            host = BrowserHost(definition, scratch / name)
            stack.push_async_callback(host.close)
            portal = SimulatedPortal(house, definition, host, port)
            for folder in {"" if whole else each.capability for each in chosen} if there is None else ():
                shutil.rmtree(ROOT / name / folder, ignore_errors=True)
            for case in chosen:
                try:
                    (await record(recorder, portal, case)).save()
                except LookupError as never:
                    print("nothing brings it about:", never, flush=True)  # noqa: T201
                    continue
                print(name, case.capability, case.name, flush=True)  # noqa: T201
            forget_what_nobody_names(name)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:]))
