"""Whether a page shows the record that was asked for, before anything on it is believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bots.page import Field, Page, ReadsInto
from bots.words import WORDLESS, Vocabulary
from core.capabilities.record import Query
from core.identifiers import bare
from core.phi import Phi

_NUMBER = re.compile(r"\d[\d-]{3,}\d")
"""A tax ID, a customer number; no number of a house."""
Proof = Mapping[str, Any]
"""What a page must show, by the names that its fields `identify`; None proves nothing and is not asked for."""


class IdentityMismatch(Exception):
    """The page shows another record than the one asked for. `perform` turns it into the answer `Mismatch`."""

    def __init__(self, differs: tuple[str, ...]) -> None:
        super().__init__(", ".join(differs))
        self.differs = differs


def proof_of(query: Query | None) -> dict[str, Any]:
    """What pages must show of a question itself."""
    values = {name: getattr(query, name) for name in type(query).model_fields} if query is not None else {}
    return {name: value.reveal() if isinstance(value, Phi) else value for name, value in values.items()}


def identity(page: type[Page]) -> dict[str, Field[Any]]:
    """The fields by which a page says whom it shows."""
    return page.identity() if issubclass(page, ReadsInto) else {}


def compared(
    page: ReadsInto[Any], read: Any, asked: Proof, words: Vocabulary = WORDLESS
) -> tuple[tuple[str, ...], str | None]:
    """By what the page differs from the question, and the first field that says whom it shows and was not found.

    `read` is what the engine found, None when the page was not there.
    """
    wanted = {name: field for name, field in page.identity().items() if asked.get(field.identifies or "") is not None}
    fields = read["fields"] if read else {}
    # What stands where one can type is the question, and proves nothing about the answer.
    shown = {name: field for name, field in fields.items() if field and not field["typed"]}
    found = {name: shown[name]["text"] if name in shown else None for name in wanted}
    stated = {
        name: field.value(found[name], page=page.spec.name, name=name, words=words)
        for name, field in wanted.items()
        if found[name] is not None
    }
    differs = tuple(
        field.identifies or name
        for name, field in wanted.items()
        if name not in stated or not agree(stated[name], asked[field.identifies or ""])
    )
    return differs, next((name for name in wanted if found[name] is None), None)


def same_organization(shown: str, named: str) -> bool | None:
    """By a number that both print, else by their names. None where one prints the name and the other a number."""
    ours, theirs = _numbers(named), _numbers(shown)
    if ours & theirs:
        return True
    if {len(each) for each in ours} & {len(each) for each in theirs}:
        return False
    names = [bare(_NUMBER.sub("", each)) for each in (shown, named)]
    return names[0] == names[1] if all(names) else None


def _numbers(text: str) -> set[str]:
    return {each.replace("-", "") for each in _NUMBER.findall(text)}


def agree(shown: Any, asked: Any) -> bool:
    """Texts by what they say, see `bare`."""
    if isinstance(shown, str) and isinstance(asked, str):
        return bare(shown) == bare(asked)
    return bool(shown == asked)
