from __future__ import annotations

import pytest

from cli import worker
from core.errors import RequestInvalid

PLACES = {
    "FLEET_STORE_URL": "postgresql://fleet@127.0.0.1/fleet",
    "FLEET_PREFECT_URL": "http://127.0.0.1:4200/api",
    "FLEET_EVIDENCE": "s3://evidence",
}


@pytest.mark.parametrize(
    ("portals", "lacks", "sentence"),
    [
        ("availity,optum", None, "“optum” is not a portal here; known are availity"),
        (None, "FLEET_STORE_URL", "needs FLEET_STORE_URL and FLEET_PREFECT_URL"),
        (None, "FLEET_PREFECT_URL", "needs FLEET_STORE_URL and FLEET_PREFECT_URL"),
        ("availity", "FLEET_EVIDENCE", "has to name a bucket"),
    ],
)
def test_what_a_worker_lacks_is_said(
    portals: str | None, lacks: str | None, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, place in PLACES.items():
        monkeypatch.setenv(name, place)
    if lacks:
        monkeypatch.delenv(lacks)
    with pytest.raises(RequestInvalid, match=sentence):
        worker.worker(portals)
