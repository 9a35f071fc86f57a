"""The counter at which payers take messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from simulator.enclosure import Enclosure
from simulator.mail import Letter
from simulator.mail_truth import TIME_ZONES, letters
from simulator.sent_mail import FIRST, SentMail
from simulator.submissions import Counter, Draft
from simulator.world import PAYERS


@dataclass(frozen=True, slots=True)
class Address:
    """Whom it goes to, and what it answers."""

    payer: str
    reply_to: Letter | None = None

    @property
    def subject(self) -> str:
        """Of a reply: nobody chooses it."""
        return f"Re: {self.reply_to.subject}" if self.reply_to else ""


class Mailroom(Counter[Address, SentMail]):
    """No portal refuses a message because it has had the same before."""

    needed = frozenset({"subject", "text"})
    refuses_duplicates = False

    def earlier(self, payer: str) -> Sequence[SentMail]:
        return self._world.sent_mail[payer]

    def name(self, matter: Address) -> str:
        return matter.reply_to.number if matter.reply_to else matter.payer

    def taken(self, draft: Draft[Address], number: str, now: datetime) -> SentMail:
        payer, told = draft.matter.payer, draft.answers
        claims = self._world.claims_like(payer, told["claim"]) if told.get("claim") else []
        return SentMail(
            number=number,
            payer=payer,
            topic=told.get("topic"),
            subject=told["subject"],
            text=told["text"],
            claim=next((each for each in claims if each.claim_number == told["claim"]), None),
            reply_to=draft.matter.reply_to.number if draft.matter.reply_to else None,
            files=tuple(draft.files),
            at=now,
            answered_at=now + timedelta(seconds=self._dials[draft.portal].decides_after_s),
            username=draft.username,
        )

    def letters(self, payer: str) -> list[Letter]:
        """What the payer's portal shows among its messages by now: first of all its answers to what came in."""
        now, come = self._clock.now(), self._received[PAYERS[payer].portal]
        mine = [each for each in come if each.payer == payer]
        answers = [_answer(each, each.answered_at) for each in mine if each.answered_at and each.answered_at <= now]
        return [*reversed(answers), *letters(self._world, payer)]

    def issue(self, _payer: str, /) -> str:
        return str(FIRST + sum(map(len, self._world.sent_mail.values())) + sum(map(len, self._received.values())))


def _answer(sent: SentMail, at: datetime) -> Letter:
    """With what it answers under it."""
    subject = f"Re: {sent.subject.removeprefix('Re: ')}"
    quoted = tuple(f"> {line}" for line in sent.paragraphs)
    return Letter(
        payer=sent.payer,
        number=f"9{sent.number}",
        subject=subject,
        sender="Provider Assistance",
        at=at.astimezone(TIME_ZONES.get(PAYERS[sent.payer].portal, UTC)).replace(tzinfo=None),
        read=False,
        category="Inquiries",
        paragraphs=("We have looked into it; see the letter.", *quoted),
        claim=sent.claim,
        attachments=(Enclosure(subject, "pdf"),),
    )
