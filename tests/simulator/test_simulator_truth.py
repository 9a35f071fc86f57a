"""What the portal tells its pages, read back from the printed words, is what the judge holds to be true."""

from datetime import date, datetime
from typing import Any

import pytest
from portal_desk import Desk

from simulator.world import PAYERS, payers_of

COVERAGES = "/cloud/web/pres/eligibility/v1/coverages"
CLAIMS = "/cloud/web/post/claim-status/v1"
Json = dict[str, Any]

# Keyed by category code: the newer pages' own word does not tell these apart.
LIFECYCLES = {
    "A1": "received", "A2": "accepted", "A3": "rejected", "A7": "rejected", "P1": "pending", "P2": "pending",
    "P3": "info_requested", "F1": "paid", "F2": "denied", "F4": "finalized_no_payment",
}  # fmt: skip


@pytest.fixture(autouse=True)
async def signed_in(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()


def us(day: str) -> str:
    return f"{date.fromisoformat(day):%m/%d/%Y}"


def iso(printed: str | None) -> str | None:
    return datetime.strptime(printed, "%m/%d/%Y").date().isoformat() if printed else None  # noqa: DTZ007


def money(printed: str | None) -> str | None:
    return printed.replace("$", "").replace(",", "") if printed else None


def span(printed: str) -> tuple[str | None, str | None]:
    first, _, last = printed.partition(" - ")
    return iso(first), iso(last or first)


async def questions(desk: Desk, capability: str, payer: str, awkward: int) -> list[Json]:
    query = {"payer": payer, "count": 45, "seed": 3, "awkward": awkward}
    asked: list[Json] = (await desk.control.get(f"/control/questions/availity/{capability}", params=query)).json()
    return [each["question"] for each in asked]


async def truth(desk: Desk, capability: str, payer: str, question: Json) -> Json:
    response = await desk.control.get(f"/control/truth/availity/{capability}", params={"payer": payer, **question})
    answer: Json = response.json()
    return answer


@pytest.mark.parametrize("awkward", [0, 1])
@pytest.mark.parametrize("payer", payers_of("availity"))
async def test_eligibility(desk: Desk, payer: str, awkward: int) -> None:
    for question in await questions(desk, "eligibility", payer, awkward):
        who = {"memberId": question.get("member_id", "")} if question.get("member_id") else {}
        who = who or {"firstName": question["first_name"], "lastName": question["last_name"]}
        form = {"payer": payer, "birthDate": us(question["birth_date"]), **who}
        if question.get("service_date"):
            form["asOfDate"] = us(question["service_date"])
        if question.get("service_type"):
            form["serviceType"] = question["service_type"]
        answer = (await desk.ask(COVERAGES, form)).json()
        named = [
            each["key"]
            for each in answer.get("candidates", ())
            if each["name"] == f"{question.get('last_name')}, {question.get('first_name')}"
        ]
        if len(named) == 1:
            answer = (await desk.ask(COVERAGES, form | {"candidate": named[0]})).json()
        assert coverage_read(answer, payer) == await truth(desk, "eligibility", payer, question)


def coverage_read(answer: Json, payer: str) -> Json:
    if answer["outcome"] != "coverage":
        refusal = {"outcome": answer["outcome"], "message": answer["message"]}
        if answer["outcome"] == "several_matches":
            refusal["count"] = len(answer["candidates"]) if "candidates" in answer else None
        return refusal
    view = answer["coverage"]
    last, first = view["name"].split(", ", 1)
    gender = {"Female": "F", "Male": "M", "Unspecified": "X", None: None}[view["gender"]]
    return {
        "outcome": "coverage",
        "member": {
            "member_id": view["memberId"],
            "first_name": first,
            "last_name": last,
            "birth_date": iso(view["birthDate"]),
            # The older pages have no room for it.
            "gender": None if PAYERS[payer].generation == "legacy" else gender,
            "relationship": view["relationship"] and view["relationship"].lower(),
        },
        "payer_name": view["payer"],
        "as_of": iso(view["asOf"]),
        "plans": [plan_read(plan) for plan in view["plans"]],
        "pcp": view["pcp"],
        "other_payers": [
            {"name": each["name"], "order": each["order"] and each["order"].lower(), "member_id": each["memberId"]}
            for each in view["otherPayers"]
        ],
    }


def plan_read(plan: Json) -> Json:
    def service(row: Json) -> Json:
        return {"service_type_code": row["code"], "service_type": row["service"]}

    def scope(row: Json) -> Json:
        return {"network": row["network"], "level": row["level"]}

    def sums(row: Json) -> Json:
        amounts = {name: money(row[name]) for name in ("total", "met", "remaining")}
        return scope(row) | {"period": row["period"]} | amounts

    return {
        "status": plan["status"],
        "plan_name": plan["name"],
        "insurance_type": plan["insuranceType"],
        "group_number": plan["group"],
        "effective_on": iso(plan["effective"]),
        "terminated_on": iso(plan["terminated"]),
        "copays": [service(row) | scope(row) | {"amount": money(row["value"])} for row in plan["copays"]],
        "coinsurances": [service(row) | scope(row) | {"percent": row["value"][:-1]} for row in plan["coinsurances"]],
        "deductibles": [sums(row) for row in plan["deductibles"]],
        "out_of_pockets": [sums(row) for row in plan["outOfPockets"]],
        "limitations": [service(row) | {"text": row["text"]} for row in plan["limitations"]],
        "authorization_required": [service(row) | {"required": row["required"]} for row in plan["authorizations"]],
    }


@pytest.mark.parametrize("awkward", [0, 1])
@pytest.mark.parametrize("payer", payers_of("availity"))
async def test_claim_status(desk: Desk, payer: str, awkward: int) -> None:
    for question in await questions(desk, "claim_status", payer, awkward):
        answer = await claims_asked(desk, payer, question)
        if answer["outcome"] == "claims":
            rows = [row for row in answer["rows"] if question.get("claim_number") in {None, row["claimNumber"]}]
            claims = [await claim_read(desk, payer, row) for row in rows]
            claims.sort(key=lambda claim: str(claim["claim_number"]))
            answer = {"outcome": "claims", "claims": claims}
            if not rows:
                answer = {"outcome": "claim_not_found", "message": None}
        assert answer == await truth(desk, "claim_status", payer, question)


async def claims_asked(desk: Desk, payer: str, question: Json) -> Json:
    form = {"payer": payer}
    if number := question.get("claim_number"):
        form["claimNumber"] = number
    else:
        form |= {"memberId": question["member_id"], "birthDate": us(question["birth_date"])}
        form |= {"fromDate": us(question["from_date"]), "toDate": us(question["to_date"])}
    response = await desk.ask(f"{CLAIMS}/searches", form)
    answer: Json = response.json()
    while len(answer.get("rows", ())) < answer.get("total", 0):
        page = await desk.portal.get(f"{response.url.path}?offset={len(answer['rows'])}")
        answer["rows"] += page.json()["rows"]
    return answer


async def claim_read(desk: Desk, payer: str, row: Json) -> Json:
    form = {"payer": payer, "claimNumber": row["claimNumber"]}
    claim = (await desk.ask(f"{CLAIMS}/details", form)).json()["claim"]
    newer = PAYERS[payer].generation == "new"
    assert ("finalized" in claim) is not newer
    last, first = claim["patient"].split(", ", 1)
    amounts = {name: money(printed) for name, printed in claim["money"].items()}
    started, ended = span(claim["serviceDates"])
    return {
        "claim_number": claim["claimNumber"],
        "patient_account": claim["patientAccount"],
        "member_id": claim["memberId"],
        "first_name": first,
        "last_name": last,
        "birth_date": iso(claim["birthDate"]),
        "lifecycle": LIFECYCLES[claim["category"]["code"]],
        "category_code": claim["category"]["code"],
        "status_code": claim["statusCode"]["code"],
        "status_text": claim["status"],
        "provider_npi": claim["npi"],
        "service_from": started,
        "service_to": ended,
        "received_on": iso(claim["received"]) if newer else None,
        "finalized_on": iso(row["finalized"]),
        "billed": amounts["billed"],
        "allowed": amounts["allowed"] if newer else None,
        "paid": amounts["paid"],
        "deductible": amounts["deductible"],
        "coinsurance": amounts["coinsurance"],
        "copay": amounts["copay"],
        "patient_responsibility": amounts["responsibility"],
        "check_number": claim["checkNumber"],
        "check_date": iso(claim["checkDate"]),
        "lines": [line_read(line) for line in claim["lines"]],
        "listed": otherwise(row, claim),
    }


def otherwise(row: Json, claim: Json) -> Json | None:
    """What the list says that the claim's own page does not; a list that is silent says nothing."""
    if row["status"] == claim["status"]:
        return None
    assert row["paid"] is None
    return {"status_text": row["status"], "billed": money(row["billed"])}


def line_read(line: Json) -> Json:
    started, ended = span(line["serviceDates"])
    return {
        "line_number": line["number"],
        "procedure_code": line["procedure"],
        "modifiers": line["modifiers"],
        "service_from": started,
        "service_to": ended,
        "units": str(line["units"]),
        "billed": money(line["billed"]),
        "allowed": money(line["allowed"]),
        "paid": money(line["paid"]),
        "adjustments": [{**each, "amount": money(each["amount"])} for each in line["adjustments"]],
        "remark_codes": line["remarks"],
    }
