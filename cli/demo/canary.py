"""Looks for planted values in every byte of some folders, whichever way they were written down.

Shares nothing with the redactor on purpose: an oracle that knew only the redactor's encodings would prove nothing.
"""

from __future__ import annotations

import base64
import gzip
import html
import io
import json
import os
import quopri
import re
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO
from urllib.parse import quote, quote_plus

from ahocorasick_rs import BytesAhoCorasick

CHUNK = 8 * 2**20
SHORTEST_FORM = 5
"""Bytes. Anything shorter turns up by chance."""


@dataclass(frozen=True)
class Hit:
    label: str
    """What was found, never its value: "password 1", "birth date"."""
    place: str


def dates(value: date) -> list[str]:
    """The ways in which people and programs write one day."""
    return [
        *(value.strftime(form) for form in ("%Y-%m-%d", "%m/%d/%Y", "%Y%m%d", "%m%d%Y", "%m-%d-%Y", "%d.%m.%Y")),
        f"{value.month}/{value.day}/{value.year}",
        f"{value:%B} {value.day}, {value.year}",
        f"{value:%b} {value.day}, {value.year}",
        f"date({value.year}, {value.month}, {value.day})",
    ]


def names(first: str, last: str) -> list[str]:
    """Together, since a first or last name alone is a word of the language often enough."""
    return [f"{first} {last}", f"{last}, {first}", f"{last},{first}", f"{last} {first}"]


class Search:
    def __init__(self, canaries: Mapping[str, Iterable[str]]) -> None:
        """`canaries`: texts by label."""
        forms = {
            form: label
            for label, texts in canaries.items()
            for text in texts
            for form in _forms(text)
            if len(form) >= SHORTEST_FORM
        }
        self._forms = list(forms)
        self._labels = list(forms.values())
        self._longest = max(map(len, self._forms))
        self._finder = BytesAhoCorasick(self._forms)

    def text(self, text: str, place: str) -> set[Hit]:
        return set(self._stream(io.BytesIO(text.encode()), place))

    def folders(self, *roots: Path, since: float = 0) -> set[Hit]:
        """`since`: only files that were changed after this time (seconds since 1970)."""
        return {hit for root in roots for path in _files(root, since) for hit in self._file(path)}

    def _file(self, path: Path) -> Iterator[Hit]:
        # The name of a file is written down as well.
        yield from self._stream(io.BytesIO(os.fsencode(path)), f"the name of {path}")
        with suppress(FileNotFoundError):  # whoever made it may take it away at any moment
            with path.open("rb") as stream:
                yield from self._stream(stream, str(path))
            yield from self._packed(path)

    def _packed(self, path: Path) -> Iterator[Hit]:
        """Once more inside gzip, zlib and zip, where no byte is as it was."""
        with path.open("rb") as stream:
            magic = stream.read(4)
        if magic.startswith(b"PK\x03\x04"):
            with suppress(zipfile.BadZipFile), zipfile.ZipFile(path) as archive:
                for name in archive.namelist():
                    with archive.open(name) as member:
                        yield from self._stream(member, f"{path}!{name}")
        elif magic.startswith((b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda")):
            unpack = gzip.decompress if magic.startswith(b"\x1f\x8b") else zlib.decompress
            try:
                plain = unpack(path.read_bytes())
            except (gzip.BadGzipFile, zlib.error, EOFError):
                return
            yield from self._stream(io.BytesIO(plain), f"{path}!")

    def _stream(self, stream: IO[bytes], place: str) -> Iterator[Hit]:
        tail = b""
        while chunk := stream.read(CHUNK):
            data = tail + chunk
            for form, start, end in self._finder.find_matches_as_indexes(data, overlapping=True):
                if _stands_alone(data, start, end):
                    yield Hit(self._labels[form], place)
            tail = data[-self._longest - 1 :]


def _forms(text: str) -> set[bytes]:
    spellings = {text, text.upper(), text.lower(), *(unicodedata.normalize(form, text) for form in ("NFC", "NFD"))}
    common = {form for spelling in spellings for encode in _ENCODINGS for form in encode(spelling)}
    return common | {form.encode() for write in _RARE for form in write(text)}


def _base64(text: str) -> Iterator[bytes]:
    """At each of the three alignments, without the letters that depend on the neighbours."""
    raw = text.encode()
    for shift in range(3):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            letters = encode(bytes(shift) + raw).rstrip(b"=")
            inner = letters[-(-shift * 8 // 6) : len(letters) - (len(raw) + shift) % 3]
            if len(inner) >= 2 * SHORTEST_FORM:
                yield inner


_ENCODINGS: tuple[Callable[[str], Iterable[bytes]], ...] = (
    lambda text: (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be")),
    lambda text: (text.encode("latin-1", "replace"),) if text.isascii() or len(text) > SHORTEST_FORM else (),
    lambda text: (json.dumps(text)[1:-1].encode(), json.dumps(json.dumps(text))[3:-3].encode()),
    lambda text: (quote(text, safe="").encode(), quote_plus(text).encode(), quote(quote(text)).encode()),
    lambda text: (html.escape(text).encode(), text.encode("ascii", "xmlcharrefreplace")),
    lambda text: (text.encode().hex().encode(), text.encode().hex().upper().encode()),
    _base64,
)


def _markup_safe(text: str) -> str:
    """JSON as pages carry it inside a script."""
    return "".join(f"\\u{ord(letter):04x}" if letter in "<>&'" else letter for letter in json.dumps(text)[1:-1])


_RARE: tuple[Callable[[str], Iterable[str]], ...] = (
    lambda text: ("".join(f"&#{ord(letter)};" for letter in text), "".join(f"&#x{ord(letter):x};" for letter in text)),
    lambda text: ("".join(f"\\u{ord(letter):04x}" for letter in text), _markup_safe(text), repr(text)[1:-1]),
    lambda text: (re.sub("%..", lambda found: found[0].lower(), quote(text, safe="")),),
    lambda text: (text.encode().hex(" "), text.encode().hex(":")),
    lambda text: (base64.b64encode(text.encode("utf-16-le")).decode().rstrip("=")[:-1],),
    lambda text: (base64.b32encode(text.encode()).decode().rstrip("=")[:-1],),
    lambda text: (quopri.encodestring(text.encode()).decode(),),
)
"""Ways of writing that change most of a text's letters; whoever uses one writes the text as it is."""


def _stands_alone(data: bytes, start: int, end: int) -> bool:
    """Digits inside a longer number, or a decimal fraction, are that number; letters inside a longer word that word."""
    found = data[start:end]
    before, after = data[start - 1 : start] if start else b"", data[end : end + 1]
    if found.isdigit():
        return not (before.isalnum() or before == b"." or after.isalnum())
    if found.isalpha() and found.isascii():
        return not (before.isalpha() or after.isalpha())
    return True


def _files(root: Path, since: float) -> Iterator[Path]:
    for folder, _, listed in os.walk(root):
        for name in listed:
            path = Path(folder, name)
            try:
                found = path.lstat()
            except FileNotFoundError:
                continue
            if stat.S_ISREG(found.st_mode) and found.st_mtime >= since:
                yield path
