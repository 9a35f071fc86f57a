"""Messages to UCare: written, checked, sent, and shown among the sent ones after a while."""

import hashlib
import re
from datetime import timedelta
from html import unescape

import pytest
from ucare_desk import PORTAL, UcareDesk, heading

PDF = b"%PDF-1.7\n" + b"records " * 400
TOLD = {"topic": "claim", "claim": "", "subject": "Records", "text": "Attached.\r\n\r\nOur reference: 3F9A"}


@pytest.fixture(autouse=True)
async def signed_in(ucare: UcareDesk) -> None:
    ucare.account(mfa=())
    await ucare.password()
    ucare.house.dials["ucare"].virus_scan_ms = (0, 0)


def hidden(page: str) -> dict[str, str]:
    return dict(re.findall(r'type="hidden" name="(\w+)" value="(.+?)"', page))


async def checked(ucare: UcareDesk, where: str = "/messages/new", *files: tuple[str, bytes], **told: str) -> str:
    known = hidden(await ucare.page(where))
    attached = [("files", file) for file in files or [("records.pdf", PDF)]]
    sent = await ucare.browser.post(f"{PORTAL}/messages/check", data={**TOLD, **known, **told}, files=attached)
    return unescape(sent.text)


async def sent(ucare: UcareDesk, *args: str, **told: str) -> str:
    page = await checked(ucare, *args, **told)
    return unescape((await ucare.browser.post(f"{PORTAL}/messages/send", data=hidden(page))).text)


async def folder(ucare: UcareDesk) -> str:
    today = ucare.house.clock.today()
    days = {"from": f"{today - timedelta(days=1):%m/%d/%Y}", "to": f"{today:%m/%d/%Y}"}  # where it is still yesterday
    return unescape((await ucare.send("/messages/sent/find", **days)).text)


async def test_what_was_sent_was_received_and_is_listed_later(ucare: UcareDesk) -> None:
    page = await checked(ucare)
    assert "<p>Attached.</p><p>Our reference: 3F9A</p>" in page
    assert "<b>records.pdf</b>" in page
    assert ucare.house.mailroom.received("ucare") == []
    done = unescape((await ucare.browser.post(f"{PORTAL}/messages/send", data=hidden(page))).text)
    (one,) = ucare.house.mailroom.received("ucare")
    assert f"with the number {one.number}." in done
    assert [each.sha256 for each in one.files] == [hashlib.sha256(PDF).hexdigest()]
    assert one.number not in await folder(ucare)
    ucare.house.clock.advance(61)
    assert f"<td>{one.number}</td>" in await folder(ucare)
    shown = await ucare.page(f"/messages/sent/{one.number}/panel")
    assert "<p>Our reference: 3F9A</p>" in shown
    await sent(ucare, text="Attached. Our reference: 3F9A")
    assert (ucare.tally()["submissions"], ucare.tally()["duplicates_accepted"]) == (2, 1)


async def test_a_reply_has_the_subject_of_what_it_answers(ucare: UcareDesk) -> None:
    letter = next(each for each in ucare.house.world.mail["UCARE"] if each.claim and not each.notification)
    await sent(ucare, f"/messages/{letter.number}/reply")
    (one,) = ucare.house.mailroom.received("ucare")
    assert (one.subject, one.reply_to, one.topic) == (f"Re: {letter.subject}", letter.number, None)
    assert one.claim is letter.claim


async def test_what_is_wrong_is_said_and_the_last_click_may_come_to_nothing(ucare: UcareDesk) -> None:
    assert "Claim number X9 is not on file with UCare." in await checked(ucare, claim="x9")
    assert "run.exe is not of a type" in await checked(ucare, "/messages/new", ("run.exe", PDF))
    assert "write a subject and a message" in await checked(ucare, text=" ")
    ucare.house.dials["ucare"].submit_faults = ("error_before", "ended_after")
    assert "There is a problem on our side" in await sent(ucare)
    assert ucare.house.mailroom.received("ucare") == []
    assert "Your session was closed" in await sent(ucare)
    assert len(ucare.house.mailroom.received("ucare")) == 1
    assert await ucare.heading("/home") == heading(await ucare.browser.get(f"{PORTAL}/sign-in"))


async def test_without_the_role_nothing_is_written(ucare: UcareDesk) -> None:
    ucare.account(mfa=(), roles=("messages",))
    await ucare.password()
    assert await ucare.heading("/messages/new") == await ucare.heading("/messages/sent") == "Access is needed"
