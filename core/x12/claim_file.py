"""From an 837P or 837I (005010X222A1, 005010X223A2 and A3) to its claims, as far as they are checked and matched."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from core.x12.envelope import Segment, Unreadable, whole

Form = Literal["837P", "837I"]
GUIDES: dict[str, Form] = {"005010X222A1": "837P", "005010X223A2": "837I", "005010X223A3": "837I"}
"""Implementation guides, as GS08 and ST03 name them."""


@dataclass
class Line:
    number: int
    revenue_code: str | None = None
    """Of the 837I alone."""
    procedure: str | None = None
    modifiers: tuple[str, ...] = ()
    charge: Decimal | None = None
    units: Decimal | None = None
    pointers: tuple[str, ...] = ()
    """To diagnoses, of the 837P alone."""
    days: tuple[date | None, date | None] | None = None
    """First and last; None in it cannot be read, None in its place is not there."""


@dataclass
class Party:
    """Who is named in an NM1, and how."""

    role: str
    name: str
    id_kind: str
    id: str
    tax_id: bool = False
    address: bool = False


@dataclass
class Claim:
    place: int
    """In the file, from 1 on."""
    form: Form
    account: str
    """The patient control number, by which the practice knows it."""
    charge: Decimal | None
    place_of_service: str
    frequency: str
    parties: dict[str, Party]
    """By the role that NM101 names: 85 billing provider, IL subscriber, PR payer, QC patient and so on."""
    born: date | None = None
    """Of the patient, or of the subscriber who is the patient."""
    diagnoses: list[str] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    statement: tuple[date | None, date | None] | None = None
    original_number: str | None = None
    has_admission_codes: bool = False

    @property
    def corrects(self) -> bool:
        """It replaces or cancels one that the payer has."""
        return self.frequency in ("7", "8")

    @property
    def days(self) -> tuple[date, date] | None:
        spans = [each.days for each in self.lines if each.days] + ([self.statement] if self.statement else [])
        known = [day for span in spans for day in span if day is not None]
        return (min(known), max(known)) if known else None

    @property
    def member_id(self) -> str:
        subscriber = self.parties.get("IL")
        return subscriber.id if subscriber else ""

    @property
    def billed(self) -> tuple[object, ...]:
        """By which a payer knows a claim from another one."""
        services = sorted(
            (str(each.revenue_code), str(each.procedure), each.modifiers, str(each.charge), str(each.days))
            for each in self.lines
        )
        provider = self.parties.get("85")
        return provider.id if provider else "", self.member_id, str(self.born), str(self.charge), tuple(services)


@dataclass
class ClaimFile:
    sender: str
    control_number: str
    """ISA13: by which whoever takes the file knows it."""
    test: bool
    """ISA15: it is only tried."""
    groups: list[str]
    """GS06 of each."""
    sets: list[tuple[str, str]]
    """GS06 and ST02 of each transaction."""
    guides: list[tuple[str, str]]
    """GS08 and ST03 of each transaction."""
    claims: list[Claim]
    heads: list[tuple[bool, bool, bool]]
    """Of each transaction: whether it has BHT, submitter (41) and receiver (40)."""


def read_837(data: bytes) -> ClaimFile:
    """Raises Unreadable for what is no whole 837P or 837I."""
    reader = _Reader()
    for segment in whole(data):
        reader.take(segment)
    if not reader.file.sets:
        raise Unreadable("The file is X12 without an 837 in it.")
    return reader.file


class _Reader:
    def __init__(self) -> None:
        self.file = ClaimFile("", "", False, [], [], [], [], [])
        self._form: Form = "837P"
        self._guide = ""
        self._billing: dict[str, Party] = {}
        self._subscriber: dict[str, Party] = {}
        self._header: dict[str, Party] = {}
        self._born: date | None = None
        self._level = ""
        self._party: Party | None = None
        self._claim: Claim | None = None

    def take(self, segment: Segment) -> None:
        handler = getattr(self, f"_{segment.get_seg_id().lower()}", None)
        if handler is not None:
            handler(segment)

    def _isa(self, segment: Segment) -> None:
        if self.file.control_number:
            raise Unreadable("The file holds more than one interchange; portals take one at a time.")
        self.file.sender, self.file.control_number = _text(segment, "ISA06"), _text(segment, "ISA13")
        self.file.test = _text(segment, "ISA15") == "T"

    def _gs(self, segment: Segment) -> None:
        self.file.groups.append(_text(segment, "GS06"))
        self._guide = _text(segment, "GS08")

    def _st(self, segment: Segment) -> None:
        if _text(segment, "ST01") != "837":
            raise Unreadable("The file is X12, but not an 837.")
        guide = self._guide or _text(segment, "ST03")
        if guide not in GUIDES:
            raise Unreadable("The file is an 837 of another kind than professional (X222A1) or institutional (X223A2).")
        self._form = GUIDES[guide]
        self.file.sets.append((self.file.groups[-1], _text(segment, "ST02")))
        self.file.guides.append((self._guide, _text(segment, "ST03")))
        self.file.heads.append((False, False, False))
        self._level, self._claim, self._party = "", None, None
        self._billing, self._subscriber, self._header = {}, {}, {}

    def _bht(self, _: Segment) -> None:
        self._head(0)

    def _head(self, place: int) -> None:
        told = list(self.file.heads[-1])
        told[place] = True
        self.file.heads[-1] = (told[0], told[1], told[2])

    def _hl(self, segment: Segment) -> None:
        self._level, self._claim, self._party = _text(segment, "HL03"), None, None
        if self._level == "20":
            self._billing, self._subscriber = {}, {}
        elif self._level == "22":
            self._subscriber, self._born = {}, None

    def _nm1(self, segment: Segment) -> None:
        role = _text(segment, "NM101")
        self._party = party = Party(role, _text(segment, "NM103"), _text(segment, "NM108"), _text(segment, "NM109"))
        if role in ("41", "40"):
            self._head(1 if role == "41" else 2)
        elif self._claim is not None:
            self._claim.parties.setdefault(role, party)
        elif self._level == "20":
            self._billing[role] = party
        else:
            self._subscriber[role] = party

    def _n3(self, _: Segment) -> None:
        if self._party is not None:
            self._party.address = True

    def _ref(self, segment: Segment) -> None:
        kind = _text(segment, "REF01")
        if kind in ("EI", "SY") and self._party is not None:
            self._party.tax_id = True
        elif kind == "F8" and self._claim is not None:
            self._claim.original_number = _text(segment, "REF02")

    def _dmg(self, segment: Segment) -> None:
        if self._claim is None:
            self._born = day_of(_text(segment, "DMG02"))

    def _clm(self, segment: Segment) -> None:
        self._party = None
        self._claim = Claim(
            place=len(self.file.claims) + 1,
            form=self._form,
            account=_text(segment, "CLM01"),
            charge=amount(_text(segment, "CLM02")),
            place_of_service=_text(segment, "CLM05-1"),
            frequency=_text(segment, "CLM05-3"),
            parties={**self._billing, **self._subscriber},
            born=self._born,
        )
        self.file.claims.append(self._claim)

    def _cl1(self, _: Segment) -> None:
        if self._claim is not None:
            self._claim.has_admission_codes = True

    def _hi(self, segment: Segment) -> None:
        if self._claim is not None and not self._claim.lines:
            for place in range(1, 13):
                kind, code = _text(segment, f"HI{place:02d}-1"), _text(segment, f"HI{place:02d}-2")
                if kind in ("ABK", "ABF", "ABJ", "BK", "BF", "BJ") and code:
                    self._claim.diagnoses.append(code)

    def _dtp(self, segment: Segment) -> None:
        if self._claim is None:
            return
        span = _span(_text(segment, "DTP02"), _text(segment, "DTP03"))
        if _text(segment, "DTP01") == "472" and self._claim.lines:
            self._claim.lines[-1].days = span
        elif _text(segment, "DTP01") == "434":
            self._claim.statement = span

    def _lx(self, _: Segment) -> None:
        if self._claim is not None:
            self._claim.lines.append(Line(len(self._claim.lines) + 1))

    def _sv1(self, segment: Segment) -> None:
        self._service(segment, "SV101", "SV102", "SV104")
        if self._claim is not None and self._claim.lines:
            pointers = (_text(segment, f"SV107-{place}") for place in range(1, 5))
            self._claim.lines[-1].pointers = tuple(each for each in pointers if each)

    def _sv2(self, segment: Segment) -> None:
        self._service(segment, "SV202", "SV203", "SV205")
        if self._claim is not None and self._claim.lines:
            self._claim.lines[-1].revenue_code = _text(segment, "SV201")

    def _service(self, segment: Segment, procedure: str, charge: str, units: str) -> None:
        if self._claim is None or not self._claim.lines:
            return
        line = self._claim.lines[-1]
        line.procedure = _text(segment, f"{procedure}-2") or None
        line.modifiers = tuple(
            each for place in range(3, 7) if (each := _text(segment, f"{procedure}-{place}").upper())
        )
        line.charge, line.units = amount(_text(segment, charge)), amount(_text(segment, units))


def duplicates(claims: Iterable[Claim]) -> Iterator[tuple[Claim, Claim]]:
    """Claims that a payer would take for an earlier one, with that one. A correction bills the same as what it
    corrects: it is the same as another correction of that alone.
    """
    first: dict[tuple[object, ...], Claim] = {}
    for claim in claims:
        same = first.setdefault(("corrects", claim.original_number) if claim.corrects else claim.billed, claim)
        if same is not claim:
            yield claim, same


def amount(text: str) -> Decimal | None:
    """None for what is not there or no number."""
    try:
        found = Decimal(text)
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def day_of(text: str) -> date | None:
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])) if len(text) == 8 else None
    except ValueError:
        return None


def _span(kind: str, text: str) -> tuple[date | None, date | None]:
    first, _, last = text.partition("-")
    return (day_of(first), day_of(last)) if kind == "RD8" else (day_of(first[:8]), day_of(first[:8]))


def _text(segment: Segment, place: str) -> str:
    return str(segment.get_value(place) or "").strip()
