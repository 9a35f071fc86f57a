"""What adjustment and remark codes mean, from dated data in this folder. None for a code that it does not have."""

from __future__ import annotations

from datetime import date
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict

from core.yaml_text import loaded


class _Codes(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    as_of: date
    groups: dict[str, str]
    reasons: dict[str, str]
    remarks: dict[str, str]
    provider_adjustments: dict[str, str]


@cache
def _codes() -> _Codes:
    return _Codes.model_validate(loaded(files(__package__).joinpath("adjustment_codes.yaml").read_text("utf-8")))


def as_of() -> date:
    """The day of our words. The official lists change three times a year."""
    return _codes().as_of


def group(code: str) -> str | None:
    return _codes().groups.get(code)


def reason(code: str) -> str | None:
    """A CARC."""
    return _codes().reasons.get(code)


def remark(code: str) -> str | None:
    """A RARC."""
    return _codes().remarks.get(code)


def provider_adjustment(code: str) -> str | None:
    """A PLB reason."""
    return _codes().provider_adjustments.get(code)
