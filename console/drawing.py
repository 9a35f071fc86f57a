"""Small pictures as SVG. Colours come from the style sheet, by class; every text is escaped."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

_SVG = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>')
_BAR = Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" rx="2" class="{}"><title>{}</title></rect>')
_TEXT = Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" class="{}">{}</text>')
_LINE = Markup('<line x1="0" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}" class="axis"/>')
_HOUR = Markup('<line x1="{0:.1f}" x2="{0:.1f}" y1="{1:.1f}" y2="{2:.1f}" class="axis"/>')
_ROWS = Markup('<ul class="bars" aria-label="{}">{}</ul>')
_ROW_OF = Markup(
    "<li><span>{}</span>"
    '<svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">{}</svg><b class="number">{}</b></li>'
)
_WIDTH = 440
_WIDE = 1000
_HEIGHT = 180
_ROW = 30


def columns(label: str, heaps: Mapping[str, Mapping[str, int]], classes: Mapping[str, str]) -> Markup:
    """One column per heap, its parts on top of each other; `classes` by part, from the bottom."""
    highest = max((sum(parts.values()) for parts in heaps.values()), default=0) or 1
    step, room = _WIDTH / max(len(heaps), 1), _HEIGHT - 40
    drawn = Markup()
    for place, (name, parts) in enumerate(heaps.items()):
        x, y = place * step + step * 0.2, float(_HEIGHT - 20)
        for part, css in classes.items():
            height = parts.get(part, 0) / highest * room
            if height:
                y -= height
                drawn += _BAR.format(x, y, step * 0.6, height, css, f"{name}: {parts[part]} {part}")
        total = sum(parts.values())
        drawn += _TEXT.format(x + step * 0.3, _HEIGHT - 5, "middle", "", name)
        drawn += _TEXT.format(x + step * 0.3, y - 5, "middle", "strong", total or "")
    return _SVG.format(_WIDTH, _HEIGHT, label, drawn + _LINE.format(_WIDTH, _HEIGHT - 20, _HEIGHT - 20))


@dataclass(frozen=True)
class Bar:
    name: str
    share: float
    """0 to 1."""
    css: str
    told: str


def rows(label: str, bars: Sequence[Bar]) -> Markup:
    """A name, a bar on a track that is the whole, and what it tells, on a line each; words are as large as any."""
    drawn = Markup()
    for bar in bars:
        told = f"{bar.name}: {bar.told}"
        filled = _BAR.format(0, 0, max(1.0, min(bar.share, 1) * 100), 12, bar.css, told) if bar.share > 0 else ""
        drawn += _ROW_OF.format(bar.name, _BAR.format(0, 0, 100, 12, "track", told) + filled, bar.told)
    return _ROWS.format(label, drawn)


@dataclass(frozen=True)
class Mark:
    at: float
    """0 to 1."""
    css: str
    told: str


@dataclass(frozen=True)
class Strip:
    name: str
    closed: Sequence[tuple[float, float]]
    marks: Sequence[Mark]
    told: str


def strips(label: str, days: Sequence[Strip], hours: Sequence[tuple[float, str]]) -> Markup:
    """A day per row, its hours above; what is closed is dark, a mark is something that happens then."""
    left, room = 150.0, _WIDE - 150 - 90
    foot = 22 + len(days) * _ROW
    drawn = Markup()
    for at, name in hours:
        drawn += _TEXT.format(left + at * room, 12, "middle", "", name)
        drawn += _HOUR.format(left + at * room, 18, foot)
    for place, day in enumerate(days):
        y = 22 + place * _ROW
        drawn += _TEXT.format(0, y + 19, "start", "", day.name[:24])
        drawn += _BAR.format(left, y + 6, room, 18, "track", f"{day.name}: {day.told}")
        for since, until in day.closed:
            drawn += _BAR.format(left + since * room, y + 6, (until - since) * room, 18, "closed", "closed")
        for mark in day.marks:
            drawn += _BAR.format(left + mark.at * room - 2, y + 3, 4, 24, mark.css, mark.told)
        drawn += _TEXT.format(_WIDE, y + 19, "end", "strong", day.told)
    return _SVG.format(_WIDE, foot, label, drawn)
