# ruff: noqa: E501, S311 - markup stands as it is sent, and chance is there to be awkward
"""The strange portal's eligibility tool: a frame in a frame in a window, three products with three kinds of result."""

from __future__ import annotations

import asyncio
import json
import random
import uuid
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from strange_portal.people import PEOPLE, Person

PRODUCTS = ("", "Commercial", "Medical Assistance", "Dental")
CLINICS = ("Lakeside Clinic (L-1)", "Lakeside Clinic (L-12)", "Northgate Clinic (N-4)")

STYLE = """<style>.mobile {display: none} .veil {position: fixed; inset: 0; background: #fffc; z-index: 9}
.survey {position: fixed; inset: 0; background: #ddd}</style>"""

SCRIPT = """
customElements.define('x-field', class extends HTMLElement {
  connectedCallback() {
    this.attachShadow({mode: 'open'}).innerHTML = '<label>' + this.getAttribute('label') + ' <input></label>';
    this.shadowRoot.querySelector('input').addEventListener('input', (e) => {
      document.getElementById('hidSubscriber').value = e.target.value; });
  }
});
function __doPostBack() { setTimeout(() => document.getElementById('form1').submit(), 0); }
const born = document.querySelector('.born');  // a mask that writes its own slashes and knows real keys only
let digits = '';
born.addEventListener('keydown', (e) => {
  e.preventDefault();
  if (!e.isTrusted) return;
  if (e.key === 'Delete' || e.key === 'Backspace') digits = '';
  if (/^\\d$/.test(e.key) && digits.length < 8) digits += e.key;
  born.value = digits.replace(/^(\\d\\d)(\\d)/, '$1/$2').replace(/^(\\d\\d.\\d\\d)(\\d)/, '$1/$2');
  document.getElementById('hidBorn').value = born.value;
});
born.addEventListener('input', () => { born.value = ''; });
const clinic = document.getElementById('clinic'), list = document.getElementById('clinics');
let at = -1;
clinic.addEventListener('keydown', (e) => {  // commits by the keyboard and in no other way
  const options = [...list.children];
  if (e.key === 'ArrowDown') at = Math.min(at + 1, options.length - 1);
  else if (e.key === 'ArrowUp') at = Math.max(at - 1, 0);
  else if (e.key === 'Enter') {
    e.preventDefault();
    if (options[at]) { clinic.value = options[at].textContent; document.getElementById('hidClinic').value = clinic.value; list.replaceChildren(); }
  } else return;
  options.forEach((option, place) => option.className = place === at ? 'hot' : '');
});
clinic.addEventListener('input', () => setTimeout(() => {
  at = -1;
  document.getElementById('hidClinic').value = '';
  list.replaceChildren(...CLINICS.filter((each) => each.toLowerCase().includes(clinic.value.toLowerCase().slice(0, 8)))
    .map((each) => Object.assign(document.createElement('li'), {textContent: each})));
}, 120));
"""

DENTAL = """
document.getElementById('form1').addEventListener('submit', async (e) => {
  e.preventDefault();
  const asked = new URLSearchParams(new FormData(e.target)).toString();
  const get = async (what) => { // 202 until the payer has answered
    for (;;) {
      const response = await fetch('/tool/dental?what=' + what + '&' + asked);
      if (response.status !== 202) return response.json();
      await new Promise((wake) => setTimeout(wake, 150));
    }
  };
  const person = await get('member');
  if (!person) { alert('No subscriber matches.'); return; }
  document.getElementById('answer').style.display = '';
  for (const [name, value] of Object.entries(person)) document.getElementById(name).textContent = value;
  for (const name of ['plan', 'status', 'copay']) document.getElementById(name).textContent = (await get(name)).value;
});
"""

PANEL = """<div id=answer style="display:none"><h4>Dental eligibility</h4><dl>
<dt>Subscriber ID</dt><dd id=member_id></dd><dt>Subscriber</dt><dd id=name></dd><dt>Date of birth</dt><dd id=born_on></dd>
<dt>Date of service</dt><dd id=served_on></dd><dt>Plan</dt><dd id=plan></dd><dt>Status</dt><dd id=status></dd>
<dt>Office visit copay</dt><dd id=copay></dd></dl></div>"""


def site_of(request: Request) -> Any:
    return request.app.state.site


async def window(request: Request) -> Response:
    site_of(request).tally["tool windows"] += 1
    return HTMLResponse("<title>Eligibility</title><iframe id=outer src=/tool/outer width=880 height=640></iframe>")


async def outer(request: Request) -> Response:
    return HTMLResponse(
        "<i>Eligibility Inquiry v2.1</i><br><iframe class=inner src=/tool/form width=840 height=560></iframe>"
    )


async def form(request: Request) -> Response:
    """The form, or what came of it: everything at the same address."""
    site = site_of(request)
    site.tally["forms"] += 1
    sent = {name: str(value) for name, value in (await request.form()).items()} if request.method == "POST" else {}
    if sent and "session_over" in site.weather:
        site.sessions.clear()
        return HTMLResponse(
            "<form>User Name <input name=user><br>Password <input type=password><input type=submit></form>"
        )
    if sent.get("go") and sent.get("product") != "Dental":
        site.tally["questions"] += 1
        if "slow_payer" in site.weather:
            await asyncio.sleep(site.weather["slow_payer"])
        if not sent.get("clinic") or not sent.get("served"):
            return HTMLResponse(form_page(site, sent, "alert('Clinic and date of service are required.')"))
        person = found(site, sent)
        if person is None:
            return HTMLResponse(form_page(site, sent, "alert('No subscriber matches.')"))
        return HTMLResponse(table(person, sent) if sent["product"] == "Commercial" else prose(person, sent))
    if sent:
        await asyncio.sleep(0.4)  # a post-back
    return HTMLResponse(form_page(site, sent, ""))


def found(site: Any, sent: dict[str, str]) -> Person | None:
    person = PEOPLE.get(sent.get("subscriber", ""))
    if "somebody_else" in site.weather:
        return next(each for each in PEOPLE.values() if each != person)
    return person if person and f"{person.born:%m/%d/%Y}" == sent.get("born") else None


def form_page(site: Any, sent: dict[str, str], alert: str) -> str:
    prefix, product = f"ctl{random.randrange(10, 99)}_", sent.get("product", "")
    options = "".join(f"<option{' selected' if each == product else ''}>{each}</option>" for each in PRODUCTS)
    fields = f"""Line of business <select id={prefix}ddlProduct name=product onchange="__doPostBack()">{options}</select>
      <input type=hidden id=hidSubscriber name=subscriber><input type=hidden id=hidBorn name=born>
      <input type=hidden id=hidClinic name=clinic><x-field label="Subscriber ID"></x-field>
      <input id={uuid.uuid4()} placeholder="MM/DD/YYYY of birth" class=born>
      <div>Clinic <input id=clinic autocomplete=off><ul id=clinics></ul></div>
      <input id=txt1 name=served placeholder="Date of service"><input id=txt1 name=note placeholder="Note to self">"""
    mobile = "<div class=mobile><form><select></select><input placeholder='Date of service'><input type=submit value=Inquire></form></div>"
    veil = (
        f"<div class=veil>Loading…</div><script>setTimeout(() => document.querySelector('.veil').remove(), {site.weather['loader']})</script>"
        if "loader" in site.weather
        else ""
    )
    survey = ""
    if site.weather.pop("survey", None):
        survey = "<div class=survey role=dialog>Tell us what you think! <button onclick='this.parentNode.remove()'>Not today</button></div>"
    deaf = ""
    if sent and site.weather.pop("deaf", None):
        deaf = "document.querySelector('[name=go]').addEventListener('click', (e) => e.preventDefault(), {once: true});"
    dental = product == "Dental"
    return f"""<!doctype html>{STYLE}{mobile}{veil}<form id=form1 method=post><h4>Inquiry</h4>{fields}
      <input type=submit name=go value=Inquire></form>{PANEL if dental else ""}{survey}
      <script>const CLINICS = {json.dumps(CLINICS)};{SCRIPT}{DENTAL if dental else ""}{deaf}{alert}</script>"""


def table(person: Person, sent: dict[str, str]) -> str:
    """Spans of rows, footnotes in amounts, and columns in another order each time."""
    columns = [
        ("Network", ["<td rowspan=2>In</td>", "", "<td>Out</td>"]),
        ("Service", ["<td>Office visit</td>", "<td>Hospital</td>", "<td>Office visit</td>"]),
        (
            "Copay",
            [
                f"<td>${person.office}*</td>",
                f"<td>${person.hospital.removesuffix('.00')}<sup>1</sup></td>",
                "<td>None</td>",
            ],
        ),
        ("Copay max", ["<td rowspan=3>$9,999</td>", "", ""]),
    ]
    random.shuffle(columns)
    head = "".join(f"<td class=h>{title}</td>" for title, _ in columns)
    rows = "".join("<tr>" + "".join(cells[line] for _, cells in columns) + "</tr>" for line in range(3))
    return f"""<!doctype html><table><tr><td>Subscriber ID:</td><td>{person.member_id}</td></tr>
      <tr><td>Name</td><td>{person.last}, {person.first}</td></tr><tr><td>DOB</td><td>{person.born:%m/%d/%Y}</td></tr>
      <tr><td>As of</td><td>{sent["served"]}</td></tr><tr><td>Plan</td><td>{person.plan}</td></tr></table>
      <table id=benefits><tr>{head}</tr>{rows}</table><small>* per visit <sup>1</sup> per stay</small>
      <aside>Recently viewed: Odegaard, Per</aside>"""


def prose(person: Person, sent: dict[str, str]) -> str:
    return f"""<!doctype html><h4>Response</h4><p>Subscriber {person.first} {person.last} (ID {person.member_id}, born
      {person.born:%m/%d/%Y}) is eligible for MA on {sent["served"]}.</p>
      <p>Health care services are delivered through UCare Minnesota.</p>"""


async def dental(request: Request) -> Response:
    """One datum a call; the first call of a question is told to come again."""
    site, asked = site_of(request), dict(request.query_params)
    site.tally["dental calls"] += 1
    if asked["what"] == "member":
        if site.tally["dental calls"] % 2:
            return JSONResponse(None, status_code=202)
        person = found(site, asked)
        if person is None:
            return JSONResponse(None)
        site.weather["dental person"] = person
        name = f"{person.first} {person.last}"
        shown = {
            "member_id": person.member_id,
            "name": name,
            "born_on": f"{person.born:%m/%d/%Y}",
            "served_on": asked["served"],
        }
        return JSONResponse(shown)
    await asyncio.sleep(0.3)
    person = site.weather["dental person"]
    return JSONResponse(
        {"value": {"plan": person.plan, "status": "Eligible", "copay": f"${person.office}"}[asked["what"]]}
    )


ROUTES = [
    Route("/tool", window),
    Route("/tool/outer", outer),
    Route("/tool/form", form, methods=["GET", "POST"]),
    Route("/tool/dental", dental),
]
