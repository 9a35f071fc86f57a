"""From the bytes of a file to X12 transactions: read by pyx12, which also counts what the trailers count.

Sentences never repeat what the file holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import StringIO
from typing import Any

from pyx12.errors import EngineError, X12Error
from pyx12.x12file import X12Reader

Segment = Any
"""pyx12.segment.Segment, which has no types: `get_seg_id()`, `get_value("CLP03")`."""

_PAGES = (b"<!doctype", b"<html", b"<head", b"<body", b"<?xml")
_CUT_SHORT = {("st", "2"), ("gs", "3"), ("isa", "023"), ("isa", "024")}
_NOT_WHOLE = {("st", "4"), ("gs", "5"), ("isa", "021")}
_MIXED_UP = {("st", "3"), ("gs", "4"), ("isa", "001")}


class Unreadable(Exception):
    """The file is not what it should be. `sentence` says why, free of what it holds."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def transactions(data: bytes, kind: str) -> list[list[Segment]]:
    """The segments of each transaction of this kind ("835"), ST and SE included. Raises Unreadable."""
    return _of_kind(whole(data), kind)


def whole(data: bytes) -> list[Segment]:
    """Every segment of a file whose envelopes close and count what they hold. Raises Unreadable."""
    text = _text(data)
    try:
        reader = X12Reader(StringIO(text))
        segments = list(reader)
        flaws = reader.pop_errors()
        reader.cleanup()
        flaws += reader.pop_errors()
        beyond = reader.raw.buffer.strip()
    except (X12Error, EngineError, IndexError):
        raise Unreadable("The file is not whole X12: its envelopes cannot be read.") from None
    _check({flaw[:2] for flaw in flaws}, beyond)
    return segments


def _text(data: bytes) -> str:
    if not data.strip():
        raise Unreadable("The file is empty.")
    start = data[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith(_PAGES):
        raise Unreadable("The file is a web page and not X12: the portal showed something in place of it.")
    if not start.startswith(b"isa"):
        raise Unreadable("The file is not X12: it does not begin with ISA.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    return text.lstrip()


def _check(flaws: set[tuple[str, str]], beyond: str) -> None:
    if flaws & _CUT_SHORT:
        raise Unreadable("The file is cut short: SE, GE or IEA is missing.")
    if flaws & _NOT_WHOLE:
        raise Unreadable("The file is not whole: its trailers count other segments or transactions than it has.")
    if flaws & _MIXED_UP:
        raise Unreadable("The file is mixed up: control numbers of its headers and trailers differ.")
    if beyond:
        raise Unreadable("The file goes on after its end: what follows IEA is not X12.")


def _of_kind(segments: Sequence[Segment], kind: str) -> list[list[Segment]]:
    found: list[list[Segment]] = []
    inside = False
    for segment in segments:
        name = segment.get_seg_id()
        if name == "ST":
            if segment.get_value("ST01") != kind:
                raise Unreadable(f"The file is X12, but not an {kind}.")
            found.append([])
            inside = True
        if inside:
            found[-1].append(segment)
        if name == "SE":
            inside = False
    if not found:
        raise Unreadable(f"The file is X12 without an {kind} in it.")
    return found
