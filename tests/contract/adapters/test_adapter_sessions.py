"""Log-ins: one for many questions, none for a session that still lives, and whatever stands in the way put away."""

from __future__ import annotations

import asyncio
import dataclasses

import pytest
from fixtures_portals import Kept, SimulatedPortal
from inquiries import Inquiry, inquiries
from playwright.async_api import Error as PlaywrightError

from bots.contracts import SessionState
from bots.host import BrowserHost
from core.errors import SessionExpired
from simulator.accounts import LAKESIDE, NORTHGATE

pytestmark = pytest.mark.thorough

FAR_AWAY = ("http://127.0.0.1:{port}/control/health", "http://localhost:{port}/", "http://example.com/")


async def test_a_second_question_does_not_log_in_again(portal: SimulatedPortal) -> None:
    async with portal.logged_in(mfa=("authenticator", "text", "call", "backup")) as (lane, secrets):
        one_each = {each.capability: each for each in inquiries(portal)}
        for inquiry in [*one_each.values(), *inquiries(portal)[:1]]:
            portal.assert_true(await inquiry.ask(lane))
    tally = portal.tally(secrets)
    assert (tally["logins"], tally["sessions_opened"], tally["max_concurrent_sessions"]) == (1, 1, 1)


async def test_a_saved_session_logs_in_nobody(portal: SimulatedPortal) -> None:
    inquiry = inquiries(portal)[0]
    async with portal.logged_in() as (lane, secrets):
        portal.judged(await inquiry.ask(lane))
        saved = (await lane.session_state()).to_json()
    restored = await portal.host.lane(SessionState.from_json(saved))
    try:
        report = await restored.log_in(secrets, Kept())
        portal.assert_true(await inquiry.ask(restored))
    finally:
        await restored.close()
    assert report.logged_in is False
    assert portal.tally(secrets)["logins"] == 1


async def test_a_saved_session_that_died_logs_in_once(portal: SimulatedPortal) -> None:
    """The portal goes on telling the old cookies that they are dead; a browser without them logs in, as the lane has
    it done.
    """
    async with portal.logged_in(mfa=("authenticator",)) as (lane, secrets):
        saved = await lane.session_state()
        portal.house.sessions[portal.id].drop_all(secrets.username.reveal())
    restored = await portal.host.lane(saved)
    try:
        report = await restored.log_in(secrets, Kept())
    except SessionExpired:
        async with portal.stranger() as anew:
            report = await anew.log_in(secrets, Kept())
    finally:
        await restored.close()
    assert report.logged_in is True
    tally = portal.tally(secrets)
    assert (tally["logins"], tally["wrong_passwords"], tally["reused_codes"]) == (2, 0, 0)


@pytest.mark.parametrize(
    "dials",
    [{"cookie_banner": True}, {"cookie_banner": False}, {"announcement": True}, {"survey": True}],
    ids=lambda dials: "-".join(f"{name}-{value}" for name, value in dials.items()),
)
async def test_an_interruption_is_put_away(portal: SimulatedPortal, dials: dict[str, bool]) -> None:
    portal.dial(**dials)
    async with portal.logged_in() as (lane, secrets):
        portal.assert_true(await inquiries(portal)[0].ask(lane))
    assert portal.tally(secrets)["logins"] == 1


@pytest.mark.parametrize("days", [1, 14])
async def test_the_days_of_a_password_are_read(portal: SimulatedPortal, days: int) -> None:
    secrets = portal.account(expires_in_days=days)
    async with portal.stranger() as lane:
        report = await lane.log_in(secrets, Kept())
    assert report.password_expires_in_days == days


@pytest.mark.parametrize("organization", [NORTHGATE, LAKESIDE], ids=lambda each: each.name.split()[0])
async def test_the_organization_named_is_the_one_worked_for(portal: SimulatedPortal, organization: object) -> None:
    assert isinstance(organization, type(NORTHGATE))
    secrets = dataclasses.replace(portal.account(organizations=(NORTHGATE, LAKESIDE)), organization=organization.name)
    async with portal.stranger() as lane:
        await lane.log_in(secrets, Kept())
    (session,) = portal.house.sessions[portal.id].live(secrets.username.reveal())
    assert session.organization_id == organization.id


async def test_everything_in_the_way_at_once(portal: SimulatedPortal) -> None:
    portal.dial(announcement=True, survey=True, cookie_banner=True, slow_spinner_ms=300)
    secrets = portal.account(mfa=("authenticator", "text"), expires_in_days=3, organizations=(NORTHGATE, LAKESIDE))
    async with portal.stranger() as lane:
        report = await lane.log_in(dataclasses.replace(secrets, organization=NORTHGATE.name), Kept())
    assert (report.logged_in, report.password_expires_in_days) == (True, 3)


async def test_an_account_of_several_organizations_is_answered(layout: Inquiry) -> None:
    """Their forms ask for the organization again."""
    secrets = layout.portal.account(organizations=(LAKESIDE, NORTHGATE))
    async with layout.portal.stranger() as lane:
        await lane.log_in(dataclasses.replace(secrets, organization=NORTHGATE.name), Kept())
        for _ in range(2):
            layout.portal.assert_true(await layout.ask(lane))


async def test_no_request_leaves_the_hosts_of_the_manifest(portal: SimulatedPortal) -> None:
    hosts: set[str] = set()
    async with portal.known() as lane:
        lane._context.on("request", lambda request: hosts.add(request.url.split("/")[2].split(":")[0]))
        portal.judged(await inquiries(portal)[0].ask(lane))
        await lane._window.page.evaluate(
            "urls => Promise.allSettled(urls.map((url) => fetch(url, {mode: 'no-cors'})))",
            [address.format(port=portal.port) for address in FAR_AWAY],
        )
        reached = await lane._window.page.evaluate(
            "url => fetch(url, {mode: 'no-cors'}).then(() => true, () => false)", FAR_AWAY[0].format(port=portal.port)
        )
    far = {"127.0.0.1", "localhost", "example.com"}
    assert hosts - far <= set(portal.definition.manifest.environments["simulator"].hosts)
    assert reached is False


@pytest.mark.parametrize("address", FAR_AWAY)
async def test_a_page_elsewhere_cannot_be_opened(any_portal: SimulatedPortal, address: str) -> None:
    async with any_portal.stranger() as lane:
        with pytest.raises(PlaywrightError, match="ERR_NAME_NOT_RESOLVED"):
            await lane._window.page.goto(address.format(port=any_portal.port))


async def test_cancelled_in_the_middle_it_closes_cleanly(layout: Inquiry) -> None:
    portal = layout.portal
    async with portal.known() as lane:
        portal.judged(await layout.ask(lane))
        portal.dial(latency_ms=(8_000, 8_000))
        asking = asyncio.create_task(layout.ask(lane))
        await asyncio.wait([asking], timeout=1)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        context = lane._context
    assert context.browser is not None
    assert context not in context.browser.contexts
    portal.dial()
    async with portal.known() as other:
        portal.assert_true(await layout.ask(other))


async def test_a_cancelled_lane_can_go_on(portal: SimulatedPortal) -> None:
    """The worker may keep the browser: what a cancelled question left on the screen is not the next one's answer."""
    inquiry = inquiries(portal)[0]
    first, second = (each["question"] for each in inquiry.questions(2))
    async with portal.known() as lane:
        portal.judged(await inquiry.ask(lane, first))
        portal.dial(latency_ms=(700, 700))
        asking = asyncio.create_task(inquiry.ask(lane, first))
        await asyncio.wait([asking], timeout=0.4)
        asking.cancel()
        await asyncio.gather(asking, return_exceptions=True)
        portal.assert_true(await inquiry.ask(lane, second))


async def test_a_browser_that_was_killed_is_started_again(any_portal: SimulatedPortal) -> None:
    inquiry = inquiries(any_portal)[0]
    host = BrowserHost(any_portal.definition, any_portal.host._tmp)
    try:
        lane = await host.lane(None)
        await lane.log_in(any_portal.account(), Kept())
        assert host._browser is not None
        await host._browser.close()
        asked = await inquiry.ask(lane)
        assert asked.error is not None
        assert asked.error.code == "PartUnavailable"
        again = await host.lane(None)
        await again.log_in(any_portal.account(), Kept())
        any_portal.assert_true(await inquiry.ask(again))
    finally:
        await host.close()
