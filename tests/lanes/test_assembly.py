"""What a fleet knows of itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanes import assembly
from tests.lanes.conftest import manifest

READ_BY = (
    "bots/parse.py",
    "bots/engine.js",
    "payers/shapes/claims.py",
    "payers/availity/claims.py",
    "payers/idp/login.py",
    "selectors/availity/claims.yaml",
    "selectors/idp/login.yaml",
)


def test_an_answer_tells_of_every_change_in_how_it_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(assembly, "ROOT", tmp_path)
    monkeypatch.setattr(assembly, "folder", lambda kind, portal: tmp_path / kind / portal)
    portal = manifest().model_copy(update={"identity_provider": "idp"})
    for name in READ_BY:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("before")
    versions = {assembly.adapter_version(portal)}
    for name in READ_BY:
        (tmp_path / name).write_text("after")
        versions.add(assembly.adapter_version(portal))
    assert len(versions) == 1 + len(READ_BY)
