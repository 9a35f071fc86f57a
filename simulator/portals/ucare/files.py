"""Files as this portal sends them: always as something to save, under the name that it shows."""

from starlette.responses import Response

from simulator.dials import Dials
from simulator.enclosed import as_given


def file_response(dials: Dials, data: bytes, media_type: str, name: str, disposition: str = "attachment") -> Response:
    headers = {"content-disposition": f'{disposition}; filename="{name}"', "cache-control": "no-store"}
    return Response(as_given(data, dials), media_type=media_type, headers=headers)
