"""The Availity-like portal as one ASGI application."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.house import House
from simulator.portals.availity.gate import Gate
from simulator.portals.availity.inquiries import Inquiries
from simulator.portals.availity.layout import dress
from simulator.portals.availity.login import Login
from simulator.portals.availity.shell import Shell

_STATIC = Path(__file__).parent / "static"
_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def build(house: House) -> Starlette:
    gate = Gate(house)
    files = {path.name: path.read_text("utf-8") for path in _STATIC.iterdir() if path.suffix in _TYPES}

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in files:
            return Response(status_code=404)
        # The address carries the variant, so a browser's cache never mixes two releases.
        text = dress(files[name], request.path_params["variant"])
        return Response(text, media_type=_TYPES[Path(name).suffix], headers={"cache-control": "max-age=86400"})

    return Starlette(
        routes=[
            Route("/static/v{variant:int}/{name}", static),
            *Login(gate).routes(),
            *Shell(gate).routes(),
            *Inquiries(gate).routes(),
        ]
    )
