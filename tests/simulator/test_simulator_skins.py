"""A renamed page still asks for its own scripts and style sheets."""

from importlib import import_module
from pathlib import Path

import pytest

from simulator import portals
from simulator.skins import Skins

LAYOUTS = sorted(Path(portals.__path__[0]).glob("*/layout.py"))


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda each: each.parent.name)
@pytest.mark.parametrize("variant", [1, 2])
def test_no_variant_asks_for_a_file_that_is_not_there(layout: Path, variant: int) -> None:
    skins: Skins = import_module(f"simulator.portals.{layout.parent.name}.layout").SKINS
    names = [each.name for each in layout.parent.joinpath("static").iterdir()]
    assert names
    assert [skins.dress(name, variant) for name in names] == names
