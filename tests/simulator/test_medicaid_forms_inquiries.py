"""Requests and responses apart, with everybody's in one list; coverage in sentences; claims inside a response."""

import re
from datetime import date, timedelta

import pytest
from medicaid_forms_desk import PROVIDER, USER, MedicaidDesk

from simulator.accounts import LAKESIDE
from simulator.claims import Claim
from simulator.era import era
from simulator.labels import us_date, usd
from simulator.oracle import truth
from simulator.pdf import explanation
from simulator.people import Member
from simulator.portals.medicaid_forms.desk import desk_of
from simulator.questions import questions
from simulator.tiers import months_before

NOBODY = "99999999Z"


@pytest.fixture(autouse=True)
async def signed_in(medicaid_forms: MedicaidDesk) -> None:
    medicaid_forms.account(mfa=())
    await medicaid_forms.log_in()
    await medicaid_forms.choose_provider()


def tagged(desk: MedicaidDesk, tag: str) -> Member:
    return next(each for each in desk.house.world.members["MMAP"] if tag in each.tags)


def in_managed_care(desk: MedicaidDesk) -> Member:
    members = desk.house.world.members["MMAP"]
    return next(each for each in members if each.plans[0].managed_care and not each.tags)


def about(member: Member) -> dict[str, str]:
    return {"txtMAID": member.member_id, "txtBirthDate": us_date(member.birth_date)}


async def asked(desk: MedicaidDesk, **fields: str) -> str:
    return await desk.view("Eligibility", await desk.request("Eligibility", **fields))


async def asked_of_claims(desk: MedicaidDesk, **fields: str) -> str:
    return await desk.view("Claims", await desk.request("Claims", **fields))


# -- the request


async def test_the_provider_comes_from_the_look_up_window(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    await desk.open("/Lookup/Provider.aspx")
    assert "Abernathy" not in await desk.send("btnFind", txtFind=PROVIDER)
    assert "Select a provider." in await desk.send("btnSelect", rbProvider=LAKESIDE.providers[0].npi)
    assert "The provider has been selected." in await desk.send("btnSelect", rbProvider=PROVIDER)
    await desk.open("/Eligibility/Request.aspx")
    await desk.send("lnkProvider", txtMAID="00123")
    assert f'value="{PROVIDER}"' in desk.page.text
    assert 'value="00123"' in desk.page.text, "what was typed before is kept"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"txtMAID": "01234567"}, "Enter at least two identifiers"),
        ({"txtBirthDate": "01/02/1980"}, "Enter at least two identifiers"),
        ({"txtMAID": "01234567", "txtBirthDate": "1980"}, "Birth Date must be a date"),
    ],
)
async def test_two_identifiers_are_needed(medicaid_forms: MedicaidDesk, fields: dict[str, str], said: str) -> None:
    await medicaid_forms.open("/Eligibility/Request.aspx")
    assert said in await medicaid_forms.send("btnSubmit", **fields)


async def test_no_request_without_a_provider(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    (session,) = desk.house.sessions["medicaid_forms"].live(USER)
    desk_of(session).provider = None
    await desk.open("/Eligibility/Request.aspx")
    assert "Provider NPI is required" in await desk.send("btnSubmit", **about(in_managed_care(desk)))


async def test_a_response_comes_when_the_payer_has_answered(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    desk.house.dials["medicaid_forms"].latency_ms = (60_000, 60_000)
    reference = await desk.request("Eligibility", **about(in_managed_care(desk)))
    assert "is being processed" in desk.text
    submitted = desk.page
    assert reference not in await desk.open("/Eligibility/Response.aspx")
    desk.house.clock.advance(61)
    desk.page = submitted
    assert "has been processed" in await desk.send("tmrStatus")
    assert reference in await desk.open("/Eligibility/Response.aspx")
    assert desk.tally()["questions"]["eligibility"] == 1


# -- the responses


async def test_responses_of_colleagues_lie_in_the_same_list(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    for _ in range(8):
        reference = await desk.request("Eligibility", **about(in_managed_care(desk)))
    assert f"{reference}0" in await desk.open("/Eligibility/Response.aspx"), "a number that begins with one's own"
    (session,) = desk.house.sessions["medicaid_forms"].live(USER)
    replies = desk_of(session).eligibility.replies
    assert sum(each.user == USER for each in replies) == 8
    assert {each.user for each in replies} > {USER}
    second = await desk.send("grdResponses", "Page$2")
    assert "2 of " in second


async def test_the_page_opens_with_the_response_that_was_viewed_last(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    first, second = in_managed_care(desk), tagged(desk, "renewed")
    await asked(desk, **about(first))
    await desk.request("Eligibility", **about(second))
    assert f"{first.last_name}, {first.first_name}" in await desk.open("/Eligibility/Response.aspx")
    assert "Subscriber Eligibility" in desk.text


async def test_coverage_is_prose_that_names_the_health_plan(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    member = in_managed_care(desk)
    await asked(desk, **about(member), txtServiceDate=us_date(desk.house.clock.today()))
    (plan,) = member.plans
    care = plan.managed_care
    assert care is not None
    begins = f"Subscriber has eligibility for {plan.plan_name}, beginning {us_date(plan.effective_on)}"
    assert desk.items()[0].startswith(begins)
    assert any(said.startswith(f"Services are delivered through {care.name}.") for said in desk.items())
    assert sum(said.startswith("A copayment of") for said in desk.items()) == len(plan.copays)
    told = truth(
        desk.house.world,
        "eligibility",
        {"payer": "MMAP", "member_id": member.member_id, "birth_date": member.birth_date.isoformat()},
        desk.house.clock.today(),
    )
    assert told["plans"][0]["managed_care"] == {"name": care.name, "phone": care.phone}
    assert told["plans"][0]["group_number"] is None


async def test_one_service_is_answered_alone(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    await asked(desk, **about(in_managed_care(desk)), ddlServiceType="48")
    about_services = [each for each in desk.items() if "prior authorization" in each]
    assert about_services == ["Hospital - Inpatient (48) requires prior authorization."]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"txtMAID": NOBODY}, "Subscriber not found."),
        ({"txtBirthDate": "01/01/1901"}, "The birth date does not match"),
    ],
)
async def test_refusals(medicaid_forms: MedicaidDesk, change: dict[str, str], said: str) -> None:
    told = await asked(medicaid_forms, **about(tagged(medicaid_forms, "renewed")) | change)
    assert "Request Rejected" in told
    assert said in told


async def test_a_name_is_the_third_identifier(medicaid_forms: MedicaidDesk) -> None:
    twin = tagged(medicaid_forms, "twin")
    assert "2 subscribers match" in await asked(medicaid_forms, **about(twin))
    named = about(twin) | {"txtLastName": twin.last_name, "txtFirstName": twin.first_name}
    assert f"{twin.last_name}, {twin.first_name}" in await asked(medicaid_forms, **named)


@pytest.mark.parametrize(
    ("dial", "said"), [("payer_down", "cannot respond at this time"), ("provider_not_on_file", "is not on file")]
)
@pytest.mark.parametrize("folder", ["Eligibility", "Claims", "Authorizations"])
async def test_a_payer_with_troubles(medicaid_forms: MedicaidDesk, folder: str, dial: str, said: str) -> None:
    desk = medicaid_forms
    setattr(desk.house.dials["medicaid_forms"], dial, ("MMAP",))
    fields = {"txtTCN": "012"} if folder == "Claims" else about(in_managed_care(desk))
    assert said in await desk.view(folder, await desk.request(folder, **fields))


@pytest.mark.parametrize(
    "page", ["Eligibility/Request", "Eligibility/Response", "Claims/Request", "Authorizations/Request"]
)
async def test_an_account_without_the_role(medicaid_forms: MedicaidDesk, page: str) -> None:
    medicaid_forms.account(mfa=(), roles=())
    await medicaid_forms.log_in()
    assert "Access Denied" in await medicaid_forms.open(f"/{page}.aspx")


# -- claims


def busiest(desk: MedicaidDesk) -> tuple[Member, list[Claim]]:
    claims = desk.house.world.claims["MMAP"]
    member = max(desk.house.world.members["MMAP"], key=lambda each: sum(claim.member is each for claim in claims))
    return member, [claim for claim in claims if claim.member is member]


async def test_a_claim_opens_in_the_place_of_the_list_and_closes_again(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    claim = next(each for each in desk.house.world.claims["MMAP"] if "denied" in each.tags)
    listed = await asked_of_claims(desk, txtTCN=claim.claim_number)
    assert "Claims Found" in listed
    opened = await desk.send("lnkDetails", f"Details${claim.claim_number}")
    assert "category F2 (Finalized/Denial)" in opened
    assert all(usd(line.billed) in opened for line in claim.lines)
    assert "Claims Found" in await desk.send("lnkReturn")


async def test_a_long_list_of_claims_has_pages(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    member, claims = busiest(desk)
    today = desk.house.clock.today()
    dates = {"txtFrom": us_date(today - timedelta(days=360)), "txtTo": us_date(today)}
    first = await asked_of_claims(desk, **about(member), **dates)
    assert f"Claims: {len(claims)}" in first
    second = await desk.send("grdClaims", "Page$2")
    shown = [claim.claim_number for claim in claims if claim.claim_number in first + second]
    assert len(shown) >= min(20, len(claims))
    last = -(-len(claims) // 10)
    assert f"{last} of {last}" in await desk.send("grdClaims", "Page$99")


async def test_no_claims_and_none_yet(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    member, today = busiest(desk)[0], desk.house.clock.today()
    old = {"txtFrom": "01/01/2020", "txtTo": "01/31/2020"}
    assert "No claim was found for the subscriber" in await asked_of_claims(desk, **about(member), **old)
    young = {"txtFrom": us_date(today - timedelta(days=1)), "txtTo": us_date(today)}
    assert "Allow 5 business days" in await asked_of_claims(desk, **about(member), **young)
    assert "No claim was found with" in await asked_of_claims(desk, txtTCN="9999")
    await desk.open("/Claims/Request.aspx")
    assert "Enter a Transaction Control Number" in await desk.send("btnSubmit", txtMAID=member.member_id)


async def test_claims_of_a_health_plan_are_asked_for_there(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    today = desk.house.clock.today()
    asked = questions(desk.house.world, "claim_status", "MMAP", count=40, seed=1, awkward=True, today=today)
    question = next(each["question"] for each in asked if "in_managed_care" in each["tags"])
    days = {name: us_date(date.fromisoformat(question[name])) for name in ("birth_date", "from_date", "to_date")}
    told = await asked_of_claims(
        desk,
        txtMAID=question["member_id"],
        txtBirthDate=days["birth_date"],
        txtFrom=days["from_date"],
        txtTo=days["to_date"],
    )
    true = truth(desk.house.world, "claim_status", {**question, "payer": "MMAP"}, today)
    assert true["outcome"] == "ask_elsewhere"
    assert f"delivered through {true['name']}. Inquire with the health plan." in told


# -- authorizations


async def test_an_authorization_opens_in_the_place_of_the_list(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    listed = desk.house.world.authorizations["MMAP"]
    longer = next(each for each in listed if "prefix" in each.tags and each.lines)
    reference = await desk.request("Authorizations", txtAuthNumber=longer.number[:-1])
    found = await desk.view("Authorizations", reference)
    assert f"{longer.number[:-1]} " in found
    assert longer.number in found
    opened = await desk.send("lnkOpen", f"Open${longer.number}")
    assert "Authorization Details" in opened
    assert all(f"{line.requested} {line.unit}" in opened for line in longer.lines)
    assert "Authorizations Found" in await desk.send("lnkReturn")


async def test_authorizations_need_a_number_or_a_subscriber(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    await desk.open("/Authorizations/Request.aspx")
    assert "Enter an Authorization Number" in await desk.send("btnSubmit", txtMAID=NOBODY)
    nobody = await desk.request("Authorizations", txtMAID=NOBODY, txtBirthDate="01/01/1980")
    assert "Subscriber not found" in await desk.view("Authorizations", nobody)
    unknown = await desk.request("Authorizations", txtAuthNumber="77Q")
    assert "No service authorization was found with this number" in await desk.view("Authorizations", unknown)


# -- the remittance folders


async def folder(desk: MedicaidDesk, kind: str, **fields: str) -> str:
    await desk.open("/Mailbox/Folders.aspx")
    await desk.send("lnkFolder", f"Folder${kind}")
    return await desk.send("btnSearch", **fields) if fields else desk.text


async def test_835s_and_their_papers_lie_in_folders_of_their_own(medicaid_forms: MedicaidDesk) -> None:
    desk, payments = medicaid_forms, medicaid_forms.house.world.payments_of("MMAP")
    whole = next(each for each in reversed(payments) if each.documents == ("835", "eop"))
    for kind, data in (("835", era(whole)), ("eop", explanation(whole))):
        assert whole.number in await folder(desk, kind, txtNumber=whole.number[:-1])
        assert whole.entries[0].claim.claim_number in await desk.send("lnkOpen", f"Open${whole.number}")
        await desk.send("lnkFile", f"File${whole.number}")
        assert desk.page.content == data
    card = next(each for each in reversed(payments) if each.method == "virtual_card")
    assert "No remittance is in this folder." in await folder(desk, "835", txtNumber=card.number)
    assert card.number in await folder(desk, "eop", txtTCN=card.entries[0].claim.claim_number)


async def test_folders_are_emptied_and_searched_by_whole_dates(medicaid_forms: MedicaidDesk) -> None:
    desk = medicaid_forms
    since = months_before(desk.house.clock.today(), 12)
    assert f"Files kept since: {us_date(since)}" in await folder(desk, "835")
    before = {"txtFrom": us_date(since - timedelta(days=60)), "txtTo": us_date(since - timedelta(days=1))}
    assert "No remittance is in this folder." in await folder(desk, "835", **before)
    assert "Enter each date as MM/DD/YYYY." in await folder(desk, "835", txtFrom="spring", txtTo="fall")


async def test_a_list_of_remittances_is_turned_and_come_back_to(medicaid_forms: MedicaidDesk) -> None:
    desk, today = medicaid_forms, medicaid_forms.house.clock.today()
    days = {"txtFrom": us_date(today - timedelta(days=90)), "txtTo": us_date(today)}
    assert "Page: 1 of" in await folder(desk, "835", **days)
    second = await desk.send("grdFiles", "Page$2")
    assert "Page: 2 of" in second
    found = re.search(r"Open\$(\w+)", desk.page.text)
    assert found
    await desk.send("lnkOpen", f"Open${found[1]}")
    assert await desk.send("lnkReturn") == second
    assert "Remittance Folders" in await desk.send("lnkFolders")
