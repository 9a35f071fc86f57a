import os
import re
from collections import defaultdict
from zlib import crc32

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

from payers.registry import portal_ids

pytest_plugins = ["fixtures_browser", "fixtures_portals", "fixtures_servers", "fixtures_vault"]

# Machines here are noisy: how long an example takes says nothing.
settings.register_profile("fleet", deadline=None)
settings.load_profile("fleet")

_LONGEST = ("tests/flows/", "tests/stack/", "tests/payers/")
_PORTALS = portal_ids()
_PORTAL = re.compile(rf"[\[-]({'|'.join(_PORTALS)})[\]-]")


class ByModuleAndPortal(LoadScopeScheduling):
    """The tests of a module share a worker of `-n`; in the contract suite, those of one portal in a module do.

    By the tests' names: under pytest 9.2 `--dist loadgroup` silently groups nothing (pytest-xdist issue 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        module, _, test = nodeid.partition("::")
        portal = _PORTAL.search(test) if "/contract/" in module else None
        return f"{module} {portal[1]}" if portal else module


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    config.option.loadscopereorder = False  # the order is ours: what takes longest begins first
    return ByModuleAndPortal(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`make contract` asks everything of every portal; `make test` asks what is marked less often, see `_in_turn`."""
    kept = items if "THOROUGH" in os.environ else _in_turn(items)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = sorted(kept, key=lambda item: not item.nodeid.startswith(_LONGEST))


def _in_turn(items: list[pytest.Item]) -> list[pytest.Item]:
    """What is marked `thorough` of one portal each, what is marked `representative` of one capability of each portal,
    `deep` not at all. Which one differs from test to test and never from run to run, so that each has its turn.
    """
    alike: dict[tuple[str, ...], list[pytest.Item]] = defaultdict(list)
    for item in items:
        alike[_turn(item)].append(item)
    chosen = {same[crc32(repr(turn).encode()) % len(same)] for turn, same in alike.items()}
    return [item for item in items if item in chosen and not item.get_closest_marker("deep")]


def _turn(item: pytest.Item) -> tuple[str, ...]:
    """Tests of the same turn stand in for one another."""
    marks = {mark.name for mark in item.iter_markers()} & {"thorough", "representative"}
    if not marks or not isinstance(item, pytest.Function) or not hasattr(item, "callspec"):
        return (item.nodeid,)
    given = [str(value) for value in item.callspec.params.values()]
    whose = next((each for each in given if each.partition("-")[0] in _PORTALS), "")
    others = item.callspec.id.replace(whose, "", 1)
    return (item.nodeid.partition("[")[0], others, whose.partition("-")[0] if "representative" in marks else "")
