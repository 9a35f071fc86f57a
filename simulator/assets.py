"""Style sheets, scripts and pictures of a portal, in the skin of the day."""

from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from simulator.skins import Skins

_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


def assets(folder: Path, skins: Skins) -> Route:
    files = {path.name: path.read_text("utf-8") for path in folder.iterdir() if path.suffix in _TYPES}

    async def static(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in files:
            return Response(status_code=404)
        # The address carries the variant, so a browser's cache never mixes two releases.
        text = skins.dress(files[name], request.path_params["variant"])
        return Response(text, media_type=_TYPES[Path(name).suffix], headers={"cache-control": "max-age=86400"})

    return Route("/static/v{variant:int}/{name}", static)
