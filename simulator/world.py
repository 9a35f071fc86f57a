"""The payers' truth: who is insured with whom, and what became of which claim. Made once, from a seed."""

import random
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from simulator import authorizations, claims, disputes, library, mail, people, remittances, sent_mail, staff
from simulator.accounts import LAKESIDE, NORTHGATE
from simulator.authorizations import Authorization
from simulator.claims import Claim, ClaimNumbers
from simulator.disputes import Dispute
from simulator.library import Paper
from simulator.mail import Letter
from simulator.people import Member, MemberIds
from simulator.remittances import CheckBook, Payment
from simulator.sent_mail import SentMail
from simulator.staff import User

MEMBERS_PER_PAYER = 1100
MEMBERS_OF_SEVERAL_PAYERS = 40
_MEMBERS_PAID_LONG_AGO = 80


@dataclass(frozen=True, slots=True)
class Payer:
    id: str
    name: str
    generation: str  # the user interface that serves it, and whose words it uses: see labels.py
    regions: tuple[str, ...]  # () is everywhere
    portal: str = "availity"
    states_patient_account: bool = True
    states_codes: bool = True  # X12 claim status codes; else words alone
    payments_kept_months: int | None = None  # by its own portal; None is for ever
    pays_through: str | None = None  # a portal for payments alone: by tiers, for years, all EFTs of a day in one 835

    @property
    def terse(self) -> bool:
        """The oldest pages have neither pick list nor gender, and no received date or allowed amount of a claim."""
        return self.generation == "legacy"


PAYERS = {
    "AETNA": Payer("AETNA", "Aetna", "legacy", ()),
    "BHIL": Payer("BHIL", "Blue Horizon of Illinois", "new", ("IL",)),
    "CASC": Payer("CASC", "Cascade Health Plan", "new", ("IL", "OR", "WA"), states_patient_account=False),
    "MMAP": Payer(
        "MMAP", "Marquette Medical Assistance", "webforms", (), portal="medicaid_forms", payments_kept_months=12
    ),
    "UHC": Payer("UHC", "UnitedHealthcare", "uhc", (), portal="uhc", states_codes=False, pays_through="optumpay"),
    "UCARE": Payer("UCARE", "UCare", "ucare", (), portal="ucare"),
    "FRANKLIN": Payer("FRANKLIN", "Franklin Medicaid", "franklin", (), portal="medicaid_sso"),
}


SUCCESSORS = {"ucare_old": "ucare"}
"""Portals whose payers have another one by now: both tell the same for as long as both are there."""


def payers_of(portal: str) -> list[str]:
    asked = SUCCESSORS.get(portal, portal)
    return [payer.id for payer in PAYERS.values() if asked in (payer.portal, payer.pays_through)]


def spoken(text: str) -> str:
    """How payers compare names and ids: without case, dashes and blanks at the ends or inside ids."""
    return text.strip().casefold()


def bare_id(member_id: str) -> str:
    return spoken(member_id).replace("-", "").replace(" ", "")


class World:
    def __init__(self, seed: int, today: date) -> None:
        self.seed = seed
        self.today = today
        self.members: dict[str, list[Member]] = {payer: [] for payer in PAYERS}
        self.claims: dict[str, list[Claim]] = {payer: [] for payer in PAYERS}
        self._by_id: dict[tuple[str, str], list[Member]] = defaultdict(list)
        self._by_name: dict[tuple[str, str, str, date], list[Member]] = defaultdict(list)
        self._claims_of: dict[tuple[str, str, date], list[Claim]] = defaultdict(list)
        self._checks = CheckBook()
        # Dice of its own for each portal, so that a new one leaves the people of the others as they are.
        self._grow_several(random.Random(f"people {seed}"))
        for portal in ("uhc", "ucare", "medicaid_forms", "medicaid_sso"):
            self._grow(portal, random.Random(f"people {seed} {portal}"))

    # What few ask for grows when it is asked for, from dice of its own.

    @cached_property
    def payments(self) -> dict[str, list[Payment]]:
        return {payer: remittances.grow(payer, listed, self.seed, self.today) for payer, listed in self.claims.items()}

    @cached_property
    def older_payments(self) -> dict[str, list[Payment]]:
        """Of claims that nobody can ask for any more: more than 13 months, and less than three years ago."""
        return {payer.id: self._paid_long_ago(payer.id) for payer in PAYERS.values() if payer.pays_through}

    @cached_property
    def mail(self) -> dict[str, list[Letter]]:
        return {payer: mail.grow(payer, listed, self.seed, self.today) for payer, listed in self.claims.items()}

    @cached_property
    def former_mail(self) -> dict[str, list[Letter]]:
        """What payers wrote to a portal that has a successor: it is nowhere else."""
        return {
            payer: mail.grow(payer, self.claims[payer], self.seed, self.today, former)
            for former in SUCCESSORS
            for payer in payers_of(former)
        }

    @cached_property
    def papers(self) -> dict[str, list[Paper]]:
        shelves = library.SHELVES
        return {payer: library.grow(payer, self.claims[payer], self.seed, self.today) for payer in shelves}

    @cached_property
    def disputes(self) -> dict[str, list[Dispute]]:
        """What was sent before any bot came, the oldest first."""
        return {
            payer: disputes.grow(payer, PAYERS[payer].portal, self.claims[payer], self.seed, self.today)
            for payer in disputes.DISPUTED
        }

    @cached_property
    def sent_mail(self) -> dict[str, list[SentMail]]:
        """What was written before any bot came, the oldest first."""
        writes = [payer for payer in PAYERS.values() if payer.portal in sent_mail.TOPICS]
        return {
            each.id: sent_mail.grow(
                each.id,
                list(sent_mail.TOPICS[each.portal]),
                self.claims[each.id],
                self.mail[each.id],
                seed=self.seed,
                today=self.today,
            )
            for each in writes
        }

    @cached_property
    def staff(self) -> dict[tuple[str, str], list[User]]:
        return {
            (portal, each.id): staff.grow(portal, each, self.seed, self.today)
            for portal in staff.PORTALS
            for each in (NORTHGATE, LAKESIDE)
        }

    @cached_property
    def authorizations(self) -> dict[str, list[Authorization]]:
        members = self.members.items()
        return {payer: authorizations.grow(payer, listed, self.seed, self.today) for payer, listed in members}

    @cached_property
    def _authorizations_of(self) -> dict[tuple[str, str, date], list[Authorization]]:
        found: dict[tuple[str, str, date], list[Authorization]] = defaultdict(list)
        for each in (each for listed in self.authorizations.values() for each in listed):
            found[each.payer, bare_id(each.member.member_id), each.member.birth_date].append(each)
        return found

    def _grow(self, portal: str, rng: random.Random) -> tuple[MemberIds, ClaimNumbers]:
        ids, numbers = MemberIds(rng), ClaimNumbers(rng)
        for payer in payers_of(portal):
            for member in people.grow(payer, MEMBERS_PER_PAYER, rng, self.today, ids):
                self._admit(member, rng, numbers)
        return ids, numbers

    def _grow_several(self, rng: random.Random) -> None:
        ids, numbers = self._grow("availity", rng)
        for member in self.members["AETNA"][-MEMBERS_OF_SEVERAL_PAYERS:]:
            self._admit(people.elsewhere(member, "BHIL", rng, self.today, ids), rng, numbers)

    def _paid_long_ago(self, payer: str) -> list[Payment]:
        rng, checks = random.Random(f"older payments {self.seed} {payer}"), CheckBook()
        numbers = ClaimNumbers(rng)
        for claim in self.claims[payer]:
            numbers.reserve(claim.claim_number)
        paid = [
            checks.pay(claim)
            for days in (400, 740)
            for member in rng.sample(self.members[payer], _MEMBERS_PAID_LONG_AGO)
            for claim in claims.grow(member, 1, rng, self.today - timedelta(days=days), numbers)
        ]
        return remittances.grow(payer, paid, self.seed, self.today)

    def _admit(self, member: Member, rng: random.Random, numbers: ClaimNumbers) -> None:
        self.members[member.payer].append(member)
        self._by_id[member.payer, bare_id(member.member_id)].append(member)
        name = (spoken(member.first_name), spoken(member.last_name))
        self._by_name[member.payer, *name, member.birth_date].append(member)
        for claim in map(self._checks.pay, claims.grow(member, _claim_count(rng), rng, self.today, numbers)):
            self.claims[member.payer].append(claim)
            self._claims_of[member.payer, bare_id(member.member_id), member.birth_date].append(claim)

    def by_id(self, payer: str, member_id: str) -> list[Member]:
        return self._by_id.get((payer, bare_id(member_id)), [])

    def by_name(self, payer: str, first_name: str, last_name: str, birth_date: date) -> list[Member]:
        return self._by_name.get((payer, spoken(first_name), spoken(last_name), birth_date), [])

    def claims_of(self, payer: str, member_id: str, birth_date: date, from_date: date, to_date: date) -> list[Claim]:
        """Claims with a day of service in the range; a bundled claim counts when any of its days does."""
        of_member = self._claims_of.get((payer, bare_id(member_id), birth_date), [])
        return [claim for claim in of_member if claim.service_from <= to_date and claim.service_to >= from_date]

    def claims_like(self, payer: str, start: str) -> list[Claim]:
        """What payers list for a claim number: every claim whose number begins with it."""
        wanted = start.strip().upper()
        return [claim for claim in self.claims[payer] if claim.claim_number.startswith(wanted)]

    def payments_of(self, payer: str) -> list[Payment]:
        """Everything that was ever paid, the oldest first. What no file tells of, no portal lists."""
        return [each for each in (*self.older_payments.get(payer, ()), *self.payments[payer]) if each.documents]

    def in_one_file(self, payment: Payment) -> list[Payment]:
        """The payments whose remittances stand in the same 835."""
        if PAYERS[payment.payer].pays_through is None or payment.method != "ach":
            return [payment]
        listed = self.payments_of(payment.payer)
        return [each for each in listed if (each.paid_on, each.method) == (payment.paid_on, "ach")]

    def payments_like(self, payer: str, start: str) -> list[Payment]:
        """What payers list for the number of a check: every payment whose number begins with it."""
        wanted = start.strip().upper()
        return [payment for payment in self.payments_of(payer) if payment.number.startswith(wanted)]

    def payments_between(self, payer: str, start: date, end: date) -> list[Payment]:
        return [payment for payment in self.payments_of(payer) if start <= payment.paid_on <= end]

    def authorizations_of(self, payer: str, member_id: str, birth_date: date) -> list[Authorization]:
        return self._authorizations_of.get((payer, bare_id(member_id), birth_date), [])

    def authorizations_like(self, payer: str, start: str) -> list[Authorization]:
        """What payers list for a number: all that have one which begins with it. What needs no authorization has got
        none, where an inquiry has a number of its own.
        """
        wanted = start.strip().upper()
        return [
            each
            for each in self.authorizations[payer]
            if (each.tracking or "").startswith(wanted)
            or (each.number.startswith(wanted) and not (each.tracking and each.decision == "not_required"))
        ]

    def payments_for(self, payer: str, start: str) -> list[tuple[str, Payment]]:
        """Claim and payment, for every claim whose number begins so; twice where it is paid and taken back."""
        wanted = start.strip().upper()
        return [
            (entry.claim.claim_number, payment)
            for payment in self.payments_of(payer)
            for entry in payment.entries
            if entry.claim.claim_number.startswith(wanted)
        ]


def _claim_count(rng: random.Random) -> int:
    return rng.choice((0, 1, 1, 2, 2, 2, 3, 4)) if rng.random() < 0.99 else rng.randrange(12, 24)
