"""Tier 0: the data of an adapter is whole, and a mistake in it ends in a sentence. No browser."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import itertools
import typing
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from bots.definition import PortalDefinition
from bots.portal import Portal
from bots.selectors import ElementSpec, PageSpec, PartSpec, SelectorError, load_selectors
from bots.signals import MAKERS, check_signals
from core.capabilities.catalog import CAPABILITIES, capability
from core.settings import ROOT
from core.yaml_text import loaded
from payers.check import lacking, pages, problems
from payers.registry import AdapterError, load_manifest, load_portal, portal_ids
from simulator.dials import Dials

Chapter = dict[str, Any]


@pytest.fixture(scope="module", params=portal_ids())
def definition(request: pytest.FixtureRequest) -> PortalDefinition:
    found = load_portal(request.param, "simulator")
    assert found is not None
    return found


@pytest.fixture
def chapters(definition: PortalDefinition) -> dict[str, Chapter]:
    return copy.deepcopy(_chapters(definition.manifest.id))


@cache
def _chapters(portal: str) -> dict[str, Chapter]:
    return {path.stem: loaded(path.read_text("utf-8")) for path in (ROOT / "selectors" / portal).glob("*.yaml")}


@pytest.fixture
def rewritten(tmp_path: Path, chapters: dict[str, Chapter]) -> Any:
    """Loads one chapter again, as a test has changed it."""

    def load(stem: str) -> Any:
        (tmp_path / f"{stem}.yaml").write_text(yaml.safe_dump(chapters[stem]), "utf-8")
        selectors = load_selectors(tmp_path)
        check_signals(selectors)
        return selectors

    return load


def with_page(definition: PortalDefinition, chapter: str, page: PageSpec) -> PortalDefinition:
    chapters = {**definition.selectors.pages, chapter: {**definition.selectors.pages[chapter], page.name: page}}
    return dataclasses.replace(definition, selectors=dataclasses.replace(definition.selectors, pages=chapters))


def test_the_data_is_whole(definition: PortalDefinition) -> None:
    assert problems(definition) == []


def test_the_manifest_says_all_that_is_wanted_of_one(definition: PortalDefinition) -> None:
    assert lacking(definition.manifest) == []


@pytest.mark.thorough
def test_what_a_manifest_does_not_say_is_told(definition: PortalDefinition) -> None:
    silent = {"password": None, "wrong_passwords_allowed": None, "lock": None, "hours": None, "time_zone": None}
    silent |= {"device": None, "retention": ()}
    told = lacking(definition.manifest.model_copy(update=silent))
    wanted = {"password", "wrong_passwords_allowed", "lock", "hours", "time_zone"}
    wanted |= {"device"} if definition.manifest.device_cookies else set()
    wanted |= {each.kind for each in definition.manifest.retention if each.kind in definition.manifest.capabilities}
    assert [each for each in sorted(wanted) if not any(f" {each}" in sentence for sentence in told)] == []
    assert all(each.startswith(f"payers/{definition.manifest.id}/manifest.yaml lacks ") for each in told)


def test_every_capability_of_the_manifest_is_in_the_folder_and_none_beside(definition: PortalDefinition) -> None:
    folder = ROOT / "payers" / definition.manifest.id
    written = {name for name in CAPABILITIES if (folder / f"{name}.py").exists()}
    assert written == set(definition.manifest.capabilities) == set(definition.journeys)


def test_a_portal_with_deadlines_says_where_its_days_end_and_who_says_so(definition: PortalDefinition) -> None:
    known = definition.manifest
    if any(rule.filing_days or rule.filing_months or rule.follow_up for rule in known.submissions):
        assert (known.time_zone is None, known.time_zone_source is None) == (False, False)


def test_journeys_take_core_queries_and_give_core_answers(definition: PortalDefinition) -> None:
    for name, journey in definition.journeys.items():
        told = typing.get_type_hints(journey)
        answers = typing.get_args(told.pop("return"))
        assert list(told.values()) == [Portal, capability(name).query]
        assert inspect.iscoroutinefunction(journey)
        assert answers
        assert all(each.__module__.startswith("core.capabilities.") for each in answers)


@pytest.mark.thorough
def test_every_key_that_is_taken_away_is_missed(definition: PortalDefinition) -> None:
    for chapter, page, poorer, name in _poorer(definition):
        found = problems(with_page(definition, chapter, poorer))
        assert [each for each in found if page in each and f"“{name}”" in each], f"{chapter}.{page}.{name}"


def _poorer(definition: PortalDefinition) -> Iterator[tuple[str, str, PageSpec, str]]:
    """Every page with one of its elements or parts gone, those inside its parts included."""
    for chapter, specs in definition.selectors.pages.items():
        for page, spec in specs.items():
            yield from ((chapter, page, poorer, name) for poorer, name in _without_one(spec))


def _without_one(spec: Any) -> Iterator[tuple[Any, str]]:
    for kind in ("elements", "parts"):
        named = getattr(spec, kind)
        for name in named:
            rest = {key: value for key, value in named.items() if key != name}
            yield dataclasses.replace(spec, **{kind: rest}), name
    for name, part in spec.parts.items():
        for poorer, inner in _without_one(part):
            yield dataclasses.replace(spec, parts={**spec.parts, name: poorer}), inner


@pytest.mark.thorough
def test_a_key_too_many_is_named(definition: PortalDefinition) -> None:
    strayed = definition
    for chapter, specs in definition.selectors.pages.items():
        for spec in specs.values():
            elements = {**spec.elements, "stray": ElementSpec(())}
            more = dataclasses.replace(spec, elements=elements, parts={**spec.parts, "stray_part": PartSpec({}, {})})
            strayed = with_page(strayed, chapter, more)
    found = problems(strayed)
    for chapter, specs in definition.selectors.pages.items():
        for page, stray in itertools.product(specs, ("“stray”", "“stray_part”")):
            assert [each for each in found if f"{chapter}.yaml, page {page}: " in each and stray in each], (page, stray)


@pytest.mark.thorough
def test_a_cover_over_half_the_page_is_named(definition: PortalDefinition) -> None:
    for chapter, specs in definition.selectors.pages.items():
        for spec in specs.values():
            for name, element in spec.elements.items():
                if element.phi:
                    wide = dataclasses.replace(element, candidates=({"css": "span"},))
                    page = dataclasses.replace(spec, elements={**spec.elements, name: wide})
                    found = problems(with_page(definition, chapter, page))
                    assert [each for each in found if spec.name in each and f"“{name}” is patient data" in each]


@pytest.mark.thorough
def test_a_page_too_many_or_too_few_is_named(definition: PortalDefinition) -> None:
    for chapter, specs in definition.selectors.pages.items():
        for name in specs:
            fewer = {key: value for key, value in specs.items() if key != name}
            pages_of = {**definition.selectors.pages, chapter: fewer}
            if any(name in others for key, others in definition.selectors.pages.items() if key != chapter):
                continue  # the page stands in another chapter as well
            poorer = dataclasses.replace(definition.selectors, pages=pages_of)
            assert any(f"“{name}”" in each for each in problems(dataclasses.replace(definition, selectors=poorer)))
        extra = dataclasses.replace(next(iter(specs.values())), name="nowhere")
        assert any("page nowhere" in each for each in problems(with_page(definition, chapter, extra)))


@pytest.mark.thorough
def test_a_chapter_too_many_or_too_few_is_named(definition: PortalDefinition) -> None:
    chapters = definition.selectors.pages
    for name in chapters:
        fewer = {key: value for key, value in chapters.items() if key != name}
        poorer = dataclasses.replace(definition.selectors, pages=fewer)
        assert any(
            f"{name}.yaml is missing" in each for each in problems(dataclasses.replace(definition, selectors=poorer))
        )
    more = dataclasses.replace(definition.selectors, pages={**chapters, "refunds": {}})
    assert any("refunds.yaml" in each for each in problems(dataclasses.replace(definition, selectors=more)))


def test_every_page_is_of_one_class(definition: PortalDefinition) -> None:
    names = [page.page_name for page in pages(definition.manifest)]
    assert len(names) == len(set(names))


@pytest.mark.thorough
@pytest.mark.parametrize("word", ["xpath", "roel", "if", "class_name", "phy"])
def test_a_word_outside_the_vocabulary_is_refused(chapters: dict[str, Chapter], rewritten: Any, word: str) -> None:
    name, page = next(iter(chapters["login"]["pages"].items()))
    page["here"] = {"role": "heading", word: "x"}
    with pytest.raises(SelectorError, match=rf"login\.yaml: page {name}: here: {word} "):
        rewritten("login")


@pytest.mark.thorough
@pytest.mark.parametrize(
    "locator",
    [
        {"name": "Submit"},
        {},
        "Submit",
        [],
        None,
        {"label": 7},
        [{"label": "A"}, {"name": "B"}],
        {"label": "A", "entry": "sing"},
    ],
)
def test_a_locator_that_points_nowhere_is_refused(chapters: dict[str, Chapter], rewritten: Any, locator: Any) -> None:
    page = next(iter(chapters["login"]["pages"].values()))
    page["stray"] = locator
    with pytest.raises(SelectorError, match=r"login\.yaml: page \w+: stray"):
        rewritten("login")


@pytest.mark.thorough
def test_a_page_without_its_sign_is_refused(tmp_path: Path, chapters: dict[str, Chapter], rewritten: Any) -> None:
    for stem, chapter in chapters.items():
        for name, page in list((chapter.get("pages") or {}).items())[-1:]:
            del page["here"]
            with pytest.raises(SelectorError, match=rf"{stem}\.yaml: page {name}: needs `here`"):
                rewritten(stem)
            (tmp_path / f"{stem}.yaml").unlink()


@pytest.mark.thorough
@pytest.mark.parametrize("verified", [None, "yesterday", 2026])
def test_a_chapter_that_nobody_verified_is_refused(
    tmp_path: Path, chapters: dict[str, Chapter], rewritten: Any, verified: Any
) -> None:
    for stem, chapter in chapters.items():
        chapter.pop("verified")
        if verified is not None:
            chapter["verified"] = verified
        with pytest.raises(SelectorError, match=rf"{stem}\.yaml: needs `verified: YYYY-MM-DD`"):
            rewritten(stem)
        (tmp_path / f"{stem}.yaml").unlink()


@pytest.mark.parametrize("broken", ["pages: [", "- a list", "", "pages: {home: {here: {role: heading}}}"])
def test_a_file_that_is_no_chapter_is_refused(tmp_path: Path, broken: str) -> None:
    (tmp_path / "login.yaml").write_text(broken, "utf-8")
    with pytest.raises(SelectorError, match=r"login\.yaml"):
        load_selectors(tmp_path)


@pytest.mark.thorough
def test_a_signal_that_raises_nothing_known_is_refused(chapters: dict[str, Chapter], rewritten: Any) -> None:
    for name, signal in chapters["signals"]["signals"].items():
        was = signal["raises"]
        signal["raises"] = "ValueError"
        with pytest.raises(SelectorError, match=rf"signal {name}: raises ValueError; known are"):
            rewritten("signals")
        signal["raises"] = was


def test_a_portal_that_is_gone_names_the_one_to_ask(
    definition: PortalDefinition, chapters: dict[str, Chapter], rewritten: Any
) -> None:
    replaced = [each for each in definition.selectors.signals if each.raises == "PortalReplaced"]
    assert {each.details["portal"] for each in replaced} <= {*portal_ids()} - {definition.manifest.id}
    name, signal = next(iter(chapters["signals"]["signals"].items()))
    signal["raises"] = "PortalReplaced"
    signal.pop("portal", None)
    with pytest.raises(SelectorError, match=f"signal {name}: needs `portal`"):
        rewritten("signals")


def test_the_fleet_keeps_the_hours_that_the_simulator_keeps(definition: PortalDefinition) -> None:
    manifest = definition.manifest
    assert not manifest.maintenance or manifest.environments["simulator"].keeps_hours is Dials().keeps_hours


@pytest.mark.thorough
@pytest.mark.parametrize("gone", ["here", "raises"])
def test_half_a_signal_is_refused(chapters: dict[str, Chapter], rewritten: Any, gone: str) -> None:
    name, signal = next(iter(chapters["signals"]["signals"].items()))
    del signal[gone]
    with pytest.raises(SelectorError, match=f"signal {name}: needs"):
        rewritten("signals")


@pytest.mark.thorough
@pytest.mark.parametrize("gone", ["here", "dismiss"])
def test_half_an_interruption_is_refused(chapters: dict[str, Chapter], rewritten: Any, gone: str) -> None:
    name, interruption = next(iter(chapters["signals"]["interruptions"].items()))
    del interruption[gone]
    with pytest.raises(SelectorError, match=f"interruption {name}: needs"):
        rewritten("signals")


@pytest.mark.thorough
def test_a_chapter_of_nothing_is_refused(chapters: dict[str, Chapter], rewritten: Any) -> None:
    chapters["login"]["pages"] = None
    with pytest.raises(SelectorError, match=r"login\.yaml"):
        rewritten("login")


def test_signals_speak_of_the_errors_of_core(definition: PortalDefinition) -> None:
    assert {signal.raises for signal in definition.selectors.signals} <= set(MAKERS)


def test_nothing_declined_is_dismissed(definition: PortalDefinition) -> None:
    """Terms, attestations and checks for robots need a person: no banner that is put away may be one."""
    for each in definition.selectors.interruptions:
        words = " ".join(word for locator in each.here for word in locator.values()).casefold()
        assert not [bad for bad in ("terms", "robot", "attest", "agreement") if bad in words]


def test_the_live_address_is_encrypted(definition: PortalDefinition) -> None:
    live = load_manifest(definition.manifest.id).environments.get("live")
    assert live is None or live.url.startswith("https://")


def test_a_manifest_says_whose_it_is(definition: PortalDefinition) -> None:
    manifest = definition.manifest
    assert manifest.id.isidentifier()
    assert manifest.administrator_contact
    assert manifest.session_source
    assert len({payer.label for payer in manifest.payers}) == len(manifest.payers)


def test_a_portal_that_is_not_there_is_none(definition: PortalDefinition) -> None:
    with pytest.raises((AdapterError, FileNotFoundError)):
        load_manifest(f"{definition.manifest.id}_elsewhere")
