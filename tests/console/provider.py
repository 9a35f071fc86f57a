"""A small OpenID provider on loopback: codes for PKCE and a client secret, ID tokens signed with RS256. It can be told
to say what no honest provider would.
"""

from __future__ import annotations

import asyncio
import base64
import html
import secrets
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any
from urllib.parse import parse_qsl, urlencode

import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI, Form, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT, SECRET = "fleet-console", "a secret & of + the console"
Claims = dict[str, Any]


@dataclass
class Provider:
    users: dict[str, Claims] = field(
        default_factory=lambda: {
            "pat": {"preferred_username": "Pat", "groups": ["billers", "staff"]},
            "eve": {"preferred_username": "eve"},
        }
    )
    issuer: str = ""
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1"}))
    spoil: Callable[[Claims], Claims] = dict
    sign: Callable[[Claims], str] | None = None
    """Instead of its own key."""
    only_in_userinfo: frozenset[str] = frozenset()
    codes: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)
    """(user, what was asked) by code; each is good once."""

    def id_token(self, user: str, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims: Claims = {"iss": self.issuer, "aud": CLIENT, "sub": f"sub-{user}", "iat": now, "exp": now + 300}
        claims |= {"nonce": asked["nonce"]} | self.users[user]
        claims = {name: value for name, value in self.spoil(claims).items() if name not in self.only_in_userinfo}
        return self.sign(claims) if self.sign else jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)

    def app(self) -> FastAPI:  # noqa: C901 - all of it, on one page
        app = FastAPI()
        at = self.issuer

        @app.get("/.well-known/openid-configuration")
        def described() -> Claims:
            ends = {"authorization": "authorize", "token": "token", "userinfo": "userinfo", "end_session": "end"}
            return {f"{name}_endpoint": f"{at}/{path}" for name, path in ends.items()} | {
                "issuer": at,
                "jwks_uri": f"{at}/jwks",
            }

        @app.get("/jwks")
        def jwks() -> Claims:
            return {"keys": [self.key.as_dict(private=False)]}

        @app.get("/authorize")
        def choose(request: Request) -> Response:
            asked = dict(request.query_params)
            wanted = {"response_type": "code", "client_id": CLIENT, "code_challenge_method": "S256"}
            if not wanted.items() <= asked.items() or not {"state", "nonce", "code_challenge"} <= asked.keys():
                raise HTTPException(400)
            query = html.escape(urlencode(asked))
            users = "".join(f'<button name="user" value="{user}">{user}</button>' for user in self.users)
            return HTMLResponse(f'<form method="post" action="/authorize?{query}"><h1>Who are you?</h1>{users}</form>')

        @app.post("/authorize")
        def answer(request: Request, user: Annotated[str, Form()]) -> Response:
            asked = dict(parse_qsl(request.url.query))
            code = secrets.token_urlsafe()
            self.codes[code] = (user, asked)
            said = urlencode({"code": code, "state": asked["state"], "iss": at})
            return RedirectResponse(f"{asked['redirect_uri']}?{said}", status_code=303)

        @app.post("/token")
        def token(
            request: Request,
            code: Annotated[str, Form()],
            redirect_uri: Annotated[str, Form()],
            code_verifier: Annotated[str, Form()],
        ) -> Response:
            expected = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
            user, asked = self.codes.pop(code, ("", {}))
            proven = create_s256_code_challenge(code_verifier) == asked.get("code_challenge")
            if request.headers.get("authorization") != f"Basic {expected}":
                return JSONResponse({"error": "invalid_client"}, status_code=401)
            if not proven or redirect_uri != asked["redirect_uri"]:
                return JSONResponse({"error": "invalid_grant"}, status_code=400)
            told = {"access_token": f"access-of-{user}", "token_type": "Bearer", "id_token": self.id_token(user, asked)}
            return JSONResponse(told)

        @app.get("/userinfo")
        def userinfo(request: Request) -> Claims:
            user = request.headers["authorization"].removeprefix("Bearer access-of-")
            return {"sub": f"sub-{user}", **self.users[user]}

        @app.get("/end")
        def end() -> Response:
            return HTMLResponse("<h1>You are signed out everywhere</h1>")

        return app


@asynccontextmanager
async def running(provider: Provider) -> AsyncIterator[Provider]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        # Not the console's host: for a browser it is another site, as a real provider is.
        provider.issuer = f"http://localhost:{listening.getsockname()[1]}"
        server = uvicorn.Server(uvicorn.Config(provider.app(), log_config=None, timeout_graceful_shutdown=1))
        serving = asyncio.create_task(server.serve(sockets=[listening]))
        yield provider
        server.should_exit = True
        await serving
