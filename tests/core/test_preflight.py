from __future__ import annotations

import io
import zipfile
from datetime import date
from typing import Any

import pytest
from pypdf import PdfWriter

from core.capabilities.appeals import Appeal
from core.capabilities.catalog import CAPABILITIES, capability, write
from core.capabilities.submissions import Enclosed
from core.errors import RequestInvalid
from core.manifest import SubmissionRule
from core.preflight import Cleared, preflight

TODAY = date(2026, 11, 22)
RULE = SubmissionRule(
    kinds=("appeal",),
    requires=("member_id", "reason"),
    reasons=("coding", "other"),
    max_files=3,
    min_bytes=300,
    max_bytes=60_000,
    total_bytes=100_000,
    endings=("pdf", "docx", "png", "txt", "doc"),
    filing_days=60,
    filing_source="assumed",
    worklist_minutes=5,
)


def pdf(*, pages: int = 1, password: str | None = None) -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    if password is not None:
        writer.encrypt(password, owner_password="owner")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def docx() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>" * 100)
    return out.getvalue()


def cleared(*files: tuple[str, bytes], rule: SubmissionRule = RULE, **keys: Any) -> Cleared:
    enclosed = [Enclosed.of(title, data) for title, data in files]
    values = {"claim_number": "CLM-1", "member_id": "W1", "reason": "coding", "decided_on": "2026-11-02"} | keys
    sends = capability("appeals").sends
    assert sends is not None
    appeal = sends.ask("appeal", {key: value for key, value in values.items() if value}, enclosed)
    contents = {each.sha256: data for each, (_, data) in zip(enclosed, files, strict=True)}
    return preflight(appeal, rule, contents, today=TODAY)


def test_what_is_right_goes_on_with_the_days_that_are_left() -> None:
    files = [("Jane Roe.PDF", pdf()), ("letter.docx", docx()), ("scan.png", b"\x89PNG\r\n\x1a\n" + b"x" * 400)]
    assert cleared(*files) == Cleared(file_by=date(2027, 1, 1), days_left=40)
    months = RULE.model_copy(update={"filing_days": None, "filing_months": 12})
    assert cleared(rule=months).file_by == date(2027, 11, 2)


@pytest.mark.parametrize(
    ("title", "data", "says"),
    [
        ("small.txt", b"x" * 299, "File 1 is too small: 299 bytes, and the portal takes 300 or more."),
        ("large.txt", b"x" * 60_001, "File 1 is too large: 60,001 bytes, and the portal takes 60,000 at most."),
        ("tool.exe", b"MZ" * 400, "File 1 is of no type that the portal takes: pdf, docx, png, txt, doc."),
        ("no ending", b"x" * 400, "File 1 is of no type that the portal takes: pdf, docx, png, txt, doc."),
        ("photo.pdf", b"\x89PNG\r\n\x1a\n" + b"x" * 400, "File 1 is no pdf file, by its content."),
        ("locked.pdf", pdf(password="secret"), "File 1 is locked with a password; save it without one."),
        ("cut.pdf", pdf()[:310], "File 1 is a damaged PDF; open it, and print it to a new PDF."),
        (
            "locked.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 60,
            "File 1 is locked with a password; save it without one.",
        ),
        ("other.docx", b"PK\x03\x04" * 100, "File 1 is no docx file, by its content."),
        ("binary.txt", b"\x00\x01" * 200, "File 1 is no txt file, by its content."),
    ],
)
def test_each_fault_of_a_file_has_its_sentence_without_its_name(title: str, data: bytes, says: str) -> None:
    with pytest.raises(RequestInvalid) as refused:
        cleared((title, data))
    assert (refused.value.sentence, refused.value.field) == (says, "files")


def test_a_pdf_that_opens_without_a_password_may_be_sent() -> None:
    assert cleared(("printed.pdf", pdf(password="")))


def test_all_that_is_wrong_is_said_at_once() -> None:
    letter = ("a.txt", b"x" * 59_000)
    with pytest.raises(RequestInvalid) as refused:
        cleared(letter, letter, ("b.txt", b"y" * 59_000), ("c.txt", b"z" * 400), member_id=None, reason="duplicate")
    for said in (
        "member_id is needed",
        "no such reason",
        "at most 3 files",
        "File 2 is the same as file 1",
        "together",
    ):
        assert said in refused.value.sentence


def test_a_narrative_that_the_form_would_cut_short_is_refused() -> None:
    rule = RULE.model_copy(update={"longest_text": 40})
    assert cleared(rule=rule, narrative="x" * 40).days_left is not None
    with pytest.raises(RequestInvalid, match="The narrative has 41 characters, and the portal takes 40") as wrong:
        cleared(rule=rule, narrative="x" * 41)
    assert wrong.value.field == "narrative"


def test_what_the_form_has_no_place_for_is_not_left_out_in_silence() -> None:
    with pytest.raises(RequestInvalid, match="no place for contact_name") as wrong:
        cleared(("a.pdf", pdf()), rule=RULE.model_copy(update={"lacks": ("contact_name",)}), contact_name="Kim Rivera")
    assert wrong.value.field == "contact_name"


@pytest.mark.parametrize(
    ("decided_on", "says"), [(None, "decided_on is needed"), ("2026-09-22", "ended on 2026-11-21")]
)
def test_the_time_to_file_is_counted_from_the_decision(decided_on: str | None, says: str) -> None:
    with pytest.raises(RequestInvalid, match=says):
        cleared(decided_on=decided_on)
    assert cleared(decided_on="2026-09-23").days_left == 0


def test_the_same_of_the_same_is_one_however_it_is_worded() -> None:
    first, other = Enclosed.of("a.pdf", b"a"), Enclosed.of("b.pdf", b"b")

    def content(*files: Enclosed, portal: str = "availity", **keys: Any) -> str:
        asked = {"kind": "appeal", "claim_number": "clm-1", "files": files} | keys
        return Appeal.model_validate(asked).content(portal, "AETNA")

    assert content(first, other) == content(other, first, claim_number=" CLM-1 ", narrative="in other words")
    different = [content(first), content(first, other, kind="reconsideration"), content(first, other, portal="uhc")]
    assert len({content(first, other), content(first, other, claim_number="CLM-12"), *different}) == 5


def test_what_is_to_be_sent_survives_its_seal_and_shows_nothing() -> None:
    sends = CAPABILITIES["appeals"].sends
    assert sends is not None
    appeal = sends.ask("appeal", {"claim_number": "CLM-1", "narrative": "…"}, [Enclosed.of("Jane Roe.pdf", b"a")])
    assert sends.read(write(appeal)) == appeal
    assert "Roe" not in repr(appeal) + appeal.files[0].name + appeal.model_dump_json()
    with pytest.raises(RequestInvalid, match="“files” is not a key"):
        sends.ask("appeal", {"claim_number": "CLM-1", "files": "x"}, [])
