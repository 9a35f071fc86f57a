"""Optum Pay: what its pages tell by tier, its files and data bundles, and the account that it shares with another."""

import hashlib
import html
import io
import re
import zipfile
from datetime import date, timedelta
from typing import Any

import pytest
from optum_desk import IDENTITY, PORTAL, USER, OptumDesk, hidden
from portal_desk import PASSWORD

from simulator import oracle
from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.remittances import Payment
from simulator.tiers import months_before
from simulator.world import World

Json = dict[str, Any]


def us(day: date) -> str:
    return f"{day:%m/%d/%Y}"


def numbers(page: str) -> list[str]:
    return re.findall(r"<tr><td>(\w+)</td><td>\d\d/\d\d/\d{4}</td>", page)


def truth(desk: OptumDesk, **question: str) -> Json:
    return oracle.truth(desk.house.world, "remittances", {"payer": "UHC", **question}, desk.house.clock.today())


def together(world: World) -> Payment:
    """An EFT whose 835 holds others of the same day."""
    return next(each for each in world.payments["UHC"] if len(world.in_one_file(each)) > 1)


def long_ago(world: World) -> Payment:
    return next(each for each in world.older_payments["UHC"] if each.documents == ("835", "pra"))


async def test_the_way_in_leads_over_one_healthcare_id(optum: OptumDesk) -> None:
    assert (await optum.get("/welcome.do")).url.host == "onehealthcareid.localhost"
    optum.account()
    assert "Welcome to Optum Pay" in (await optum.log_in()).text


async def test_one_lock_hits_both_portals(optum: OptumDesk) -> None:
    account = optum.account()
    for portal in ("uhc", "optumpay", "uhc", "optumpay", "uhc"):
        body = {"username": USER, "password": "wrong"}
        answer = (await optum.browser.post(f"{IDENTITY}/api/v1/auth/authenticate?client={portal}", json=body)).json()
    assert answer["view"] == "locked"
    assert account is optum.house.accounts.get("uhc", USER)
    body["password"] = PASSWORD
    for portal in ("uhc", "optumpay"):
        answer = (await optum.browser.post(f"{IDENTITY}/api/v1/auth/authenticate?client={portal}", json=body)).json()
        assert answer["view"] == "locked"


@pytest.mark.parametrize(("tier", "months"), [("basic", 13), ("premium", 36)])
async def test_each_tier_has_its_months(optum: OptumDesk, tier: str, months: int) -> None:
    optum.account(tier=tier)
    await optum.log_in()
    since = months_before(optum.house.clock.today(), months)
    assert us(since) in (await optum.get("/searchRemittance.do?by=date")).text
    refused = await optum.search(fromDate=us(since - timedelta(days=1)), toDate=us(since))
    assert f"must be on or after {us(since)}" in refused.text
    old = long_ago(optum.house.world)
    listed = await optum.search(paymentNumber=old.number)
    assert (old.number in numbers(listed.text)) is (tier == "premium")
    if tier == "basic":
        assert "No payments were found" in listed.text


def test_months_are_counted_by_the_calendar() -> None:
    assert months_before(date(2026, 3, 31), 13) == date(2025, 2, 1)
    assert months_before(date(2026, 1, 1), 36) == date(2023, 1, 1)


async def test_the_list_has_longer_numbers_and_the_oracle_has_not(optum: OptumDesk) -> None:
    optum.account()
    await optum.log_in()
    number = optum.house.world.payments["UHC"][3].number
    assert number in numbers((await optum.search(paymentNumber=number[:-2])).text)
    assert truth(optum, check_number=number[:-2])["outcome"] == "remittance_not_found"


async def test_a_long_list_comes_ten_at_a_time(optum: OptumDesk) -> None:
    optum.account()
    await optum.log_in()
    world, today = optum.house.world, optum.house.clock.today()
    start = today - timedelta(days=60)
    page, shown = await optum.search(fromDate=us(start), toDate=us(today)), []
    for place in range(2, 100):
        shown += numbers(page.text)
        if "Next</a>" not in page.text:
            break
        page = await optum.send(page, "/remittanceList.do", method="page", itemIndex=f"{place}")
    assert sorted(shown) == sorted(each.number for each in world.payments_between("UHC", start, today))


async def test_only_the_organization_that_was_paid_has_payments(optum: OptumDesk) -> None:
    optum.account(organizations=(LAKESIDE, NORTHGATE))
    choice = await optum.log_in()
    assert "Choose the organization" in choice.text
    await optum.send(choice, "/selectOrganization.do", organization=LAKESIDE.id)
    number = optum.house.world.payments["UHC"][0].number
    assert "No payments were found" in (await optum.search(paymentNumber=number)).text


async def opened(desk: OptumDesk, number: str) -> Any:
    listed = await desk.search(paymentNumber=number)
    return await desk.send(listed, "/remittanceDetail.do", itemIndex=f"{numbers(listed.text).index(number)}")


@pytest.mark.parametrize("tier", ["basic", "premium"])
async def test_what_a_tier_does_not_include_is_greyed_out(optum: OptumDesk, tier: str) -> None:
    optum.account(tier=tier)
    await optum.log_in()
    payment = together(optum.house.world)
    page = await opened(optum, payment.number)
    assert "Consolidated 835" in page.text
    assert ("Premium: upgrade" in page.text) is (tier == "basic")
    file = await optum.send(page, "/remittanceFile.do", method="835", itemIndex="0")
    (true,) = truth(optum, check_number=payment.number, tier=tier)["payments"]
    if tier == "basic":
        assert file.status_code == 404
        assert (true["offers"], true["remittance"]) == (["pra"], None)
    else:
        era = next(each for each in true["documents"] if each["kind"] == "835")
        assert hashlib.sha256(file.content).hexdigest() == era["sha256"]
        assert file.content.count(b"ST*835*") > 1


async def test_what_is_archived_comes_in_a_bundle(optum: OptumDesk) -> None:
    optum.account()
    await optum.log_in()
    payment = long_ago(optum.house.world)
    page = await opened(optum, payment.number)
    assert "Archived: use Payment Data Files" in page.text
    assert (await optum.send(page, "/remittanceFile.do", method="835", itemIndex="0")).status_code == 404
    form, day = await optum.get("/dataBundle.do"), us(payment.paid_on)
    optum.house.dials["optumpay"].latency_ms = (1000, 1000)
    status = await optum.send(form, "/dataBundle.do", tin=NORTHGATE.id, payer="", fromDate=day, toDate=day)
    assert "is in process" in status.text
    (number,) = re.findall(r"Your request (\d+)", status.text)
    assert (await optum.send(status, "/dataBundleFile.do", itemIndex=number)).status_code == 404
    optum.house.clock.advance(5)
    ready = await optum.get(f"/dataBundleStatus.do?request={number}")
    assert f'<td id="lblBundle">{number}</td>' in ready.text
    packed = await optum.send(ready, "/dataBundleFile.do", itemIndex=number)
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        digests = {hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    (true,) = truth(optum, check_number=payment.number)["payments"]
    assert {each["sha256"] for each in true["documents"] if each["kind"] == "835"} <= digests


async def test_a_form_counts_once(optum: OptumDesk) -> None:
    optum.account()
    await optum.log_in()
    form = await optum.get("/searchRemittance.do?by=number")
    typed = {"by": "number", "tin": NORTHGATE.id, "payer": "", "paymentNumber": "1"}
    assert "no longer valid" not in (await optum.send(form, "/searchRemittance.do", **typed)).text
    again = await optum.send(form, "/searchRemittance.do", **typed)
    assert (again.status_code, "no longer valid" in again.text) == (400, True)


async def test_the_list_before_stays_while_the_next_one_loads(optum: OptumDesk) -> None:
    optum.account()
    await optum.log_in()
    first, second = (each.number for each in optum.house.world.payments["UHC"][:2])
    await optum.search(paymentNumber=first)
    optum.house.dials["optumpay"].stale_results_ms = 500
    waiting = await optum.search(paymentNumber=second)
    assert numbers(waiting.text) == [first]
    (key,) = re.findall(r'elements\["key"\].value = "(\d+)"', waiting.text)
    assert numbers((await optum.send(waiting, "/remittanceList.do", key=key)).text) == [second]


async def test_awkward_names_are_escaped(optum: OptumDesk) -> None:
    optum.account()
    await optum.log_in()
    entries = [
        (payment, each.claim.member) for payment in optum.house.world.payments["UHC"] for each in payment.entries
    ]
    payment, member = next(each for each in entries if "markup" in each[1].tags)
    name = f"{member.last_name}, {member.first_name}"
    page = (await opened(optum, payment.number)).text
    assert html.escape(name, quote=False) != name
    assert name not in page
    assert name in html.unescape(page)


async def test_without_the_role_there_is_nothing(optum: OptumDesk) -> None:
    optum.account(roles=())
    page = await optum.log_in()
    assert "Search Remittance</a>" not in page.text
    assert "Access Denied" in (await optum.get("/searchRemittance.do?by=number")).text
    refused = await optum.browser.post(f"{PORTAL}/remittanceFile.do", data=hidden(page.text))
    assert "Access Denied" in refused.text


async def test_users_who_are_not_active_are_listed_on_demand(optum: OptumDesk) -> None:
    optum.account()
    await optum.log_in()
    staff = optum.house.world.staff["optumpay", NORTHGATE.id]
    gone = next(each for each in staff if "long_gone" in each.tags)
    form = await optum.get("/maintainUsers.do")
    asked = {"method": "search", "userId": gone.username}
    active = await optum.send(form, "/maintainUsers.do", **asked, userStatus="Active")
    assert "No users of your organization match your search." in active.text
    everyone = await optum.send(active, "/maintainUsers.do", **asked, userStatus="All")
    assert f"<td>{gone.username}</td>" in everyone.text
    assert "<td>Inactive</td>" in everyone.text


async def test_each_page_of_users_is_searched_for_again(optum: OptumDesk) -> None:
    optum.account()
    await optum.log_in()
    staff = optum.house.world.staff["optumpay", NORTHGATE.id]
    first = await optum.send(await optum.get("/maintainUsers.do"), "/maintainUsers.do", method="search", userId="")
    second = await optum.send(first, "/maintainUsers.do", method="page", itemIndex="2", userId="")
    assert f"1 - 10 of {len(staff)}" in first.text
    assert f"11 - 20 of {len(staff)}" in second.text
    assert optum.house.tally.report("optumpay")["questions"]["users"] == 1


async def test_users_are_shown_to_those_with_the_role(optum: OptumDesk) -> None:
    optum.account(roles=("remittances",))
    await optum.log_in()
    assert "You are not authorized to maintain users" in (await optum.get("/maintainUsers.do")).text
    assert '<span class="off">Maintain Enrollment</span>' in (await optum.get("/welcome.do")).text
