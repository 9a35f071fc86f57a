"""How values are printed for a person, and pairs of name and value."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import Enum

from rich.table import Table

from core.capabilities.files import Document

NOT_STATED = "—"


def facts(*pairs: tuple[str, str]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for name, value in pairs:
        table.add_row(name, value)
    return table


def text(value: str | date | Enum | None) -> str:
    if value is None:
        return NOT_STATED
    return str(value.value).replace("_", " ") if isinstance(value, Enum) else str(value)


def money(amount: Decimal | None) -> str:
    if amount is None:
        return NOT_STATED
    return f"-${-amount:,.2f}" if amount < 0 else f"${amount:,.2f}"


def file(document: Document) -> str:
    said = f"{document.name}, {document.size:,} bytes, SHA-256 {document.sha256[:12]}…"
    return f"{said} {document.problem}" if document.problem else said
