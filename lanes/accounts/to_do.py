"""What a person does next about a stopped account: what the runbook of its portal says of the reason."""

from __future__ import annotations

import re
from functools import cache

from core.settings import ROOT
from lanes.accounts.backup_codes import runbook
from store.credentials import Credential

_ROW = re.compile(r"^\| (\w+)(?:, “([^”]+)”)? \| .+ \| (.+) \|$", re.MULTILINE)
"""The reason, the word in its sentence that tells it from others of its class, and what to do."""
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")


def to_do(credential: Credential) -> str:
    """One sentence; to reopen or to retire the account ends the task."""
    said = credential.stop_sentence or ""
    fitting = [row for row in _rows(credential.portal) if row[0] == credential.stop_code and row[1] in said]
    if not fitting:
        return f"Follow {runbook(credential.portal)}, then `fleet credentials unlock {credential.name}`."
    _, _, cure = max(fitting, key=lambda row: len(row[1]))
    return f"{cure[0].upper()}{cure[1:]} (docs/portals/{credential.portal}.md)."


@cache
def _rows(portal: str) -> tuple[tuple[str, str, str], ...]:
    path = ROOT / "docs" / "portals" / f"{portal}.md"
    text = path.read_text("utf-8") if path.exists() else ""
    return tuple((reason, word, _LINK.sub(r"\1", cure)) for reason, word, cure in _ROW.findall(text))
