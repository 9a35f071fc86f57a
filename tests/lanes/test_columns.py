"""Every fact that a sheet gets has a column that announces it."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from core.capabilities.appeals import AppealKind, Appeals, FiledAppeal, FilingStatus
from core.capabilities.authorizations import Authorization, Authorizations, AuthorizedService, Decision, Unit
from core.capabilities.catalog import CAPABILITIES
from core.capabilities.claim_files import AcknowledgedClaim, ClaimFate, ClaimFiles, ClaimFileStatus, FiledClaimFile
from core.capabilities.claim_status import Adjustment, Claim, ClaimLine, Claims
from core.capabilities.documents import Category, Documents, KeptBy, ListedDocument
from core.capabilities.eligibility import Coverage, Member, Plan, PlanStatus
from core.capabilities.files import Document, DocumentKind
from core.capabilities.messages import Message, MessageKind, Messages
from core.capabilities.notifications import FiledNotification, Notifications, Risk
from core.capabilities.record import Answer
from core.capabilities.remittances import (
    Earlier,
    ExplainedClaim,
    Imbalance,
    Method,
    Payment,
    PaymentStatus,
    Relation,
    Remittance,
    RemittanceNotFound,
    Remittances,
    RemittedClaim,
    Rule,
)
from core.capabilities.sent_messages import SentMessage, SentMessages
from core.capabilities.users import PortalUser, Scope, Users, UserStatus
from lanes.batches.batch import WAYS
from lanes.batches.columns import COLUMNS, facts

DAY = date(2026, 11, 20)
PDF = Document.of(DocumentKind.LETTER, b"%PDF")
LINE = ClaimLine(line_number=1, adjustments=(Adjustment(group="PR", code="3"), Adjustment(group="CO", code="45")))
CLAIMS = Claims(claims=(Claim(claim_number="E1", lines=(LINE, LINE.model_copy(update={"line_number": 2}))),))
COVERAGE = Coverage(member=Member(member_id="W1"), as_of=date(2026, 1, 1), plans=(Plan(status=PlanStatus.ACTIVE),))
CLAIM = RemittedClaim(status_code="1", billed=Decimal(9), paid=Decimal(9))
FLAW = Imbalance(rule=Rule.PAYMENT, computed=Decimal(9), stated=Decimal(10))
PULLED = datetime(2026, 11, 20, 9, tzinfo=UTC)
PAYMENTS = Remittances(
    payments=(
        Payment(
            number="0042",
            paid_on=date(2026, 11, 20),
            amount=Decimal(10),
            method=Method.ACH,
            status=PaymentStatus.ISSUED,
            documents=(Document.of(DocumentKind.ERA, b"ISA"),),
            remittance=Remittance(trace_number="0042", amount=Decimal(10), claims=(CLAIM,), imbalances=(FLAW,)),
            pulled_before=(
                Earlier(relation=Relation.SAME, number="0042", pulled_at=PULLED, work_item="item_1"),
                Earlier(
                    relation=Relation.REISSUE, number="0031", pulled_at=PULLED + timedelta(days=1), work_item="item_2"
                ),
            ),
        ),
        Payment(number="VC7", amount=Decimal("7.10"), method=Method.VIRTUAL_CARD),
        Payment(
            number="VC8",
            amount=Decimal("7.10"),
            method=Method.VIRTUAL_CARD,
            explained_amount=Decimal("7.10"),
            explained_claims=(ExplainedClaim(claim_number="E7", billed=Decimal(9), paid=Decimal("7.10")),),
        ),
        Payment(
            number="VC9",
            amount=Decimal(5),
            explained_amount=Decimal(5),
            explained_claims=(ExplainedClaim(claim_number="E8", billed=Decimal(9), paid=Decimal(6)),),
        ),
    )
)


MAIL = Messages.of(
    [
        Message(
            kind=MessageKind.MESSAGE,
            subject="More is needed",
            received_on=date(2026, 11, 20),
            read=False,
            claim_numbers=("E1",),
            attachments=(
                Document.of(DocumentKind.ATTACHMENT, b"%PDF"),
                Document.of(DocumentKind.ATTACHMENT, b"<html>", media_type="text/html", problem="A page."),
            ),
        ),
        Message(
            kind=MessageKind.NOTIFICATION, subject="Claim E1", received_on=date(2026, 11, 19), claim_numbers=("E1",)
        ),
    ]
)
PAPERS = Documents.of(
    [
        ListedDocument(
            title="Letter",
            category=Category.CLAIM_LETTER,
            posted_on=date(2026, 11, 20),
            kept_until=date(2028, 11, 20),
            kept_by=KeptBy.PORTAL,
            document=Document.of(DocumentKind.LISTED, b"a,b", media_type="text/csv"),
        )
    ]
)


def told(capability: str, answer: Answer) -> dict[str, str]:
    row = facts(answer)
    assert set(row) <= set(COLUMNS[capability])
    return row


def test_every_capability_has_columns_and_ways_to_ask() -> None:
    assert COLUMNS.keys() == WAYS.keys() == CAPABILITIES.keys()
    for name, ways in WAYS.items():
        keys = CAPABILITIES[name].query.model_fields.keys()
        assert {key for way in ways for key in way} <= keys
        assert keys.isdisjoint(COLUMNS[name])


def test_codes_of_a_claim_stand_in_their_column() -> None:
    assert told("claim_status", CLAIMS)["adjustment_codes"] == "CO-45; PR-3"


def test_a_plan_that_states_little_leaves_columns_empty() -> None:
    assert told("eligibility", COVERAGE)["plan_status"] == "active"


def test_payments_stand_side_by_side() -> None:
    row = told("remittances", PAYMENTS)
    assert row["payments"] == "4"
    assert row["payment_numbers"] == "0042; VC7; VC8; VC9"
    assert row["amount"] == "10.00; 7.10; 7.10; 5.00"
    assert row["method"] == "ach; virtual_card; virtual_card; "
    assert row["balanced"] == "no; ; eop only; eop only, its claims off by -1.00"
    assert row["claims"] == "1; ; 1; 1"
    assert row["pulled_before"] == "same 2026-11-20, reissue 0031 2026-11-21; ; ; "
    assert row["files"].startswith("835-")
    assert told("remittances", RemittanceNotFound()) == {}


def test_messages_and_documents_are_counted_and_their_files_named() -> None:
    row = told("messages", MAIL)
    assert (row["messages"], row["unread"], row["newest_on"]) == ("2", "1", "2026-11-20")
    assert (row["subjects"], row["related_claims"]) == ("More is needed; Claim E1", "E1")
    assert row["files"].startswith("attachment-")
    assert ";" not in row["files"]
    papers = told("documents", PAPERS)
    assert (papers["documents"], papers["kept_until"], papers["refused"]) == ("1", "2028-11-20", "0")
    assert papers["files"].endswith(".csv")
    assert told("messages", Messages.of([]))["newest_on"] == ""


def test_what_was_sent_stands_in_one_row() -> None:
    filed = FiledAppeal(
        number="AP-1", claim_number="E1", kind=AppealKind.APPEAL, status=FilingStatus.UPHELD, letter=PDF
    )
    first = FiledAppeal(number="RC-1", claim_number="E1", kind=AppealKind.RECONSIDERATION, decided_on=DAY)
    assert told("appeals", Appeals(appeals=(filed, first))) == {
        "appeals": "2",
        "appeal_numbers": "AP-1; RC-1",
        "appeal_kind": "appeal; reconsideration",
        "submitted_on": "",
        "status": "upheld; ",
        "decided_on": "; 2026-11-20",
        "files": PDF.name,
    }
    note = SentMessage(number="7", subject="Claim E1", body="Long text", submitted_on=DAY, claim_numbers=("E1", "E2"))
    row = told("sent_messages", SentMessages.of([note]))
    assert (row["messages"], row["subjects"], row["related_claims"]) == ("1", "Claim E1", "E1; E2")
    assert "Long text" not in row.values()
    pregnancy = FiledNotification(number="N1", due_on=DAY, risk=Risk.HIGH)
    row = told("notifications", Notifications(notifications=(pregnancy,)))
    assert (row["notifications"], row["due_on"], row["risk"]) == ("1", "2026-11-20", "high")


def test_a_file_of_claims_says_which_are_rejected_and_why() -> None:
    claims = (
        AcknowledgedClaim(account="P1", fate=ClaimFate.ACCEPTED, payer_claim_number="E1"),
        AcknowledgedClaim(account="P2", fate=ClaimFate.REJECTED, reasons=("The subscriber is unknown.", "No NPI.")),
    )
    file = FiledClaimFile(
        number="F1",
        control_number="000000042",
        submitted_on=DAY,
        status=ClaimFileStatus.PARTLY_ACCEPTED,
        acknowledged=claims,
        documents=(PDF,),
    )
    assert told("claim_files", ClaimFiles(files=(file,))) == {
        "claim_files": "1",
        "file_numbers": "F1",
        "submitted_on": "2026-11-20",
        "status": "partly_accepted",
        "claims": "2",
        "accepted": "1",
        "rejected": "1",
        "rejected_accounts": "P2: The subscriber is unknown. No NPI.",
        "faults": "",
        "files": PDF.name,
    }
    assert told("claim_files", ClaimFiles(files=()))["rejected_accounts"] == ""


def test_a_user_stands_in_one_row() -> None:
    scopes = (Scope(tin="36-4418027", npi="1457398216", site="North campus"), Scope(tin="36-4418027"))
    user = PortalUser(username="rhayes", roles=("Provider User", "Provider Financial User"), scopes=scopes)
    gone = PortalUser(username="tmere", status=UserStatus.INACTIVE, never_logged_in=True)
    row = told("users", Users(users=(user, gone)))
    assert row["users"] == "2"
    assert row["usernames"] == "rhayes; tmere"
    assert row["roles"] == "Provider User, Provider Financial User; "
    assert row["scopes"] == "36-4418027/1457398216/North campus, 36-4418027; "
    assert row["status"] == "; inactive"
    assert row["last_login"] == "; never"
    assert row["created_on"] == ""


def test_a_service_says_how_much_of_it_is_approved_and_never_0_for_unknown() -> None:
    visits = AuthorizedService(
        line_number=1, procedure_code="97110", modifiers=("GP",), unit=Unit.VISITS, units_requested=Decimal("12.0")
    )
    denied = AuthorizedService(
        line_number=2, revenue_code="0120", units_requested=Decimal(3), units_approved=Decimal(0)
    )
    answer = Authorizations(
        authorizations=(
            Authorization(authorization_number="A1", decision=Decision.PENDED, lines=(visits, denied)),
            Authorization(authorization_number="0A12", status_text="Void", valid_to=date(2026, 12, 31)),
        )
    )
    assert told("authorizations", answer) == {
        "authorizations": "2",
        "authorization_numbers": "A1; 0A12",
        "decision": "pended; Void",
        "kind": "",
        "valid_from": "",
        "valid_to": "; 2026-12-31",
        "services": "97110-GP ?/12 visits, 0120 0/3; ",
        "next_step": "",
    }
