"""What holds for every request and answer: headers, whose form it is, how large it may be."""

from __future__ import annotations

from http import HTTPStatus

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.place import Place

LARGEST_BODY = 20 * 2**20
LARGEST_SUBMISSION = 64 * 2**20
"""With the files that are sent to a payer."""
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
_SAFE = frozenset({"GET", "HEAD"})
_HEADERS = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",  # under no-referrer a browser hides the origin of our own forms from us
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
_TLS_ONLY = {"strict-transport-security": "max-age=31536000"}


class Guard:
    def __init__(self, app: ASGIApp, place: Place) -> None:
        self._app = app
        self._place = place
        self._headers = _HEADERS | (_TLS_ONLY if place.public else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                # Pages hold patient data: no cache keeps them, the browser's own included.
                static = scope["path"].startswith("/static/")
                headers.setdefault("cache-control", "public, max-age=3600" if static else "no-store")
            await send(message)

        headers = Headers(scope=scope)
        refusal = _refusal(scope, headers, self._place)
        if refusal is not None:
            await refusal(scope, receive, guarded)
            return
        await self._app(scope, _limited(receive, _largest(scope)), guarded)


def _refusal(scope: Scope, headers: Headers, place: Place) -> PlainTextResponse | None:
    if int(headers.get("content-length") or 0) > _largest(scope):
        return _too_large(_largest(scope))
    if scope["method"] not in _SAFE and not _same_origin(headers, place):
        return PlainTextResponse("This form did not come from this console.", status_code=HTTPStatus.FORBIDDEN)
    return None


def _same_origin(headers: Headers, place: Place) -> bool:
    """What a browser sends with a form says where the form stood; other programs have no cookies of ours to misuse."""
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site not in ("same-origin", "none"):
        return False
    return origin is None or place.sent(origin, headers.get("host"))


def _largest(scope: Scope) -> int:
    submits = scope["path"].startswith(("/submissions/new/", "/api/submissions/"))
    return LARGEST_SUBMISSION if submits else LARGEST_BODY


def _limited(receive: Receive, largest: int) -> Receive:
    """A body without a stated length is cut off where a stated one would be refused."""
    taken = 0

    async def limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > largest:
            return {"type": "http.disconnect"}
        return message

    return limited


def _too_large(largest: int) -> PlainTextResponse:
    cure = "`fleet submit` takes larger files" if largest == LARGEST_SUBMISSION else "cut the sheet in two"
    return PlainTextResponse(
        f"This is more than {largest // 2**20} MB; {cure}.", status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    )
