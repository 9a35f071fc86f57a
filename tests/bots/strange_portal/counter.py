# ruff: noqa: E501 - markup stands as it is sent
"""The strange portal's counter: takes an appeal with files, after a scan, and says so, or not.

`weather["counter"]`: what happens to what was sent; it is taken in all the same, except when it is refused.
`weather["asks"]`: what the form does when it is sent, before and after it has asked a question in a dialog.
`received`: by claim number, the files as they came.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

FORM = """<!doctype html><html><body><h2>Reconsideration</h2>
<form id=f method=post action=/counter/send enctype=multipart/form-data>
<p>Claim <b id=claim>CLM-1</b><input type=hidden name=claim value=CLM-1></p>
<label class=look><span>Choose files</span><input id=files name=files type=file multiple style="display:none"></label>
<p id=scan role=status></p><ul id=list></ul>
<button id=send type=submit disabled>Send</button></form>
<button id=chooser onclick="const i = document.createElement('input'); i.type = 'file'; i.onchange = () => show(i.files); i.click()">Attach</button>
<script>
const send = document.getElementById('send');
const show = (files) => document.getElementById('list').replaceChildren(...[...files].map((f) => Object.assign(document.createElement('li'), {textContent: f.name + ' ' + f.size})));
document.getElementById('files').addEventListener('change', async (event) => {
  send.disabled = true; show(event.target.files);
  document.getElementById('scan').textContent = 'Scanning';
  await fetch('/counter/scan'); document.getElementById('scan').textContent = 'Clean'; send.disabled = false;
});
</script></body></html>"""
DONE = "<!doctype html><html><body><h2>Received</h2><p>Claim <b id=claim>CLM-1</b></p><p>Number <i id=number>R-77</i></p></body></html>"
ANOTHER = DONE.replace("CLM-1", "CLM-12")
REFUSED = (
    "<!doctype html><html><body><h2>Not accepted</h2><p id=why>This is not an appealable denial.</p></body></html>"
)
ASKS = {
    "only": "return confirm(QUESTION)",
    "what the data name": "return confirm('File this reconsideration now?')",
    "and tells before": "fetch('/counter/scan'); return confirm(QUESTION)",
    "and tells by a beacon": "navigator.sendBeacon('/counter/told', '1'); return confirm(QUESTION)",
    "and tells by a picture": "new Image().src = '/counter/told'; return confirm(QUESTION)",
    "and tells by a socket": "socket.send('1'); return confirm(QUESTION)",
    "and opens a window": "window.open('about:blank'); return confirm(QUESTION)",
    "and tells later": "if (!confirm(QUESTION)) setTimeout(() => fetch('/counter/scan'), 500); return false",
}
QUESTION = "Jane Roe has no power of attorney on file. File all the same?"
ODD = "<!doctype html><html><body><h2>Thank you for visiting</h2></body></html>"


async def form(request: Request) -> Response:
    asks = ASKS.get(request.app.state.site.weather.get("asks"), "")
    script = f"""<script>const QUESTION = {json.dumps(QUESTION)};
      const socket = new WebSocket(location.origin.replace('http', 'ws') + '/counter/socket');
      document.getElementById('f').onsubmit = () => {{ {asks} }};</script>"""
    return HTMLResponse(FORM.replace("</body>", f"{script}</body>") if asks else FORM)


async def socket(opened: WebSocket) -> None:
    await opened.accept()
    with suppress(WebSocketDisconnect):
        while True:
            await opened.receive_text()


async def scan(_: Request) -> Response:
    await asyncio.sleep(0.3)
    return JSONResponse({})


async def send(request: Request) -> Response:
    site = request.app.state.site
    weather = site.weather.get("counter")
    site.tally["sent"] += 1
    if weather == "refused":
        return HTMLResponse(REFUSED)
    async with request.form() as sent:
        site.received = [(each.filename, await each.read()) for each in sent.getlist("files")]
    pages = {"odd": (ODD, 200), "error": ("<h1>500</h1>", 500), "another": (ANOTHER, 200)}
    body, status = pages.get(weather or "", (DONE, 200))
    return HTMLResponse(body, status)


ROUTES = [
    Route("/counter", form),
    Route("/counter/scan", scan),
    Route("/counter/send", send, methods=["POST"]),
    WebSocketRoute("/counter/socket", socket),
]
