"""The data checks of an adapter: class bodies and selector data must name the same things, both ways."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from typing import Any

from bots.definition import PortalDefinition
from bots.page import Page, Part
from bots.selectors import PartSpec


def problems(definition: PortalDefinition) -> list[str]:
    """Sentences; none for an adapter that is whole. Needs no browser."""
    portal = definition.manifest.id
    chapters = definition.selectors.pages
    expected = {"login", *definition.journeys}
    found = [f"selectors/{portal}/{name}.yaml is missing" for name in sorted(expected - chapters.keys())]
    found += [f"selectors/{portal}/{name}.yaml belongs to no capability" for name in sorted(chapters.keys() - expected)]
    classes = {each.page_name: each for each in pages(portal)}
    described = {name for pages_of_chapter in chapters.values() for name in pages_of_chapter}
    found += [
        f"{classes[name].__qualname__}: no selector data has its page “{name}”"
        for name in sorted(classes.keys() - described)
    ]
    for chapter, specs in chapters.items():
        for name, spec in specs.items():
            where = f"selectors/{portal}/{chapter}.yaml, page {name}"
            shape = classes.get(name)
            found += (
                [f"{where}: payers/{portal} has no such page"] if shape is None else _differences(where, shape, spec)
            )
    return found


def pages(portal: str) -> Iterator[type[Page]]:
    """Every page class of an adapter."""
    package = importlib.import_module(f"payers.{portal}")
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        loaded = importlib.import_module(module.name)
        for _, value in inspect.getmembers(loaded, inspect.isclass):
            if issubclass(value, Page) and value.page_name and value.__module__ == module.name:
                yield value


def _differences(where: str, shape: type[Page | Part[Any]], spec: PartSpec) -> Iterator[str]:
    elements = {*shape.elements, *getattr(shape, "fields", ())}
    groups = {**getattr(shape, "parts", {}), **getattr(shape, "rows", {})}
    for kind, declared, described in (("locator", elements, spec.elements), ("part", groups, spec.parts)):
        for missing in sorted(set(declared) - described.keys()):
            yield f"{where}: “{missing}” has no {kind}"
        for unused in sorted(described.keys() - set(declared)):
            yield f"{where}: the {kind} “{unused}” is used by nothing"
    for name in sorted(groups.keys() & spec.parts.keys()):
        yield from _differences(f"{where}: {name}", groups[name].shape, spec.parts[name])
