"""What practices write to payers through a portal: messages and replies, with attachments."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from simulator.claims import Claim
from simulator.disputes import SentFile
from simulator.mail import Letter

TOPICS = {
    "availity": {
        "claim": "Claim inquiry",
        "authorization": "Authorization inquiry",
        "eligibility": "Eligibility and benefits",
        "payment": "Payment and remittance",
        "other": "Something else",
    },
    "ucare": {
        "claim": "Claims",
        "authorization": "Authorizations",
        "eligibility": "Member eligibility",
        "payment": "Payments",
        "enrollment": "Provider enrollment",
        "other": "Other",
    },
}
"""Of each portal that takes messages, the words for what one is about."""
FIRST = 7_310_000  # number of those that come in from now on
_MANY = 13  # of one day: more than a page of any list


@dataclass(frozen=True, slots=True)
class SentMail:
    number: str
    payer: str
    topic: str | None  # of TOPICS; a reply has none
    subject: str
    text: str
    claim: Claim | None
    reply_to: str | None  # its number
    files: tuple[SentFile, ...]
    at: datetime
    answered_at: datetime | None = None  # None: never
    username: str | None = None  # None: somebody of the practice, before any bot came
    tags: tuple[str, ...] = ()

    @property
    def about(self) -> str:
        return f"{'reply' if self.reply_to else 'message'} {self.subject}"

    @property
    def same(self) -> str:
        return self.number

    @property
    def content(self) -> tuple[object, ...]:
        """With the very same words and files nobody writes twice."""
        claim = self.claim.claim_number if self.claim else None
        files = tuple(sorted({each.sha256 for each in self.files}))
        return self.payer, self.reply_to, self.topic, self.subject, " ".join(self.text.split()), claim, files

    def open(self, now: datetime) -> bool:
        return now >= self.at

    @property
    def paragraphs(self) -> list[str]:
        """As portals show it: without the empty lines."""
        return [line.strip() for line in self.text.splitlines() if line.strip()]


def grow(
    payer: str, topics: Sequence[str], claims: Sequence[Claim], letters: Sequence[Letter], *, seed: int, today: date
) -> list[SentMail]:
    """What the practice's people wrote in the last months, the oldest first."""
    rng = random.Random(f"sent mail {seed} {payer}")
    made = [
        *_plain(payer, claims, topics, rng, today),
        *_odd(payer, claims, rng, today),
        _answer(payer, letters, rng),
    ]
    made.sort(key=lambda each: each.at)
    first = FIRST - 100_000 + rng.randrange(1000)
    return [replace(each, number=str(first + 7 * place)) for place, each in enumerate(made)]


def _plain(
    payer: str, claims: Sequence[Claim], topics: Sequence[str], rng: random.Random, today: date
) -> Iterator[SentMail]:
    for _ in range(24):
        yield _message(payer, rng.choice(claims), rng, _some_day(rng, today), rng.choice(topics))
    busy = _some_day(rng, today)
    for _ in range(_MANY):
        yield replace(_message(payer, rng.choice(claims), rng, busy, rng.choice(topics)), tags=("several_pages",))


def _odd(payer: str, claims: Sequence[Claim], rng: random.Random, today: date) -> Iterator[SentMail]:
    def some_day() -> date:
        return _some_day(rng, today)

    def tagged(tag: str) -> list[Claim]:
        return [each for each in claims if tag in (*each.tags, *each.member.tags)]

    for tag in ("apostrophe", "diacritics", "markup", "very_long", "same_name"):
        if fitting := tagged(tag):
            yield replace(_message(payer, rng.choice(fitting), rng, some_day(), "claim"), tags=(tag,))
    longer = rng.choice(tagged("prefix"))
    shorter = next(each for each in claims if each.claim_number == longer.claim_number[:-1])
    day = some_day()
    for claim in (longer, shorter):
        yield replace(_message(payer, claim, rng, day, "claim"), tags=("prefix",))
    twice = _message(payer, shorter, rng, some_day(), "other")
    yield replace(twice, tags=("same_subject",))
    yield replace(twice, text="Is there any news?", files=(), tags=("same_subject",))
    shouted = _message(payer, shorter, rng, some_day(), "other")
    text = "<b>Please</b> answer & don't close it.\n\n<script>alert('no')</script>"
    yield replace(shouted, text=text, tags=("markup_body",))


def _answer(payer: str, letters: Sequence[Letter], rng: random.Random) -> SentMail:
    answered, claim = next((each, each.claim) for each in letters if each.claim and not each.notification)
    reply = _message(payer, claim, rng, answered.at.date(), "other")
    return replace(reply, topic=None, subject=f"Re: {answered.subject}", reply_to=answered.number, tags=("reply",))


def _some_day(rng: random.Random, today: date) -> date:
    return today - timedelta(days=rng.randrange(2, 120))


def _message(payer: str, claim: Claim, rng: random.Random, on: date, topic: str) -> SentMail:
    name = f"{claim.member.first_name} {claim.member.last_name}"
    subject = rng.choice((f"Records of {name}", f"Claim {claim.claim_number}", "A question about a payment"))
    text = f"Please look at claim {claim.claim_number} of {name}.\n\nThe records are attached, dated {on:%m/%d/%Y}."
    digest = f"{rng.getrandbits(256):064x}"
    files = (SentFile("records.pdf", 4096 + rng.randrange(10**6), digest),) if rng.random() < 0.6 else ()
    at = datetime.combine(on, time(rng.randrange(14, 22), rng.randrange(60)), UTC)  # in office hours at every payer's
    return SentMail("", payer, topic, subject, text, claim, None, files, at)
