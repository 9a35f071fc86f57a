"""The keys of a question: KEY=VALUE, or a JSON object from standard input (`-`) or a file (`@FILE`)."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from core.errors import RequestInvalid


def keys_from(arguments: Sequence[str]) -> dict[str, str]:
    """Raises RequestInvalid, never with a value in it."""
    keys: dict[str, str] = {}
    for argument in arguments:
        for key, value in _pairs(argument):
            if key in keys:
                raise RequestInvalid(f"The key “{key}” is given twice.", field=key)
            keys[key] = value
    return keys


def _pairs(argument: str) -> Iterator[tuple[str, str]]:
    if argument == "-":
        yield from _object(sys.stdin.read(), "standard input")
    elif argument.startswith("@"):
        yield from _object(_read(Path(argument[1:])), argument[1:])
    else:
        key, equals, value = argument.partition("=")
        if not equals:
            raise RequestInvalid("What to ask for is given as KEY=VALUE, - for standard input, or @FILE.", field="keys")
        yield key, value


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise RequestInvalid(f"{path} cannot be read as a text file.", field="keys") from None


def _object(text: str, where: str) -> Iterator[tuple[str, str]]:
    try:
        value = json.loads(text)
    except json.JSONDecodeError:
        value = None
    if not isinstance(value, dict) or not all(isinstance(each, str | int | None) for each in value.values()):
        raise RequestInvalid(f'{where} must hold one JSON object of texts, such as {{"member_id": …}}.', field="keys")
    yield from ((key, str(each)) for key, each in value.items() if each is not None)
