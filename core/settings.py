"""What an operator can set, from the environment (FLEET_…). Secrets are never settings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfoNotFoundError

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from core.home import DEFAULT_HOME, Home
from core.timetable import Span

__all__ = ["ROOT", "Home", "Settings"]

ROOT = Path(__file__).resolve().parent.parent
"""The checkout: where the data folders (selectors/, secrets/, recordings/) lie."""
_PUBLIC = re.compile(r"(?P<origin>https://[a-z0-9][a-z0-9.-]*(:(?!443/?$)[0-9]{1,5})?)(:443)?/?")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="FLEET_", extra="ignore")

    home: Path = DEFAULT_HOME
    """Everything the embedded stack writes, mode 0700."""
    store_url: str | None = None
    """postgresql://USER@HOST/DATABASE, without a password; None: a SQLite file under `home`."""
    evidence: str | None = None
    """s3://BUCKET/PREFIX; None: a folder under `home`."""
    evidence_endpoint: str | None = None
    """The URL of a server that speaks S3; None: that of AWS."""
    prefect_url: str | None = None
    """The API of Prefect servers that somebody else runs, http://HOST:PORT/api; None: one under `home`."""
    prefect_profiles: Path | None = None
    """Prefect's file of profiles with the password of those servers, mode 0600: `python -m flows.profiles`."""
    environment: Literal["simulator", "live"] = "simulator"
    """Which environment of the portals' manifests is worked: `simulator` or `live`."""
    adapters: Path | None = None
    """A folder with adapters of one's own, payers/<portal> and selectors/<portal>; their code runs with the fleet's
    rights.
    """
    lease_seconds: float = Field(default=15, ge=2, le=300)
    """A lane's lease; renewed at a third of it."""
    linger_seconds: float = Field(default=120, ge=0)
    """How long an idle lane keeps its browser context warm."""
    lanes: int | None = Field(default=None, ge=2)
    """How many lanes one worker has open at most: what its memory bears. Others wait for a worker with room."""
    rest_seconds: float = Field(default=30, ge=1, le=900)
    """How long a lane first rests when its portal, or a part of the fleet, is not there; doubled each time."""
    rotate_days: int | None = Field(default=None, ge=0)
    """The fleet changes a password by itself when the portal says that so many days or fewer are left, or none; unset:
    only when an administrator asks for it. Where the adapter knows how; a portal's manifest and an account may have
    other rules.
    """
    console_idle_minutes: float = Field(default=15, ge=1, le=480)
    """After how long without a click the console signs a person out."""
    console_port: int | None = Field(default=None, ge=1, le=65535)
    """The port of the loopback address on which the console listens; None: a free one, kept from start to start."""
    console_url: str | None = None
    """The address under which people open the console, https://HOST: that of a proxy which ends TLS before it. None:
    they open it on its own machine.
    """
    oidc_issuer: str | None = None
    """The address of an OpenID provider by which people may sign in to the console, as it names itself."""
    oidc_client_id: str | None = None
    """What the provider calls this console. The secret that belongs to it is in the vault: `fleet users sso`."""
    oidc_rules: Path | None = None
    """Who of the provider's people may do what; unset: FLEET_HOME/sign-on.yaml."""
    local_sign_in: Literal["everybody", "administrators"] = "everybody"
    """Who may sign in by a password of the fleet's own. `administrators`: in an emergency, and each one is audited."""
    code_wait_seconds: float = Field(default=180, gt=0)
    """How long a lane waits for a code that a portal sends to a person."""
    quiet_hours: str | None = None
    """HH:MM-HH:MM ZONE, every day: when no bot logs in only to keep an account alive. Some portals ask for more proof
    at an unusual hour.
    """
    notice_command: str | None = None
    """Run when a person is needed at once, with a JSON object on its standard input; arguments as in a shell."""
    notice_url: str | None = None
    """Gets the same object by POST. An address that is itself a secret belongs into the command."""

    @field_validator("console_url")
    @classmethod
    def _origin(cls, url: str | None) -> str | None:
        """As browsers write an origin."""
        if url is None:
            return None
        found = _PUBLIC.fullmatch(url.lower())
        if found is None:
            raise ValueError("has to be https://HOST, with :PORT where it is not 443, and nothing else")
        return found["origin"]

    @property
    def layout(self) -> Home:
        return Home(self.home.absolute())

    @field_validator("quiet_hours")
    @classmethod
    def _hours(cls, text: str | None) -> str | None:
        if text:
            try:
                Span.of(text)
            except (ValueError, ZoneInfoNotFoundError):
                raise ValueError("write it as 21:00-06:30 America/Chicago") from None
        return text or None

    @property
    def quiet(self) -> Span | None:
        return Span.of(self.quiet_hours) if self.quiet_hours else None

    @property
    def store(self) -> Path | str:
        return self.store_url or self.layout.database
