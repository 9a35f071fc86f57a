"""Locators that have come to fit where the first one of the selector data no longer does."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any


def drift(read: Mapping[str, Any]) -> list[str]:
    return [f"{name}: fallback {place + 1} used" for name, place in dict.fromkeys(_places(read)) if place]


def _places(read: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, int]]:
    """By which of its locators each field was found, those of parts and rows included."""
    for name, found in read["fields"].items():
        if found:
            yield within + name, found["index"]
    groups = [(name, [part]) for name, part in read["parts"].items()]
    groups += [(name, rows["list"]) for name, rows in read["rows"].items()]
    for name, each in groups:
        for inner in each:
            if inner and inner != "empty":
                yield from _places(inner, f"{within}{name}.")
