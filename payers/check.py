"""The data checks of an adapter: class bodies and selector data must name the same things, both ways."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from bots.definition import PortalDefinition
from bots.page import Page, Part
from bots.selectors import PageSpec, PartSpec


def problems(definition: PortalDefinition) -> list[str]:
    """Sentences; none for an adapter that is whole. Needs no browser."""
    portal = definition.manifest.id
    found = [
        f"selectors/{portal}/{chapter}.yaml belongs to no module of payers/{portal}"
        for chapter in definition.selectors.pages
        if chapter != "login" and chapter not in definition.journeys
    ]
    for chapter in ("login", *definition.journeys):
        specs = definition.selectors.pages.get(chapter)
        if specs is None:
            found.append(f"selectors/{portal}/{chapter}.yaml is missing")
            continue
        classes = {each.page_name: each for each in _pages(importlib.import_module(f"payers.{portal}.{chapter}"))}
        found += _differences(f"{portal}/{chapter}", classes, specs)
    return found


def _pages(module: ModuleType) -> Iterator[type[Page]]:
    home = module.__name__.rpartition(".")[0] + "."
    for _, value in inspect.getmembers(module, inspect.isclass):
        if issubclass(value, Page) and value.page_name and value.__module__.startswith(home):
            yield value


def _differences(where: str, classes: Mapping[str, type[Page]], specs: Mapping[str, PageSpec]) -> Iterator[str]:
    for name in sorted(classes.keys() - specs.keys()):
        yield f"selectors/{where}.yaml has no page “{name}”, which payers/{where}.py declares"
    for name in sorted(specs.keys() - classes.keys()):
        yield f"payers/{where}.py has no page “{name}”, which selectors/{where}.yaml declares"
    for name in sorted(classes.keys() & specs.keys()):
        yield from _part_differences(f"{where}: {name}", classes[name], specs[name])


def _part_differences(where: str, shape: type[Page | Part[Any]], spec: PartSpec) -> Iterator[str]:
    elements = set(getattr(shape, "elements", ())) | set(getattr(shape, "fields", ()))
    groups = {**getattr(shape, "parts", {}), **getattr(shape, "rows", {})}
    for missing in sorted(elements - spec.elements.keys()):
        yield f"{where}: “{missing}” has no locator"
    for unused in sorted(spec.elements.keys() - elements):
        yield f"{where}: the locator “{unused}” is used by nothing"
    for missing in sorted(groups.keys() - spec.parts.keys()):
        yield f"{where}: the part “{missing}” has no locators"
    for unused in sorted(spec.parts.keys() - groups.keys()):
        yield f"{where}: the part “{unused}” is used by nothing"
    for name in sorted(groups.keys() & spec.parts.keys()):
        yield from _part_differences(f"{where}: {name}", groups[name].shape, spec.parts[name])
