"""A program with a token, whose every answer has to be one that the API's own description (OpenAPI) allows."""

from __future__ import annotations

import re
from typing import Any, ClassVar

import httpx
from jsonschema import Draft202012Validator

from tests.console.conftest import Browser

EVENTS = "text/event-stream"


class Program:
    """Acts for the person whose browser made its token; without their cookie."""

    _read: ClassVar[dict[str, Any]] = {}
    """The description; it is the same of every console."""

    def __init__(self, client: httpx.AsyncClient, token: dict[str, str], described: dict[str, Any]) -> None:
        self._client = client
        self._token = token
        self._described = described
        self._routes = sorted(described["paths"], key=lambda path: (path.count("{"), path))

    @classmethod
    async def of(cls, browser: Browser) -> Program:
        made = await browser.post("/account/tokens", name="nightly export")
        found = re.search(r"<code>(fleet_[\w-]+)</code>", made.text)
        assert found
        if not cls._read:
            cls._read.update((await browser.client.get("/api/openapi.json")).json())
        return cls(browser.client, {"authorization": f"Bearer {found[1]}"}, cls._read)

    def as_bearer(self, token: str) -> Program:
        """Somebody else at the same console."""
        return Program(self._client, {"authorization": f"Bearer {token}"}, self._described)

    async def get(self, path: str) -> httpx.Response:
        return await self.ask("GET", path)

    async def post(self, path: str, **more: Any) -> httpx.Response:
        return await self.ask("POST", path, **more)

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        kept = self._client.cookies
        self._client.cookies = httpx.Cookies()
        answer = await self._client.request(method, f"/api{path}", headers=self._token, **more)
        self._client.cookies = kept
        self.check(answer)
        return answer

    def check(self, answer: httpx.Response) -> None:
        method, path = answer.request.method.lower(), answer.request.url.path
        paths = self._described["paths"]
        fits = (each for each in self._routes if re.fullmatch(re.sub(r"{\w+}", "[^/]+", each), path))
        allowed = next(paths[each][method] for each in fits if method in paths[each])["responses"]
        assert str(answer.status_code) in allowed, (method, path, answer.status_code, answer.text)
        contents = allowed[str(answer.status_code)].get("content", {})
        kind = answer.headers.get("content-type", "")
        if not contents:
            assert answer.content == b"", (method, path)
            return
        fitting = {name: each for name, each in contents.items() if name.partition(";")[0] == kind.partition(";")[0]}
        assert fitting, (method, path, kind, list(contents))
        if "application/json" in fitting:
            schema = fitting["application/json"]["schema"] | {"components": self._described["components"]}
            Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).validate(answer.json())
