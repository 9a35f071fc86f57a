"""Messages and documents as a person reads them."""

from __future__ import annotations

from rich.console import Group, RenderableType
from rich.text import Text

from cli.words import NOT_STATED, facts, file, text
from core.capabilities.documents import Documents, KeptBy, ListedDocument
from core.capabilities.messages import Message, MessageKind, Messages


def messages(answer: Messages) -> RenderableType:
    notes = (Text(f"· {note}", style="dim") for note in answer.notes)
    return Group(Text(answer.sentence, style="bold"), *map(_message, answer.messages), *notes)


def _message(message: Message) -> RenderableType:
    when = f"{message.received_at:%Y-%m-%d %H:%M %Z}" if message.received_at else text(message.received_on)
    if message.kind is MessageKind.NOTIFICATION:
        return Text(f"{when}  {message.subject}")
    about = {"claim": message.claim_numbers, "member": message.member_ids, "auth.": message.authorization_numbers}
    related = ", ".join(f"{kind} {number}" for kind, numbers in about.items() for number in numbers)
    known = facts(
        ("Message", f"{text(message.id)}  {when}{'  unread before' if message.read is False else ''}"),
        ("Subject", message.subject),
        ("From", f"{text(message.sender)} · {text(message.category)}"),
        ("About", related or NOT_STATED),
        *(("File", file(each)) for each in message.attachments),
    )
    return Group(known, Text(f"{message.body}\n" if message.body else "(no text)\n"))


def documents(answer: Documents) -> RenderableType:
    notes = (Text(f"· {note}", style="dim") for note in answer.notes)
    return Group(Text(answer.sentence, style="bold"), *map(_document, answer.documents), *notes)


def _document(listed: ListedDocument) -> RenderableType:
    says = {KeptBy.PORTAL: "says the portal", KeptBy.MANIFEST: "computed from how long the portal keeps it"}
    by = f" ({says[listed.kept_by]})" if listed.kept_by else ""
    return facts(
        ("Document", listed.title),
        ("Folder", f"{text(listed.folder)} · {text(listed.category)}"),
        ("Posted, kept until", f"{text(listed.posted_on)}, {text(listed.kept_until)}{by}"),
        ("File", file(listed.document)),
    )
