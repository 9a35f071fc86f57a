"""What Sent folders truly hold, in the shape in which a bot has to tell it, and what one would write or ask after."""

import random
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from simulator.mail_truth import TIME_ZONES, kept
from simulator.sent_mail import TOPICS, SentMail
from simulator.world import PAYERS, World

Json = dict[str, Any]
_TAGS = (
    *("apostrophe", "diacritics", "markup", "very_long", "same_name", "same_subject", "markup_body", "reply"),
    "several_pages",
)


def sent_messages(listed: Iterable[SentMail], question: Mapping[str, str]) -> Json:
    """`listed`: what the Sent folder shows by now, newest first."""
    start, end = date.fromisoformat(question["from_date"]), date.fromisoformat(question["to_date"])
    number, subject = question.get("claim_number", "").strip().upper(), question.get("subject_line", "").casefold()
    return {
        "outcome": "sent_messages",
        "messages": [
            _told(each)
            for each in listed
            if start <= printed_at(each).date() <= end
            and (not number or (each.claim is not None and each.claim.claim_number == number))
            and (not subject or each.subject.casefold() in (subject, f"re: {subject}"))
        ],
    }


def printed_at(sent: SentMail) -> datetime:
    """By the clock on the payer's wall."""
    return sent.at.astimezone(TIME_ZONES.get(PAYERS[sent.payer].portal, UTC))


def _told(each: SentMail) -> Json:
    portal = PAYERS[each.payer].portal
    return {
        "number": each.number,
        "subject": each.subject,
        "body": "\n".join(each.paragraphs),
        "topic": TOPICS[portal][each.topic] if each.topic else None,
        "submitted_on": printed_at(each).date().isoformat(),
        "sent_at": printed_at(each).replace(second=0, microsecond=0).isoformat() if portal in TIME_ZONES else None,
        "claim_numbers": [each.claim.claim_number] if each.claim else [],
        "file_names": [file.name for file in each.files],
    }


def received(sent: SentMail, listed_at: datetime) -> Json:
    return {
        "number": sent.number,
        "payer": sent.payer,
        "kind": "reply" if sent.reply_to else "message",
        "in_reply_to": sent.reply_to,
        "topic": sent.topic,
        "subject": sent.subject,
        "text": sent.text,
        "claim_number": sent.claim.claim_number if sent.claim else None,
        "files": [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in sent.files],
        "username": sent.username,
        "at": sent.at.isoformat(),
        "listed_at": listed_at.isoformat(),
    }


def plain(world: World, payer: str, rng: random.Random) -> Iterator[Json]:
    while True:
        yield _around(rng.choice(world.sent_mail[payer]), rng.randrange(3))


def odd(world: World, payer: str, rng: random.Random) -> Iterator[Json]:
    listed = world.sent_mail[payer]
    while True:
        for tag in rng.sample(_TAGS, len(_TAGS)):
            if tagged := [each for each in listed if tag in each.tags]:
                one = rng.choice(tagged)
                yield _around(one, 0, tag)
                yield _around(one, 5, tag, subject_line=one.subject.removeprefix("Re: "))
        for each in (each for each in listed if "prefix" in each.tags):
            number = each.claim.claim_number if each.claim else ""
            yield _around(each, 20, "prefix", claim_number=number)
        quiet = (world.today - timedelta(days=200)).isoformat()
        yield {"question": {"from_date": quiet, "to_date": quiet}, "tags": ["nothing"]}


def to_send(world: World, payer: str, rng: random.Random, *, awkward: bool) -> Iterator[Json]:
    """Messages and replies in turn, each to be written once."""
    topics = list(TOPICS[PAYERS[payer].portal])
    letters = [
        each for each in kept(world, payer, world.today) if not each.notification and "of_today" not in each.tags
    ]
    claims = [each for each in world.claims[payer] if bool(each.member.tags) == awkward]
    rng.shuffle(claims)
    for place, claim in enumerate(claims):
        name = f"{claim.member.first_name} {claim.member.last_name}"
        body = f"The records of {name} for {claim.service_from:%m/%d/%Y} are attached.\n\nPlease call us; it's urgent."
        if place % 3 == 2:
            letter = letters[place % len(letters)]
            about = {"subject_line": letter.subject, "in_reply_to": letter.number}
            yield _asked(("reply",), kind="reply", body=body, received_on=letter.at.date().isoformat(), **about)
        else:
            about = {"subject_line": f"Records of {name}", "claim_number": claim.claim_number}
            yield _asked((*claim.member.tags, "message"), kind="message", body=body, topic=rng.choice(topics), **about)


def _around(sent: SentMail, days: int, *tags: str, **more: str) -> Json:
    on, margin = printed_at(sent).date(), timedelta(days=days)
    span = {"from_date": (on - margin).isoformat(), "to_date": (on + margin).isoformat()}
    return _asked((*tags, *sent.tags), **span, **more)


def _asked(tags: tuple[str, ...], **question: str) -> Json:
    return {"question": question, "tags": list(tags)}
