"""The keys of retention's periods: one secret each, made once, never written again, destroyed when its time is over."""

from __future__ import annotations

import base64
import os
from datetime import date
from typing import Any

import hvac

from core.errors import PartUnavailable
from core.seal import KEY_BYTES, Shredded
from core.vault.paths import VaultPaths
from core.vault.refusals import no_period_key
from core.vault.session import NotThere, VaultSession

_SHREDDED_ON = "shredded_on"


class StoredPeriodKeys:
    """Blocking, as its session is. A period that was shredded leaves its day beside where the key was."""

    def __init__(self, session: VaultSession, paths: VaultPaths) -> None:
        self._session = session
        self._paths = paths
        self._mount = paths.mounts.logins

    def key(self, period: str, *, make: bool) -> bytes:
        kept = self._read(period)
        if kept is None and make:
            try:
                return self._make(period)
            except PartUnavailable:
                kept = self._read(period)  # another process was first: a key is never written over
                if kept is None:
                    raise
        if kept is None:
            raise no_period_key(period)
        return kept

    def destroy(self, period: str, day: date) -> bool:
        path = self._paths.key_of(period)
        about = self._about(path)
        if about is None:
            return False
        # First the day: whoever reads in between is told the truth a moment early, and never that a key was lost.
        if _SHREDDED_ON not in (about.get("custom_metadata") or {}):
            self._session.ask(
                lambda client: client.secrets.kv.v2.update_metadata(
                    path, custom_metadata={_SHREDDED_ON: day.isoformat()}, mount_point=self._mount
                )
            )
        versions = [int(number) for number, each in about["versions"].items() if not each["destroyed"]]
        if versions:
            self._session.ask(
                lambda client: client.secrets.kv.v2.destroy_secret_versions(path, versions, mount_point=self._mount)
            )
        return True

    def _make(self, period: str) -> bytes:
        fresh = os.urandom(KEY_BYTES)
        kept = {"key": base64.b64encode(fresh).decode()}
        path = self._paths.key_of(period)
        self._session.ask(
            lambda client: client.secrets.kv.v2.create_or_update_secret(
                path, secret=kept, cas=0, mount_point=self._mount
            )
        )
        return fresh

    def _read(self, period: str) -> bytes | None:
        path = self._paths.key_of(period)

        def read(client: hvac.Client) -> Any:
            return client.secrets.kv.v2.read_secret_version(
                path, mount_point=self._mount, raise_on_deleted_version=True
            )

        try:
            return base64.b64decode(self._session.ask(read)["data"]["data"]["key"])
        except NotThere:
            about = self._about(path)
        day = ((about or {}).get("custom_metadata") or {}).get(_SHREDDED_ON)
        if day is not None:
            raise Shredded(date.fromisoformat(day), reference=period)
        return None

    def _about(self, path: str) -> dict[str, Any] | None:
        try:
            answer = self._session.ask(
                lambda client: client.secrets.kv.v2.read_secret_metadata(path, mount_point=self._mount)
            )
        except NotThere:
            return None
        found: dict[str, Any] = answer["data"]
        return found
