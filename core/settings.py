"""What an operator can set, from the environment (FLEET_…). Secrets are never settings."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.home import DEFAULT_HOME, Home

__all__ = ["ROOT", "Home", "Settings"]

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: where the data folders (selectors/, secrets/, recordings/) lie."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FLEET_", extra="ignore")

    home: Path = DEFAULT_HOME
    """Everything the embedded stack writes, mode 0700."""
    environment: Literal["simulator", "live"] = "simulator"
    """Which environment of the portals' manifests is worked: `simulator` or `live`."""
    lease_seconds: float = Field(default=15, ge=2, le=300)
    """A lane's lease; renewed at a third of it."""
    linger_seconds: float = Field(default=120, ge=0)
    """How long an idle lane keeps its browser context warm."""
    rest_seconds: float = Field(default=30, ge=1, le=900)
    """How long a lane first rests when its portal, or a part of the fleet, is not there; doubled each time."""
    console_idle_minutes: float = Field(default=15, ge=1, le=480)
    """After how long without a click the console signs a person out."""
    code_wait_seconds: float = 180
    """How long a lane waits for a code that a portal sends to a person."""

    @property
    def layout(self) -> Home:
        return Home(self.home.absolute())
