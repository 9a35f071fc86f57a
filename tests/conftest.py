import os
import re

import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling, Scheduling

from payers.registry import load_manifest, portal_ids

pytest_plugins = ["fixtures_browser", "fixtures_portals", "fixtures_servers", "fixtures_vault"]

# Machines here are noisy: how long an example takes says nothing.
settings.register_profile("fleet", deadline=None)
settings.load_profile("fleet")

_LONGEST = ("tests/flows/", "tests/stack/", "tests/payers/")
_PORTAL = re.compile(rf"[\[-]({'|'.join(portal_ids())})[\]-]")


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
    """In `make test`, what is marked `thorough` is asked of the first portal alone, what is marked `representative` of
    the first capability of each portal, and what is marked `deep` not at all; all of it by `make contract`.
    """
    left_out = {item for item in items if "THOROUGH" not in os.environ and _is_left_out(item)}
    config.hook.pytest_deselected(items=list(left_out))
    kept = [item for item in items if item not in left_out]
    items[:] = sorted(kept, key=lambda item: not item.nodeid.startswith(_LONGEST))


def _is_left_out(item: pytest.Item) -> bool:
    values = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    if item.get_closest_marker("deep"):
        return True
    asked = values.get("inquiry") or values.get("layout")
    portal = (
        asked.portal_id
        if asked is not None
        else values.get("portal") or values.get("two_steps") or values.get("desk") or ""
    )
    if item.get_closest_marker("representative") and asked is not None:
        return bool(asked.capability != load_manifest(portal).capabilities[0])
    return bool(item.get_closest_marker("thorough") and portal.partition("-")[0] not in ("", portal_ids()[0]))
