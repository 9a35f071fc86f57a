"""Counts in sentences."""

from __future__ import annotations


def counted(count: int, noun: str, *, none: str = "0") -> str:
    """“1 claim”, “3 claims”."""
    return f"{count or none} {noun}{'s' * (count != 1)}"
