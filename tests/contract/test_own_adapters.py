"""A portal that nobody has met, and its adapter from outside the fleet's tree: as `fleet portals new` begins it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import uvicorn
from fixtures_portals import Kept
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

import payers
from bots.contracts import LoginSecrets
from bots.host import BrowserHost
from cli.new_adapter import make_adapter
from cli.portals import ailments
from core.capabilities.common import MemberNotFound, Mismatch
from core.capabilities.eligibility import Coverage, EligibilityQuery, PlanStatus
from core.errors import NextStep, RequestInvalid
from core.phi import Secret
from lanes.assembly import adapter_version
from payers.registry import AdapterError, load_manifest, load_portal, portal_ids
from simulator.serve import listen

PASSWORD, CODE = "Correct-Horse-9", "135790"


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for adapters of one's own; nothing of it is left in this process."""
    monkeypatch.setenv("FLEET_ADAPTERS", str(tmp_path))
    monkeypatch.setattr(payers, "__path__", [*payers.__path__])
    yield tmp_path
    for name in [name for name in sys.modules if name.startswith("payers.unmet")]:
        del sys.modules[name]


# -- the portal


def sheet(title: str, body: str) -> Response:
    return HTMLResponse(f"<!doctype html><title>{title}</title><h1>{title}</h1>{body}")


async def door(request: Request) -> Response:
    form = await request.form()
    if form.get("password") == PASSWORD:
        return sheet(
            "Enter your code", "<form method=post><label>Code <input name=code></label><button>Verify</button>"
        )
    if form.get("code") == CODE:
        arrived = RedirectResponse("/", 303)
        arrived.set_cookie("session", "yes")
        return arrived
    if request.cookies.get("session"):
        return sheet("Home", "<a href=/eligibility>Eligibility</a>")
    fields = "<label>User name <input name=user></label><label>Password <input name=password type=password></label>"
    return sheet("Sign in", f"<form method=post>{fields}<button>Sign in</button></form>")


async def eligibility(request: Request) -> Response:
    names = {"member": "Member ID", "born": "Date of birth", "on": "Date of service"}
    asked = {name: request.query_params.get(name, "") for name in names}
    labels = "".join(
        f"<label>{label} <input name={name} value='{asked[name]}'></label>" for name, label in names.items()
    )
    body = f"<form>{labels}<button>Search</button></form>"
    if asked["member"] == "X0":
        body += "<p role=alert>No member has this number.</p>"
    elif asked["member"]:
        member = "W1" if asked["member"] == "W9" else asked["member"]
        body += f"""<div aria-label=Coverage><dl><dt>Member ID<dd>{member}<dt>Name<dd>NUÑEZ, ZOE<dt>Date of birth
          <dd>Feb 3, 1980<dt>Coverage as of<dd>{asked["on"]}<dt>Payer<dd>Example Health Plan</dl>
          <div aria-label=Plans><article><dl><dt>Plan<dd>Gold<dt>Status<dd>Active<dt>Effective
          <dd>01JAN2026</dl></article></div></div>"""
    return sheet("Check eligibility", body)


@asynccontextmanager
async def opened() -> AsyncIterator[int]:
    """Its port."""
    sock = listen()
    routes = [Route("/", door, methods=["GET", "POST"]), Route("/eligibility", eligibility)]
    config = uvicorn.Config(Starlette(routes=routes), log_level="warning", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([sock]))
    try:
        yield sock.getsockname()[1]
    finally:
        server.should_exit = True
        await serving
        sock.close()


class OneCode:
    async def totp(self) -> Secret:
        return Secret(CODE)

    async def sent(self, medium: str) -> Secret:
        raise AssertionError(medium)

    def portal_clock(self, offset_seconds: float) -> None: ...


def query(member_id: str) -> EligibilityQuery:
    return EligibilityQuery.model_validate({"member_id": member_id, "birth_date": "1980-02-03"})


async def test_a_portal_that_nobody_has_met_is_asked_by_an_adapter_from_outside(
    tree: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    make_adapter("unmet")
    assert "unmet" in portal_ids()
    assert [*ailments("unmet")] == []
    async with opened() as port:
        manifest = tree / "payers" / "unmet" / "manifest.yaml"
        manifest.write_text(manifest.read_text("utf-8").replace(":8080", f":{port}"), "utf-8")
        definition = load_portal("unmet", "simulator", simulator_port=1)
        assert definition is not None
        host = BrowserHost(definition, tmp_path_factory.mktemp("unmet"))
        lane = await host.lane(None)
        try:
            secrets = LoginSecrets(Secret("bot"), Secret(PASSWORD), OneCode())
            assert (await lane.log_in(secrets, Kept())).logged_in
            answers = [await lane.perform("eligibility", None, query(each), Kept()) for each in ("W7", "X0", "W9")]
        finally:
            await lane.close()
            await host.close()
    found, nobody, other = answers
    assert isinstance(found, Coverage)
    assert (found.member.member_id, found.member.last_name) == ("W7", "NUÑEZ")
    assert [(plan.plan_name, plan.status) for plan in found.plans] == [("Gold", PlanStatus.ACTIVE)]
    assert isinstance(nobody, MemberNotFound)
    assert other == Mismatch(differs=("member_id",))


# -- what is wrong with it, in sentences


def rewrite(file: str, change: Callable[[str], str]) -> Callable[[Path], None]:
    def broken(tree: Path) -> None:
        path = tree / file.replace("*", "unmet")
        path.write_text(change(path.read_text("utf-8")), "utf-8")

    return broken


def remove(file: str) -> Callable[[Path], None]:
    return lambda tree: (tree / file.replace("*", "unmet")).unlink()


@pytest.mark.parametrize(
    ("breaks", "says"),
    [
        (remove("payers/*/login.py"), "payers/unmet/login.py is missing"),
        (remove("payers/*/eligibility.py"), "payers/unmet/eligibility.py is missing"),
        (remove("selectors/*/eligibility.yaml"), "selectors/unmet/eligibility.yaml is missing"),
        (rewrite("payers/*/login.py", lambda text: text + "\nx = y\n"), "payers/unmet/login.py: name 'y' is not"),
        (rewrite("payers/*/eligibility.py", lambda text: text.replace("check_", "chck_")), "'check_eligibility'"),
        (rewrite("payers/*/manifest.yaml", lambda text: text + "}"), "manifest.yaml: "),
        (rewrite("payers/*/manifest.yaml", lambda text: text.replace(":8080", ":8080/app")), "nothing behind it"),
        (rewrite("payers/*/manifest.yaml", lambda text: text.replace("hosts: [un", "hosts: [n")), "hosts lacks unmet."),
        (
            rewrite("payers/*/manifest.yaml", lambda text: text.replace("[elig", "[eleg")),
            "“elegibility” is not a capability",
        ),
        (
            rewrite(
                "selectors/*/eligibility.yaml", lambda text: text.replace('{css: "[aria-label=Plans]"}', "*result")
            ),
            "plans: its `within` is that of what is around it",
        ),
        (
            rewrite(
                "selectors/*/eligibility.yaml",
                lambda text: text.replace("member_id: {label: Member ID, phi: true}", "member_id: nowhere"),
            ),
            "“member_id” is nowhere, and the page cannot do without it",
        ),
        (
            rewrite(
                "selectors/*/eligibility.yaml", lambda text: text.replace("submit:", "rider: nowhere\n    submit:")
            ),
            "“rider” is nowhere, and used by nothing",
        ),
        (
            rewrite(
                "selectors/*/eligibility.yaml",
                lambda text: text.replace("submit:", "shows_organization: {css: .who}\n    submit:"),
            ),
            "`shows_organization` is heeded where the log-in ends",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_whole_is_said_in_a_sentence(tree: Path, breaks: Callable[[Path], None], says: str) -> None:
    make_adapter("unmet")
    breaks(tree)
    assert [each for each in ailments("unmet") if says in each]


def test_words_that_are_printed_into_a_form_alone_are_used_and_missed(tree: Path) -> None:
    make_adapter("unmet")
    appeal = """

def reason(portal: Portal, wanted: str) -> str:
    return printed(portal, "reason", wanted)
"""
    rewrite("payers/*/eligibility.py", lambda text: f"from payers.shapes.submissions import printed\n{text}{appeal}")(
        tree
    )
    assert [each for each in ailments("unmet") if "the words of the kind “reason” are missing" in each]
    rewrite("selectors/*/words.yaml", lambda text: text.replace("words:", "words:\n  reason: {Coding: coding}"))(tree)
    assert [*ailments("unmet")] == []


def test_what_the_portal_does_not_show_may_be_left_out(tree: Path) -> None:
    make_adapter("unmet")
    rewrite(
        "selectors/*/eligibility.yaml",
        lambda text: text.replace("effective_on: {term: Effective}", "effective_on: nowhere"),
    )(tree)
    assert [*ailments("unmet")] == []


@pytest.mark.parametrize("name", ["uhc", "class", "Two Words", "../unmet", "UHC"])
def test_a_name_that_is_none_or_taken_is_refused(tree: Path, name: str) -> None:
    (tree / "payers").mkdir()
    with pytest.raises(RequestInvalid) as refused:
        make_adapter(name)
    assert refused.value.field == "portal"
    assert [*tree.rglob("*.py")] == []


def test_a_folder_that_is_not_there_is_said(tree: Path) -> None:
    with pytest.raises(RequestInvalid, match="FLEET_ADAPTERS"):
        portal_ids()


def test_an_adapter_of_ones_own_takes_no_place_of_the_fleets(tree: Path) -> None:
    make_adapter("unmet")
    ours = adapter_version(load_manifest("uhc"))
    for kind in ("payers", "selectors"):
        (tree / kind / "unmet").rename(tree / kind / "uhc")
    assert adapter_version(load_manifest("uhc")) == ours
    assert AdapterError.next_step is NextStep.ASK_DEVELOPER


def test_answers_say_by_which_reading_of_ones_own_they_came(tree: Path) -> None:
    make_adapter("unmet")
    before = adapter_version(load_manifest("unmet"))
    rewrite("selectors/*/words.yaml", lambda text: text + "# seen again\n")(tree)
    assert adapter_version(load_manifest("unmet")) != before
