"""What the portal tells its pages: searches first, then card by card."""

import pytest
from uhc_desk import PORTAL, Json, UhcDesk

from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.claims import Claim
from simulator.labels import us_date, usd
from simulator.oracle import truth
from simulator.people import Member

CARDS = ("coverage", "benefits", "accumulators", "care", "other-insurance")


@pytest.fixture(autouse=True)
async def signed_in(uhc: UhcDesk) -> None:
    uhc.account(mfa=())
    await uhc.log_in()


def tagged(uhc: UhcDesk, tag: str) -> Member:
    return next(each for each in uhc.house.world.members["UHC"] if tag in each.tags)


def about(member: Member) -> Json:
    return {"memberId": member.member_id, "birthDate": us_date(member.birth_date)}


async def searched(uhc: UhcDesk, form: Json) -> Json:
    answer: Json = (await uhc.ask("/api/members/search", form)).json()
    return answer


async def claims_of(uhc: UhcDesk, form: Json) -> Json:
    answer: Json = (await uhc.ask("/api/claims/search", form)).json()
    return answer


async def test_a_member_comes_card_by_card(uhc: UhcDesk) -> None:
    member = tagged(uhc, "two_plans")
    found = await searched(uhc, about(member))
    assert found["header"]["lastName"] == member.last_name
    cards = {name: await uhc.get(f"/api/members/{found['key']}/{name}") for name in CARDS}
    assert [plan["name"] for plan in cards["coverage"]["plans"]] == [plan.plan_name for plan in member.plans]
    amounts = [row[-1] for row in cards["benefits"]["plans"][0]["copays"]]
    assert amounts == [usd(copay.amount) for copay in member.plans[0].copays]
    assert uhc.tally()["questions"]["eligibility"] == 1


async def test_a_family_that_shares_an_id_is_listed(uhc: UhcDesk) -> None:
    twin = tagged(uhc, "twin")
    several = await searched(uhc, about(twin))
    assert several["outcome"] == "several_matches"
    (mine,) = [each["key"] for each in several["candidates"] if each["firstName"] == twin.first_name]
    assert (await searched(uhc, about(twin) | {"candidate": mine}))["header"]["firstName"] == twin.first_name


@pytest.mark.parametrize(
    ("change", "outcome"),
    [({"memberId": "900000000X"}, "member_not_found"), ({"birthDate": "01/01/1901"}, "birth_date_mismatch")],
)
async def test_refusals(uhc: UhcDesk, change: Json, outcome: str) -> None:
    assert (await searched(uhc, about(tagged(uhc, "renewed")) | change))["outcome"] == outcome


async def test_a_form_without_a_birth_date_is_sent_back(uhc: UhcDesk) -> None:
    assert (await uhc.ask("/api/members/search", {"memberId": "1"})).status_code == 400


async def test_a_stranger_asks_for_no_cards(uhc: UhcDesk) -> None:
    found = await searched(uhc, about(tagged(uhc, "renewed")))
    uhc.browser.cookies.clear()
    assert await uhc.get(f"/api/members/{found['key']}/coverage") == {"reason": "signed_out"}


async def test_a_search_needs_the_token_of_the_page(uhc: UhcDesk) -> None:
    assert (await uhc.browser.post(f"{PORTAL}/api/members/search", json={})).status_code == 403


async def test_an_organization_is_asked_for_where_there_are_several(uhc: UhcDesk) -> None:
    uhc.account(mfa=(), organizations=(NORTHGATE, LAKESIDE))
    await uhc.log_in()
    assert [each["name"] for each in (await uhc.config())["organizations"]] == [NORTHGATE.name, LAKESIDE.name]
    await uhc.ask("/api/organization", {"id": LAKESIDE.id})
    config = await uhc.config()
    assert (config["organizations"], config["tins"]) == ([], [LAKESIDE.tin])


def busiest(uhc: UhcDesk) -> tuple[Member, list[Claim]]:
    claims = uhc.house.world.claims["UHC"]
    member = max(uhc.house.world.members["UHC"], key=lambda each: sum(claim.member is each for claim in claims))
    return member, [claim for claim in claims if claim.member is member]


async def test_a_long_list_comes_ten_at_a_time(uhc: UhcDesk) -> None:
    member, claims = busiest(uhc)
    dates = {"fromDate": us_date(min(each.service_from for each in claims)), "toDate": us_date(uhc.house.clock.today())}
    first = await claims_of(uhc, about(member) | dates)
    assert (len(first["rows"]), first["total"]) == (10, len(claims))
    more = await uhc.get(f"/api/claims/search/{first['key']}?offset=10")
    assert {row["claimNumber"] for row in first["rows"] + more["rows"]} >= {each.claim_number for each in claims[:20]}


async def test_no_claim_is_said_in_a_dialog_and_a_number_on_a_page(uhc: UhcDesk) -> None:
    none = await claims_of(uhc, about(busiest(uhc)[0]) | {"fromDate": "01/01/2020", "toDate": "01/31/2020"})
    assert (none["outcome"], none["modal"]) == ("claim_not_found", True)
    number = await claims_of(uhc, {"claimNumber": "XX00000000"})
    assert (number["outcome"], number["modal"]) == ("claim_not_found", False)


async def test_a_claim_comes_card_by_card(uhc: UhcDesk) -> None:
    claim = next(each for each in uhc.house.world.claims["UHC"] if "denied" in each.tags)
    overview = await uhc.get(f"/api/claims/{claim.claim_number}/overview")
    assert overview["status"] == ["Claim status", "Finalized"]
    assert overview["adjudication-status"] == ["Adjudication status", "Denied"]
    lines = (await uhc.get(f"/api/claims/{claim.claim_number}/lines"))["lines"]
    assert [line["cells"][2] for line in lines] == [line.procedure_code for line in claim.lines]
    assert uhc.tally()["claim_details"] == 1


async def test_the_truth_of_a_claim_has_no_codes_that_no_page_shows(uhc: UhcDesk) -> None:
    claim = uhc.house.world.claims["UHC"][0]
    question = {"payer": "UHC", "claim_number": claim.claim_number}
    (told,) = truth(uhc.house.world, "claim_status", question, uhc.house.clock.today())["claims"]
    assert (told["category_code"], told["status_code"], told["lifecycle"]) == (None, None, claim.lifecycle)
