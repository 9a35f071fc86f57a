"""Takes secrets and patient data out of whatever is about to be written down.

Three nets, one behind the other: keys that nobody allowed keep no value; values that are known to be secret are found
in any encoding; and some shapes (a bearer token, a social security number) are never let through.
"""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from datetime import date
from pathlib import PurePath
from typing import Any
from urllib.parse import quote, quote_plus

from ahocorasick_rs import AhoCorasick

from core.phi import MASK, Hidden

SHORTEST_VALUE = 4
"""Shorter values would mask half of every sentence; the allow-list of keys alone keeps those out."""
_CODES_KEPT = 32

ALLOWED_KEYS = frozenset(
    {
        *("event", "level", "logger", "timestamp", "exception", "stack", "warning"),
        *("error", "reference", "sentence", "outcome", "next_step", "reason", "state", "status"),
        *("portal", "payer", "capability", "credential", "lane", "work_item", "batch", "run", "flow_run", "step"),
        *("answer", "evidence", "page", "element", "signal", "landing", "kind", "media_type", "screen", "host"),
        *("method", "part", "process", "pid", "port", "path", "address", "role", "version", "worker", "browser"),
        *("seconds", "milliseconds", "attempt", "count", "items", "size", "fence", "priority", "deadline"),
        *("due_at", "retry_at", "expires_at", "from_state", "to_state", "exit_status", "variant", "environment"),
    }
)
"""Keys of log events whose values may be written. Their values still pass the other two nets."""

_STRUCTLOG_OWN = frozenset({"_record", "_from_structlog"})
"""Never rendered."""
_NAMED = (
    r"(?i)(?<![a-z])(?:password|passwd|passphrase|secret|token|otp|seed|cookie|authorization|ssn|dob|member[ _-]?id"
    r"|birth[ _-]?date)[\"']?\s*[=:]\s*(?:\"[^\"\n]*\"|'[^'\n]*'|[^\s,;&]+)"
)
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----(?:.|\n)*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)",
        r"(?i)otpauth(?:-migration)?://\S+",
        r"\beyJ[\w-]+\.[\w-]+\.[\w-]*",
        r"(?i)\b(?:bearer|basic)\s+[\w+/=.~-]{6,}",
        r"\b(?:hv[sbr]|[sb])\.[\w-]{20,}",
        r"\bAKIA[0-9A-Z]{16}\b",
        r"(?<=://)[^\s/@:]+:[^\s/@]+@",
        r"(?<=[\w/])\?[\w.%\[\]-]+=[^\s\"'<>]*",
        r"\b\d{3}-\d{2}-\d{4}\b",
        r"\b\d{1,2}/\d{1,2}/\d{4}\b",
        r"[\w.+-]+@[\w-]+\.[\w.-]+",
        # pydantic and SQLAlchemy quote the input that they refuse.
        r"input_value=.*?(?=, input_type=)",
        r"\[parameters: .*",
        _NAMED,
    )
)


class _Pool:
    """Counted values, and the automaton that finds all their forms; that is rebuilt when the values have changed."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._forms: dict[str, frozenset[str]] = {}
        self._finder: AhoCorasick | None = None

    def __contains__(self, value: str) -> bool:
        return value in self._forms

    def add(self, value: str) -> None:
        if len(value) < SHORTEST_VALUE:
            return
        self._counts[value] += 1
        if value not in self._forms:
            self._forms[value] = _forms(value)
            self._finder = None

    def drop(self, value: str) -> None:
        self._counts[value] -= 1
        if self._counts[value] <= 0:
            del self._counts[value]
            self._forms.pop(value, None)
            self._finder = None

    def finder(self) -> AhoCorasick | None:
        if self._finder is None and self._forms:
            self._finder = AhoCorasick(frozenset[str]().union(*self._forms.values()))
        return self._finder


class Registry:
    """Values that must not be written anywhere, found in any of the encodings in which they turn up. Thread-safe."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        # Apart, because patient data changes with every work item and the automaton of many passwords is slow to build.
        self._lasting, self._passing = _Pool(), _Pool()
        self._codes: deque[str] = deque()

    def remember(self, *values: str) -> None:
        """For the life of the process: passwords, seeds, tokens."""
        with self._lock:
            for value in values:
                if value not in self._lasting:
                    self._lasting.add(value)

    def remember_code(self, code: str) -> None:
        """Only the last few are kept: six digits turn up in many an honest number."""
        with self._lock:
            if code in self._codes:
                return
            self._passing.add(code)
            self._codes.append(code)
            if len(self._codes) > _CODES_KEPT:
                self._passing.drop(self._codes.popleft())

    @contextmanager
    def knowing(self, values: Iterable[str | date]) -> Iterator[None]:
        """The patient data of one work item, while it is worked. Dates are known in the ways portals write them."""
        texts = [text for value in values for text in _written(value)]
        with self._lock:
            for text in texts:
                self._passing.add(text)
        try:
            yield
        finally:
            with self._lock:
                for text in texts:
                    self._passing.drop(text)

    def scrub(self, text: str) -> str:
        for start, end in reversed(self._spans(text)):
            text = text[:start] + MASK + text[end:]
        return text

    def holds(self, text: str) -> bool:
        return bool(self._spans(text))

    def _spans(self, text: str) -> list[tuple[int, int]]:
        with self._lock:
            finders = [finder for pool in (self._lasting, self._passing) if (finder := pool.finder())]
        # Overlapping, because one known value may begin inside another.
        spans = sorted(
            (start, end)
            for finder in finders
            for _, start, end in finder.find_matches_as_indexes(text, overlapping=True)
        )
        merged: list[tuple[int, int]] = []
        for start, end in spans:
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return merged


known_values = Registry()
"""The one of this process."""


class Redactor:
    """A structlog processor: what leaves it holds only text that may be written."""

    def __init__(self, registry: Registry = known_values) -> None:
        self._registry = registry

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        return {key: value if key in _STRUCTLOG_OWN else self._entry(key, value) for key, value in event.items()}

    def text(self, text: str) -> str:
        text = self._registry.scrub(text)
        for shape in _SHAPES:
            text = shape.sub(MASK, text)
        return text

    def _entry(self, key: str, value: Any) -> Any:
        if value is None or isinstance(value, bool):
            return value
        return self._value(value) if key in ALLOWED_KEYS else MASK

    def _value(self, value: Any) -> Any:
        match value:
            case None | bool():
                return value
            case int() | float():
                return MASK if self._registry.holds(repr(value)) else value
            case Mapping():
                return {self.text(str(key)): self._entry(str(key), inner) for key, inner in value.items()}
            case list() | tuple() | set() | frozenset():
                return [self._value(inner) for inner in value]
            case _:
                return self.text(_spelled(value))


def _spelled(value: Any) -> str:
    match value:
        case bytes() | bytearray() | memoryview():
            return f"[{len(value)} bytes]"
        case str() | date() | PurePath() | BaseException() | Hidden():
            return str(value)
        case _:
            return repr(value)


def _written(value: str | date) -> tuple[str, ...]:
    if isinstance(value, date):
        slashed = f"{value.month}/{value.day}/{value.year}"
        return (value.isoformat(), *(value.strftime(form) for form in ("%m/%d/%Y", "%m%d%Y", "%Y%m%d")), slashed)
    return (value,)


def _forms(value: str) -> frozenset[str]:
    """Every spelling in which a value may reach a text: as typed, quoted, escaped, encoded, in other capitals."""
    forms: set[str] = set()
    for spelled in (value, value.upper(), value.lower()):
        forms |= {spelled, repr(spelled)[1:-1], repr(spelled + "'")[1:-2], repr(spelled + '"')[1:-2]}
        forms |= {quote(spelled, safe=safe) for safe in ("", "/", "!'()*-._~")} | {quote_plus(spelled)}
        forms |= {
            html.escape(spelled, quote=False),
            html.escape(spelled),
            html.escape(spelled).replace("&#x27;", "&#39;"),
        }
        forms.add(spelled.encode("unicode_escape").decode())
        for ascii_only in (True, False):
            once = json.dumps(spelled, ensure_ascii=ascii_only)[1:-1]
            forms |= {once, json.dumps(once, ensure_ascii=ascii_only)[1:-1]}
    forms |= {_lower_percent(form) for form in list(forms)}
    raw = value.encode(errors="surrogatepass")
    forms |= {raw.hex(), raw.hex().upper(), *_base64_forms(raw)}
    return frozenset(form for form in forms if len(form) >= SHORTEST_VALUE)


def _lower_percent(text: str) -> str:
    return re.sub(r"%[0-9A-F]{2}", lambda found: found.group().lower(), text)


def _base64_forms(raw: bytes) -> Iterator[str]:
    """A value inside a longer text is encoded in three ways, by where it begins; its outermost letters depend on the
    neighbours and are left off.
    """
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + raw).decode()
        first = -(-offset * 8 // 6)
        last = (offset + len(raw)) * 8 // 6
        inner = encoded[first:last]
        # Shorter pieces would be found in honest words.
        if len(inner) > SHORTEST_VALUE:
            yield inner
            yield inner.replace("+", "-").replace("/", "_")
