"""A message of ours is known again by its mark, and by nothing else that a portal prints of it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from core.capabilities.catalog import capability, write
from core.capabilities.common import NoAnswerNow
from core.capabilities.messages import Message, MessageKind, Messages
from core.capabilities.sent_messages import OutgoingMessage, SentMessage, SentMessages, SentMessagesQuery
from core.capabilities.submissions import Enclosed, Received
from core.errors import RequestInvalid
from core.manifest import SubmissionRule
from core.phi import Phi
from core.preflight import preflight

TODAY = date.today()
KEYS = {"subject_line": "Records of Jane Roe", "body": "Attached.\n\nPlease call.", "topic": "claim"}
REPLY = {"in_reply_to": "4000017", "received_on": TODAY.isoformat(), "topic": ""}
RULE = SubmissionRule(
    kinds=("message",), topics=("claim",), max_files=1, max_bytes=9, total_bytes=9, endings=("txt",),
    longest_text=60, worklist_minutes=5,
)  # fmt: skip


def written(kind: str = "message", *files: bytes, **keys: str) -> OutgoingMessage:
    sends = capability("sent_messages").sends
    assert sends is not None
    wanted = sends.ask(kind, KEYS | keys, [Enclosed.of("Jane Roe.txt", data) for data in files])
    assert isinstance(wanted, OutgoingMessage)
    return wanted


def shown(body: str, **more: Any) -> SentMessage:
    return SentMessage(number="7", subject="Records of Jane Roe", body=body, submitted_on=TODAY, **more)


def test_the_mark_is_of_all_that_is_sent_and_of_nothing_else() -> None:
    others = [
        written(),
        written(body="Attached. Please call!"),
        written(subject_line="Records of Jane Row"),
        written(topic="other"),
        written(claim_number="C1"),
        written("message", b"records"),
        written("reply", **REPLY),
    ]
    assert len({each.mark for each in others}) == len(others)
    assert written().mark == written().mark
    sends = capability("sent_messages").sends
    assert sends is not None
    again = sends.read(write(others[-1]))
    assert isinstance(again, OutgoingMessage)
    assert again.mark == others[-1].mark
    assert others[0].text.splitlines()[-1] == f"Our reference: {others[0].mark}"


@pytest.mark.parametrize(
    ("days", "subject", "body", "claims", "answered"),
    [
        (0, "Re: Records of Jane Roe", "> Our reference: {mark}", (), True),
        (1, "Your question", "See your message, our reference: {mark}.", (), True),
        (1, "RE: Records of Jane Roe", "Thank you.", ("C1",), True),
        (0, "Re: Records of Jane Roe", "Thank you.", ("C1",), False),
        (1, "Re: Records of Jane Roe", "Thank you.", ("C11",), False),
        (1, "Re: Records of Jane Roe", "> Our reference: 3F9A21C0D47B", ("C1",), False),
        (1, "Re: Records of John Roe", "Thank you.", ("C1",), False),
    ],
)
def test_an_answer_is_known_by_the_mark_or_by_subject_claim_and_day(
    days: int, subject: str, body: str, claims: tuple[str, ...], *, answered: bool
) -> None:
    mine, received = written(claim_number="c1"), Received("7", TODAY - timedelta(days=2), TODAY)
    came = {"received_on": received.on + timedelta(days=days), "claim_numbers": claims, "kind": MessageKind.MESSAGE}
    message = Message(id="9", subject=subject, body=body.format(mark=mine.mark), **came)
    (filed,) = mine.followed(Messages(messages=(message,)), received) or ()
    assert (filed.number, filed.standing.decided) == ("7", answered)
    assert mine.followed(NoAnswerNow(message="later"), received) is None


def test_what_came_long_ago_or_of_something_else_is_not_opened_for_an_answer() -> None:
    asked = written().follow_up_query(Received("7", TODAY - timedelta(days=200), TODAY))
    assert (asked.from_date, asked.to_date) == (TODAY - timedelta(days=92), TODAY)
    assert [asked.titled(each) for each in ("Re: Records of J…", "Records of Jim Roe", None)] == [True, False, True]


def test_a_sent_folder_proves_this_message_and_no_other() -> None:
    wanted, other = written(), written(body="Attached. Please call!")
    ours = shown(" ".join(wanted.text.split()))
    folder = SentMessages.of([shown(other.text), shown("Attached.\n\nPlease call."), ours])
    assert wanted.among(folder) == (ours,)
    assert wanted.among(SentMessages(messages=())) == ()
    assert wanted.among(NoAnswerNow(message="Try again.")) is None


@pytest.mark.parametrize(
    ("printed", "is_it"),
    [
        ("Records of Jane Roe", True),
        ("RE: records  of Jane Roe", True),
        ("Records of Ja…", True),
        ("Re: Records of...", True),
        ("Records of Jane", False),
        ("Records of Jim…", False),
        ("Records of Jane Roe and John", False),
    ],
)
def test_a_subject_that_is_cut_off_may_be_the_one(printed: str, is_it: bool) -> None:
    query = SentMessagesQuery(from_date=TODAY, to_date=TODAY, subject_line=Phi("Records of Jane Roe"))
    assert query.wants(subject=printed, claim_numbers=(), sent_on=TODAY) is is_it
    assert not query.wants(subject=printed, claim_numbers=(), sent_on=TODAY - timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "keys", "said"),
    [
        ("reply", {}, "in_reply_to is needed: a reply is to one message of the payer's"),
        ("reply", {"in_reply_to": "4"}, "received_on is needed"),
        ("message", {"in_reply_to": "4"}, "in_reply_to belongs to a reply"),
        ("message", {"body": " "}, "body field required"),
    ],
)
def test_what_is_missing_is_said(kind: str, keys: dict[str, str], said: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        written(kind, **keys)
    assert refused.value.sentence.casefold().startswith(said.casefold())


def test_what_the_portal_does_not_take_is_said_before_a_log_in() -> None:
    with pytest.raises(RequestInvalid) as refused:
        preflight(written(topic="payment", body="x" * 60), RULE, {}, today=TODAY)
    assert refused.value.sentence.startswith("The text has 89 characters, and the portal takes 60. This portal has no")
