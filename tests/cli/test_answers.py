"""What people see of an answer."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from rich.console import Console

from cli.answers import shown
from core.capabilities.appeals import AppealKind, Appeals, FiledAppeal, FilingStatus
from core.capabilities.authorizations import Authorization, Authorizations, AuthorizedService, Decision, Unit
from core.capabilities.documents import Category, Documents, KeptBy, ListedDocument
from core.capabilities.eligibility import Coverage, ManagedCare, Member, Plan, PlanStatus
from core.capabilities.files import Document, DocumentKind
from core.capabilities.messages import Message, MessageKind, Messages
from core.capabilities.record import Answer
from core.capabilities.remittances import Earlier, ExplainedClaim, Payment, PaymentStatus, Relation, Remittances
from core.capabilities.submissions import Confirmed
from core.capabilities.users import PortalUser, Scope, Users, UserStatus
from core.x12.remittance import read_835
from tests.core.era_text import file_of

BODY = [
    "BPR*I*50.80*C*CHK************20261120",
    "TRN*1*0042*1811234567",
    "N1*PR*BLUE HORIZON",
    "N1*PE*NORTHGATE*XX*1457398216",
    "CLP*PA7*1*145*80*25*12*00123*11",
    "NM1*QC*1*[BOLD]*ANN****MI*W1",
    "SVC*HC:99213:25*145*75",
    "CAS*CO*45*45",
    "CAS*PR*3*25**9999*0",
    "LQ*HE*N130",
    "PLB*1457398216*20261231*WO:E9*29.20",
]


def printed(answer: Answer) -> str:
    out = io.StringIO()
    Console(file=out, width=160, markup=False, highlight=False).print(shown(answer))
    return out.getvalue()


def test_a_remittance_is_told_with_its_reasons_and_what_does_not_come_out() -> None:
    found = read_835(file_of(BODY))
    assert isinstance(found, tuple)
    file = Document(
        kind=DocumentKind.ERA, name="835-ab12.835", media_type="application/edi-x12", size=1234, sha256="ab12" * 16
    )
    whole = Payment(
        number="0042",
        amount=Decimal("50.80"),
        status=PaymentStatus.REISSUED,
        replaces="0031",
        offers=(DocumentKind.ERA, DocumentKind.EOP),
        documents=(file,),
        remittance=found[0],
        pulled_before=(
            Earlier(
                relation=Relation.REISSUE,
                number="0031",
                paid_on=date(2026, 11, 2),
                pulled_at=datetime(2026, 11, 3, 12, tzinfo=UTC),
                work_item="item_1",
                claims=("00123",),
            ),
        ),
    )
    text = printed(Remittances(payments=(whole,)))
    for expected in (
        "1 payment, $50.80; 1 remittance read, 1 out of balance.",
        "reissued, in place of 0031",
        "It pays what payment 0031 of 2026-11-02 pays, pulled on 2026-11-03 (00123): post one of the two.",
        "835, EOP",
        "835-ab12.835, 1,234 bytes",
        "ANN [BOLD], W1",
        "99213 25",
        "CO-45 $45.00",
        "45: over the contracted or allowed rate",
        "9999: not in our list",
        "PR: the patient owes it",
        "WO (overpayment is being recovered) E9",
        "-$29.20",
        "Claim 00123 states $80.00 where the file comes to $75.00: off by $5.00.",
    ):
        assert expected in text, expected


def test_a_payment_that_only_a_paper_explains_is_told_with_its_claims_and_not_as_proven() -> None:
    claim = ExplainedClaim(claim_number="E0000001", billed=Decimal(90), paid=Decimal(5))
    paper = Payment(number="0042", amount=Decimal(5), explained_amount=Decimal(5), explained_claims=(claim,))
    text = printed(Remittances(payments=(paper,)))
    for expected in (
        "E0000001",
        "$90.00",
        "EOP only: there is no 835 to prove the sum by.",
        "add up to $5.00, which is the payment; no 835 proves it.",
    ):
        assert expected in text, expected
    assert "balance" not in text


def test_claims_of_a_paper_that_miss_the_payment_are_told_with_the_difference() -> None:
    claims = [ExplainedClaim(claim_number=f"E{each}", billed=Decimal(90), paid=Decimal(each)) for each in (4, 3)]
    paper = Payment(number="0042", amount=Decimal(5), explained_amount=Decimal(5), explained_claims=tuple(claims))
    text = printed(Remittances(payments=(paper,)))
    assert "add up to $7.00; the payment is $5.00, difference -$2.00." in text
    assert "1 whose explained claims do not add up to the payment." in text


def test_a_file_that_could_not_be_read_says_why() -> None:
    file = Document(
        kind=DocumentKind.ERA,
        name="835-ab12.835",
        media_type="application/edi-x12",
        size=9,
        sha256="ab12" * 16,
        problem="The file is cut short: SE, GE or IEA is missing.",
    )
    text = printed(Remittances(payments=(Payment(number="0042", amount=Decimal(5), documents=(file,)),)))
    assert "cut short" in text
    assert "remittance" not in text.splitlines()[0]


@pytest.mark.parametrize(
    ("name", "known"), [("UnitedHealthcare", "; ask portal uhc"), ("Lake Superior Community Plan", "")]
)
def test_who_delivers_a_plan_is_printed_with_it_and_where_that_is_asked(name: str, known: str) -> None:
    plan = Plan(status=PlanStatus.ACTIVE, plan_name="MA", managed_care=ManagedCare(name=name, phone="612 555-0100"))
    member, notes = Member(member_id="01234567"), ("Results may be incomplete.",)
    told = printed(Coverage(member=member, as_of=date(2026, 3, 2), plans=(plan,), notes=notes))
    assert f"· {notes[0]}" in told
    assert f"delivered by {name}: ask there for more" in told
    assert f"· delivered by {name}, phone 612 555-0100{known}\n" in re.sub(r" +\n", "\n", told)


def test_a_message_is_told_with_its_text_and_what_was_refused_of_it() -> None:
    page = Document.of(DocumentKind.ATTACHMENT, b"<html>", media_type="text/html", problem="It is a web page.")
    letter = Message(
        id="4865",
        kind=MessageKind.MESSAGE,
        subject="[bold] is needed",
        received_on=date(2026, 11, 2),
        received_at=datetime(2026, 11, 2, 12, 58, tzinfo=ZoneInfo("America/Chicago")),
        read=False,
        body="First.\nSecond.",
        claim_numbers=("E1",),
        member_ids=("W1",),
        attachments=(page,),
    )
    bell = Message(kind=MessageKind.NOTIFICATION, subject="Claim E1 was processed.", received_on=date(2026, 11, 1))
    text = printed(Messages.of([letter, bell], "As of the log-in."))
    for expected in (
        "2 messages, 1 unread before; 1 attachment, 1 refused.",
        "4865  2026-11-02 12:58 CST  unread before",
        "[bold] is needed",
        "claim E1, member W1",
        "attachment-",
        "bytes, SHA-256",
        "It is a web page.",
        "First.\nSecond.",
        "2026-11-01  Claim E1 was processed.",
        "· As of the log-in.",
    ):
        assert expected in text, expected


def test_a_document_says_until_when_it_is_kept_and_who_says_so() -> None:
    file = Document.of(DocumentKind.LISTED, b"a,b", media_type="text/csv")
    listed = ListedDocument(
        title="Capitation detail",
        category=Category.FINANCIAL_REPORT,
        posted_on=date(2026, 11, 2),
        kept_until=date(2028, 5, 2),
        kept_by=KeptBy.MANIFEST,
        document=file,
    )
    text = printed(Documents.of([listed]))
    assert "1 document; the first is kept until 2028-05-02." in text
    assert "financial report" in text
    assert "2028-05-02 (computed from how long the portal keeps it)" in text
    assert f"{file.name}, 3 bytes" in text


def test_users_are_told_with_what_they_may_see_and_when_they_were_there() -> None:
    scopes = (Scope(tin="36-4418027", npi="1457398216", site="North campus"),)
    users = (
        PortalUser(username="rhayes", name="[b]Rae", roles=("Provider Admin",), scopes=scopes, never_logged_in=True),
        PortalUser(username="tmere", status=UserStatus.LOCKED, last_login=date(2026, 3, 2)),
    )
    told = printed(Users(users=users))
    for expected in (
        "2 users have access: 1 locked.",
        "[b]Rae",
        "TIN 36-4418027, NPI 1457398216, North campus",
        "never",
        "2026-03-02",
    ):
        assert expected in told, expected


def test_an_authorization_is_told_with_what_was_asked_for_and_what_was_approved() -> None:
    lines = (
        AuthorizedService(
            line_number=1, procedure_code="97110", modifiers=("GP",), unit=Unit.VISITS,
            units_requested=Decimal(12), units_approved=Decimal(6), units_used=Decimal(0), decision=Decision.MODIFIED,
        ),
        AuthorizedService(line_number=2, revenue_code="0120"),
    )  # fmt: skip
    whole = Authorization(
        authorization_number="0A12", tracking_number="D7", decision=Decision.PARTLY_CERTIFIED, action_code="A2",
        first_name="[bold]", requesting_name="Ward", next_step="Call.", lines=lines,
    )  # fmt: skip
    text = printed(Authorizations(authorizations=(whole,)))
    for expected in (
        "1 authorization: partly certified.", "0A12  D7", "[bold] —, —", "partly certified (A2)", "Ward, NPI —", "Call."
    ):  # fmt: skip
        assert expected in text
    assert re.search(r"97110 GP .* 12 .* 6 .* 0 .* visits .* modified", text)
    assert re.search(r"0120 .* — .* — .* — .* — .* —", text)
    assert "Reason" not in text


def test_what_was_filed_is_told_with_its_number() -> None:
    confirmed = printed(Confirmed(number="DR-1", received_on=date(2026, 11, 22), message="Thank you."))
    for part in ("The portal has received it.", "DR-1", "2026-11-22", "Thank you."):
        assert part in confirmed
    line = FiledAppeal(number="DR-1", claim_number="CLM-1", kind=AppealKind.APPEAL, status=FilingStatus.IN_REVIEW)
    listed = printed(Appeals(appeals=(line,), notes=("Shown after a day.",)))
    for part in ("1 on the portal's worklist for this claim, none decided.", "in review", "Shown after a day."):
        assert part in listed
