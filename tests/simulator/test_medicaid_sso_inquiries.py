"""What the portal puts into its pages, region by region, and what it makes of inquiries with bad data."""

import re
from base64 import b64decode

import pytest
from franklin_desk import PORTAL, PROVIDER, USER, FranklinDesk, alert, heading, ids

from simulator.accounts import NORTHGATE, Account
from simulator.authorization_words import kind_word
from simulator.claims import Claim
from simulator.era import era
from simulator.labels import us_date, usd
from simulator.pdf import explanation
from simulator.people import Member

TEXT = re.compile(r"<[^>]+>")


@pytest.fixture(autouse=True)
async def entered(franklin: FranklinDesk) -> Account:
    account = franklin.account(mfa=(), challenge_after=3, suspend_after=5)
    await franklin.enter()
    return account


def tagged(franklin: FranklinDesk, tag: str) -> Member:
    return next(each for each in franklin.house.world.members["FRANKLIN"] if tag in each.tags)


def about(member: Member) -> dict[str, str]:
    return {"Recipient ID": member.member_id, "Date of birth": us_date(member.birth_date)}


def nobody(number: int) -> dict[str, str]:
    return {"Recipient ID": f"00000000{number}Z", "Date of birth": "02/29/1980"}


async def inquired(franklin: FranklinDesk, who: dict[str, str]) -> dict[str, str]:
    await franklin.form_at("/eligibility", last="30 - ")
    return await franklin.tell("eligibility", {**who, "Date of service": us_date(franklin.house.clock.today())})


async def searched(franklin: FranklinDesk, **what: str) -> dict[str, str]:
    await franklin.form_at("/claims")
    if "ICN" not in what:
        await franklin.tell("claim-criteria", {"Search by": "Recipient and dates of service"})
    return await franklin.tell("claims", what)


async def approvals(franklin: FranklinDesk, review: str = "All types", **what: str) -> dict[str, str]:
    await franklin.form_at("/prior-approvals", last=review)
    if "number" in what:
        return await franklin.tell("approvals", {"Prior approval number": what["number"]})
    await franklin.tell("approval-criteria", {"Inquire by": "Recipient"})
    return await franklin.tell("approvals", what)


async def test_one_list_fills_the_next(franklin: FranklinDesk) -> None:
    await franklin.open("/eligibility")
    assert franklin.page.count('aria-disabled="true"') == 2
    franklin.form = "eligibility"
    lists = await franklin.tell("provider", {"Provider": PROVIDER})
    assert list(lists) == ["location-list", "service-list"]
    assert "(primary)" in lists["location-list"]
    assert 'role="option"' not in lists["service-list"]
    chosen = {"Provider": PROVIDER, "Service location": franklin.option(lists["location-list"], "001")}
    services = await franklin.tell("location", chosen)
    assert "48 - Hospital - Inpatient" in services["service-list"]
    assert 'role="option"' not in (await franklin.tell("provider", {"Provider": "nobody"}))["location-list"]


async def test_nothing_is_asked_before_the_lists_are_chosen(franklin: FranklinDesk) -> None:
    await franklin.open("/eligibility")
    said = await franklin.tell("eligibility", {"Provider": PROVIDER, **nobody(1)})
    assert "Select a value for Service location" in said["messages"]
    assert franklin.tally()["questions"]["eligibility"] == 0


async def test_no_field_keeps_its_id(franklin: FranklinDesk) -> None:
    first = ids((await franklin.open("/eligibility")).text)
    second = ids((await franklin.open("/eligibility")).text)
    assert first.keys() == second.keys()
    assert not {*first.values()} & {*second.values()}


async def test_a_recipient_and_the_benefits_of_a_plan(franklin: FranklinDesk) -> None:
    member = tagged(franklin, "two_plans")
    result = (await inquired(franklin, about(member)))["result"]
    assert member.member_id in result
    keys = franklin.arguments(result, "benefits")
    assert len(keys) == 2
    unfolded = (await franklin.tell("benefits", argument=keys[1]))["benefits-1"]
    assert re.findall(r"\$[\d.]+", unfolded)[: len(member.plans[1].copays)] == [
        usd(copay.amount) for copay in member.plans[1].copays
    ]
    assert alert((await franklin.tell("benefits", argument="unknown 0"))["messages"]) == "Inquire again."


async def test_a_family_that_shares_an_id_is_listed(franklin: FranklinDesk) -> None:
    twin = tagged(franklin, "twin")
    result = (await inquired(franklin, about(twin)))["result"]
    chosen = [(await franklin.tell("select", argument=key))["result"] for key in franklin.arguments(result, "select")]
    assert [f"{twin.last_name}, {twin.first_name}" in TEXT.sub("", each) for each in chosen] == [True, False]
    assert alert((await franklin.tell("select", argument="unknown"))["messages"]) == "Select a recipient."
    assert franklin.tally()["questions"]["eligibility"] == 1


async def test_who_is_asked_for_by_name(franklin: FranklinDesk) -> None:
    member = tagged(franklin, "hyphen")
    await franklin.form_at("/eligibility", last="30 - ")
    await franklin.tell("criteria", {"Inquire by": "Recipient name"})
    who = {
        "Inquire by": "Recipient name",
        "Last name": member.last_name,
        "First name": member.first_name,
        "Date of birth": us_date(member.birth_date),
        "Date of service": us_date(franklin.house.clock.today()),
    }
    assert member.member_id in (await franklin.tell("eligibility", who))["result"]


async def test_a_date_that_is_none_is_sent_back(franklin: FranklinDesk) -> None:
    said = await inquired(franklin, {"Recipient ID": "1", "Date of birth": "1980-02-29"})
    assert "MM/DD/YYYY" in said["messages"]


@pytest.mark.parametrize(("dial", "said"), [("payer_down", "not available"), ("provider_not_on_file", "not enrolled")])
async def test_a_payer_in_trouble_blames_nobody(franklin: FranklinDesk, dial: str, said: str) -> None:
    setattr(franklin.house.dials["medicaid_sso"], dial, ("FRANKLIN",))
    assert said in (await inquired(franklin, nobody(1)))["messages"]
    assert franklin.tally()["bad_inquiries"] == 0


async def test_bad_inquiries_bring_up_the_check_and_in_the_end_suspend(
    franklin: FranklinDesk, entered: Account
) -> None:
    for number in range(3):
        assert "Recipient not found" in (await inquired(franklin, nobody(number)))["messages"]
    for path in ("/eligibility", "/claims"):
        assert heading((await franklin.open(path)).text) == "Confirm that you are not a robot"
    assert heading((await franklin.tell("prove"))["content"]) == "Confirm that you are not a robot"
    assert heading((await franklin.tell("prove", {"I'm not a robot": "on"}))["content"]) == "Transaction Center"
    await inquired(franklin, nobody(0))
    await inquired(franklin, nobody(3))
    assert heading((await franklin.open("/")).text) == "Your access is suspended"
    tally = franklin.tally()
    assert (tally["bad_inquiries"], tally["repeated_bad_inquiries"]) == (5, 1)
    assert (tally["challenges"], tally["suspensions"]) == (1, 1)
    assert entered.spec.suspended


async def test_a_form_that_is_open_is_blocked_as_well(franklin: FranklinDesk) -> None:
    await franklin.form_at("/eligibility", last="30 - ")
    for number in range(3):
        await franklin.tell("eligibility", {**nobody(number), "Date of service": "01/05/2026"})
    blocked = await franklin.tell("eligibility", {**nobody(9), "Date of service": "01/05/2026"})
    assert heading(blocked["content"]) == "Confirm that you are not a robot"
    assert franklin.tally()["questions"]["eligibility"] == 3


async def test_a_suspension_is_lifted_by_the_operator(franklin: FranklinDesk, entered: Account) -> None:
    entered.bad_inquiries = 5
    entered.spec.suspended = True
    assert heading((await franklin.open("/claims")).text) == "Your access is suspended"
    assert "call center" in alert(franklin.page)


@pytest.mark.parametrize("path", ["/eligibility", "/claims", "/prior-approvals", "/remittances"])
async def test_a_function_without_its_role_is_not_there(franklin: FranklinDesk, path: str) -> None:
    franklin.account(mfa=(), roles=())
    await franklin.enter()
    assert heading((await franklin.open(path)).text) == "Function not available"


async def test_an_event_needs_the_token_of_the_page(franklin: FranklinDesk) -> None:
    assert (await franklin.browser.post(f"{PORTAL}/partial/eligibility", data={})).status_code == 403


async def test_notices_are_put_away_for_the_session(franklin: FranklinDesk) -> None:
    assert "uses cookies" in (await franklin.open("/")).text
    (session,) = franklin.house.sessions["medicaid_sso"].live(USER)
    for notice in ("cookies", "agreement-of-tomorrow"):
        await franklin.browser.post(f"{PORTAL}/dismiss/{notice}", headers={"x-xsrf-token": session.xsrf})
    assert "uses cookies" not in (await franklin.open("/")).text
    assert "agreement-of-tomorrow" not in session.passed


def busiest(franklin: FranklinDesk) -> list[Claim]:
    claims = franklin.house.world.claims["FRANKLIN"]
    member = max(
        franklin.house.world.members["FRANKLIN"], key=lambda each: sum(claim.member is each for claim in claims)
    )
    return [claim for claim in claims if claim.member is member]


async def test_a_long_list_comes_in_pages_and_comes_back_to_its_page(franklin: FranklinDesk) -> None:
    claims = busiest(franklin)
    dates = {
        "From date of service": us_date(min(each.service_from for each in claims)),
        "Through date of service": us_date(franklin.house.clock.today()),
    }
    first = (await searched(franklin, **about(claims[0].member), **dates))["result"]
    assert f"{len(claims)} on file, page 1 of" in first
    second = (await franklin.tell("page", argument=franklin.arguments(first, "page")[0]))["result"]
    assert "page 2 of" in second
    numbers = re.findall(r">(0\d{13,14})</a>", first + second)
    assert set(numbers) == {each.claim_number for each in claims[:20]}
    detail = (await franklin.tell("claim", argument=franklin.arguments(second, "claim")[0]))["result"]
    back = await franklin.tell("page", argument=franklin.arguments(detail, "page")[0])
    assert "page 2 of" in back["result"]
    for nowhere in ("unknown 1", franklin.arguments(first, "page")[0].split()[0] + " 99"):
        assert alert((await franklin.tell("page", argument=nowhere))["messages"]) == "Search again."


async def test_longer_numbers_are_listed_as_well(franklin: FranklinDesk) -> None:
    longer = next(each for each in franklin.house.world.claims["FRANKLIN"] if "prefix" in each.tags)
    result = (await searched(franklin, ICN=longer.claim_number[:-1]))["result"]
    assert len(franklin.arguments(result, "claim")) == 2


@pytest.mark.parametrize(
    ("what", "said", "bad"),
    [
        ({"ICN": "0199999999999Q"}, "No claim with this ICN is on file", 1),
        ({"Date of birth": "03/07/1931"}, "No recipient with this ID and date of birth", 1),
        ({"From date of service": "01/01/2020", "Through date of service": "01/31/2020"}, "No claims meet", 0),
    ],
)
async def test_refusals_and_which_of_them_are_bad(
    franklin: FranklinDesk, what: dict[str, str], said: str, bad: int
) -> None:
    member = busiest(franklin)[0].member
    dates = {"From date of service": "01/01/2026", "Through date of service": "02/01/2026"}
    asked = what if "ICN" in what else {**about(member), **dates, **what}
    assert said in (await searched(franklin, **asked))["messages"]
    assert franklin.tally()["bad_inquiries"] == bad


async def test_a_claim_and_its_lines(franklin: FranklinDesk) -> None:
    claim = next(each for each in franklin.house.world.claims["FRANKLIN"] if "denied" in each.tags)
    found = (await searched(franklin, ICN=claim.claim_number))["result"]
    detail = (await franklin.tell("claim", argument=franklin.arguments(found, "claim")[0]))["result"]
    assert "F2 - Finalized/Denial" in detail
    lines = (await franklin.tell("lines", argument=claim.claim_number))["lines"]
    assert all(line.procedure_code in lines for line in claim.lines)
    assert alert((await franklin.tell("lines", argument="unknown"))["messages"]) == "Search again."
    assert alert((await franklin.tell("claim", argument="key 1 unknown"))["messages"]) == "Search again."
    assert franklin.tally()["claim_details"] == 1


async def test_prior_approvals_come_in_pages_of_the_type_that_was_chosen(franklin: FranklinDesk) -> None:
    listed = franklin.house.world.authorizations["FRANKLIN"]
    member = max((each.member for each in listed), key=lambda who: sum(each.member is who for each in listed))
    mine = [each for each in listed if each.member is member]
    found = (await approvals(franklin, **about(member)))["result"]
    assert f"{len(mine)} on file, page 1 of 2" in found
    shown = (
        found + (await franklin.tell("approval-page", argument=franklin.arguments(found, "approval-page")[0]))["result"]
    )
    assert all(each.number in shown for each in mine)
    of_type = await approvals(franklin, kind_word(mine[0]), **about(member))
    assert f"{sum(each.kind == mine[0].kind for each in mine)} on file, page 1 of 1" in of_type["result"]
    assert (
        "No prior approvals meet the criteria"
        in (
            await approvals(
                franklin, **about(member), **{"Service from": "01/01/2019", "Service through": "01/31/2019"}
            )
        )["messages"]
    )
    assert franklin.tally()["bad_inquiries"] == 0


async def test_a_prior_approval_unfolds_in_its_row(franklin: FranklinDesk) -> None:
    each = next(each for each in franklin.house.world.authorizations["FRANKLIN"] if "units_differ" in each.tags)
    found = (await approvals(franklin, number=each.number))["result"]
    key = franklin.arguments(found, "approval")[0]
    unfolded = (await franklin.tell("approval", argument=key))["approval-0"]
    assert each.member.member_id in unfolded
    counts = [[line.requested, line.approved, line.used] for line in each.lines]
    printed = [re.findall(r"<td>([^<]*)</td>", row)[6:9] for row in re.findall(r"<tr data-ri.*?</tr>", unfolded)]
    assert printed == [["N/A" if count is None else str(count) for count in row] for row in counts]
    for nowhere in ("unknown 1 0", f"{key.split()[0]} 1 9", f"{key.split()[0]} x y"):
        assert alert((await franklin.tell("approval", argument=nowhere))["messages"]) == "Search again."
    assert franklin.tally()["authorization_details"] == 1


async def test_prior_approvals_asked_for_with_bad_data_count_against_the_account(franklin: FranklinDesk) -> None:
    assert "with this number is on file" in (await approvals(franklin, number="P09999999Q"))["messages"]
    assert "No recipient with this ID" in (await approvals(franklin, **nobody(1)))["messages"]
    assert franklin.tally()["bad_inquiries"] == 2


async def advices(franklin: FranklinDesk, advice: str = "All advices", **what: str) -> dict[str, str]:
    await franklin.form_at("/remittances", last=advice)
    if by := {"ICN": "ICN", "Paid from": "Payment dates"}.get(next(iter(what))):
        await franklin.tell("remittance-criteria", {"Search by": by})
    return await franklin.tell("remittances", what)


async def test_remittance_advices_come_in_pages_of_the_type_that_was_chosen(franklin: FranklinDesk) -> None:
    payments = franklin.house.world.payments["FRANKLIN"][-40:]
    on = {"Paid from": us_date(payments[0].paid_on), "Paid through": us_date(payments[-1].paid_on)}
    since = [each for each in franklin.house.world.payments["FRANKLIN"] if each.paid_on >= payments[0].paid_on]
    found = (await advices(franklin, **on))["result"]
    assert f"{len(since)} on file, page 1 of" in found
    second = (await franklin.tell("remittance-page", argument=franklin.arguments(found, "remittance-page")[0]))[
        "result"
    ]
    newest = sorted(since, key=lambda each: each.paid_on, reverse=True)
    assert [each.split()[-1] for each in franklin.arguments(second, "remittance")] == [
        each.number for each in newest[10:20]
    ]
    electronic = sum("835" in each.documents for each in since)
    assert f"{electronic} on file" in (await advices(franklin, "Electronic (835)", **on))["result"]


async def test_the_files_of_a_remittance_advice(franklin: FranklinDesk) -> None:
    payment = next(each for each in franklin.house.world.payments["FRANKLIN"] if len(each.documents) == 2)
    found = (await advices(franklin, ICN=payment.entries[0].claim.claim_number))["result"]
    key = next(each for each in franklin.arguments(found, "remittance") if each.endswith(payment.number))
    shown = (await franklin.tell("remittance", argument=key))["result"]
    assert usd(payment.amount) in shown
    answer = (await franklin.send("remittance-835", {}, payment.number)).text
    assert b64decode(re.findall(r"<file name=.*?>(.*?)</file>", answer)[0]) == era(payment)
    assert (
        f'src="/remittances/paper/{payment.number}/file"'
        in (await franklin.open(f"/remittances/paper/{payment.number}")).text
    )
    assert (await franklin.open(f"/remittances/paper/{payment.number}/file")).content == explanation(payment)
    assert (await franklin.open("/remittances/paper/none/file")).status_code == 404
    assert franklin.tally()["files"] == 2


async def test_a_claim_that_is_not_paid_yet_is_no_bad_inquiry_and_an_unknown_number_is(franklin: FranklinDesk) -> None:
    claims = franklin.house.world.claims["FRANKLIN"]
    pending = next(each for each in claims if "pending" in each.tags)
    assert "No remittance advice" in (await advices(franklin, ICN=pending.claim_number))["messages"]
    assert franklin.tally()["bad_inquiries"] == 0
    for what in ({"ICN": "0199999999999Q"}, {"Check or EFT number": "990000000Z"}):
        assert "No remittance advice" in (await advices(franklin, **what))["messages"]
    assert franklin.tally()["bad_inquiries"] == 2


async def test_other_organizations_providers_are_not_offered(franklin: FranklinDesk) -> None:
    page = (await franklin.open("/claims")).text
    assert [each.npi in page for each in NORTHGATE.providers] == [True, True]
    assert "1285630947" not in page
