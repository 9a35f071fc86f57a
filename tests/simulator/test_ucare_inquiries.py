"""What UCare's portal puts into its pages: results whose folds come one by one, lists, and the panel of a claim."""

import re
from html import unescape

import pytest
from ucare_desk import UcareDesk

from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.claims import Claim
from simulator.labels import us_date, usd
from simulator.people import Member


@pytest.fixture(autouse=True)
async def signed_in(ucare: UcareDesk) -> None:
    ucare.account(mfa=())
    await ucare.password()
    await ucare.work_for()


def tagged(ucare: UcareDesk, tag: str) -> Member:
    return next(each for each in ucare.house.world.members["UCARE"] if tag in each.tags)


def about(member: Member) -> dict[str, str]:
    return {"by": "id", "member": member.member_id, "born": us_date(member.birth_date), "served": "11/20/2026"}


async def checked(ucare: UcareDesk, **form: str) -> str:
    return unescape((await ucare.send("/eligibility/check", **form)).text)


async def found(ucare: UcareDesk, **form: str) -> str:
    return unescape((await ucare.send("/claims/find", **form)).text)


async def test_a_member_comes_with_folds_that_are_fetched_later(ucare: UcareDesk) -> None:
    member = tagged(ucare, "two_plans")
    result = await checked(ucare, **about(member))
    assert [plan.plan_name in result for plan in member.plans] == [True, True]
    folds = re.findall(r'data-from="(.+?)"', result)
    assert len(folds) == 4
    assert "Copays" not in result
    benefits = unescape(await ucare.page(folds[0]))
    assert [usd(copay.amount) in benefits for copay in member.plans[0].copays] == [True] * len(member.plans[0].copays)
    assert ucare.tally()["questions"]["eligibility"] == 1


async def test_a_family_that_shares_an_id_is_listed(ucare: UcareDesk) -> None:
    twin = tagged(ucare, "twin")
    several = await checked(ucare, **about(twin))
    assert "2 members match" in several
    rows = dict(re.findall(r"<tr><td>(.+?)</td>.+?candidate=(\w+)", several, re.DOTALL))
    chosen = await checked(ucare, candidate=rows[f"{twin.last_name}, {twin.first_name}"])
    assert f"<td>{twin.last_name}, {twin.first_name}</td>" in chosen


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"member": "19999999999X"}, "No UCare member was found with this member ID"),
        ({"born": "01/01/1901"}, "not the one on file"),
        ({"born": "yesterday"}, "as MM/DD/YYYY"),
        ({"candidate": "nobody"}, "as MM/DD/YYYY"),
        ({"by": "name", "last": "Nobody", "first": "Norah"}, "with this name and date of birth"),
    ],
)
async def test_refusals(ucare: UcareDesk, change: dict[str, str], said: str) -> None:
    assert said in await checked(ucare, **(about(tagged(ucare, "renewed")) | change))


async def test_others_stand_beside_the_form(ucare: UcareDesk) -> None:
    member = tagged(ucare, "renewed")
    await checked(ucare, **about(member))
    rail = unescape(await ucare.page("/eligibility")).partition('aria-label="Checked lately"')[2]
    assert member.member_id in rail
    assert ucare.house.world.members["UCARE"][-1].member_id not in await checked(ucare, **about(member))
    assert rail.count("<li>") == 5


async def test_a_form_needs_the_token_of_its_page(ucare: UcareDesk) -> None:
    assert (await ucare.send_without_page("/eligibility/check")).status_code == 403


async def test_a_stranger_fetches_no_fold(ucare: UcareDesk) -> None:
    result = await checked(ucare, **about(tagged(ucare, "renewed")))
    (fold, *_) = re.findall(r'data-from="(.+?)"', result)
    ucare.browser.cookies.clear()
    assert "signed_out" in await ucare.page(fold)


@pytest.mark.parametrize("path", ["/eligibility/none/benefits/0", "/eligibility/none/clinic", "/claims/list/none/1"])
async def test_what_a_session_never_asked_for_is_not_there(ucare: UcareDesk, path: str) -> None:
    assert await ucare.page(path) == ""


def busiest(ucare: UcareDesk) -> tuple[Member, list[Claim]]:
    claims = ucare.house.world.claims["UCARE"]
    member = max(ucare.house.world.members["UCARE"], key=lambda each: sum(claim.member is each for claim in claims))
    return member, [claim for claim in claims if claim.member is member]


async def test_a_long_list_comes_ten_at_a_time(ucare: UcareDesk) -> None:
    member, claims = busiest(ucare)
    start = us_date(min(each.service_from for each in claims))
    form = {"by": "member", **about(member), "from": start, "to": us_date(ucare.house.clock.today())}
    first = await found(ucare, **(form | {"by": "member"}))
    assert f"{len(claims)} claims found" in first
    assert "may not be listed yet" in first
    numbers = re.findall(r"/claims/(\w+)/panel", first)
    (more,) = re.findall(r'href="(/claims/list/\w+/2)"', first)
    second = await ucare.page(more)
    numbers += re.findall(r"/claims/(\w+)/panel", second)
    assert len(set(numbers)) == min(20, len(claims))
    assert "Previous page" in second


async def test_the_three_ways_of_finding_nothing(ucare: UcareDesk) -> None:
    member, _ = busiest(ucare)
    form = about(member) | {"by": "member", "from": "01/01/2020", "to": "01/31/2020"}
    assert "No claims were found for this member" in await found(ucare, **form)
    today = us_date(ucare.house.clock.today())
    assert "No claims are on file yet" in await found(ucare, **(form | {"from": today, "to": today}))
    assert "No UCare member was found" in await found(ucare, **(form | {"born": "01/01/1901"}))
    assert "No claim was found with this claim number" in await found(ucare, by="number", number="X0")
    assert "as MM/DD/YYYY" in await found(ucare, **(form | {"from": "spring"}))


@pytest.mark.parametrize(
    ("tag", "paid"), [("paid", True), ("denied", False), ("no_payment", False), ("pending", False)]
)
async def test_a_payment_is_explained_only_where_one_was_made(ucare: UcareDesk, tag: str, paid: bool) -> None:
    claim = next(each for each in ucare.house.world.claims["UCARE"] if tag in each.tags)
    panel = await ucare.page(f"/claims/{claim.claim_number}/panel")
    assert f"<td>{claim.category_code}/{claim.status_code}</td>" in panel
    assert ("Explanation of payment" in panel) is paid
    explained = await ucare.page(f"/payments/{claim.check_number}/eop")
    assert (claim.claim_number in explained) is paid
    assert ucare.tally()["claim_details"] == 1


async def test_the_lines_of_a_claim(ucare: UcareDesk) -> None:
    claim = next(each for each in ucare.house.world.claims["UCARE"] if "partly_denied" in each.tags)
    lines = await ucare.page(f"/claims/{claim.claim_number}/lines")
    assert [line.procedure_code in lines for line in claim.lines] == [True] * len(claim.lines)
    reasons = [f"<b>{each.group} {each.code}</b>" for line in claim.lines for each in line.adjustments]
    assert re.findall(r"<b>.+?</b>", lines) == reasons
    undecided = next(each for each in ucare.house.world.claims["UCARE"] if "pending" in each.tags)
    assert "once the claim has been processed" in await ucare.page(f"/claims/{undecided.claim_number}/lines")


@pytest.mark.parametrize("leaf", ["panel", "lines"])
async def test_a_claim_that_is_not_there_has_no_pages(ucare: UcareDesk, leaf: str) -> None:
    assert await ucare.page(f"/claims/{ucare.house.world.claims['UCARE'][0].claim_number[:-1]}/{leaf}") == ""


@pytest.mark.parametrize(("dial", "said"), [("payer_down", "not responding"), ("provider_not_on_file", "not on file")])
async def test_a_payer_that_answers_nobody(ucare: UcareDesk, dial: str, said: str) -> None:
    setattr(ucare.house.dials["ucare"], dial, ("UCARE",))
    assert said in await checked(ucare, **about(tagged(ucare, "renewed")))
    assert said in await found(ucare, by="number", number="2")


async def test_users_are_those_of_the_tax_id_and_names_that_begin_alike_are_listed(ucare: UcareDesk) -> None:
    staff = ucare.house.world.staff["ucare", NORTHGATE.id]
    everybody = unescape((await ucare.send("/users/find", username="")).text)
    assert f"{len(staff)} users" in everybody
    assert everybody.count("<details") == 10
    shorter = next(user for user in staff if "prefix_of_another" in user.tags)
    alike = unescape((await ucare.send("/users/find", username=shorter.username.upper())).text)
    assert "2 users" in alike
    access = re.search(r'data-from="(.+?)"', alike)
    assert access
    assert shorter.access[0].tin in await ucare.page(access[1])
    elsewhere = ucare.house.world.staff["ucare", LAKESIDE.id][0].username
    assert "No user was found" in (await ucare.send("/users/find", username=elsewhere)).text


async def test_users_are_shown_to_administrators_only(ucare: UcareDesk) -> None:
    ucare.account(mfa=(), roles=("eligibility", "claim_status"))
    await ucare.password()
    assert await ucare.heading("/users") == "Access is needed"


async def paid(ucare: UcareDesk, **form: str) -> str:
    return unescape((await ucare.send("/payments/find", **form)).text)


async def test_a_payment_is_found_by_its_number_its_day_and_its_claims(ucare: UcareDesk) -> None:
    payments = ucare.house.world.payments_of("UCARE")
    payment = next(each for each in payments if "several_claims" in each.tags)
    day = us_date(payment.paid_on)
    for form in (
        {"by": "number", "number": payment.number[:-1]},
        {"by": "days", "from": day, "to": day},
        {"by": "claim", "claim": payment.entries[-1].claim.claim_number},
    ):
        assert f'href="/payments/{payment.number}/panel"' in await paid(ucare, **form)
    panel = await ucare.page(f"/payments/{payment.number}/panel")
    assert [entry.claim.claim_number in panel for entry in payment.entries] == [True] * len(payment.entries)
    assert "No payments were found" in await paid(ucare, by="number", number="X0")
    assert "as MM/DD/YYYY" in await paid(ucare, by="days", **{"from": "spring", "to": day})


async def test_there_is_no_835_and_no_word_of_what_was_not_paid(ucare: UcareDesk) -> None:
    world = ucare.house.world
    assert {kind for each in world.payments_of("UCARE") for kind in each.documents} == {"eop"}
    unpaid = next(each for each in world.payments["UCARE"] if each.method == "none")
    assert "No payments were found" in await paid(ucare, by="number", number=unpaid.number)
    assert await ucare.page(f"/payments/{unpaid.number}/panel") == ""
