"""The true answer to a question about messages, in the shape in which a bot has to give it."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulator.enclosed import enclosure_json
from simulator.mail import Letter, bell
from simulator.world import PAYERS, SUCCESSORS, World

Json = dict[str, Any]

TIME_ZONES = dict.fromkeys(("ucare", "medicaid_forms"), ZoneInfo("America/Chicago")) | {
    "medicaid_sso": ZoneInfo("America/New_York")
}
"""Of the portals that print a time of day; the others print the day alone."""
_RINGS = ("ucare",)
"""Portals whose notifications are the bell's and stand beside the messages."""
_WITHOUT_NOTICES = (*_RINGS, "ucare_old", "medicaid_forms")
KEPT_DAYS = {"medicaid_forms": 30, "ucare_old": 365}
"""Where a mailbox empties itself."""


def messages(world: World, payer: str, question: Mapping[str, str], *, start: date, end: date, today: date) -> Json:
    """As before anybody's bot opened one. The question names its `portal` where that is not the payer's own."""
    portal = question.get("portal") or PAYERS[payer].portal
    found = [letter_json(each, portal) for each in kept(world, payer, today, portal)]
    if portal in _RINGS:
        found += [_ring(on, number) for on, number in bell(world.claims[payer], today)]
    wanted = question.get("claim_number", "").strip().upper()
    unread = question.get("unread_only", "").lower() in {"true", "1", "yes"}
    return {
        "outcome": "messages",
        "messages": [
            each
            for each in found
            if start <= date.fromisoformat(each["received_on"]) <= end
            and question.get("kind", each["kind"]) == each["kind"]
            and (not wanted or wanted in each["claim_numbers"])
            and not (unread and each["read"])
        ],
    }


def letters(world: World, payer: str, portal: str | None = None) -> list[Letter]:
    """Those that the payer's portal, or this one, shows among its messages. No portal has those of another."""
    written = world.former_mail if portal in SUCCESSORS else world.mail
    none = (portal or PAYERS[payer].portal) in _WITHOUT_NOTICES
    return [each for each in written[payer] if not (none and each.notification)]


def kept(world: World, payer: str, today: date, portal: str | None = None) -> list[Letter]:
    days, shown = KEPT_DAYS.get(portal or PAYERS[payer].portal), letters(world, payer, portal)
    return [each for each in shown if days is None or each.at.date() >= today - timedelta(days=days)]


def letter_json(letter: Letter, portal: str) -> Json:
    zone = TIME_ZONES.get(portal)
    about = letter.claim
    return {
        "id": letter.number,
        "kind": "notification" if letter.notification else "message",
        "subject": letter.subject,
        "sender": letter.sender,
        "received_on": letter.at.date().isoformat(),
        "received_at": letter.at.replace(tzinfo=zone).isoformat() if zone else None,
        "read": letter.read,
        "category": letter.category,
        "body": "\n".join(letter.paragraphs) or None,
        "claim_numbers": [about.claim_number] if about else [],
        "member_ids": [about.member.member_id] if about else [],
        "authorization_numbers": [letter.authorization] if letter.authorization else [],
        "attachments": [enclosure_json(each, "attachment") for each in letter.attachments],
    }


def _ring(on: date, claim_number: str) -> Json:
    return {
        "kind": "notification",
        "subject": f"Claim {claim_number} was processed.",
        "received_on": on.isoformat(),
        "claim_numbers": [claim_number],
    }
