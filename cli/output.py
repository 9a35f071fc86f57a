"""Where words go: answers and tables to standard output, progress and trouble to standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table

_WIDE = 200
"""Columns, where no terminal sets a limit: lines in a file or a pipe are not folded."""

console = Console(
    markup=False, highlight=False, emoji=False, width=None if sys.stdout.isatty() or "COLUMNS" in os.environ else _WIDE
)
"""Without markup: what portals and people wrote is printed as it is."""
progress_console = Console(markup=False, highlight=False, emoji=False, stderr=True)


def print_json(value: Mapping[str, Any] | Sequence[Any]) -> None:
    """One line, so that a script reads the last line whatever came before it."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def table(*headings: str, rows: Sequence[Sequence[object]], numbers: frozenset[str] = frozenset()) -> Table:
    """Headings in `numbers` are aligned to the right. None is shown as a dash. The first column is never folded."""
    drawn = Table(header_style="bold", border_style="dim")
    for heading in headings:
        drawn.add_column(
            heading, justify="right" if heading in numbers else "left", overflow="fold", no_wrap=not drawn.columns
        )
    for row in rows:
        drawn.add_row(*(_cell(value) for value in row))
    return drawn


def _cell(value: object) -> str:
    if value is None:
        return "—"
    return f"{value.astimezone():%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)
