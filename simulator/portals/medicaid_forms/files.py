"""Files as this portal sends them: in answer to a post-back, all under one name."""

from starlette.responses import Response

from simulator.dials import Dials
from simulator.enclosed import PAGE


def file_response(dials: Dials, data: bytes) -> Response:
    match dials.files:
        case "empty":
            data = b""
        case "cut_short":
            data = data[: len(data) * 2 // 3]
        case "page":
            data = PAGE
    headers = {"content-disposition": "attachment; filename=GetFile.aspx", "cache-control": "no-store"}
    return Response(data, media_type="application/octet-stream", headers=headers)
