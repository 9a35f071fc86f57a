"""The counter at which payers take messages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from simulator.mail import Letter
from simulator.sent_mail import FIRST, SentMail
from simulator.submissions import Counter, Draft


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
            username=draft.username,
        )

    def issue(self, _payer: str, /) -> str:
        return str(FIRST + sum(map(len, self._world.sent_mail.values())) + sum(map(len, self._received.values())))
