"""Logins, one-time codes and data keys. `core.vault.hvac_vault` is the client of a real server; it takes half a
second to import, so that only what talks to a server pays for it.
"""

from core.seal import DataKey
from core.vault.contract import BackupCode, LoginLabel, LoginSecret, PendingPassword, Vault, VaultConnection
from core.vault.memory import MemoryVault

__all__ = [
    "BackupCode",
    "DataKey",
    "LoginLabel",
    "LoginSecret",
    "MemoryVault",
    "PendingPassword",
    "Vault",
    "VaultConnection",
]
