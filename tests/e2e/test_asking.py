"""`fleet pull`, as a script or a biller uses it: answers, bad input, the store before the portal."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from stand import PORTAL, Stand

from cli.demo.canary import Search, dates, names
from cli.demo.verdict import judge
from core.capabilities.catalog import capability

BAD_INPUT = 2
KEYS = ("work_item", "run", "outcome", "answer", "as_of", "evidence")
WELL = {"member_id": "XOH990011223", "birth_date": "1961-07-30"}
FUTURE = date.today() + timedelta(days=40)


@pytest.mark.parametrize("payer", ["AETNA", pytest.param("BHIL", marks=pytest.mark.smoke)])
async def test_an_answer_has_the_form_that_scripts_depend_on(stand: Stand, payer: str) -> None:
    account = await stand.account(mfa=["authenticator"])
    (keys,) = await stand.questions(1, payer=payer)
    answered = await stand.pull(account, keys, payer=payer)
    assert answered.status == 0, answered
    assert tuple(answered.json) == KEYS
    assert answered.err == ""
    assert {piece["kind"] for piece in answered.json["evidence"]} >= {"screenshot", "page"}
    truth = await stand.control.truth(PORTAL, "eligibility", payer, keys)
    given = capability("eligibility").read_answer(json.dumps(answered.json["answer"]))
    assert judge("eligibility", given, truth).differs == ()


async def test_a_member_who_is_not_found_is_an_answer(stand: Stand) -> None:
    account = await stand.account()
    answered = await stand.pull(account, WELL)
    assert (answered.status, answered.json["outcome"]) == (0, "member_not_found")
    assert answered.json["answer"]["outcome"] == "member_not_found"


async def test_a_claim_is_asked_for_in_the_same_way(stand: Stand) -> None:
    account = await stand.account()
    (keys,) = await stand.control.questions(PORTAL, "claim_status", "BHIL", count=1, seed=11, awkward=False)
    words = ("pull", "claim_status", *(f"{key}={value}" for key, value in keys.items()))
    answered = await stand.fleet_says(
        *words, "--portal", PORTAL, "--payer", "BHIL", "--credential", account.name, "--json"
    )
    assert answered.status == 0, answered
    assert tuple(answered.json) == KEYS


async def test_who_asks_again_is_answered_from_the_store_and_fresh_asks_the_portal(stand: Stand) -> None:
    account = await stand.account()
    (keys,) = await stand.questions(1)
    first, second = [await stand.pull(account, keys) for _ in range(2)]
    assert (await stand.counted(account))["questions"]["eligibility"] == 1
    assert (second.status, second.json["as_of"]) == (0, first.json["as_of"])
    assert second.json["work_item"] == first.json["work_item"]
    fresh = await stand.pull(account, keys, "--fresh")
    assert fresh.json["as_of"] > first.json["as_of"]
    assert (await stand.counted(account))["questions"]["eligibility"] == 2


BAD = {
    "unknown portal": (["--portal", "navinet"], WELL, "“navinet” is not a portal here"),
    "unknown payer": (["--payer", "umbrella"], WELL, "“umbrella” is not a payer here"),
    "unknown key": ([], {**WELL, "shoe_size": "43"}, "shoe_size"),
    "missing keys": ([], {"first_name": "Lenora"}, "birth_date is needed"),
    "no keys": ([], {}, "birth_date is needed"),
    "birth date in the future": ([], {**WELL, "birth_date": FUTURE.isoformat()}, "future"),
    "birth date that is none": ([], {**WELL, "birth_date": "1961-02-30"}, "birth_date"),
    "NPI that fails its check": ([], {**WELL, "provider_npi": "1457398217"}, "NPI"),
    "unknown credential": (["--credential", "nobody"], WELL, "“nobody” is not a credential here"),
}


@pytest.mark.parametrize(("flags", "keys", "told"), BAD.values(), ids=BAD)
async def test_bad_input_ends_in_one_clear_sentence(
    stand: Stand, flags: list[str], keys: dict[str, str], told: str
) -> None:
    account = await stand.account()
    said = {"--portal": PORTAL, "--payer": "BHIL", "--credential": account.name}
    said |= dict(zip(flags[::2], flags[1::2], strict=True))
    options = [word for pair in said.items() for word in pair]
    # On the command line this time: nothing that stands there may come back in a sentence.
    pairs = [f"{key}={value}" for key, value in keys.items()]
    refused = await stand.fleet_says("pull", "eligibility", *pairs, *options)
    assert refused.status == BAD_INPUT, refused
    assert told in refused.sentence
    assert refused.out == ""
    values = {"a value": [*keys.values(), *dates(date(1961, 7, 30)), *dates(FUTURE), *names("Lenora", "Lenora")]}
    assert Search(values).text(refused.err, "standard error") == set()
    assert await stand.ledger(account) == []


async def test_an_unknown_capability_is_bad_input(stand: Stand) -> None:
    refused = await stand.fleet_says("pull", "horoscope", "member_id=XOH990011223", "--portal", PORTAL)
    assert refused.status == BAD_INPUT
    assert "horoscope" in refused.sentence
    assert "XOH990011223" not in refused.err


async def test_bad_input_is_told_to_scripts_as_json(stand: Stand) -> None:
    refused = await stand.fleet_says("pull", "eligibility", "shoe_size=43", "--portal", PORTAL, "--json")
    assert refused.status == BAD_INPUT
    assert refused.json["error"]["next_step"] == "ask_biller"
    assert refused.json["error"]["sentence"] == refused.sentence
