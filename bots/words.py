"""The portal's own words: selectors/<portal>/words.yaml.

`words` holds, by kind, what the portal prints for each of our values; `patterns` how it prints what is made of several
parts, one regular expression each, with a named group for each part. Both are matched whole, words without regard to
case. What is printed and not in here is a changed portal.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Generic, Literal, TypeVar

from pydantic import TypeAdapter, ValidationError

from bots.parse import Unreadable, text
from core.capabilities.record import Record

T = TypeVar("T")
R = TypeVar("R", bound=Record)

_SEVERAL = "; "


@dataclass(frozen=True)
class Vocabulary:
    words: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """By kind, then by the portal's print, folded."""
    patterns: Mapping[str, re.Pattern[str]] = field(default_factory=dict)


WORDLESS = Vocabulary()


class PartLeftOut(Unreadable):
    """It is written as the portal writes it, without the part that is asked for: nothing is stated."""

    def __init__(self) -> None:
        super().__init__("written without the part that is asked for")


class Spoken(ABC, Generic[T]):
    """A parser that needs the portal's words. As others, it raises Unreadable without repeating the text."""

    section: str
    entry: str

    @abstractmethod
    def read(self, raw: str, vocabulary: Vocabulary) -> T: ...

    @abstractmethod
    def problems(self, vocabulary: Vocabulary) -> Iterator[str]:
        """What this parser does not find in the words, in sentences."""


class Word(Spoken[Any]):
    section = "words"

    def __init__(self, kind: str, value: Any) -> None:
        self.entry = kind
        self.value = value

    def read(self, raw: str, vocabulary: Vocabulary) -> Any:
        known = vocabulary.words.get(self.entry, {})
        folded = _folded(raw)
        if folded not in known:
            raise Unreadable("not one of the words that the portal was known to use")
        try:
            return _adapter(self.value).validate_python(known[folded])
        except ValidationError:
            raise Unreadable("a word that stands for no value of ours") from None

    def problems(self, vocabulary: Vocabulary) -> Iterator[str]:
        if self.entry not in vocabulary.words:
            yield f"the words of the kind “{self.entry}” are missing"
        for printed, value in vocabulary.words.get(self.entry, {}).items():
            try:
                _adapter(self.value).validate_python(value)
            except ValidationError:
                yield f"{self.entry}: “{printed}” stands for {value!r}, which is no value of ours"


class Said(Word):
    """Whether it is one of the words, where a value may stand instead."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind, Literal[True])

    def read(self, raw: str, vocabulary: Vocabulary) -> bool:
        return _folded(raw) in vocabulary.words.get(self.entry, {})


class Unsaid(Said, Generic[T]):
    """The value, or None where one of the words stands in its place."""

    def __init__(self, kind: str, parse: Callable[[str], T]) -> None:
        super().__init__(kind)
        self.parse = parse

    def read(self, raw: str, vocabulary: Vocabulary) -> Any:
        return None if super().read(raw, vocabulary) else self.parse(raw)


class Taken(Spoken[T]):
    section = "patterns"

    def __init__(self, pattern: str, groups: tuple[str, ...], parse: Callable[[str], T]) -> None:
        self.entry = pattern
        self.groups = groups
        self.parse = parse

    def read(self, raw: str, vocabulary: Vocabulary) -> T:
        pattern = vocabulary.patterns.get(self.entry)
        if pattern is None:
            return self.parse(raw)
        parts = _matched(pattern, raw)
        part = next((parts[name] for name in self.groups if parts.get(name) is not None), None)
        if part is None:
            raise PartLeftOut
        return self.parse(part)

    def problems(self, vocabulary: Vocabulary) -> Iterator[str]:
        if self.entry in vocabulary.patterns:
            for name in self.groups:
                if name not in vocabulary.patterns[self.entry].groupindex:
                    yield f"the pattern “{self.entry}” has no group “{name}”"


class Several(Spoken[tuple[R, ...]]):
    section = "patterns"

    def __init__(self, pattern: str, record: type[R], parse: Mapping[str, Callable[[str], Any]]) -> None:
        self.entry = pattern
        self.record = record
        self.parse = parse

    def read(self, raw: str, vocabulary: Vocabulary) -> tuple[R, ...]:
        pattern = vocabulary.patterns.get(self.entry)
        if pattern is None:
            raise Unreadable("nothing says how the portal writes this")
        return tuple(self._one(_matched(pattern, part)) for part in raw.split(_SEVERAL))

    def _one(self, parts: Mapping[str, str | None]) -> R:
        parsed = {name: self.parse.get(name, text)(part) for name, part in parts.items() if part is not None}
        try:
            return self.record.model_validate(parsed)
        except ValidationError:
            raise Unreadable("not what it was known to be made of") from None

    def problems(self, vocabulary: Vocabulary) -> Iterator[str]:
        if self.entry not in vocabulary.patterns:
            yield f"the pattern “{self.entry}” is missing"
            return
        groups = vocabulary.patterns[self.entry].groupindex
        for name, known in self.record.model_fields.items():
            if known.is_required() and name not in groups:
                yield f"the pattern “{self.entry}” has no group “{name}”"
        for name in groups:
            if name not in self.record.model_fields:
                yield f"the pattern “{self.entry}” has the group “{name}”, which {self.record.__name__} does not know"


def word(kind: str, value: Any) -> Word:
    """One of the portal's words of this kind. `value` is what they stand for, a type: Network, bool | None, Literal."""
    return Word(kind, value)


def said(kind: str) -> Said:
    """Whether the portal prints one of its words of this kind in place of a value: Never."""
    return Said(kind)


def unsaid(kind: str, parse: Callable[[str], T]) -> Unsaid[T]:
    """The value; None where `said` is true."""
    return Unsaid(kind, parse)


def taken(pattern: str, *groups: str, parse: Callable[[str], T]) -> Taken[T]:
    """A part of what the portal prints in one place: the first of these groups that is there. Where the portal has no
    such pattern, it prints the datum alone.
    """
    return Taken(pattern, groups, parse)


def several(pattern: str, record: type[R], **parse: Callable[[str], Any]) -> Several[R]:
    """Records in one place, parted by semicolons and each written as the pattern says, its groups named as the fields
    of the record.
    """
    return Several(pattern, record, parse)


def vocabulary(data: Mapping[str, Any]) -> Vocabulary:
    """From a file's content. Raises ValueError."""
    return Vocabulary(
        {kind: _table(kind, table) for kind, table in _section(data, "words")},
        {name: _pattern(name, written) for name, written in _section(data, "patterns")},
    )


def _section(data: Mapping[str, Any], name: str) -> Iterator[tuple[str, Any]]:
    section = data.get(name) or {}
    if not isinstance(section, dict):
        raise ValueError(f"`{name}` maps names to what they stand for")  # noqa: TRY004
    return iter(section.items())


def _table(kind: str, table: Any) -> dict[str, Any]:
    if not isinstance(table, dict) or not table:
        raise ValueError(f"{kind}: needs what the portal prints, and the value that it stands for")
    folded: dict[str, Any] = {}
    for printed, value in table.items():
        if not isinstance(printed, str):
            raise ValueError(f"{kind}: {printed!r} needs quotes, else YAML takes it for something else")  # noqa: TRY004
        if _folded(printed) in folded:
            raise ValueError(f"{kind}: “{printed}” stands there twice")
        folded[_folded(printed)] = value
    return folded


def _pattern(name: str, written: Any) -> re.Pattern[str]:
    if not isinstance(written, str):
        raise ValueError(f"{name}: a pattern is a text")  # noqa: TRY004
    try:
        pattern = re.compile(written)
    except re.error as problem:
        raise ValueError(f"{name}: no regular expression: {problem}") from None
    if not pattern.groupindex:
        raise ValueError(f"{name}: a pattern needs a named group for each part")
    return pattern


def _matched(pattern: re.Pattern[str], raw: str) -> dict[str, str | None]:
    found = pattern.fullmatch(raw.strip())
    if found is None:
        raise Unreadable("not written as the portal was known to write it")
    return found.groupdict()


def _folded(printed: str) -> str:
    return printed.strip().casefold()


@cache
def _adapter(value: Any) -> TypeAdapter[Any]:
    return TypeAdapter(value)
