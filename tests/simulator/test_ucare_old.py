"""UCare's older portal: no second step, one page for everything, and its end on a date."""

import re
from collections.abc import AsyncIterator
from datetime import date, timedelta
from html import unescape

import httpx
import pytest
from portal_desk import PASSWORD, SEED, TOKEN

from simulator.accounts import LAKESIDE, NORTHGATE, AccountSpec
from simulator.app import create_app
from simulator.enclosed import data_of
from simulator.house import PORTALS, House
from simulator.labels import us_date, usd
from simulator.mail_truth import kept
from simulator.people import Member
from simulator.world import payers_of

USER = "rhayes"


@pytest.fixture
async def browser(house: House) -> AsyncIterator[httpx.AsyncClient]:
    house.dials["ucare_old"].latency_ms = (0, 0)
    transport = httpx.ASGITransport(create_app(house, TOKEN))
    base_url = f"http://{PORTALS['ucare_old']}"
    async with httpx.AsyncClient(transport=transport, base_url=base_url, follow_redirects=True) as client:
        yield client


def account(house: House, **options: object) -> AccountSpec:
    given = {"username": USER, "password": PASSWORD, "totp_seed": SEED, **options}
    return house.accounts.put(AccountSpec.model_validate({"portal": "ucare_old", **given})).spec


def heading(response: httpx.Response) -> str:
    found = re.search(r"<h2>(.+?)</h2>", response.text)
    return found[1] if found else ""


async def log_on(browser: httpx.AsyncClient, password: str = PASSWORD) -> str:
    return heading(await browser.post("/login.asp", data={"uid": USER, "pwd": password}))


async def send(browser: httpx.AsyncClient, path: str, **form: str) -> str:
    return unescape((await browser.post(path, data=form)).text)


def tagged(house: House, tag: str) -> Member:
    return next(each for each in house.world.members["UCARE"] if tag in each.tags)


def about(member: Member) -> dict[str, str]:
    return {"txtId": member.member_id, "txtDob": us_date(member.birth_date), "txtDos": "11/20/2026"}


def hand_over(house: House, days_ago: int) -> date:
    day = house.clock.today() - timedelta(days=days_ago)
    house.dials["ucare_old"].hands_over_on = day
    return day


async def test_a_password_is_enough(house: House, browser: httpx.AsyncClient) -> None:
    account(house)
    assert heading(await browser.get("/")) == "Provider Log On"
    assert await log_on(browser) == "Main Menu"
    assert house.tally.report("ucare_old")["logins"] == 1


async def test_the_third_wrong_password_locks(house: House, browser: httpx.AsyncClient) -> None:
    account(house)
    said = [await send(browser, "/login.asp", uid=USER, pwd="wrong") for _ in range(2)]
    assert ["Attempts left: 2" in said[0], "Attempts left: 1" in said[1]] == [True, True]
    assert await log_on(browser, "wrong") == "User ID Locked"
    assert await log_on(browser) == "User ID Locked"
    nobody = await send(browser, "/login.asp", uid="nobody", pwd=PASSWORD)
    assert "Invalid user ID or password.<" in nobody


async def test_a_quarter_of_an_hour_ends_the_session(house: House, browser: httpx.AsyncClient) -> None:
    account(house)
    await log_on(browser)
    house.clock.advance(16 * 60)
    assert heading(await browser.get("/menu.asp")) == "Session Expired"
    assert heading(await browser.get("/menu.asp")) == "Provider Log On"


async def test_what_is_in_the_way_is_answered(house: House, browser: httpx.AsyncClient) -> None:
    spec = account(house, must_change=True, terms=True, organizations=(NORTHGATE, LAKESIDE))
    assert await log_on(browser) == "Password Expired"
    assert heading(await browser.get("/menu.asp")) == "Provider Log On"
    answers: list[tuple[dict[str, str], str]] = [
        ({"step": "gpn", "gpn": LAKESIDE.id}, "Password Expired"),
        ({"step": "change", "old": "wrong", "new": "AnotherH10"}, "Password Expired"),
        ({"step": "change", "old": PASSWORD, "new": "AnotherH10"}, "Provider Log On"),
    ]
    for form, follows in answers:
        assert heading(await browser.post("/logon2.asp", data=form)) == follows
    assert spec.password == "AnotherH10"
    assert await log_on(browser, "AnotherH10") == "Terms of Use"
    answers = [
        ({"step": "terms", "agree": "N"}, "Terms of Use"),
        ({"step": "terms", "agree": "Y"}, "Group Practice Number"),
        ({"step": "gpn", "gpn": "1"}, "Group Practice Number"),
        ({"step": "gpn", "gpn": LAKESIDE.id}, "Main Menu"),
    ]
    for form, follows in answers:
        assert heading(await browser.post("/logon2.asp", data=form)) == follows
    (session,) = house.sessions["ucare_old"].live(USER)
    assert session.organization_id == LAKESIDE.id
    assert heading(await browser.get("/logoff.asp")) == "Logged Off"


async def test_everything_of_a_member_stands_below_whom_others_asked_for(
    house: House, browser: httpx.AsyncClient
) -> None:
    account(house)
    await log_on(browser)
    member = tagged(house, "two_plans")
    page = await send(browser, "/elig.asp", **about(member))
    before, _, result = page.partition('id="tblResult"')
    assert house.world.members["UCARE"][-1].member_id in before
    assert member.member_id in result
    assert [usd(copay.amount) in result for copay in member.plans[0].copays] == [True] * len(member.plans[0].copays)
    again = await send(browser, "/elig.asp", **about(tagged(house, "renewed")))
    assert member.member_id in again.partition('id="tblResult"')[0]


async def test_a_twin_is_selected(house: House, browser: httpx.AsyncClient) -> None:
    account(house)
    await log_on(browser)
    twin = tagged(house, "twin")
    page = await send(browser, "/elig.asp", **about(twin))
    rows = re.findall(r"<td>([^<]+)</td><td>[\d/]+</td><td><button name=\"pick\" value=\"(\d)\"", page)
    (place,) = [place for name, place in rows if name == twin.first_name]
    chosen = await send(browser, "/elig.asp", **about(twin), pick=place)
    assert f"<td>{twin.first_name}</td>" in chosen.partition('id="tblResult"')[2]


async def test_a_list_and_its_claims(house: House, browser: httpx.AsyncClient) -> None:
    account(house)
    await log_on(browser)
    claims = house.world.claims["UCARE"]
    member = max(house.world.members["UCARE"], key=lambda each: sum(claim.member is each for claim in claims))
    mine = [claim for claim in claims if claim.member is member]
    dates = {"txtFrom": us_date(min(each.service_from for each in mine)), "txtTo": us_date(house.clock.today())}
    first = await send(browser, "/claim.asp", **about(member), **dates)
    assert f"<td>{len(mine)}</td>" in first
    second = unescape((await browser.get("/claimlist.asp?pg=2")).text)
    numbers = re.findall(r"claimdtl\.asp\?no=(\w+)", first + second)
    assert len(set(numbers)) == min(16, len(mine))
    detail = unescape((await browser.get(f"/claimdtl.asp?no={numbers[0]}")).text)
    assert f"<td>{numbers[0]}</td>" in detail
    assert heading(await browser.get("/claimdtl.asp?no=elsewhere")) == "Claim Inquiry"


async def test_messages_of_some_days_and_what_is_attached(house: House, browser: httpx.AsyncClient) -> None:
    account(house)
    await log_on(browser)
    letter = next(each for each in kept(house.world, "UCARE", house.clock.today(), "ucare_old") if each.attachments)
    day = us_date(letter.at.date())
    assert f"msgdtl.asp?no={letter.number}&" in await send(browser, "/msg.asp", txtFrom=day, txtTo=day)
    detail = unescape((await browser.get(f"/msgdtl.asp?no={letter.number}&pg=1")).text)
    assert [each in detail for each in (letter.subject, *letter.paragraphs)] == [True] * (1 + len(letter.paragraphs))
    assert (await browser.get(f"/msgfile.asp?no={letter.number}&f=0")).content == data_of(letter.attachments[0])
    assert (await browser.get(f"/msgfile.asp?no={letter.number}&f=9")).status_code == 404
    assert "<td>READ</td>" in await send(browser, "/msg.asp", txtFrom=day, txtTo=day)
    assert "must be entered" in await send(browser, "/msg.asp", txtFrom="soon", txtTo=day)
    hand_over(house, days_ago=(house.clock.today() - letter.at.date()).days)
    assert letter.number not in await send(browser, "/msg.asp", txtFrom=day, txtTo=day)
    assert heading(await browser.get(f"/msgdtl.asp?no={letter.number}&pg=1")) == "Messages"


async def test_its_successor_knows_the_same_people() -> None:
    assert payers_of("ucare_old") == payers_of("ucare") == ["UCARE"]


async def test_before_the_day_nothing_is_different(house: House, browser: httpx.AsyncClient) -> None:
    account(house)
    await log_on(browser)
    hand_over(house, days_ago=-1)
    assert "read-only" not in (await browser.get("/menu.asp")).text
    assert 'id="tblResult"' in await send(browser, "/elig.asp", **about(tagged(house, "renewed")))


async def test_from_the_day_on_later_services_are_told_elsewhere(house: House, browser: httpx.AsyncClient) -> None:
    account(house)
    await log_on(browser)
    day = hand_over(house, days_ago=10)
    assert f"read-only since {us_date(day)}" in (await browser.get("/menu.asp")).text
    member = tagged(house, "renewed")
    for served, told in ((day, False), (day - timedelta(days=1), True)):
        page = await send(browser, "/elig.asp", **(about(member) | {"txtDos": us_date(served)}))
        assert ('id="tblResult"' in page) is told
        assert (f"on or after {us_date(day)}, please use the new UCare Provider Portal" in page) is not told
    span = {"txtFrom": us_date(day - timedelta(days=200)), "txtTo": us_date(day)}
    assert "please use the new" in await send(browser, "/claim.asp", **about(member), **span)
    claim = next(each for each in house.world.claims["UCARE"] if each.service_to < day and "prefix" in each.tags)
    assert claim.claim_number in await send(browser, "/claim.asp", txtClaim=claim.claim_number)
    assert "please use the new" in await send(browser, "/claim.asp", txtClaim="no such number")


@pytest.mark.parametrize(("days", "status"), [(30, 200), (31, 410)])
async def test_a_month_later_it_is_gone(house: House, browser: httpx.AsyncClient, days: int, status: int) -> None:
    account(house)
    await log_on(browser)
    hand_over(house, days_ago=days)
    for path in ("/login.asp", "/menu.asp", "/elig.asp"):
        response = await browser.get(path)
        assert response.status_code == status
        assert ("This site has been retired" in response.text) is (status == 410)


@pytest.mark.parametrize(
    ("dial", "status", "said"),
    [
        ({"maintenance": True}, 503, "Site Down"),
        ({"challenge": True}, 403, "Access Check"),
        ({"error_next": 1}, 500, "HTTP 500"),
    ],
)
async def test_bad_days(
    house: House, browser: httpx.AsyncClient, dial: dict[str, object], status: int, said: str
) -> None:
    for name, value in dial.items():
        setattr(house.dials["ucare_old"], name, value)
    response = await browser.get("/login.asp")
    assert (response.status_code, heading(response)) == (status, said)


async def test_a_script_that_dies_says_where(house: House, browser: httpx.AsyncClient) -> None:
    account(house, roles=("eligibility",))
    await log_on(browser)
    assert heading(await browser.get("/claim.asp")) == "Not Authorized"
    house.dials["ucare_old"].error_next = 1
    response = await browser.post("/elig.asp", data={"txtDos": "11/20/2026"})
    assert (response.status_code, "80040e31" in response.text) == (500, True)
    assert "must be entered" in await send(browser, "/elig.asp", txtDos="soon")


async def test_users_are_those_of_the_group_practice(house: House, browser: httpx.AsyncClient) -> None:
    account(house, organizations=(NORTHGATE, LAKESIDE))
    await log_on(browser)
    await browser.post("/logon2.asp", data={"step": "gpn", "gpn": LAKESIDE.id})
    staff = house.world.staff["ucare_old", LAKESIDE.id]
    first = await send(browser, "/usr.asp", txtUser="")
    assert f"<td>Total</td><td>{len(staff)}</td>" in first
    assert all(f"<td>{each.username}</td>" in first for each in staff[:12])
    assert staff[12].username in unescape((await browser.get("/usrlist.asp?pg=2")).text)
    assert "No user ID on file begins with this." in await send(browser, "/usr.asp", txtUser="nobody0")


async def test_users_are_still_listed_when_the_site_is_read_only(house: House, browser: httpx.AsyncClient) -> None:
    hand_over(house, 3)
    account(house, roles=("users",))
    await log_on(browser)
    assert "This site is read-only since" in (listed := await send(browser, "/usr.asp", txtUser=""))
    assert 'summary="Users"' in listed
    account(house, roles=("claim_status",))
    await log_on(browser)
    assert heading(await browser.get("/usr.asp")) == "Not Authorized"
