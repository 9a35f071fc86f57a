import pytest
from hypothesis import settings

pytest_plugins = ["fixtures_portals", "fixtures_vault"]

# Machines here are noisy: how long an example takes says nothing.
settings.register_profile("fleet", deadline=None)
settings.load_profile("fleet")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Which tests share a worker of `-n`: those of one module, and of the contract suite those of one portal in it."""
    for item in items:
        values = item.callspec.params if isinstance(item, pytest.Function) and hasattr(item, "callspec") else {}
        asked = values.get("inquiry") or values.get("layout")
        portal = values.get("portal") or (asked.portal_id if asked is not None else "")
        item.add_marker(pytest.mark.xdist_group(f"{item.path.stem}-{portal}"))
