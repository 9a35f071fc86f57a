"""A recording: one question, what the portal answered to each request of the browser, and the answer that it makes.

`recordings/<portal>/<capability>/<case>/` holds the question (case.json), its answer (expected.json), what was said in
which order (exchanges.jsonl) and the bodies; scripts and style sheets of a portal stand once, in
`recordings/<portal>/assets/`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2] / "recordings"
_ENDINGS = {"html": ".html", "json": ".json", "edi": ".835", "pdf": ".pdf", "zip": ".zip", "csv": ".csv"}
TYPES = {".html": "text/html; charset=utf-8", ".json": "application/json", ".pdf": "application/pdf"}
ASSETS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
"""Recognised by their names alone."""
_MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|[0-9a-f]{16,}")
_ACCOUNT = re.compile(r"\bbot\d+\.")
_TOKEN = r"(?:token|csrf|xsrf|viewstate|eventvalidation|assertion)"
_HIDDEN = re.compile(rf"(<(?:input|meta)\b[^>]*{_TOKEN}[^>]*?\b(?:value|content)=\\?\")([^\"\\]+)", re.IGNORECASE)
_SAID = re.compile(rf"(\"[a-z_]*{_TOKEN}[a-z_]*\": ?\")([^\"]+)", re.IGNORECASE)


@dataclass(frozen=True)
class Exchange:
    method: str
    path: str
    file: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    """Without the type, where the file's ending tells it."""

    @property
    def key(self) -> tuple[str, str]:
        return key(self.method, self.path)


def key(method: str, url: str) -> tuple[str, str]:
    """What a request is recognised by: never its query, and without the ids that a portal makes up."""
    return method, _MADE_UP.sub("*", urlsplit(url).path)


@dataclass(frozen=True)
class Recording:
    portal: str
    capability: str
    case: str
    payer: str
    recorded_on: date
    question: dict[str, str]
    exchanges: list[Exchange]
    bodies: dict[str, bytes] = field(repr=False)
    expected: dict[str, Any] = field(repr=False)

    def __str__(self) -> str:
        return f"{self.portal}-{self.capability}-{self.case}"

    @classmethod
    def load(cls, folder: Path) -> Recording:
        case = json.loads((folder / "case.json").read_text("utf-8"))
        lines = (folder / "exchanges.jsonl").read_text("utf-8").splitlines()
        exchanges = [Exchange(**json.loads(line)) for line in lines]
        return cls(
            portal=folder.parts[-3],
            capability=folder.parts[-2],
            case=folder.name,
            payer=case["payer"],
            recorded_on=date.fromisoformat(case["recorded_on"]),
            question=case["question"],
            exchanges=exchanges,
            bodies={each.file: _bodies(folder.parts[-3]).joinpath(each.file).read_bytes() for each in exchanges},
            expected=json.loads((folder / "expected.json").read_text("utf-8")),
        )

    def save(self) -> None:
        folder = ROOT / self.portal / self.capability / self.case
        folder.mkdir(parents=True)
        _bodies(self.portal).mkdir(exist_ok=True)
        for name, body in self.bodies.items():
            _bodies(self.portal).joinpath(name).write_bytes(body)
        lines = [json.dumps(_brief(each)) + "\n" for each in self.exchanges]
        (folder / "exchanges.jsonl").write_text("".join(lines), "utf-8")
        case = {"payer": self.payer, "recorded_on": self.recorded_on.isoformat(), "question": self.question}
        _write(folder / "case.json", case)
        _write(folder / "expected.json", self.expected)


def asset(portal: str, path: str) -> Path | None:
    """Where this script or style sheet of a portal stands; None for any other address."""
    name = Path(path).name
    return ROOT / portal / "assets" / name if Path(name).suffix in ASSETS else None


def recordings() -> Iterator[Recording]:
    for path in sorted(ROOT.glob("*/*/*/case.json")):
        yield Recording.load(path.parent)


def _bodies(portal: str) -> Path:
    """What the portal sent, equal bodies once, whatever the case."""
    return ROOT / portal / "bodies"


def forget_what_nobody_names(portal: str) -> None:
    """The bodies of recordings that are made no more."""
    named = {name for each in recordings() if each.portal == portal for name in each.bodies}
    for path in _bodies(portal).iterdir():
        if path.name not in named:
            path.unlink()


def stored_as(body: bytes, url: str, media_type: str) -> str:
    ending = next((ending for word, ending in _ENDINGS.items() if word in media_type), ".txt")
    name = _MADE_UP.sub("", urlsplit(url).path).strip("/").rpartition("/")[2].partition(".")[0] or "page"
    return f"{name}-{sha256(body).hexdigest()[:8]}{ending}"


class Scrub:
    """Of one recording. What a portal hides in its pages to know the browser again is taken out; the account, and the
    ids that it makes up, are called alike in every recording, so that equal pages are one file.
    """

    def __init__(self) -> None:
        self._names: dict[str, str] = {}

    def body(self, body: bytes) -> bytes:
        """Of a page. What is no text stays as it is, and so does a download: its answer has its hash."""
        try:
            text = body.decode()
        except UnicodeDecodeError:
            return body
        return self.text(_SAID.sub(r"\1scrubbed", _HIDDEN.sub(r"\1scrubbed", text))).encode()

    def text(self, text: str) -> str:
        return _MADE_UP.sub(self._name, _ACCOUNT.sub("bot.", text))

    def known(self, text: str) -> str:
        """With the new names of what stood in a page, and nothing else changed."""
        return _MADE_UP.sub(lambda found: self._names.get(found[0], found[0]), _ACCOUNT.sub("bot.", text))

    def _name(self, found: re.Match[str]) -> str:
        made = found[0]
        if made.isdecimal():  # a number of the payer's
            return made
        digits = iter(f"{len(self._names) + 1:0{len(made.replace('-', ''))}x}")
        return self._names.setdefault(made, "".join(each if each == "-" else next(digits) for each in made))


def _brief(exchange: Exchange) -> dict[str, Any]:
    said = asdict(exchange)
    if exchange.headers.get("content-type") == TYPES.get(Path(exchange.file).suffix):
        said["headers"].pop("content-type", None)
    usual = {"status": 200, "headers": {}}
    return {name: value for name, value in said.items() if usual.get(name) != value}


def _write(path: Path, data: Any) -> None:
    path.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", "utf-8")
