"""A form per capability, made from the query model itself: its fields, its words, its choices."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, get_args

from core.capabilities.catalog import CAPABILITIES, Capability
from core.capabilities.eligibility import SERVICE_TYPES
from core.capabilities.record import Query
from core.manifest import Manifest
from lanes.batches.batch import WAYS

_LABELS = {
    "member_id": "Member ID",
    "birth_date": "Date of birth",
    "provider_npi": "Provider NPI",
    "service_date": "Date of service",
    "from_date": "From",
    "to_date": "To",
    "paid_from": "Paid from",
    "paid_to": "Paid to",
    "check_number": "Check or EFT number",
    "username": "User name",
    "control_number": "Control number of the file (ISA13)",
    "subject_line": "Subject",
    "letters": "With the letters or acknowledgements",
    "unread_only": "Unread only",
    "decided_on": "Day of the decision",
    "narrative": "Our argument",
}


def _fields() -> set[str]:
    """Of all that can be asked for or sent, but for those whose names are plain words."""
    models = [model for each in CAPABILITIES.values() for model in (each.query, each.sends and each.sends.submission)]
    return {name for model in models if model for name in model.model_fields if "_" in name}


_FIELD = re.compile(rf"\b({'|'.join(_fields())})\b", re.IGNORECASE)
_LONG = ("narrative", "body")
_CODES = {"service_type": {code: f"{code} {name}" for code, name in SERVICE_TYPES.items()}}


@dataclass(frozen=True)
class Field:
    name: str
    label: str
    kind: str
    """text, long (a text of many lines), date, choice or check."""
    choices: Mapping[str, str]
    default: str


@dataclass(frozen=True)
class Counterpart:
    """Who is asked: a payer through a portal, or the portal itself."""

    value: str
    label: str


def fields_of(capability: Capability) -> list[Field]:
    return fields_in(capability.query)


def fields_in(model: type[Query]) -> list[Field]:
    return [_field(name, info.annotation, info.default) for name, info in model.model_fields.items()]


def label_of(name: str) -> str:
    return _LABELS.get(name, name.replace("_", " ").capitalize())


def said(name: str, value: object) -> str:
    """What was asked for, in the words of the form."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return _CODES.get(name, {}).get(str(value), str(value))


def labelled(sentence: str) -> str:
    """With the labels of a form in the place of its fields' names."""
    return _FIELD.sub(lambda name: f"“{label_of(name[0].lower())}”", sentence)


def ways_of(capability: Capability) -> str:
    """In a sentence: what is needed."""
    return "; or ".join(" and ".join(_within(label_of(name)) for name in way) for way in WAYS[capability.name])


def _within(label: str) -> str:
    """Inside a sentence, where a short form stays as it is."""
    return label[:1].lower() + label[1:]


def counterparts(capability: Capability, portals: Mapping[str, Manifest]) -> Iterator[Counterpart]:
    for portal in portals.values():
        if capability.name not in portal.capabilities:
            continue
        if not capability.asks_payer or not portal.payers:
            yield Counterpart(f"{portal.id}|", portal.name)
            continue
        for payer in portal.payers:
            yield Counterpart(f"{portal.id}|{payer.id}", f"{payer.name} · {portal.name}")


def _field(name: str, annotation: Any, default: Any) -> Field:
    kinds = set(_leaves(annotation))
    words = [kind for kind in kinds if isinstance(kind, type) and issubclass(kind, StrEnum)]
    label = label_of(name)
    if name in _CODES:
        return Field(name, label, "choice", _CODES[name], str(default))
    if words:
        return Field(name, label, "choice", {"": "any"} | {each: each.replace("_", " ") for each in words[0]}, "")
    if bool in kinds:
        return Field(name, label, "check", {}, "")
    return Field(name, label, "date" if date in kinds else "long" if name in _LONG else "text", {}, "")


def _leaves(annotation: Any) -> Iterator[Any]:
    inner = get_args(annotation)
    if not inner:
        # Phi[date] is no typing construct of its own once pydantic has seen it.
        yield annotation
    for each in inner:
        yield from _leaves(each)
