# ruff: noqa: E501, PLR0911 - markup stands as it is sent; one return for each screen
"""A payer portal as unlike Availity as one can be: the door. The tool behind it is in tool.py.

Everything happens under one address that never changes: pages with forms that post to themselves, a frameset for a
home, the tool in a window of its own.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from strange_portal import counter, files, tool

from simulator.serve import listen

HOST = "strange.localhost"
USER, PASSWORD, CODE = "bot.lakeside", "Tr0ub4dor&3-<b>", "271828"


@dataclass
class Site:
    """`weather`: what goes wrong today, by name. `tally`: what the bot did."""

    port: int = 0
    weather: dict[str, Any] = field(default_factory=dict)
    tally: Counter[str] = field(default_factory=Counter)
    sessions: dict[str, dict[str, Any]] = field(default_factory=dict)
    received: list[tuple[str, bytes]] = field(default_factory=list)
    """The files of what was sent last."""

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"

    def session(self, request: Request) -> dict[str, Any]:
        return self.sessions.setdefault(request.cookies.get("ASP.NET_SessionId", ""), {"step": "user"})


def page(body: str, script: str = "", head: str = "") -> HTMLResponse:
    return HTMLResponse(f"<!doctype html><html><head>{head}</head><body>{body}<script>{script}</script></body></html>")


def generated() -> str:
    """ASP.NET's prefix of an id, another one after each release."""
    return f"ctl{secrets.randbelow(90) + 10}_MainContent_"


def user_page(prefix: str, alert: str) -> HTMLResponse:
    return page(
        f"""<form method=post><b>Provider Sign-In</b><br>User Name<br>
        <input id={prefix}txtUser name=user onchange="">
        <p><input type=checkbox id={prefix}chkAgree name=agree onclick="document.getElementById('btnNext').disabled = !this.checked">
        <label for={prefix}chkAgree>I have read and agree to the Terms of Use</label></p>
        <input type=submit id=btnNext value=Continue disabled></form>""",
        alert,
    )


def password_page(prefix: str, user: str, alert: str) -> HTMLResponse:
    return page(
        f"""<form method=post><b>Provider Sign-In</b><br>User Name<br>
        <input id={prefix}txtUser value="{user}" readonly><br>Password<br>
        <input type=password id={prefix}txtWord name=word>
        <input type=submit id=btnNext value="Sign In"></form>""",
        alert,
    )


def code_page(alert: str) -> HTMLResponse:
    boxes = "".join(
        f"<input class=otp maxlength=1 size=1 name=d{place} aria-label='Digit {place}'>" for place in range(6)
    )
    return page(
        f"<form method=post id=f><p>Enter the 6-digit code from your authenticator</p>{boxes}</form>",
        """const boxes = [...document.querySelectorAll('.otp')];
        boxes.forEach((box, at) => box.addEventListener('keyup', (event) => {
          if (!event.isTrusted || !box.value) return;
          if (at < 5) boxes[at + 1].focus(); else document.getElementById('f').submit();
        }));"""
        + alert,
    )


EMAIL_PAGE = "<b>Check your e-mail</b><p>We sent a code to b***@lakeside.example. It is good for 3 minutes.</p>"
ELSEWHERE = """location.replace(confirm('bot.lakeside is already signed in on another computer.\\n\\nContinue and end that session?')
  ? '/?answer=go' : '/?answer=stay');"""
FRAMESET = """<!doctype html><html><head><title>Portal</title></head>
<frameset rows="60,*"><frame name=top src=/top><frame name=body src=/menu></frameset></html>"""


async def door(request: Request) -> Response:
    site: Site = request.app.state.site
    if "slow_door" in site.weather:
        await asyncio.sleep(site.weather["slow_door"])
    if request.cookies.get("ASP.NET_SessionId") is None:
        first = page("Redirecting…", head="<meta http-equiv=refresh content='0;url=/'>")
        first.set_cookie("ASP.NET_SessionId", secrets.token_hex(8))
        return first
    known = site.session(request)
    form = await request.form() if request.method == "POST" else {}
    alert = _advance(site, known, {name: str(value) for name, value in form.items()})
    if request.query_params.get("answer") == "go":
        known["step"] = "home"
        site.tally["ended another session"] += 1
    prefix = generated()
    match known["step"]:
        case "user":
            return user_page(prefix, alert)
        case "password":
            return password_page(prefix, USER, alert)
        case "code":
            return code_page(alert)
        case "email":
            return page(EMAIL_PAGE)
        case "elsewhere":
            return page("Please wait", "" if request.query_params else ELSEWHERE)
        case _:
            return HTMLResponse(FRAMESET)


def _advance(site: Site, known: dict[str, Any], form: dict[str, str]) -> str:
    """What the portal says in an alert, if anything."""
    if not form:
        return ""
    match known["step"]:
        case "user" if form.get("agree") and form.get("user") == USER:
            known["step"] = "password"
        case "password":
            site.tally["passwords"] += 1
            if form.get("word") != PASSWORD or "locked_out" in site.weather:
                return "alert('Sign-in failed. The password is not right. 2 attempts remaining.')"
            known["step"] = site.weather.get("mfa", "code")
        case "code":
            site.tally["codes"] += 1
            if "".join(form.get(f"d{place}", "") for place in range(6)) != CODE:
                return "alert('That code is not valid.')"
            known["step"] = "elsewhere" if "elsewhere" in site.weather else "home"
    return ""


async def top(request: Request) -> Response:
    return page("<b>Lakes &amp; Prairies Health Network</b> | bot.lakeside | <a href='/bye' target=_top>Sign off</a>")


async def menu(request: Request) -> Response:
    """The button reacts to a real mouse only, and opens the tool in another tab or window."""
    site: Site = request.app.state.site
    features = ", 'width=900,height=700'" if site.weather.get("window") == "popup" else ""
    return page(
        "<h3>Applications</h3><button id=elig>Eligibility Inquiry</button><button id=elig>Claim Inquiry</button>",
        f"""document.querySelector('#elig').addEventListener('click', (event) => {{
          if (event.isTrusted) window.open('/tool', '_blank'{features});
        }});""",
    )


async def bye(request: Request) -> Response:
    request.app.state.site.sessions.clear()
    return page("Signed off")


@asynccontextmanager
async def open_for_business() -> AsyncIterator[Site]:
    site = Site()
    sock = listen()
    site.port = sock.getsockname()[1]
    routes = [
        Route("/", door, methods=["GET", "POST"]),
        Route("/top", top),
        Route("/menu", menu),
        Route("/bye", bye),
        *tool.ROUTES,
        *files.ROUTES,
        *counter.ROUTES,
    ]
    app = Starlette(routes=routes)
    app.state.site = site
    config = uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve([sock]))
    try:
        yield site
    finally:
        server.should_exit = True
        await serving
        sock.close()
