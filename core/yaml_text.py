"""YAML as the rooms read it."""

from __future__ import annotations

from typing import Any

import yaml


def loaded(text: str | bytes) -> Any:
    """By libyaml: the reader in Python takes eight times as long, and every start reads every portal's data.

    Raises yaml.YAMLError.
    """
    return yaml.load(text, Loader=yaml.CSafeLoader)
