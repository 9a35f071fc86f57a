"""What a 999 or a 277CA says to a file of claims, in a biller's words. Words never repeat what the file held."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from core.capabilities.claim_files import AcknowledgedClaim, ClaimFate
from core.x12.envelope import Segment, Unreadable, whole
from core.yaml_text import loaded

_CODES = Path(__file__).with_name("acknowledgement_codes.yaml")
_GOES_ON = ("A0", "A1", "A2", "A5")
_PLAIN = ("", "16", "19", "20")
"""Statuses that only say that a claim goes on."""


@dataclass
class Acknowledgement:
    claims: list[AcknowledgedClaim] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    """Of the file, a provider's part of it, or a segment."""


def read_acknowledgement(data: bytes) -> Acknowledgement | Unreadable:
    """Of a 999 or a 277CA; else the reason why it is refused."""
    try:
        segments = whole(data)
    except Unreadable as problem:
        return problem
    kinds = {str(each.get_value("ST01")) for each in segments if each.get_seg_id() == "ST"}
    if kinds == {"999"}:
        return Acknowledgement(faults=_of_999(segments))
    if kinds == {"277"}:
        return _of_277(segments)
    return Unreadable("The file is X12, but neither a 999 nor a 277CA.")


def _of_999(segments: Sequence[Segment]) -> list[str]:
    faults: list[str] = []
    where = ""
    for segment in segments:
        match segment.get_seg_id():
            case "IK3":
                where = f"Segment {_text(segment, 'IK301')}, number {_text(segment, 'IK302')} of its transaction"
                code = _text(segment, "IK304")
                if code != "8":
                    faults.append(f"{where}, {_word('segment', code, 'has an error')}.")
            case "IK4":
                told = _word("element", _text(segment, "IK403"), "has an error")
                faults.append(f"{where}: element {_text(segment, 'IK401-1')} {told}.")
            case "IK5" if _text(segment, "IK501") not in ("A", "E"):
                faults.append("A transaction of it was rejected.")
            case "AK9" if _text(segment, "AK901") not in ("A", "E", "P"):
                faults.append("The whole group was rejected.")
    return faults


def _of_277(segments: Sequence[Segment]) -> Acknowledgement:
    told = Acknowledgement()
    level = account = ""
    statuses: list[tuple[str, str]] = []
    number: str | None = None

    def close() -> None:
        if level == "PT" and statuses:
            told.claims.append(_claim(account, statuses, number))

    for segment in segments:
        match segment.get_seg_id():
            case "HL" | "SE" as name:
                close()
                level, account, statuses, number = _text(segment, "HL03") if name == "HL" else "", "", [], None
            case "TRN" if level == "PT":
                if statuses:  # one patient, several claims
                    close()
                    statuses, number = [], None
                account = _text(segment, "TRN02")
            case "STC":
                found = [(_text(segment, f"{place}-1"), _text(segment, f"{place}-2")) for place in _STATUSES]
                statuses += [each for each in found if each[0]]
                if level != "PT":
                    told.faults += [f"{_LEVELS.get(level, 'The file')}: {_said(*each)}." for each in _refusing(found)]
            case "REF" if level == "PT" and _text(segment, "REF01") == "1K":
                number = _text(segment, "REF02") or None
    return told


_STATUSES = ("STC01", "STC10", "STC11")
_LEVELS = {"20": "The file", "21": "The submitter's part", "19": "A provider's part"}


def _claim(account: str, statuses: Sequence[tuple[str, str]], number: str | None) -> AcknowledgedClaim:
    rejected = any(category not in _GOES_ON for category, _ in statuses)
    odd = [each for each in statuses if each[0] not in _GOES_ON or each[1] not in _PLAIN]
    fate = ClaimFate.REJECTED if rejected else ClaimFate.ACCEPTED_WITH_ERRORS if odd else ClaimFate.ACCEPTED
    return AcknowledgedClaim(
        account=account,
        fate=fate,
        payer_claim_number=number,
        reasons=tuple(f"{_said(*each)[:1].upper()}{_said(*each)[1:]}." for each in odd),
    )


def _refusing(found: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    return [each for each in found if each[0] and each[0] not in _GOES_ON]


def _said(category: str, status: str) -> str:
    first = _word("category", category, "category")
    return f"{first}: {_word('status', status, 'status')}" if status else first


def _word(kind: str, code: str, otherwise: str) -> str:
    """A code that is not in the list is told as it stands."""
    return _codes()[kind].get(code) or f"{otherwise} ({code})"


@cache
def _codes() -> dict[str, dict[str, str]]:
    known: dict[str, dict[str, str]] = loaded(_CODES.read_text("utf-8"))
    return known


def _text(segment: Segment, place: str) -> str:
    return str(segment.get_value(place) or "").strip()
