from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from core.home import Home


@pytest.fixture
def stored(tmp_path: Path, sqlite_with_tables: Path) -> Path:
    """A fleet's folder with a store and nothing in it."""
    Home(tmp_path).database.parent.mkdir()
    shutil.copy(sqlite_with_tables, Home(tmp_path).database)
    return tmp_path
