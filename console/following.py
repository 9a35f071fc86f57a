"""Progress as it happens: server-sent events, for pages and programs alike."""

from __future__ import annotations

import json
from typing import Any

from fastapi.responses import StreamingResponse


class Events(StreamingResponse):
    media_type = "text/event-stream"


def told(event: str, data: Any) -> str:
    return f"event: {event}\ndata: {json.dumps(data)}\n\n"
