"""What portals' worklists show, and what came of what was sent, as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from cli.words import NOT_STATED, facts, text
from core.capabilities.appeals import Appeals, FiledAppeal
from core.capabilities.claim_files import ClaimFiles
from core.capabilities.notifications import Notifications
from core.capabilities.sent_messages import SentMessage, SentMessages
from core.capabilities.submissions import AlreadyFiled, Confirmed


def appeals(answer: Appeals) -> RenderableType:
    notes = (Text(f"· {note}", style="dim") for note in answer.notes)
    table = Table("Number", "Kind", "Claim", "Submitted", "Status", "Decided")
    for each in answer.appeals:
        table.add_row(*_row(each))
    return Group(Text(answer.sentence, style="bold"), *([table] if answer.appeals else []), *notes)


def claim_files(answer: ClaimFiles) -> RenderableType:
    notes = (Text(f"· {note}", style="dim") for note in answer.notes)
    table = Table("Number", "Control number", "Submitted", "Status")
    claims = Table("Account", "Outcome", "Payer's number", "Why")
    faults: list[Text] = []
    for each in answer.files:
        table.add_row(each.number, each.control_number, text(each.submitted_on), each.status_text or text(each.status))
        faults += [Text(fault) for fault in each.faults]
        for one in each.acknowledged:
            claims.add_row(one.account, text(one.fate), text(one.payer_claim_number), " ".join(one.reasons))
    shown = [*([table] if answer.files else []), *([claims] if claims.rows else [])]
    return Group(Text(answer.sentence, style="bold"), *shown, *faults, *notes)


def notifications(answer: Notifications) -> RenderableType:
    table = Table("Number", "Received", "Expected on", "Provider", "Risk")
    for each in answer.notifications:
        known = (each.submitted_on, each.due_on, each.provider_npi, each.risk)
        table.add_row(each.number, *map(text, known))
    return Group(Text(answer.sentence, style="bold"), *([table] if answer.notifications else []))


def sent_messages(answer: SentMessages) -> RenderableType:
    notes = (Text(f"· {note}", style="dim") for note in answer.notes)
    return Group(Text(answer.sentence, style="bold"), *map(_sent, answer.messages), *notes)


def _sent(message: SentMessage) -> RenderableType:
    when = f"{message.sent_at:%Y-%m-%d %H:%M %Z}" if message.sent_at else text(message.submitted_on)
    known = facts(
        ("Message", f"{message.number}  {when}"),
        ("Subject", message.subject),
        ("Topic, claims", f"{text(message.topic)} · {', '.join(message.claim_numbers) or NOT_STATED}"),
        *(("File", name) for name in message.file_names),
    )
    return Group(known, Text(f"{message.body}\n"))


def confirmed(answer: Confirmed | AlreadyFiled) -> RenderableType:
    known = facts(("The portal's number", text(answer.number)), ("Received", text(answer.received_on)))
    said = [Text(f"The portal says: “{answer.message}”", style="dim")] if answer.message else []
    return Group(Text(answer.sentence, style="bold"), known, *said)


def _row(each: FiledAppeal) -> tuple[str, ...]:
    status = each.status_text or text(each.status)
    return each.number, text(each.kind), each.claim_number, text(each.submitted_on), status, text(each.decided_on)
