"""Random bot accounts: known to the simulated portals and to the vault, and to nobody else after the demo."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass

from pyotp import random_base32
from pyotp.totp import TOTP

from cli.actor import actor
from cli.demo.simulated import SimulatorControl
from cli.records import Login, keep
from core.manifest import Manifest
from core.phi import Secret
from lanes.assembly import Fleet
from store import credentials
from store.credentials import Credential, CredentialState, NewCredential

NAMES = ("demo-north", "demo-south")
TIN, NPI = "36-4418027", "1457398216"
ORGANIZATION = {
    "id": "1180243",
    "name": "Northgate Family Practice",
    "tin": TIN,
    "providers": [{"name": "Northgate Family Practice", "npi": NPI}],
}
AWKWARD = "&<'\"+ß"
"""At the end of each password: what forms, shells and JSON stumble over."""
STEP_SECONDS = 30


@dataclass(frozen=True)
class Planted:
    credential: Credential
    login: Login
    seed: Secret
    at: float

    def values(self) -> dict[str, list[str]]:
        """What must be found nowhere: user name, password, seed, and every code that was good since."""
        codes = TOTP(self.seed.reveal())
        moments = range(int(self.at), int(time.time()) + STEP_SECONDS, STEP_SECONDS)
        return {
            "user name": [self.login.username.reveal()],
            "password": [self.login.password.reveal()],
            "seed": [self.seed.reveal()],
            "code": [codes.at(moment) for moment in moments],
        }


async def plant(fleet: Fleet, control: SimulatorControl, manifest: Manifest) -> list[Planted]:
    """Two accounts, with the roles for all that the portal can be asked."""
    return [await _plant(fleet, control, manifest, name) for name in NAMES]


async def _plant(fleet: Fleet, control: SimulatorControl, manifest: Manifest, name: str) -> Planted:
    at, seed = time.time(), Secret(random_base32())
    username, password = Secret(f"bot.{secrets.token_hex(5)}"), Secret(f"{secrets.token_urlsafe(12)}{AWKWARD}")
    await control.plant_account(
        manifest.id, username, password, seed, organizations=[ORGANIZATION], roles=manifest.capabilities
    )
    login = Login(username, password, seed)
    new = NewCredential(manifest.id, name, fleet.settings.environment, tin=TIN, provider_npi=NPI)
    credential = await keep(fleet, new, login)
    if credential.state is not CredentialState.OPEN:
        async with fleet.database.begin() as session:
            reason = "planted anew by the demo"
            await credentials.reopen(session, credential.id, actor=actor(), reason=reason, now=fleet.clock.now())
    return Planted(credential, login, seed, at)
