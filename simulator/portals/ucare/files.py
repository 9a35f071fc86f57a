"""Files as this portal sends them: always as something to save, under the name that it shows."""

from starlette.responses import Response

from simulator.dials import Dials
from simulator.enclosed import PAGE


def file_response(dials: Dials, data: bytes, media_type: str, name: str, disposition: str = "attachment") -> Response:
    match dials.files:
        case "empty":
            data = b""
        case "cut_short":
            data = data[: len(data) * 2 // 3]
        case "page":
            data = PAGE
    headers = {"content-disposition": f'{disposition}; filename="{name}"', "cache-control": "no-store"}
    return Response(data, media_type=media_type, headers=headers)
