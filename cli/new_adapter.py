"""`fleet portals new`: an adapter that is whole and knows nothing yet, to begin with (cli/new_portal)."""

from __future__ import annotations

import keyword
from pathlib import Path

from cli.opened import read_settings
from cli.output import console
from core.errors import RequestInvalid
from payers.registry import portal_ids

_DRAFT = Path(__file__).parent / "new_portal"


def make_adapter(portal: str) -> None:
    """Raises RequestInvalid for a name that is taken or is none, and where no folder for adapters is named."""
    own = read_settings().adapters
    if own is None:
        sentence = "Say where adapters of your own lie: FLEET_ADAPTERS=FOLDER, for this command and for the fleet."
        raise RequestInvalid(sentence, field="adapters")
    if not portal.isidentifier() or not portal.islower() or keyword.iskeyword(portal):
        sentence = f"“{portal}” is no name for a portal: small letters, digits and _, as for a Python module."
        raise RequestInvalid(sentence, field="portal")
    if (own / "payers").is_dir() and portal in portal_ids():
        raise RequestInvalid(f"There is an adapter “{portal}” already.", field="portal")
    for kind in ("payers", "selectors"):
        folder = own / kind / portal
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(each for each in (_DRAFT / kind).iterdir() if each.is_file()):
            (folder / path.name).write_text(path.read_text("utf-8").replace("NEWPORTAL", portal), "utf-8")
            console.print(f"{folder / path.name}", soft_wrap=True)
    console.print(f"Fill them in by docs/adapter-guide.md; `fleet portals check {portal}` says what is missing.")
