from __future__ import annotations

import re
from functools import cache

from pydantic import BaseModel, ConfigDict

from core.errors import RequestInvalid
from core.settings import ROOT
from core.yaml_text import loaded

# No dots: they separate portal and account in the name of a TOTP key.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")


class Mounts(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    logins: str
    codes: str
    keys: str
    roles: str


class VaultPaths(BaseModel):
    """secrets/paths.yaml: the logical paths, the same in every vault."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    mounts: Mounts
    login: str
    pending: str
    backup: str
    code: str
    seed: str
    proof: str
    worker: str
    check: str
    sign_on: str
    period: str
    data_keys: tuple[str, ...]
    signing_key: str

    def login_of(self, portal: str, account: str) -> str:
        return self.login.format(portal=_named(portal, "portal"), account=_named(account, "credential"))

    def pending_of(self, portal: str, account: str) -> str:
        return self.pending.format(portal=_named(portal, "portal"), account=_named(account, "credential"))

    def backup_of(self, keeper: str, account: str) -> str:
        return self.backup.format(keeper=_named(keeper, "portal"), account=_named(account, "credential"))

    def worker_of(self, keeper: str) -> str:
        return self.worker.format(keeper=_named(keeper, "portal"))

    def key_of(self, period: str) -> str:
        return self.period.format(period=_named(period.replace(".", "_"), "period"))

    def code_of(self, portal: str, account: str) -> str:
        return self.code.format(portal=_named(portal, "portal"), account=_named(account, "credential"))

    def seed_of(self, portal: str, account: str) -> str:
        return self.seed.format(portal=_named(portal, "portal"), account=_named(account, "credential"))

    def proof_of(self, portal: str, account: str) -> str:
        return self.proof.format(portal=_named(portal, "portal"), account=_named(account, "credential"))

    def data_key(self, key: str) -> str:
        if key not in self.data_keys:
            raise ValueError(f"secrets/paths.yaml names no data key “{key}”")
        return key


@cache
def vault_paths() -> VaultPaths:
    return VaultPaths.model_validate(loaded((ROOT / "secrets" / "paths.yaml").read_text(encoding="utf-8")))


def _named(value: str, field: str) -> str:
    """Names become paths in the vault: a slash or a dot in one would reach another's login."""
    if not _NAME.fullmatch(value):
        raise RequestInvalid(
            f"The name of a {field} has letters, digits, hyphens and underscores only, 63 at most.", field=field
        )
    return value
