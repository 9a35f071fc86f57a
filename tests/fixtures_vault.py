"""A running OpenBao for any test: `openbao` (its connection), `control_vault`, `worker_vault`. Started on first use."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from core.settings import Home
from core.vault import VaultConnection
from core.vault.hvac_vault import HvacVault
from stack import openbao as server
from stack.vault_setup import WORKER


@pytest.fixture(scope="session")
def openbao_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home(tmp_path_factory.mktemp("openbao"))


@pytest.fixture(scope="session")
def openbao(openbao_home: Home) -> Iterator[VaultConnection]:
    """The control plane's connection to a server that lives as long as the test session."""
    yield asyncio.run(server.start(openbao_home))
    asyncio.run(server.stop(openbao_home))


@pytest.fixture
async def control_vault(openbao: VaultConnection) -> AsyncIterator[HvacVault]:
    vault = HvacVault(openbao)
    yield vault
    await vault.close()


@pytest.fixture
async def worker_vault(openbao: VaultConnection, control_vault: HvacVault) -> AsyncIterator[HvacVault]:
    ticket = await control_vault.wrapped_secret_id(WORKER)
    vault = await HvacVault.from_wrapped(openbao.address, openbao.ca_file, WORKER, ticket)
    yield vault
    await vault.close()
