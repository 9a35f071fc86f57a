from __future__ import annotations

import os
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path

import hvac
import pytest
import requests
from hvac.exceptions import InvalidRequest

from core.phi import Secret
from core.vault import MemoryVault, Vault, VaultConnection
from core.vault.hvac_vault import HvacVault, WrappedSecretId
from core.vault.paths import vault_paths
from payers import registry
from stack import vault_setup
from stack.vault_setup import CONSOLE, CONTROL_PLANE, WORKER


@dataclass(frozen=True)
class Target:
    control: Vault
    """May save."""
    worker: Vault
    """May read. The same one where a vault knows no policies."""
    console: Vault


@dataclass(frozen=True)
class Server:
    connection: VaultConnection
    """As the control plane."""
    control: HvacVault

    async def hire(self, role: str = WORKER) -> HvacVault:
        """A worker of its own, or a console."""
        ticket = await self.control.wrapped_secret_id(role)
        return await HvacVault.from_wrapped(self.connection.address, self.connection.ca_file, role, ticket)

    async def hire_for(self, *keepers: str, totp_engine: bool = True) -> HvacVault:
        """A worker for the portals of these keepers of accounts."""
        opened = {vault_paths().worker_of(keeper): (keeper, *portals) for keeper, portals in registry.keepers().items()}
        roles = [vault_paths().worker_of(keeper) for keeper in keepers]
        tickets = [WrappedSecretId(role, await self.control.wrapped_secret_id(role), opened[role]) for role in roles]
        known = self.connection
        return await HvacVault.from_tickets(known.address, known.ca_file, tickets, totp_engine=totp_engine)


ADDRESS, TOKEN = os.environ.get("FLEET_TEST_VAULT_ADDR"), os.environ.get("FLEET_TEST_VAULT_TOKEN")
SERVERS = ["openbao", *(["external_vault"] if ADDRESS or TOKEN else [])]
"""The suite also runs against a server that these two variables name."""


@pytest.fixture(scope="session")
def external_vault() -> VaultConnection:
    """A Vault or OpenBao of somebody else, set up as production would be. Its mounts kv, totp, transit and approle
    are ours to write in.
    """
    if not (ADDRESS and TOKEN):
        pytest.fail(
            "FLEET_TEST_VAULT_ADDR and FLEET_TEST_VAULT_TOKEN go together: the address of the server that the contract "
            "is to be tried against, and a token that may set it up. Set both, or neither.",
            pytrace=False,
        )
    address, token = ADDRESS, TOKEN
    ca_file = Path(os.environ.get("FLEET_TEST_VAULT_CACERT", requests.certs.where()))
    client = hvac.Client(address, token=token, verify=str(ca_file))
    for request in vault_setup.foundation():
        try:
            client.write_data(request.path, data=dict(request.data))
        except InvalidRequest as refusal:
            if "already in use" not in str(refusal):
                raise
    for request in [*vault_setup.rules(), *(vault_setup.role_id(role) for role in (CONTROL_PLANE, WORKER))]:
        client.write_data(request.path, data=dict(request.data))
    secret_id = client.auth.approle.generate_secret_id(CONTROL_PLANE)["data"]["secret_id"]
    return VaultConnection(address, ca_file, CONTROL_PLANE, Secret(secret_id))


@pytest.fixture(params=SERVERS)
def connection(request: pytest.FixtureRequest) -> VaultConnection:
    found: VaultConnection = request.getfixturevalue(request.param)
    return found


@pytest.fixture
async def server(connection: VaultConnection) -> AsyncIterator[Server]:
    control = HvacVault(connection)
    yield Server(connection, control)
    await control.close()


@pytest.fixture(params=["memory", *SERVERS])
def wanted(request: pytest.FixtureRequest) -> VaultConnection | None:
    return None if request.param == "memory" else request.getfixturevalue(request.param)


@pytest.fixture
async def target(wanted: VaultConnection | None) -> AsyncIterator[Target]:
    if wanted is None:
        memory = MemoryVault()
        yield Target(memory, memory, memory)
        return
    control = HvacVault(wanted)
    worker, console = [await Server(wanted, control).hire(role) for role in (WORKER, CONSOLE)]
    yield Target(control, worker, console)
    await worker.close()
    await console.close()
    await control.close()


@pytest.fixture
def account() -> str:
    """A credential that nobody used before: servers remember."""
    return f"test-{secrets.token_hex(6)}"


@pytest.fixture
async def down(wanted: VaultConnection | None) -> AsyncIterator[Vault]:
    """The same kind of vault, not there."""
    if wanted is None:
        memory = MemoryVault()
        memory.available = False
        yield memory
        return
    nobody = HvacVault(replace(wanted, address="https://127.0.0.1:1"))
    yield nobody
    await nobody.close()
