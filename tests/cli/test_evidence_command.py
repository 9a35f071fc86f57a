"""`fleet evidence verify`, without a fleet: whole, changed, or signed by somebody else."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from cli import evidence
from core.capsule import seal_capsule

KEY = Ed25519PrivateKey.generate()
PUBLIC = base64.b64encode(KEY.public_key().public_bytes_raw()).decode()
FACTS = {"kind": "appeal", "submission": "sub_1", "state": "confirmed", "settled_at": "2026-11-22 08:00:00 UTC"}


@pytest.fixture
async def capsule(tmp_path: Path) -> Path:
    async def sign(data: bytes) -> bytes:
        return KEY.sign(data)

    path = tmp_path / "receipt.zip"
    made = await seal_capsule(FACTS, {"receipt.html": b"<p>R-77</p>"}, KEY.public_key().public_bytes_raw(), sign)
    path.write_bytes(made)
    return path


def test_a_whole_capsule_says_what_it_proves(capsule: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evidence.verify(capsule, key=PUBLIC, as_json=False)
    assert "Whole. appeal sub_1, confirmed" in capsys.readouterr().out


def test_what_was_changed_is_named_and_the_exit_status_says_so(
    capsule: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        evidence.verify(capsule, key=base64.b64encode(bytes(32)).decode(), as_json=False)
    assert ended.value.exit_code == 1
    assert "by another key" in capsys.readouterr().err
    capsule.write_bytes(capsule.read_bytes().replace(b"R-77", b"R-78"))
    with pytest.raises(typer.Exit):
        evidence.verify(capsule, key=None, as_json=True)
    told = capsys.readouterr()
    assert json.loads(told.out)["tampered"] == ["receipt.html"]
    assert told.err == "fleet: Not what was signed: receipt.html.\n"
