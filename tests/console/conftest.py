"""The console over a fleet in memory: no stack, no browser; people who are signed in by their cookie."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from argon2 import PasswordHasher
from pyotp.totp import TOTP

from console.app import create_app
from core.phi import Secret
from lanes import own_passwords, people
from lanes.assembly import Fleet
from store.people import ConsoleSession, Keeper, Role, Stage
from tests.lanes.conftest import ask_all, credential, fleet, portal, query, second_credential, successor

__all__ = ["ask_all", "credential", "fleet", "portal", "query", "second_credential", "successor"]

ORIGIN = "http://127.0.0.1"
PASSWORD = Secret("plain words make passwords")
CSRF = re.compile(r'name="csrf" value="([\w-]+)"')


class Browser:
    """One person's way through the console: keeps cookies, sends each form with the mark of the last page."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.csrf = ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return self._seen(await self.client.get(path, headers=headers))

    async def post(self, path: str, *, csrf: str | None = None, **fields: str) -> httpx.Response:
        marked = {"csrf": self.csrf if csrf is None else csrf, **fields}
        return self._seen(await self.client.post(path, data=marked))

    async def follow(self, answer: httpx.Response) -> httpx.Response:
        return await self.get(answer.headers["location"])

    def _seen(self, answer: httpx.Response) -> httpx.Response:
        if mark := CSRF.search(answer.text):
            self.csrf = mark[1]
        return answer


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 is slow on purpose; what is tested here is who may enter."""
    quick = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(own_passwords, "_hasher", quick)
    monkeypatch.setattr(own_passwords, "NOBODYS", quick.hash("nobody's"))


@pytest.fixture
async def stranger(fleet: Fleet) -> AsyncIterator[Browser]:
    async with open_browser(fleet) as browser:
        yield browser


def open_browser(fleet: Fleet) -> _Opened:
    return _Opened(fleet)


class _Opened:
    def __init__(self, fleet: Fleet) -> None:
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(fleet), raise_app_exceptions=False), base_url=ORIGIN
        )

    async def __aenter__(self) -> Browser:
        return Browser(await self._client.__aenter__())

    async def __aexit__(self, *_exc: object) -> None:
        await self._client.aclose()


@pytest.fixture
async def signed_in(fleet: Fleet) -> AsyncIterator[Callable[..., Awaitable[Browser]]]:
    """Without the way through the entrance, which has tests of its own and takes its time by design."""
    browsers: list[_Opened] = []

    async def signed_in(*roles: Role, tins: list[str] | None = None) -> Browser:
        name = f"kim-{len(browsers)}"
        fleet.settings.layout.run.mkdir(exist_ok=True)
        opened = open_browser(fleet)
        browsers.append(opened)
        browser = await opened.__aenter__()
        token, now = f"token-of-{name}", datetime.now(UTC)
        within = None if tins is None else frozenset(tins)
        async with fleet.database.begin() as session:
            person = await people.people.add(
                session, name, password_hash="", roles=roles, tins=within, by=Keeper("tests"), now=now
            )
            session.add(
                ConsoleSession(
                    id=people.session_key(token),
                    person_id=person.id,
                    stage=Stage.OPEN,
                    csrf=f"mark-{name}",
                    created_at=now,
                    seen_at=now,
                )
            )
        browser.client.cookies.set("fleet_session", token)
        browser.csrf = f"mark-{name}"
        return browser

    yield signed_in
    for opened in browsers:
        await opened.__aexit__()


def code_now(seed: str, *, later: int = 0) -> str:
    return TOTP(seed).at(datetime.now(UTC) + timedelta(seconds=later))
