"""Documents that portals keep for the practice, for a time: letters, explanations, financial reports."""

import random
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from simulator.claims import Claim
from simulator.enclosure import Enclosure


@dataclass(frozen=True, slots=True)
class Shelf:
    """What a payer's portal keeps: its folders by kind, and for how many months."""

    folders: dict[str, str]
    months: int
    says_until: bool  # the portal prints the last day


SHELVES = {
    "UHC": Shelf(
        {
            "claim_letter": "Claim Letters",
            "prior_authorization": "Prior Auth",
            "payment": "Payment Documents",
            "appeal": "Appeals and Disputes",
            "overpayment": "Overpayment Documents",
        },
        months=24,
        says_until=True,
    ),
    "UCARE": Shelf({"financial_report": "Financial reports"}, months=18, says_until=False),
    "FRANKLIN": Shelf(
        {
            "claim_letter": "Claim letters",
            "prior_authorization": "Prior approval letters",
            "payment": "Remittance statements",
            "overpayment": "Recoupment notices",
            "other": "Enrollment notices",
        },
        months=12,
        says_until=True,
    ),
}
_REPORTS = ("Claims paid summary", "Withhold and settlement", "Capitation detail")
_NOTICES = ("renew it", "confirm your service locations")
_BUSY = range(16, 30)  # days ago: more than one page of them


@dataclass(frozen=True, slots=True)
class Paper:
    payer: str
    number: str
    kind: str
    title: str
    posted_on: date
    read: bool
    file: Enclosure
    tags: tuple[str, ...] = ()

    @property
    def kept_until(self) -> date:
        """The last day on which the portal has it."""
        return months_later(self.posted_on, SHELVES[self.payer].months)


def months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    last = monthrange(day.year + years, month + 1)[1]
    return date(day.year + years, month + 1, min(day.day, last))


def grow(payer: str, claims: Sequence[Claim], seed: int, today: date) -> list[Paper]:
    """Newest first, those that are gone included."""
    rng = random.Random(f"papers {seed} {payer}")
    oldest = months_later(today, -SHELVES[payer].months)
    reports = "financial_report" in SHELVES[payer].folders
    days = [today, oldest, oldest - timedelta(days=1), oldest - timedelta(days=40)]
    days += [today - timedelta(days=back) for back in _BUSY if not reports or back % 2]
    days += [today - timedelta(days=back) for back in range(31, (today - oldest).days) if rng.random() < 0.06]
    papers = [each for on in days for each in _posted(payer, claims, rng, on, today)]
    odd = [on for on in days if oldest < on < today][:4]
    papers += [_odd(payer, claims, rng, on, tag) for on, tag in zip(odd, ("markup", "page", "zip", "csv"), strict=True)]
    papers.sort(key=lambda each: (each.posted_on, each.number), reverse=True)
    return papers


def _posted(payer: str, claims: Sequence[Claim], rng: random.Random, on: date, today: date) -> Iterator[Paper]:
    tags = {today: ("of_today",), months_later(today, -SHELVES[payer].months): ("expires_today",)}.get(on, ())
    gone = ("gone",) if on < months_later(today, -SHELVES[payer].months) else ()
    form = rng.choice(("pdf", "pdf", "csv")) if payer == "UCARE" else "pdf"
    yield _paper(payer, rng.choice(claims), rng, on, form=form, tags=(*tags, *gone))


def _odd(payer: str, claims: Sequence[Claim], rng: random.Random, on: date, tag: str) -> Paper:
    named = [claim for claim in claims if "markup" in claim.member.tags]
    form = tag if tag in {"page", "zip", "csv"} else "pdf"
    return _paper(payer, rng.choice(named), rng, on, form=form, tags=(tag,))


def _paper(payer: str, claim: Claim, rng: random.Random, on: date, *, form: str, tags: tuple[str, ...]) -> Paper:
    kind = rng.choice(list(SHELVES[payer].folders))
    number = f"{rng.randrange(10**9):09d}"
    who = f"{claim.member.last_name}, {claim.member.first_name}"
    title = {
        "claim_letter": f"Letter about claim {claim.claim_number} of {who}",
        "prior_authorization": f"Decision for {who}",
        "payment": f"Provider Remittance Advice {claim.check_number or '(no payment)'}",
        "appeal": f"Acknowledgement of your appeal, claim {claim.claim_number}",
        "overpayment": "Overpayment request",
        "other": f"Your provider enrollment: {_NOTICES[on.month % 2]}",
        "financial_report": f"{rng.choice(_REPORTS)}, {on:%B %Y}",
    }[kind]
    return Paper(payer, number, kind, title, on, rng.random() < 0.5, Enclosure(f"{number} {title}", form), tags)
