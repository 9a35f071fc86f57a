"""What payers write to the practice: letters about claims and patients, news for everybody, and what is attached."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from simulator.claims import Claim
from simulator.enclosure import FORMS, Enclosure

DAYS = 400
BELL_DAYS = 7
LONGEST_BELL = 25
_NEWS = ("Holiday hours", "New fee schedule", "Provider directory: confirm your data", "Webinar: corrected claims")
_SENTENCES = (
    "We reviewed what you sent us.",
    "The claim was processed under the member's plan as of the date of service.",
    "Please don't send the same records twice: it delays the review.",
    "A corrected claim replaces the earlier one; it isn't paid in addition.",
    "Timely filing is counted from the date of the first remittance.",
    "Coordination of benefits was updated with the member's other insurer.",
)


@dataclass(frozen=True, slots=True)
class Letter:
    payer: str
    number: str
    subject: str
    sender: str | None
    at: datetime  # by the payer's clock on the wall
    read: bool  # before anybody's bot came
    category: str
    paragraphs: tuple[str, ...] = ()
    claim: Claim | None = None
    authorization: str | None = None
    attachments: tuple[Enclosure, ...] = ()
    notification: bool = False  # one sentence, which nobody has to open
    tags: tuple[str, ...] = ()


def bell(claims: Sequence[Claim], today: date) -> list[tuple[date, str]]:
    """What a portal's bell rings for, as of a day: the claims that were decided lately, newest first."""
    decided = [
        (claim.finalized_on, claim.claim_number)
        for claim in claims
        if claim.finalized_on and today - timedelta(days=BELL_DAYS) <= claim.finalized_on <= today
    ]
    return sorted(decided, reverse=True)[:LONGEST_BELL]


def grow(payer: str, claims: Sequence[Claim], seed: int, today: date, portal: str = "") -> list[Letter]:
    """Newest first. The dice are its own: members and claims are the same with and without letters. `portal` where the
    payer writes to another one than its own.
    """
    rng = random.Random(f"mail {seed} {payer} {portal}".rstrip())
    odd = list(_odd(payer, claims, rng, today))
    rare = set(range(20, 30))  # a fortnight that takes more than one page of any list
    plain = [
        _letter(payer, rng.choice(claims), rng, today - timedelta(days=back))
        for back in range(1, DAYS)
        for _ in range(2 if back in rare else 1)
        if back in rare or rng.random() < 0.2
    ]
    listed = sorted([*odd, *plain], key=lambda each: each.at)
    first = rng.randrange(4_000_000, 5_000_000)
    return [replace(each, number=str(first + 3 * place)) for place, each in enumerate(listed)][::-1]


def _letter(payer: str, claim: Claim, rng: random.Random, on: date) -> Letter:
    make = rng.choice((_information_needed, _information_needed, _records, _reply, _news, _authorized, _notice))
    return make(payer, claim, rng, on)


def _odd(payer: str, claims: Sequence[Claim], rng: random.Random, today: date) -> Iterator[Letter]:
    """One of each kind of trouble, in the last two months."""

    def some_day() -> date:
        return today - timedelta(days=rng.randrange(1, 60))

    def tagged(tag: str) -> list[Claim]:
        return [each for each in claims if tag in (*each.tags, *each.member.tags)]

    for tag in ("apostrophe", "diacritics", "markup", "very_long", "same_name", "twin"):
        if fitting := tagged(tag):  # not every world's people of each kind have claims
            yield _tag(_information_needed(payer, rng.choice(fitting), rng, some_day()), tag)
    for form in ("pdf", "zip", "page"):
        letter = _records(payer, rng.choice(claims), rng, some_day())
        yield _tag(replace(letter, attachments=(Enclosure(letter.subject, form),)), f"attached_{form}")
    all_of_them = _reply(payer, rng.choice(claims), rng, some_day())
    files = tuple(Enclosure(f"{all_of_them.subject} {form}", form) for form in FORMS)
    yield _tag(replace(all_of_them, attachments=files), "several_attachments")
    yield _tag(replace(_news(payer, rng.choice(claims), rng, some_day()), paragraphs=()), "empty_body")
    yield _tag(replace(_news(payer, rng.choice(claims), rng, today), read=False), "of_today")
    # The list shows the same of both: one is of another claim, whose number goes on where the other's ends.
    longer = rng.choice(tagged("prefix"))
    shorter = next(each for each in claims if each.claim_number == longer.claim_number[:-1])
    on = some_day()
    for claim in (longer, shorter):
        yield _tag(_information_needed(payer, claim, rng, on), "prefix")
    twice = _news(payer, shorter, rng, some_day())
    yield _tag(twice, "same_subject")
    yield _tag(replace(twice, paragraphs=("This replaces our letter of this morning.",)), "same_subject")
    long = _reply(payer, rng.choice(claims), rng, some_day())
    yield _tag(replace(long, paragraphs=tuple(" ".join(_SENTENCES) for _ in range(25))), "long_body")
    shouted = _reply(payer, rng.choice(claims), rng, some_day())
    bold = ("<b>Note:</b> it's your <i>last</i> day & you can't reply.", "<script>alert('no')</script>")
    yield _tag(replace(shouted, subject=f"<b>Last day</b> to reply: {shouted.subject}", paragraphs=bold), "markup_body")


def _tag(letter: Letter, tag: str) -> Letter:
    return replace(letter, tags=(*letter.tags, tag))


def _sent(on: date, rng: random.Random) -> datetime:
    return datetime.combine(on, time(rng.randrange(7, 19), rng.randrange(60)))


def _read(on: date, rng: random.Random) -> bool:
    return rng.random() < 0.6 if on.toordinal() % 3 else True


def _name(claim: Claim) -> str:
    return f"{claim.member.first_name} {claim.member.last_name}"


def _information_needed(payer: str, claim: Claim, rng: random.Random, on: date) -> Letter:
    subject = f"More information is needed to process claim {claim.claim_number} of {_name(claim)}"
    text = (
        f"Claim {claim.claim_number} of {_name(claim)}, member {claim.member.member_id}, cannot be processed yet.",
        rng.choice(_SENTENCES),
    )
    files = (Enclosure(subject, "pdf"),) if rng.random() < 0.3 else ()
    at, read = _sent(on, rng), _read(on, rng)
    return Letter(payer, "", subject, "Claims department", at, read, "Claims", text, claim, attachments=files)


def _records(payer: str, claim: Claim, rng: random.Random, on: date) -> Letter:
    subject = f"Medical records request: {_name(claim)}"
    text = (f"Send the records of {_name(claim)} for {claim.service_from:%m/%d/%Y}.", *rng.sample(_SENTENCES, 2))
    files = (Enclosure(subject, rng.choice(("pdf", "zip"))),) if rng.random() < 0.5 else ()
    at, read = _sent(on, rng), _read(on, rng)
    return Letter(payer, "", subject, "Medical review", at, read, "Medical records", text, claim, attachments=files)


def _reply(payer: str, claim: Claim, rng: random.Random, on: date) -> Letter:
    subject = f"Your question about claim {claim.claim_number}"
    text = tuple(rng.sample(_SENTENCES, 4))
    return Letter(payer, "", subject, "Provider Assistance", _sent(on, rng), _read(on, rng), "Inquiries", text, claim)


def _news(payer: str, claim: Claim, rng: random.Random, on: date) -> Letter:
    subject = f"{rng.choice(_NEWS)}, {claim.service_from:%Y}"
    text = tuple(rng.sample(_SENTENCES, 2))
    return Letter(payer, "", subject, None, _sent(on, rng), _read(on, rng), "News", text, tags=("news",))


def _authorized(payer: str, claim: Claim, rng: random.Random, on: date) -> Letter:
    number = f"A{rng.randrange(10**8):08d}"
    subject = f"Authorization {number} was decided"
    text = (f"The decision about {_name(claim)} is in the attached letter.",)
    files = (Enclosure(subject, "pdf"),)
    at, read = _sent(on, rng), _read(on, rng)
    return Letter(payer, "", subject, "Utilization management", at, read, "Authorizations", text, claim, number, files)


def _notice(payer: str, claim: Claim, rng: random.Random, on: date) -> Letter:
    subject = f"Claim {claim.claim_number} was processed."
    at, read = _sent(on, rng), _read(on, rng)
    return Letter(payer, "", subject, None, at, read, "Claims", claim=claim, notification=True, tags=("notice",))
