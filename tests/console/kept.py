"""Answers of every capability, put into the store as a lane would leave them: some plain, some as hostile as a portal
that was broken into could make them.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from core.capabilities.appeals import AppealKind, Appeals, FiledAppeal, FilingStatus
from core.capabilities.authorizations import Authorization, Authorizations, AuthorizedService, Decision, Unit
from core.capabilities.catalog import CAPABILITIES, write
from core.capabilities.claim_files import AcknowledgedClaim, ClaimFate, ClaimFiles, ClaimFileStatus, FiledClaimFile
from core.capabilities.claim_status import ClaimStatusQuery
from core.capabilities.common import MemberNotFound
from core.capabilities.documents import Category, Documents, ListedDocument
from core.capabilities.files import Document, DocumentKind
from core.capabilities.messages import Message, MessageKind, Messages
from core.capabilities.notifications import FiledNotification, Notifications, Risk
from core.capabilities.record import Answer
from core.capabilities.remittances import Earlier, Method, Payment, PaymentStatus, Relation, Remittances
from core.capabilities.sent_messages import SentMessage, SentMessages
from core.capabilities.users import PortalUser, Scope, Users, UserStatus
from core.phi import Phi
from core.seal import seal_blob
from core.x12.remittance import read_835
from lanes.assembly import Fleet
from lanes.questions.ask import Question, ask
from store import leases, queue, runs
from store.base import moment_id, period_of, place
from store.credentials import Credential
from store.queue import Finished, Work
from store.runs import Evidence, RunStep
from store.work_items import WorkItem
from tests.core.era_text import file_of

RECORDINGS = Path(__file__).parents[2] / "recordings" / "availity"
SCRIPT = "<script>alert(1)</script>"
QUOTE = "\"'><img src=x onerror=alert(1)>"
_ERA = [
    "BPR*I*50.80*C*CHK************20261120",
    "TRN*1*0042*1811234567",
    "N1*PR*BLUE HORIZON OF ILLINOIS",
    "N1*PE*NORTHGATE FAMILY CLINIC*XX*1457398216",
    "CLP*PA7*1*145*80*25*12*00123*11",
    "NM1*QC*1*OSTROMERE*THERSOLDE****MI*XOH378946509",
    "SVC*HC:99213:25*145*80",
    "CAS*CO*45*40",
    "CAS*PR*3*25",
    "LQ*HE*N130",
    "PLB*1457398216*20261231*WO:E9*29.20",
]


def _recorded(capability: str, case: str) -> Answer:
    text = (RECORDINGS / capability / case / "expected.json").read_text(encoding="utf-8")
    return CAPABILITIES[capability].read_answer(text)


def answers() -> dict[str, Answer]:
    """By capability, one each, as portals give them."""
    era = read_835(file_of(_ERA))
    assert isinstance(era, tuple)
    pdf = Document.of(DocumentKind.LISTED, b"%PDF-", media_type="application/pdf")
    listed = ListedDocument(title="Capitation", category=Category.OTHER, posted_on=date(2026, 11, 1), document=pdf)
    return {
        "eligibility": _recorded("eligibility", "found").model_copy(update={"notes": ("A dialog said more.",)}),
        "claim_status": _recorded("claim_status", "denied"),
        "remittances": Remittances(
            payments=(
                Payment(
                    number="0042",
                    paid_on=date(2026, 11, 20),
                    amount=Decimal("50.80"),
                    method=Method.CHECK,
                    status=PaymentStatus.REISSUED,
                    replaces="0031",
                    payer_name="Blue Horizon of Illinois",
                    offers=(DocumentKind.ERA,),
                    documents=(Document.of(DocumentKind.ERA, b"ISA"),),
                    remittance=era[0],
                    pulled_before=(
                        Earlier(
                            relation=Relation.SAME,
                            number="0042",
                            pulled_at=datetime(2026, 11, 20, 12, tzinfo=UTC),
                            work_item="item_before",
                        ),
                    ),
                ),
                Payment(number="VC7", amount=Decimal("7.10"), method=Method.VIRTUAL_CARD),
            )
        ),
        "authorizations": Authorizations(
            authorizations=(
                Authorization(
                    authorization_number="A0012934",
                    decision=Decision.PARTLY_CERTIFIED,
                    member_id="XOH378946509",
                    first_name="Thersolde",
                    last_name="Ostromere",
                    valid_from=date(2026, 11, 1),
                    valid_to=date(2027, 1, 31),
                    next_step="Send the plan of care before the seventh visit.",
                    lines=(
                        AuthorizedService(
                            line_number=1,
                            procedure_code="97110",
                            unit=Unit.VISITS,
                            units_requested=Decimal(12),
                            units_approved=Decimal(6),
                        ),
                    ),
                ),
            )
        ),
        "messages": Messages.of(
            [
                Message(
                    id="4865",
                    kind=MessageKind.MESSAGE,
                    subject="More records are needed",
                    sender="Provider Relations",
                    received_on=date(2026, 11, 2),
                    read=False,
                    body="Please send the operative note.\nThe claim waits until then.",
                    claim_numbers=("E1",),
                )
            ]
        ),
        "documents": Documents.of([listed]),
        "users": Users(
            users=(
                PortalUser(
                    username="north.billing",
                    name="North Billing",
                    roles=("Claims", "Eligibility"),
                    scopes=(Scope(tin="12-3456789"),),
                    status=UserStatus.ACTIVE,
                    last_login=date(2026, 11, 20),
                ),
            )
        ),
        "appeals": Appeals(
            appeals=(
                FiledAppeal(
                    number="AP-77",
                    claim_number="E1",
                    kind=AppealKind.APPEAL,
                    status=FilingStatus.UPHELD,
                    status_text="Denial stands",
                    letter=Document.of(DocumentKind.LETTER, b"%PDF-"),
                ),
            )
        ),
        "sent_messages": SentMessages.of(
            [
                SentMessage(
                    number="SM-31",
                    subject="Operative note",
                    body="Here it is.",
                    submitted_on=date(2026, 11, 3),
                    claim_numbers=("E1",),
                    file_names=("file-0a1b.pdf",),
                )
            ]
        ),
        "claim_files": ClaimFiles(
            files=(
                FiledClaimFile(
                    number="F-9",
                    control_number="000000042",
                    status=ClaimFileStatus.PARTLY_ACCEPTED,
                    acknowledged=(
                        AcknowledgedClaim(account="PA7", fate=ClaimFate.ACCEPTED, payer_claim_number="E1"),
                        AcknowledgedClaim(account="PA8", fate=ClaimFate.REJECTED, reasons=("No such subscriber.",)),
                    ),
                    faults=("One segment is too long.",),
                    documents=(Document.of(DocumentKind.ACKNOWLEDGEMENT, b"ISA"),),
                ),
            )
        ),
        "notifications": Notifications(
            notifications=(
                FiledNotification(number="NP-5", due_on=date(2027, 4, 2), risk=Risk.HIGH, provider_npi="1457398216"),
            )
        ),
    }


def hostile() -> dict[str, Answer]:
    """Each text that a portal can fill, filled with what a browser would run."""
    told = {name: _spoilt(answer) for name, answer in answers().items()}
    return told | {"not_found": MemberNotFound(message=f"{SCRIPT}{QUOTE}")}


def _spoilt(answer: Answer) -> Answer:
    return type(answer).model_validate(_with_scripts(answer))


def _with_scripts(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {
            name: _with_scripts(inner) for name, inner in value if name not in {"outcome", "kind", "media_type"}
        } | {name: inner for name, inner in value if name in {"outcome", "kind", "media_type"}}
    if isinstance(value, tuple):
        return tuple(_with_scripts(inner) for inner in value)
    if type(value) is str and value not in {"F", "M", "X", "primary", "secondary", "tertiary"}:
        return f"{value}{SCRIPT}{QUOTE}"
    return value


async def keep_file(fleet: Fleet, item: WorkItem, document: Document, data: bytes) -> str:
    """The piece of evidence that an answer's document is, as a lane keeps it; its id."""
    assert item.run_id is not None
    piece_id = moment_id("ev", datetime.now(UTC))
    key = fleet.sealer.data_key(period_of("pictures", piece_id))
    await fleet.evidence.put_if_absent(piece_id, seal_blob(data, key, place("evidence", piece_id)))
    async with fleet.database.begin() as session:
        session.add(
            Evidence(
                id=piece_id,
                run_id=item.run_id,
                work_item_id=item.id,
                kind="download",
                media_type=document.media_type,
                sha256=document.sha256,
                size=document.size,
                object_name=piece_id,
                page="documents",
                created_at=datetime.now(UTC),
            )
        )
    return piece_id


async def keep(
    fleet: Fleet,
    credential: Credential,
    answer: Answer,
    *,
    capability: str = "claim_status",
    by: str = "kim-0",
    age: timedelta = timedelta(0),
    claim: str = "E1",
) -> WorkItem:
    """Asked, and answered under a lease, as a lane does it. The scripted portal knows two capabilities; an answer of
    another is written over the item afterwards.
    """
    query = ClaimStatusQuery(claim_number=Phi(claim))
    question = Question("claim_status", credential.portal, query, by, "aetna", credential.name, fresh=True)
    asked = await ask(fleet, question)
    now = datetime.now(UTC)
    async with fleet.database.begin() as session:
        lease = await leases.take(session, credential.id, holder="tests", seconds=60, now=now)
        assert lease is not None
        run = await runs.start(session, lease, portal=credential.portal, flow_run_id=None, now=now)
        item = await queue.next_due(session, lease, run.id, now=now)
        assert item is not None
        assert item.id == asked.item.id
        step = RunStep(run_id=run.id, seq=1, work_item_id=item.id, kind="read", page="status", started_at=now)
        step.milliseconds = 9
        work = Work(item, run.id, steps=[step])
        done = Finished(answer.outcome, write(answer), now - age, "test")
        await queue.finish(session, fleet.sealer, lease, work, done, now=now)
        await runs.end(session, run.id, trouble=None, now=now)
        await leases.release(session, lease)
    async with fleet.database.begin() as session:
        kept = await session.get_one(WorkItem, item.id)
        kept.capability = capability
    return kept
