"""The data checks of an adapter: class bodies and selector data must name the same things, both ways."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

from bots.definition import PortalDefinition
from bots.page import Field, One, Page, Part, Rows
from bots.selectors import PartSpec
from bots.words import Spoken, Taken, Vocabulary, Word
from core.manifest import Manifest

_KEPT = ("remittances", "messages", "documents", "appeals", "claim_files")
"""Capabilities by which documents are had."""
Shape = type[Page | Part[Any]]
_TAG = re.compile(r"[a-z]+[1-6]?|:scope|\*")


def problems(definition: PortalDefinition) -> list[str]:
    """Sentences; none for an adapter that is whole. Needs no browser."""
    portal = definition.manifest.id
    chapters = definition.selectors.pages
    words = definition.selectors.vocabulary
    of_the_account = {"password": definition.password, "recovery": definition.recovery}
    expected = {"login", *definition.journeys, *(name for name, journey in of_the_account.items() if journey)}
    found = [f"selectors/{portal}/{name}.yaml is missing" for name in sorted(expected - chapters.keys())]
    found += [f"selectors/{portal}/{name}.yaml belongs to no capability" for name in sorted(chapters.keys() - expected)]
    classes = {each.page_name: each for each in pages(definition.manifest)}
    described = {name for pages_of_chapter in chapters.values() for name in pages_of_chapter}
    found += [
        f"{classes[name].__qualname__}: no selector data has its page “{name}”"
        for name in sorted(classes.keys() - described)
    ]
    for chapter, specs in chapters.items():
        for name, spec in specs.items():
            where = f"selectors/{portal}/{chapter}.yaml, page {name}"
            shape = classes.get(name)
            if shape is None:
                found.append(f"{where}: payers/{portal} has no such page")
            else:
                found += [*_differences(where, shape, spec), *_undivided(where, shape, spec, words)]
                found += [*_sweeping(where, spec), *_inside_itself(where, spec)]
            if spec.shows_organization and (chapter, shape) != ("login", definition.login.home):
                found.append(f"{where}: `shows_organization` is heeded where the log-in ends, and nowhere else")
    return [*found, *_unspoken(f"selectors/{portal}/words.yaml", definition.manifest, classes.values(), words)]


def lacking(manifest: Manifest) -> list[str]:
    """What the manifest does not say and should, a sentence each. “Not known”, with the source of that, is said too."""
    said = {each.kind for each in manifest.retention if each.source}
    wanted = {
        "time_zone with time_zone_source: by whose days deadlines are counted": (
            manifest.time_zone and manifest.time_zone_source
        ),
        "hours: when it can be used": manifest.hours,
        "password with its source: what it wants of one": manifest.password and manifest.password.source,
        "wrong_passwords_allowed: how many before it locks an account": manifest.wrong_passwords_allowed is not None,
        "lock: what opens an account again": manifest.lock,
        "device: how long it remembers one": manifest.device or not manifest.device_cookies,
        "policy.evidence: where it was read what its terms say of bots": manifest.policy.evidence.strip(),
    } | {
        f"retention of {name}, with its source: how long it keeps them": name in said
        for name in _KEPT
        if name in manifest.capabilities
    }
    return [f"payers/{manifest.id}/manifest.yaml lacks {what}" for what, there in wanted.items() if not there]


def pages(manifest: Manifest) -> Iterator[type[Page]]:
    """Every page class of an adapter: its own, its identity provider's, and those of payers.shapes that it imports and
    uses as they are.
    """
    found: dict[type[Page], None] = {}
    for module in _modules(manifest):
        for value in _classes(vars(module).values()):
            at_home = value.__module__ == module.__name__ or value.__module__.startswith("payers.shapes.")
            if at_home and issubclass(value, Page) and value.page_name:
                found[value] = None
    extended = {(base, page.page_name) for page in found for base in page.__mro__[1:]}
    yield from (page for page in found if (page, page.page_name) not in extended)


def _modules(manifest: Manifest) -> Iterator[ModuleType]:
    for folder in filter(None, (manifest.id, manifest.identity_provider)):
        package = importlib.import_module(f"payers.{folder}")
        for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
            yield importlib.import_module(module.name)


def _classes(values: Iterable[Any]) -> Iterator[type]:
    """Those among the values, and those in tuples of them."""
    for value in values:
        yield from (each for each in (value if isinstance(value, tuple) else (value,)) if inspect.isclass(each))


def _differences(where: str, shape: Shape, spec: PartSpec) -> Iterator[str]:
    elements = {*shape.elements, *_fields(shape)}
    groups = _groups(shape)
    for name in sorted(spec.nowhere):
        if name not in elements | groups.keys():
            yield f"{where}: “{name}” is nowhere, and used by nothing"
        elif name in shape.elements or not _spared(_fields(shape).get(name)):
            yield f"{where}: “{name}” is nowhere, and the page cannot do without it"
    for kind, declared, described in (("locator", elements, spec.elements), ("part", groups, spec.parts)):
        for missing in sorted(set(declared) - described.keys() - spec.nowhere):
            yield f"{where}: “{missing}” has no {kind}"
        for unused in sorted(described.keys() - set(declared)):
            yield f"{where}: the {kind} “{unused}” is used by nothing"
    for name in sorted(groups.keys() & spec.parts.keys()):
        yield from _differences(f"{where}: {name}", groups[name].shape, spec.parts[name])


def _spared(field: Field[Any] | None) -> bool:
    """Whether a portal need not show it: a group, or a field that is optional and proves nothing."""
    return field is None or (field.optional and field.identifies is None)


def _undivided(where: str, shape: Shape, spec: PartSpec, words: Vocabulary) -> Iterator[str]:
    """Fields that take different parts of what stands in one place, without the pattern that tells them apart."""
    taken: dict[tuple[str, str], tuple[str, ...]] = {}
    for name, field in _fields(shape).items():
        if name in spec.elements and isinstance(field.parse, Taken) and field.parse.entry not in words.patterns:
            place = (field.parse.entry, repr(spec.elements[name].candidates))
            if not {*taken.setdefault(place, field.parse.groups)} & {*field.parse.groups}:
                yield f"{where}: “{name}” is a part of what stands there, and words.yaml lacks the pattern “{place[0]}”"
    groups = _groups(shape)
    for name in sorted(groups.keys() & spec.parts.keys()):
        yield from _undivided(f"{where}: {name}", groups[name].shape, spec.parts[name], words)


def _sweeping(where: str, spec: PartSpec) -> Iterator[str]:
    """Patient data is covered wherever its locator fits, on every page. A bare tag fits others."""
    for name, element in spec.elements.items():
        for locator in element.candidates if element.phi else ():
            if locator.keys() == {"css"} and _TAG.fullmatch(locator["css"]):
                css = locator["css"]
                yield f"{where}: “{name}” is patient data, and {css} alone covers others: say what it stands in"
    for name, part in spec.parts.items():
        yield from _sweeping(f"{where}: {name}", part)


def _inside_itself(where: str, spec: PartSpec) -> Iterator[str]:
    for name, part in spec.parts.items():
        if part.within and part.within == spec.within:
            yield f"{where}: {name}: its `within` is that of what is around it, and would be looked for inside itself"
        yield from _inside_itself(f"{where}: {name}", part)


def _unspoken(where: str, manifest: Manifest, shapes: Iterable[Shape], words: Vocabulary) -> Iterator[str]:
    asked: list[Spoken[Any]] = [each for shape in shapes for each in _spoken(shape)]
    asked += [Word(kind, str | None) for module in _modules(manifest) for kind in _printed(module)]
    yield from dict.fromkeys(f"{where}: {problem}" for each in asked for problem in each.problems(words))
    for section, singular in (("words", "kind of words"), ("patterns", "pattern")):
        for unused in sorted(
            getattr(words, section).keys() - {each.entry for each in asked if each.section == section}
        ):
            yield f"{where}: the {singular} “{unused}” is used by nothing"


def _printed(module: ModuleType) -> Iterator[str]:
    """The kinds of words that its journeys print into forms: payers.shapes.submissions.printed."""
    for node in ast.walk(ast.parse(Path(module.__file__ or "").read_bytes())):
        match node:
            case ast.Call(func=ast.Name("printed"), args=[_, ast.Constant(str(kind)), *_]):
                yield kind


def _spoken(shape: Shape) -> Iterator[Spoken[Any]]:
    """Every parser of a page that needs the portal's words."""
    yield from (field.parse for field in _fields(shape).values() if isinstance(field.parse, Spoken))
    for group in _groups(shape).values():
        yield from _spoken(group.shape)


def _fields(shape: Shape) -> Mapping[str, Field[Any]]:
    return getattr(shape, "fields", {})


def _groups(shape: Shape) -> Mapping[str, One[Any] | Rows[Any]]:
    return {**getattr(shape, "parts", {}), **getattr(shape, "rows", {})}
