"""The office's own functions on the Franklin portal: messages and files in answers, days of letters, rows of users."""

from __future__ import annotations

import re
from base64 import b64decode
from datetime import date, timedelta
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from franklin_desk import FranklinDesk, alert, heading

from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.enclosed import data_of
from simulator.library_truth import kept
from simulator.mail_truth import letters

PAYER = "FRANKLIN"


@pytest.fixture(autouse=True)
async def entered(franklin: FranklinDesk) -> None:
    franklin.account(mfa=())
    await franklin.enter()


def us(day: date) -> str:
    return f"{day:%m/%d/%Y}"


async def file_of(franklin: FranklinDesk, event: str, argument: str) -> bytes:
    (file,) = ET.fromstring((await franklin.send(event, {}, argument)).text)  # noqa: S314
    return b64decode(file.text or "")


async def messages(franklin: FranklinDesk, day: date, kind: str = "All types") -> str:
    await franklin.open("/inbox")
    asked = {"Message type": kind, "Received from": us(day), "Received through": us(day)}
    return (await franklin.tell("inbox", asked))["result"]


async def test_opening_marks_a_message_read_and_gives_what_is_attached(franklin: FranklinDesk) -> None:
    known = letters(franklin.house.world, PAYER)
    letter = next(each for each in known if not each.read and each.attachments and len(each.subject) > 40)
    day = letter.at.date()

    def row(listed: str) -> str:
        return next(each for each in listed.split("<tr ") if f"<td>{letter.number}</td>" in each)

    listed = await messages(franklin, day)
    assert ">New<" in row(listed)
    assert "…" in row(listed)
    (opened,) = [each for each in franklin.arguments(listed, "inbox-message") if each.endswith(letter.number)]
    whole = (await franklin.tell("inbox-message", argument=opened))["result"]
    assert re.sub(r"\W", "", letter.paragraphs[0]) in re.sub(r"\W", "", unescape(whole))
    files = franklin.arguments(whole, "inbox-file")
    assert [await file_of(franklin, "inbox-file", each) for each in files] == [
        data_of(each) for each in letter.attachments
    ]
    (back,) = franklin.arguments(whole, "inbox-page")
    assert ">Opened<" in row((await franklin.tell("inbox-page", argument=back))["result"])
    assert franklin.tally()["messages_opened"] == 1


async def test_letters_and_alerts_are_told_apart(franklin: FranklinDesk) -> None:
    alert_ = next(each for each in letters(franklin.house.world, PAYER) if each.notification)
    day = alert_.at.date()
    assert alert_.number in await messages(franklin, day, "Alert")
    assert alert_.number not in await messages(franklin, day, "Letter")
    assert "No messages were received" in await messages(franklin, franklin.house.world.today + timedelta(days=1))


async def test_a_letter_is_given_until_its_last_day(franklin: FranklinDesk) -> None:
    papers = kept(franklin.house.world, PAYER, franklin.house.world.today)
    last = next(each for each in papers if "expires_today" in each.tags)
    await franklin.open("/letters")
    days = {"Posted from": us(last.posted_on), "Posted through": us(last.posted_on)}
    listed = (await franklin.tell("letters", {"Document type": "All documents", **days}))["result"]
    assert f"<td>{us(franklin.house.world.today)}</td>" in listed
    assert await file_of(franklin, "letters-file", last.number) == data_of(last.file)
    franklin.house.clock.advance(86_400)
    franklin.account(mfa=())
    await franklin.enter()
    await franklin.tell("letters-file", argument=last.number)
    assert alert(franklin.page) == "The document is no longer available."


async def test_a_user_has_a_row_for_each_provider(franklin: FranklinDesk) -> None:
    staff = franklin.house.world.staff["medicaid_sso", NORTHGATE.id]
    several = next(each for each in staff if len(each.access) == 2 and not each.tags)
    await franklin.open("/staff")
    listed = (await franklin.tell("staff", {"FranklinID begins with": several.username}))["result"]
    rows = [each for each in listed.split("<tr ")[1:] if f"<td>{several.username}</td>" in each]
    assert {npi for row in rows for npi in re.findall(r"\d{10}", row)} == {each.npi for each in several.access}
    assert len(rows) == 2
    everybody = (await franklin.tell("staff", {"FranklinID begins with": ""}))["result"]
    assert f"{sum(len(each.access) for each in staff)} on file" in everybody


async def test_a_user_keeps_the_providers_that_the_account_itself_does_not_work_for(franklin: FranklinDesk) -> None:
    staff = franklin.house.world.staff["medicaid_sso", NORTHGATE.id]
    several = next(each for each in staff if len(each.access) == 2)
    franklin.account(mfa=(), organizations=(NORTHGATE.model_copy(update={"providers": NORTHGATE.providers[:1]}),))
    await franklin.enter()
    await franklin.open("/staff")
    listed = (await franklin.tell("staff", {"FranklinID begins with": several.username}))["result"]
    assert {each.npi for each in NORTHGATE.providers} <= set(re.findall(r"\d{10}", listed))


async def test_users_are_those_of_the_account_chosen(franklin: FranklinDesk) -> None:
    franklin.account(mfa=(), organizations=(NORTHGATE, LAKESIDE))
    await franklin.enter()
    await franklin.tell("organization", {"Account": LAKESIDE.name})
    await franklin.open("/staff")
    listed = (await franklin.tell("staff", {"FranklinID begins with": ""}))["result"]
    assert LAKESIDE.tin in listed
    assert NORTHGATE.tin not in listed


@pytest.mark.parametrize("path", ["/inbox", "/letters", "/staff"])
async def test_a_function_that_nobody_gave_is_not_there(franklin: FranklinDesk, path: str) -> None:
    franklin.account(mfa=(), roles=("eligibility",))
    await franklin.enter()
    await franklin.open(path)
    assert heading(franklin.page) == "Function not available"


@pytest.mark.parametrize(("path", "event"), [("/inbox", "inbox"), ("/letters", "letters")])
async def test_a_day_that_is_none_is_told(franklin: FranklinDesk, path: str, event: str) -> None:
    await franklin.open(path)
    await franklin.tell(event)
    assert alert(franklin.page) == "Enter each date as MM/DD/YYYY."
