# ruff: noqa: E501 - markup stands as it is sent
"""The strange portal's file room: one file, given away in every way that portals were seen to use.

`weather["file"]` says what the file is today, `weather["after"]` how often it was asked for before it is itself.
"""

from __future__ import annotations

import asyncio
import io
import zipfile
from collections.abc import AsyncIterator, Iterator

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from bots.download import LARGEST

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
SCAN = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\2\0\1H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82"
X12 = b"ISA*00*          *00*          *ZZ*A              *ZZ*B              *261122*0930*^*00501*000000905*0*T*:~\nIEA*0*000000905~\n"
EXPIRED = b"<!DOCTYPE html><html><body><p>Your session has expired. Jane Roe, W123456789</p></body></html>"

PAGE = """<!doctype html><html><body><h2>Documents</h2>
<a id=direct href=/files/attached>Direct</a> <a id=tab href=/files/shown target=_blank>Tab</a>
<a id=given_tab href=/files/attached target=_blank rel=noopener>Download in a tab</a> <a id=same href=/files/shown>Same window</a>
<form method=post action=/files/posted><input type=hidden name=id value=7><button id=form>Form</button></form>
<button id=viewer>Viewer</button> <button id=prepared>Prepared</button> <button id=blob>Blob</button> <button id=blob_tab>Blob in a tab</button>
<button id=nothing>Nothing</button> <a id=page href=/files/page>Page</a> <a id=page_tab href=/files/page target=_blank>Page in a tab</a>
<table id=list><tr><th>Name</th><th>File</th></tr><tr><td>one</td><td><a href=/files/none>Get</a></td></tr><tr><td>two</td><td><a href=/files/attached>Get</a></td></tr></table>
<script>
const on = (id, act) => document.getElementById(id).addEventListener('click', act);
const blob = async () => window.URL.createObjectURL(await (await fetch('/files/raw')).blob());
on('viewer', () => window.open('/files/viewer', '_blank', 'width=600,height=500'));
on('prepared', () => window.open('/files/prepare'));
on('blob', async () => { const a = document.createElement('a'); a.href = await blob(); a.download = '../../etc/x.exe'; a.click(); });
on('blob_tab', async () => { const tab = window.open(); tab.location = await blob(); });
</script></body></html>"""
VIEWER = "<!doctype html><html><body><p>Viewer</p><iframe src=/files/shown style='width:90%;height:90%'></iframe></body></html>"
PREPARE = "<!doctype html><html><body><p>Your file is being prepared</p><script>setTimeout(() => location = '/files/attached', 300)</script></body></html>"


def zipped(*files: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(name, data)
    return out.getvalue()


FILES = {
    "pdf": PDF,
    "x12": X12,
    "empty": b"",
    "blank": b"  \n",
    "html": EXPIRED,
    "cut": PDF[:60],
    "scan": SCAN,
    "cut scan": SCAN[:-20],
    "other": b"\x7fELF\x02\x01",
    "csv": b"check,amount\n0042,7.10\n",
    "zip": zipped(("../../remit.835", X12), ("readme.txt", b"hello"), ("folder/second.edi", X12)),
    "cut zip": zipped(("remit.835", X12))[:40],
    "zip of pdf": zipped(("eop.pdf", PDF)),
    "zip of a page": zipped(("remit.835", EXPIRED)),
    "zip of too much": zipped(("remit.835", b"0" * (LARGEST + 1))),
    "large": X12 + b" " * LARGEST,
}


def _stream(data: bytes) -> Iterator[bytes]:
    for start in range(0, len(data), 1 << 20):
        yield data[start : start + (1 << 20)]


async def _endless(data: bytes) -> AsyncIterator[bytes]:
    yield data
    await asyncio.Event().wait()


async def room(_: Request) -> Response:
    return HTMLResponse(PAGE)


async def give(request: Request) -> Response:
    how = request.path_params["how"]
    what = request.app.state.site.weather.get("file", "pdf")
    if how in {"page", "viewer", "prepare"}:
        page = {"page": EXPIRED.decode(), "viewer": VIEWER, "prepare": PREPARE}[how]
        return (
            StreamingResponse(_endless(PAGE.encode()), media_type="text/html")
            if what == "endless"
            else HTMLResponse(page)
        )
    request.app.state.site.tally["files"] += 1
    data = FILES.get(what, PDF)
    headers = {} if how == "shown" else {"content-disposition": 'attachment; filename="../../../etc/passwd"'}
    if what == "broken off":
        headers["content-length"] = str(len(PDF) + 5000)
    kind = "application/pdf" if how == "shown" else "application/octet-stream"
    return StreamingResponse(_endless(data) if what == "endless" else _stream(data), media_type=kind, headers=headers)


ROUTES = [Route("/files", room), Route("/files/{how}", give, methods=["GET", "POST"])]
