"""Questions about messages and documents: what is refused before a portal is bothered, and what answers say of
themselves.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from core.capabilities.catalog import capability, write
from core.capabilities.documents import Category, Documents, KeptBy, ListedDocument
from core.capabilities.files import Document, DocumentKind
from core.capabilities.messages import (
    Enclosure,
    Message,
    MessageKind,
    Messages,
    MessagesQuery,
    OpenedMessage,
    Paragraph,
)
from core.errors import RequestInvalid
from core.manifest import Manifest, Retention

TODAY = date.today()
PDF = Document.of(DocumentKind.ATTACHMENT, b"%PDF-1.4 %%EOF")
PAGE = Document.of(DocumentKind.ATTACHMENT, b"<html>", media_type="text/html", problem="The portal gave a web page.")


def days_ago(days: int) -> str:
    return (TODAY - timedelta(days=days)).isoformat()


@pytest.mark.parametrize("name", ["messages", "documents"])
@pytest.mark.parametrize(
    ("keys", "says"),
    [
        ({"to_date": days_ago(1)}, "from_date Field required"),
        ({"from_date": days_ago(1), "to_date": days_ago(3)}, "From_date lies after to_date."),
        ({"from_date": days_ago(900), "to_date": days_ago(3)}, "days apart at most"),
        ({"from_date": "1999-01-01", "to_date": "1999-01-02"}, "must lie between"),
        ({"from_date": days_ago(1), "to_date": days_ago(1), "provider_npi": "1"}, "provider_npi is not an NPI"),
        ({"from_date": days_ago(1), "to_date": days_ago(1), "folder": "x"}, "“folder” is not a key"),
    ],
)
def test_a_question_that_makes_no_sense_is_told_so(name: str, keys: dict[str, str], says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        capability(name).ask(keys)


def test_kinds_are_words() -> None:
    days = {"from_date": days_ago(9), "to_date": days_ago(2)}
    asked = capability("messages").ask({**days, "kind": "notification", "unread_only": "true", "claim_number": "e1 "})
    assert isinstance(asked, MessagesQuery)
    assert (asked.kind, asked.unread_only) == (MessageKind.NOTIFICATION, True)
    assert asked.about(["E1"])
    assert not asked.about(["E12"])
    assert asked.phi_values() == ["e1"]
    for name, wrong in (("messages", {"kind": "fax"}), ("documents", {"category": "fax"})):
        with pytest.raises(RequestInvalid):
            capability(name).ask({**days, **wrong})


def message(**more: Any) -> Message:
    return Message(**{"kind": MessageKind.MESSAGE, "subject": "S", "received_on": TODAY, **more})


def test_messages_stand_newest_first_and_say_what_opening_them_did() -> None:
    old = message(id="1", received_on=TODAY - timedelta(days=3), read=False, attachments=(PDF, PAGE))
    bell = message(kind=MessageKind.NOTIFICATION, read=None)
    found = Messages.of([old, message(id="2", read=True), bell], "As of the log-in.")
    assert [each.id for each in found.messages] == ["2", None, "1"]
    assert found.sentence == "3 messages, 1 unread before; 2 attachments, 1 refused."
    assert found.notes == ("1 of them had not been read; the portal counts them as read now.", "As of the log-in.")
    assert Messages.of([]).sentence == "No messages."
    assert Messages.of([message(read=True)]).notes == ()


def test_an_opened_message_becomes_whole() -> None:
    opened = OpenedMessage(
        **dict(message(id="7")),
        paragraphs=(Paragraph(text="A"), Paragraph(text="B")),
        enclosures=(Enclosure(title="x"),),
    )
    at = datetime(2026, 11, 2, 9, 5, tzinfo=UTC)
    whole = opened.whole([PDF], read=False, received_at=at)
    assert type(whole) is Message
    assert (whole.id, whole.body, whole.read, whole.received_at) == ("7", "A\nB", False, at)
    assert whole.attachments == (PDF,)
    assert opened.model_copy(update={"paragraphs": ()}).whole([]).body is None


@pytest.mark.parametrize("answer", [Messages.of([message(id="7", attachments=(PDF, PAGE))]), Documents.of([])])
def test_an_answer_survives_its_sealing(answer: Messages | Documents) -> None:
    assert capability(answer.outcome).read_answer(write(answer)) == answer


def test_documents_say_what_is_lost_first() -> None:
    listed = ListedDocument(
        title="T", category=Category.PAYMENT, posted_on=TODAY, kept_until=TODAY, kept_by=KeptBy.PORTAL, document=PDF
    )
    later = listed.model_copy(update={"kept_until": TODAY + timedelta(days=1), "document": PAGE})
    assert Documents.of([later, listed]).sentence == f"2 documents, 1 refused; the first is kept until {TODAY}."
    assert Documents.of([]).sentence == "No documents."


@pytest.mark.parametrize(
    ("posted", "months", "days", "until"),
    [
        (date(2026, 8, 31), 6, 0, date(2027, 2, 28)),
        (date(2024, 2, 29), 24, 0, date(2026, 2, 28)),
        (date(2026, 11, 22), 18, 0, date(2028, 5, 22)),
        (date(2026, 12, 31), 0, 7, date(2027, 1, 7)),
    ],
)
def test_months_of_retention_are_those_of_the_calendar(posted: date, months: int, days: int, until: date) -> None:
    assert Retention(kind="x", months=months, days=days).until(posted) == until


def test_a_portal_remembers_as_long_as_its_longest_tier() -> None:
    tiers = (Retention(kind="documents", months=13), Retention(kind="documents", months=36, tier="premium"))
    bell = Retention(kind="notification", days=7)
    manifest = Manifest.model_construct(retention=(*tiers, bell))
    today = date(2026, 11, 22)
    assert manifest.kept_since("documents", ["payment", "appeal"], today) == date(2023, 11, 22)
    assert manifest.kept_since("messages", ["notification"], today) == date(2026, 11, 15)
    assert manifest.kept_since("messages", ["message", "notification"], today) is None
