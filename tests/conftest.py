import os

import pytest
from hypothesis import settings

from payers.registry import portal_ids

pytest_plugins = ["fixtures_portals", "fixtures_vault"]

# Machines here are noisy: how long an example takes says nothing.
settings.register_profile("fleet", deadline=None)
settings.load_profile("fleet")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Which tests share a worker of `-n`: those of one module, and of the contract suite those of one portal in it.

    What is marked `thorough` is asked of the first portal alone, and of all of them by `make contract`.
    """
    left_out = []
    for item in items:
        portal = _portal_of(item)
        item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{portal}"))
        if item.get_closest_marker("thorough") and portal not in ("", portal_ids()[0]) and "THOROUGH" not in os.environ:
            left_out.append(item)
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]


def _portal_of(item: pytest.Item) -> str:
    values = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
    asked = values.get("inquiry") or values.get("layout")
    named = asked.portal_id if asked is not None else values.get("portal") or values.get("two_steps") or ""
    return str(named)
