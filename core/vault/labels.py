"""What stands beside a login in the vault, as KV's custom metadata: never a secret, and no user name."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import hvac

from core.vault.contract import LoginLabel


def put_label(path: str, label: Mapping[str, str | None], client: hvac.Client) -> None:
    """Beside what it says already; None takes away. Nothing else of the metadata is ours to change."""
    client.adapter.request(
        "patch",
        f"/v1/{path}",
        json={"custom_metadata": dict(label)},
        headers={"Content-Type": "application/merge-patch+json"},
    )


def label_of(portal: str, account: str, metadata: Mapping[str, Any]) -> LoginLabel:
    said = metadata["custom_metadata"] or {}
    version = int(metadata["current_version"])
    rotated = version > 1
    return LoginLabel(
        said.get("portal", portal),
        said.get("credential", account),
        datetime.fromisoformat(metadata["created_time"]),
        said.get("created_by"),
        datetime.fromisoformat(metadata["versions"][str(version)]["created_time"]) if rotated else None,
        said.get("rotated_by") if rotated else None,
    )
