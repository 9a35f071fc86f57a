"""Files as this portal sends them: in answer to a post-back, all under one name."""

from starlette.responses import Response

from simulator.dials import Dials
from simulator.enclosed import as_given


def file_response(dials: Dials, data: bytes) -> Response:
    headers = {"content-disposition": "attachment; filename=GetFile.aspx", "cache-control": "no-store"}
    return Response(as_given(data, dials), media_type="application/octet-stream", headers=headers)
