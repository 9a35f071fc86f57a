"""Selector data: selectors/<portal>/*.yaml, checked against a closed vocabulary. It says where things are, and no more.

A locator is a mapping of `role`, `name`, `label`, `placeholder`, `testid`, `text`, `css`, `term` (the value that stands
beside this text) or `column` (the cell under this heading); its keys must all hold. `dialog`, alone, is what the
portal says in an alert() or confirm(); `line`, alone, what is printed behind this label in plain text, up to the end of
the line: it is read, never a sign or something to act on. A list of locators is an order of fall-backs.
Texts are compared whole, without regard to case and white space; `text` may be a part.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from bots.words import WORDLESS, Vocabulary, vocabulary
from core.yaml_text import loaded

NOWHERE = "nowhere"
"""In place of a locator or a part: the portal does not show it, and what may be missing is not stated."""
Entry = Literal["set", "keys", "choose"]
Press = Literal["script", "real", "keys"]
Candidates = tuple[dict[str, str], ...]


class SelectorError(ValueError):
    """The data is wrong. The text names file, page and element."""


class Locator(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    role: str | None = None
    name: str | None = None
    label: str | None = None
    placeholder: str | None = None
    testid: str | None = None
    text: str | None = None
    css: str | None = None
    term: str | None = None
    column: str | None = None
    line: str | None = None
    dialog: str | None = None

    @model_validator(mode="after")
    def _points_somewhere(self) -> Locator:
        if not self.model_fields_set - {"name"}:
            raise ValueError(
                "a locator needs more than a name: role, label, placeholder, testid, text, css, term, column, line or "
                "dialog"
            )
        for name in {"dialog", "line"} & self.model_fields_set:
            if len(self.model_fields_set) > 1:
                raise ValueError(f"`{name}` stands alone")
        return self


@dataclass(frozen=True)
class ElementSpec:
    """`phi` masks it in screenshots. `entry`: set by one script (default), typed key by key, or chosen from a list
    whose options `option` finds. `press`: "real" where the portal heeds only a real mouse, "keys" where it heeds only
    the keyboard (Enter; in a list, the arrows and Enter).
    """

    candidates: Candidates
    phi: bool = False
    entry: Entry = "set"
    option: Candidates = ()
    press: Press = "script"


@dataclass(frozen=True)
class PartSpec:
    """A group of elements; `each` makes it a list of them, `within` narrows where they are looked for."""

    elements: Mapping[str, ElementSpec]
    parts: Mapping[str, PartSpec]
    within: Candidates = ()
    each: Candidates = ()
    empty: Candidates = ()
    """How the portal says that there is none."""
    scrolls: Candidates = ()
    """The box of a list that draws only the rows in view, or fetches more at its end."""
    nowhere: frozenset[str] = frozenset()
    """Names of elements and parts that the portal does not show at all."""


@dataclass(frozen=True)
class PageSpec(PartSpec):
    name: str = ""
    here: Candidates = ()
    url: str | None = None
    via: Candidates = ()
    """The portal's own way back to this page from its results, quicker than loading it anew."""
    frame: tuple[str, ...] = ()
    """CSS of the nested iframes that hold the page, outermost first. `popup` in front: in the newest tab or window that
    the portal opened.
    """
    shows_organization: Candidates = ()
    """On the page where the log-in ends: whom the portal works for, to be compared with the credential's word."""
    mask: Candidates = ()
    """More places that show patient data: all of them are masked in screenshots, none is read."""

    def around(self, part: PartSpec) -> list[list[dict[str, str]]]:
        """What a part of this page lies in, outermost first: where a row was read, it is acted on."""
        return [list(self.within), list(part.within)]


@dataclass(frozen=True)
class SignalSpec:
    """What trouble looks like. `raises` is a class of core.errors; `says` finds the portal's own sentence."""

    name: str
    here: Candidates
    raises: str
    attempts: Candidates = ()
    """Where the portal prints how many attempts remain."""
    details: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class InterruptionSpec:
    """A banner or notice that may be put away: cookies, announcements, surveys. Terms are never put away."""

    name: str
    here: Candidates
    dismiss: ElementSpec


@dataclass(frozen=True)
class DialogSpec:
    """The answer to a confirm() that says this, as a part of its text. Any other is declined."""

    name: str
    says: str
    accept: bool


@dataclass(frozen=True)
class PortalSelectors:
    pages: Mapping[str, Mapping[str, PageSpec]]
    """By file (login, eligibility, …), then by page."""
    signals: tuple[SignalSpec, ...]
    interruptions: tuple[InterruptionSpec, ...]
    verified: Mapping[str, date]
    dialogs: tuple[DialogSpec, ...] = ()
    background: tuple[str, ...] = ()
    """Parts of the addresses that the portal calls all the time (chat, notices), which no answer waits for."""
    vocabulary: Vocabulary = WORDLESS
    working: Candidates = ()
    """How the portal says that it is at work: as long as it does, its silence does not count."""

    @property
    def spoken(self) -> set[str]:
        """Parts of what dialogs say, as far as pages and signals expect it."""
        pages = [page for chapter in self.pages.values() for page in chapter.values()]
        places = [candidates for page in pages for candidates in (page.here, *_places(page))]
        places += [candidates for signal in self.signals for candidates in (signal.here, signal.attempts)]
        return {each["dialog"] for candidates in places for each in candidates if "dialog" in each}


def _places(part: PartSpec) -> list[Candidates]:
    inner = [candidates for each in part.parts.values() for candidates in _places(each)]
    return [element.candidates for element in part.elements.values()] + inner


_KEYS = {"signals": {"signals", "interruptions", "dialogs", "background", "working"}, "words": {"words", "patterns"}}
_FLAGS = {"phi", "entry", "option", "press"}
_PAGE_KEYS = {"url", "via", "frame", "here", "mask", "shows_organization"}
_PART_KEYS = {"within", "each", "empty", "scrolls"}
_SIGNAL_KEYS = {"here", "raises", "attempts"}


def load_selectors(folder: Path) -> PortalSelectors:
    """Raises SelectorError."""
    pages: dict[str, dict[str, PageSpec]] = {}
    verified: dict[str, date] = {}
    signals: list[SignalSpec] = []
    interruptions: list[InterruptionSpec] = []
    dialogs: list[DialogSpec] = []
    background: list[str] = []
    working: Candidates = ()
    words = WORDLESS
    for path in sorted(folder.glob("*.yaml")):
        data, verified[path.stem] = _content(path)
        for name, raw in (data.get("signals") or {}).items():
            signals.append(_signal(name, raw, f"{path}: signal {name}"))
        for name, raw in (data.get("interruptions") or {}).items():
            interruptions.append(_interruption(name, raw, f"{path}: interruption {name}"))
        for name, raw in (data.get("dialogs") or {}).items():
            dialogs.append(_dialog(name, raw, f"{path}: dialog {name}"))
        if "working" in data:
            working = _candidates(data["working"], f"{path}: working")
        background += _texts(data.get("background"), f"{path}: background")
        if path.stem == "words":
            words = _vocabulary(data, f"{path}")
        elif path.stem != "signals":
            if not isinstance(data.get("pages"), dict):
                raise SelectorError(f"{path}: needs `pages`")
            pages[path.stem] = {name: _page(name, raw, f"{path}: page {name}") for name, raw in data["pages"].items()}
    return PortalSelectors(
        pages, tuple(signals), tuple(interruptions), verified, tuple(dialogs), tuple(background), words, working
    )


def _content(path: Path) -> tuple[dict[str, Any], date]:
    """A file's keys, and the day on which somebody last compared them with the portal."""
    try:
        data = loaded(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise SelectorError(f"{path}: {error}") from None
    if not isinstance(data, dict) or not isinstance(data.get("verified"), date):
        raise SelectorError(f"{path}: needs `verified: YYYY-MM-DD`, the day somebody last looked")
    verified = data.pop("verified")
    known = _KEYS.get(path.stem, {"pages"})
    if unknown := set(data) - known:
        raise SelectorError(f"{path}: unknown key {', '.join(sorted(unknown))}; known: {', '.join(sorted(known))}")
    return data, verified


def _vocabulary(data: Mapping[str, Any], where: str) -> Vocabulary:
    try:
        return vocabulary(data)
    except ValueError as problem:
        raise SelectorError(f"{where}: {problem}") from None


def joined(keeper: PortalSelectors, portal: PortalSelectors) -> PortalSelectors:
    """Of a portal and of the identity provider that keeps its door. Where both know the same trouble, either sign of it
    will do. Raises SelectorError for a page that both describe.
    """
    pages = {name: dict(chapter) for name, chapter in keeper.pages.items()}
    for name, chapter in portal.pages.items():
        if twice := pages.setdefault(name, {}).keys() & chapter.keys():
            raise SelectorError(f"{name}.yaml: the identity provider describes {', '.join(sorted(twice))} already")
        pages[name] |= chapter
    signals = {signal.name: signal for signal in keeper.signals}
    for signal in portal.signals:
        shared = signals.get(signal.name, signal)
        here = signal.here if shared is signal else (*shared.here, *signal.here)
        signals[signal.name] = replace(signal, here=here)
    return replace(
        portal,
        pages=pages,
        signals=tuple(signals.values()),
        interruptions=(*keeper.interruptions, *portal.interruptions),
        verified={**keeper.verified, **portal.verified},
        dialogs=(*keeper.dialogs, *portal.dialogs),
        background=(*keeper.background, *portal.background),
        working=(*keeper.working, *portal.working),
    )


def _page(name: str, raw: Any, where: str) -> PageSpec:
    if not isinstance(raw, dict) or "here" not in raw:
        raise SelectorError(f"{where}: needs `here`, the sign by which the page is recognised")
    url = raw.get("url")
    if url is not None and not (isinstance(url, str) and url.startswith("/")):
        raise SelectorError(f"{where}: url is a path on the portal and begins with /")
    part = _part({key: value for key, value in raw.items() if key not in _PAGE_KEYS}, where)
    return PageSpec(
        name=name,
        here=_sign(raw["here"], f"{where}: here"),
        url=url,
        via=_candidates(raw["via"], f"{where}: via") if "via" in raw else (),
        frame=_texts(raw.get("frame"), f"{where}: frame"),
        mask=_candidates(raw["mask"], f"{where}: mask") if "mask" in raw else (),
        shows_organization=_sign(raw["shows_organization"], where) if "shows_organization" in raw else (),
        elements=part.elements,
        parts=part.parts,
        within=part.within,
        nowhere=part.nowhere,
    )


def _part(raw: Mapping[str, Any], where: str) -> PartSpec:
    elements: dict[str, ElementSpec] = {}
    parts: dict[str, PartSpec] = {}
    for name, value in raw.items():
        if name in _PART_KEYS or value == NOWHERE:
            continue
        if _is_part(value):
            parts[name] = _part(value, f"{where}: {name}")
        else:
            elements[name] = _element(value, f"{where}: {name}")
    return PartSpec(
        elements,
        parts,
        within=_sign(raw["within"], f"{where}: within") if "within" in raw else (),
        each=_sign(raw["each"], f"{where}: each") if "each" in raw else (),
        empty=_candidates(raw["empty"], f"{where}: empty") if "empty" in raw else (),
        scrolls=_candidates(raw["scrolls"], f"{where}: scrolls") if "scrolls" in raw else (),
        nowhere=frozenset(name for name, value in raw.items() if value == NOWHERE),
    )


def _is_part(value: Any) -> bool:
    """A locator's values are texts; a part's are locators."""
    return isinstance(value, dict) and any(
        isinstance(inner, dict | list) for key, inner in value.items() if key != "option"
    )


def _element(raw: Any, where: str) -> ElementSpec:
    first = raw[0] if isinstance(raw, list) and raw else raw
    if not isinstance(first, dict):
        raise SelectorError(f"{where}: must be a locator or a list of locators")
    flags = {key: value for key, value in first.items() if key in _FLAGS}
    if "option" in flags:
        flags["option"] = _candidates(flags["option"], f"{where}: option")
    known: dict[str, tuple[Any, ...]] = {"entry": get_args(Entry), "press": get_args(Press), "phi": (True, False)}
    for name, values in known.items():
        if name in flags and flags[name] not in values:
            raise SelectorError(f"{where}: {name} is one of {', '.join(str(value).lower() for value in values)}")
    stripped = [
        {key: value for key, value in first.items() if key not in _FLAGS},
        *(raw[1:] if isinstance(raw, list) else []),
    ]
    return ElementSpec(_candidates(stripped, where), **flags)


def _candidates(raw: Any, where: str) -> Candidates:
    entries = raw if isinstance(raw, list) else [raw]
    try:
        return tuple(Locator.model_validate(entry).model_dump(exclude_none=True) for entry in entries)
    except ValidationError as problems:
        problem = problems.errors(include_url=False)[0]
        raise SelectorError(f"{where}: {'.'.join(map(str, problem['loc']))} {problem['msg']}") from None


def _sign(raw: Any, where: str) -> Candidates:
    """An element, which can be told old from new and holds others."""
    candidates = _candidates(raw, where)
    if any("line" in each for each in candidates):
        raise SelectorError(f"{where}: a `line` is only read; `text` finds the element that prints it")
    return candidates


def _texts(raw: Any, where: str) -> tuple[str, ...]:
    texts = raw if isinstance(raw, list) else [] if raw is None else [raw]
    if not all(isinstance(each, str) and each for each in texts):
        raise SelectorError(f"{where}: must be a text or a list of texts")
    return tuple(texts)


def _dialog(name: str, raw: Any, where: str) -> DialogSpec:
    if not isinstance(raw, dict) or set(raw) != {"says", "answer"} or raw["answer"] not in ("accept", "decline"):
        raise SelectorError(f"{where}: needs `says`, a part of its text, and `answer`: accept or decline")
    return DialogSpec(name, str(raw["says"]), accept=raw["answer"] == "accept")


def _interruption(name: str, raw: Any, where: str) -> InterruptionSpec:
    if not isinstance(raw, dict) or not {"here", "dismiss"} <= set(raw):
        raise SelectorError(f"{where}: needs `here` and `dismiss`")
    return InterruptionSpec(name, _sign(raw["here"], where), _element(raw["dismiss"], where))


def _signal(name: str, raw: Any, where: str) -> SignalSpec:
    if not isinstance(raw, dict) or not {"here", "raises"} <= set(raw):
        raise SelectorError(f"{where}: needs `here` and `raises`")
    return SignalSpec(
        name=name,
        here=_sign(raw["here"], where),
        raises=raw["raises"],
        attempts=_candidates(raw["attempts"], where) if "attempts" in raw else (),
        details={key: str(value) for key, value in raw.items() if key not in _SIGNAL_KEYS},
    )
