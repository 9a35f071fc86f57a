"""Letters and libraries: the truth of them, and what the pages make of it."""

import hashlib
import re
from datetime import date, timedelta

import pytest
from portal_desk import Desk
from ucare_desk import PORTAL as UCARE
from ucare_desk import UcareDesk
from uhc_desk import PORTAL as UHC
from uhc_desk import UhcDesk

from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.enclosed import data_of, enclosure_json
from simulator.enclosure import FORMS, Enclosure
from simulator.library import SHELVES, months_later
from simulator.library_truth import documents, kept
from simulator.mail_truth import kept as left
from simulator.mail_truth import letters, messages
from simulator.questions import questions
from simulator.world import World

MAIL = ("UCARE", "AETNA", "BHIL", "CASC", "MMAP", "FRANKLIN")
TROUBLE = {
    "apostrophe", "diacritics", "markup", "very_long", "same_name", "twin", "attached_pdf", "attached_zip",
    "attached_page", "several_attachments", "empty_body", "of_today", "prefix", "same_subject", "long_body",
    "markup_body",
}  # fmt: skip


def us(day: date) -> str:
    return f"{day:%m/%d/%Y}"


@pytest.mark.parametrize("payer", MAIL)
def test_every_payer_writes_letters_of_every_kind(world: World, payer: str) -> None:
    listed = letters(world, payer)
    assert {tag for each in listed for tag in each.tags} >= TROUBLE
    assert len({each.number for each in listed}) == len(listed)
    assert [each.at for each in listed] == sorted((each.at for each in listed), reverse=True)
    assert {each.read for each in listed} == {True, False}
    twice = [each for each in listed if "same_subject" in each.tags]
    assert len({(each.subject, each.at.date()) for each in twice}) == 1
    assert len({each.paragraphs for each in twice}) == 2


@pytest.mark.parametrize("name", ["messages", "documents"])
def test_each_odd_question_says_what_is_odd(world: World, name: str) -> None:
    payer = "UCARE"
    odd = questions(world, name, payer, count=40, seed=2, awkward=True, today=world.today)
    assert {"several_pages", "nothing"} <= {tag for each in odd for tag in each["tags"]}
    again = questions(world, name, payer, count=40, seed=2, awkward=True, today=world.today)
    assert odd == again


def test_a_longer_claim_number_is_another_claim(world: World) -> None:
    pair = [each for each in letters(world, "UCARE") if "prefix" in each.tags]
    numbers = sorted(each.claim.claim_number for each in pair if each.claim)
    start, end = world.today - timedelta(days=90), world.today
    for number in numbers:
        found = messages(world, "UCARE", {"claim_number": number}, start=start, end=end, today=world.today)["messages"]
        assert {claim for each in found for claim in each["claim_numbers"]} == {number}


def test_a_mailbox_that_empties_itself_keeps_thirty_days(world: World) -> None:
    days = {each.at.date() for each in left(world, "MMAP", world.today)}
    assert min(days) >= world.today - timedelta(days=30)
    assert len(left(world, "MMAP", world.today)) < len(letters(world, "MMAP"))
    assert left(world, "BHIL", world.today) == letters(world, "BHIL")


@pytest.mark.parametrize("payer", SHELVES)
def test_a_document_is_there_on_its_last_day_and_gone_on_the_next(world: World, payer: str) -> None:
    today = world.today
    last = [each for each in kept(world, payer, today) if "expires_today" in each.tags]
    assert last
    assert all(each.kept_until == today for each in last)
    oldest = months_later(today, -SHELVES[payer].months)
    told = documents(world, payer, None, start=oldest - timedelta(days=90), end=oldest, today=today)["documents"]
    assert {each["kept_until"] for each in told} == {today.isoformat()}
    assert not documents(world, payer, None, start=oldest, end=oldest, today=today + timedelta(days=1))["documents"]


@pytest.mark.parametrize("form", FORMS)
def test_a_file_has_the_same_bytes_each_time(form: str) -> None:
    enclosure = Enclosure("the letter about E1", form)
    told = enclosure_json(enclosure, "attachment")
    assert told["sha256"] == hashlib.sha256(data_of(enclosure)).hexdigest()
    assert (told["problem"] is None) is (form != "page")


async def panel(ucare: UcareDesk, number: str) -> str:
    return await ucare.page(f"/messages/{number}/panel")


async def test_ucare_cuts_subjects_off_and_marks_what_was_opened(ucare: UcareDesk) -> None:
    ucare.account(mfa=())
    await ucare.password()
    letter = next(each for each in letters(ucare.house.world, "UCARE") if not each.read and len(each.subject) > 40)
    day = us(letter.at.date())

    async def row() -> str:
        listed = (await ucare.send("/messages/find", **{"from": day, "to": day})).text
        return next(each for each in listed.split("<tr>") if letter.number in each)

    assert "Unread" in await row()
    assert "…" in await row()
    assert letter.subject.replace("'", "&#39;") not in await row()
    whole = await panel(ucare, letter.number)
    assert re.sub(r"\W", "", letter.paragraphs[0]) in re.sub(r"\W", "", whole)
    assert "Unread" not in await row()
    assert ucare.tally()["messages_opened"] == 1


async def test_ucare_shows_reports_of_the_primary_tax_id_alone(ucare: UcareDesk) -> None:
    ucare.account(mfa=(), organizations=(NORTHGATE, LAKESIDE))
    await ucare.password()
    await ucare.step("tin", tin=LAKESIDE.tin)
    assert "primary Tax ID only" in await ucare.page("/reports")
    ucare.account(mfa=(), organizations=(NORTHGATE,))
    await ucare.password()
    page = await ucare.page("/reports")
    assert "primary Tax ID only" not in page
    paper = kept(ucare.house.world, "UCARE", ucare.house.clock.today())[0]
    file = await ucare.browser.get(f"{UCARE}/reports/{paper.number}")
    assert file.content == data_of(paper.file)


async def test_the_library_is_searched_ninety_days_at_a_time(uhc: UhcDesk) -> None:
    uhc.account(mfa=())
    await uhc.log_in()
    today = uhc.house.clock.today()

    async def search(back: int, days: int) -> object:
        start = today - timedelta(days=back)
        asked = {"folder": "", "from": us(start), "to": us(start + timedelta(days=days))}
        return (await uhc.ask("/api/documents/search", asked)).json()["outcome"]

    assert await search(100, 90) == "documents"
    assert await search(100, 91) == "range"
    assert await search(800, 60) == "range"


async def test_a_file_of_the_library_is_made_ready_first(uhc: UhcDesk) -> None:
    uhc.account(mfa=())
    await uhc.log_in()
    paper = kept(uhc.house.world, "UHC", uhc.house.clock.today())[0]
    ticket = (await uhc.ask("/api/documents/prepare", {"number": paper.number})).json()["ticket"]
    assert (await uhc.browser.get(f"{UHC}/api/documents/file/{ticket}")).status_code == 409
    for ready in (False, False, True):
        assert await uhc.get(f"/api/documents/prepare/{ticket}") == {"ready": ready}
    assert (await uhc.browser.get(f"{UHC}/api/documents/file/{ticket}")).content == data_of(paper.file)


async def test_availity_tells_cards_by_payer_and_page(desk: Desk) -> None:
    await desk.account()
    await desk.log_in()
    today = desk.house.clock.today()
    asked = {"payer": "CASC", "fromDate": us(today - timedelta(days=40)), "toDate": us(today)}
    answer = (await desk.ask("/cloud/web/msg/v1/notifications/searches", asked)).json()
    expected = [each for each in letters(desk.house.world, "CASC") if each.at.date() >= today - timedelta(days=40)]
    assert answer["total"] == len(expected) > len(answer["rows"]) == 10
    assert [each["number"] for each in answer["rows"]] == [each.number for each in expected[:10]]
    assert {each["payer"] for each in answer["rows"]} == {"Cascade Health Plan"}
