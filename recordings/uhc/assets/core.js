"use strict";

const config = JSON.parse(document.getElementById("portal-config").textContent);
const root = document.getElementById("root");
const layers = document.getElementById("layers");
const STATED = "Not available";

/** Makes an element; strings become text, never markup; null children are left out. */
function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat(3).filter((child) => child !== null && child !== undefined));
  return element;
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const stated = (value) => value ?? STATED;

const ENDED = {
  expired: ["Your session has timed out", "You were signed out because your session was inactive. Sign in again to go on."],
  dropped: ["Your session is no longer valid", "Sign in again to go on."],
  kicked: ["You signed in somewhere else", "Your One Healthcare ID was used to sign in from another browser. Only one session is allowed at a time."],
};

class Ended extends Error {}

async function request(path, body) {
  const headers = { accept: "application/json", "x-xsrf-token": config.xsrf };
  return answerOf(await fetch(path, body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers }));
}

async function answerOf(response) {
  if (response.status === 401) {
    const [title, text] = ENDED[(await response.json()).reason] ?? ENDED.dropped;
    layers.replaceChildren();
    root.replaceChildren(h("main", { class: "uhc-ended" }, h("h1", {}, title), h("p", { role: "alert" }, text), h("a", { class: "uhc-button", href: "/" }, "Sign in")));
    throw new Ended();
  }
  return response.ok ? response.json() : { outcome: "error", message: `We are unable to process your request. Try again later. (${response.status})` };
}

/** Runs what an event sets off; a session that ended has its own page already. */
const act = (work) => async (event) => {
  event?.preventDefault();
  try {
    await work(event);
  } catch (problem) {
    if (!(problem instanceof Ended)) throw problem;
  }
};

function layer(...children) {
  const element = h("div", { class: "uhc-layer" }, ...children);
  layers.append(element);
  return element;
}

function overlay() {
  return layer(h("div", { class: "uhc-spinner", "data-testid": "loading-overlay", role: "progressbar", "aria-label": "Loading" }));
}

/** A dialog over whatever is there. What lies under it stays, spinners included, until it is closed. */
function modal(text, onclose) {
  const dialog = layer(h("div", { class: "uhc-modal", role: "alertdialog", "aria-modal": "true", "aria-label": "Message" },
    h("p", { "data-testid": "loading-error-message" }, text),
    h("button", { "data-testid": "loading-close-button", type: "button", click: () => { dialog.remove(); onclose?.(); } }, "Close")));
}

const TILES = [
  ["eligibility", "Eligibility", "#/eligibility"], ["claim_status", "Claims & Payments", "#/claims"],
  ["authorizations", "Prior Authorization and Notification", "#/prior-authorization"], ["documents", "Documents & Reporting", "#/documents"],
  ["appeals", "TrackIt", "#/trackit"], ["users", "User management", "#/users"],
];
const permitted = () => TILES.filter(([role]) => role === null || config.roles.includes(role));

function menu() {
  const sheet = layer(h("div", { class: "uhc-menu", role: "dialog", "aria-label": "Main menu", "data-testid": "main-menu" },
    h("button", { type: "button", class: "uhc-close", click: () => sheet.remove() }, "Close menu"),
    h("nav", {}, permitted().map(([role, label, href]) =>
      h("a", { href, "data-testid": href === "#/claims" ? "claims-and-payments-link" : null, click: () => sheet.remove() }, label)))));
}

/** The frame of every view; what was there is gone. */
function show(...children) {
  root.replaceChildren(
    h("header", { class: "uhc-top" }, h("button", { type: "button", class: "uhc-burger", "aria-label": "Open menu", click: menu }, "☰"),
      h("span", { class: "uhc-brand" }, "United", h("b", {}, "Healthcare")), h("a", { class: "uhc-who", href: "#/profile" }, config.user), h("a", { href: "/signout" }, "Sign out")),
    h("main", {}, ...children));
}

/** A list box of divs: nothing that a browser knows as a select. */
function dropdown({ testid, label, options, onchange }) {
  let chosen = options[0];
  const text = h("span", {}, chosen[1]);
  const list = h("ul", { class: "uhc-options", role: "listbox", hidden: true, "aria-label": label });
  const trigger = h("button", { type: "button", role: "combobox", class: "uhc-dropdown", "aria-label": label, "data-testid": testid, "aria-expanded": "false", click: () => open(list.hidden) }, text);
  const open = (wanted) => { list.hidden = !wanted; trigger.setAttribute("aria-expanded", String(wanted)); };
  list.append(...options.map((option) => h("li", { role: "option", click: () => { chosen = option; text.textContent = option[1]; open(false); onchange(option[0]); } }, option[1])));
  return { element: h("div", { class: "uhc-field" }, h("span", { class: "uhc-label" }, label), trigger, list), value: () => chosen[0] };
}

function field(id, label, { hint = null, value = "" } = {}) {
  const input = h("input", { id, name: id, autocomplete: "off", placeholder: hint });
  input.value = value;
  const problem = h("p", { class: "uhc-problem", hidden: true });
  const check = () => {
    const right = hint ? /^\d{2}\/\d{2}\/\d{4}$/.test(input.value) : input.value.trim() !== "";
    problem.hidden = right;
    problem.textContent = right ? "" : `Enter ${label.toLowerCase()}${hint ? ` as ${hint}` : ""}.`;
    return right;
  };
  return { element: h("div", { class: "uhc-field" }, h("label", { for: id }, label), input, problem), value: () => input.value, check };
}
const dateField = (id, label, value) => field(id, label, { hint: "MM/DD/YYYY", value });

function accordion(title, ...children) {
  const body = h("div", { class: "uhc-fold", hidden: true }, ...children);
  const bar = h("button", { type: "button", class: "uhc-bar", "aria-expanded": "false", click: () => {
    body.hidden = !body.hidden;
    bar.setAttribute("aria-expanded", String(!body.hidden));
  } }, title);
  return h("div", {}, h("h3", {}, bar), body);
}

/** A card that fetches what it shows, after the page is up. */
function card(testid, title, path, fill) {
  const body = h("div", {}, h("p", { class: "uhc-wait" }, `Please wait while we retrieve ${title.toLowerCase()}…`));
  const element = h("section", { class: "uhc-card", "data-testid": testid, "aria-label": title, "aria-busy": "true" }, h("h2", {}, title), body);
  act(async () => {
    const answer = await request(path);
    body.replaceChildren(...(answer.outcome === "error" ? [h("p", { role: "alert" }, answer.message)] : [fill(answer)].flat()));
    element.removeAttribute("aria-busy");
  })();
  return element;
}

const facts = (pairs) => h("dl", {}, Object.entries(pairs).map(([term, value]) => [h("dt", {}, term), h("dd", {}, stated(value))]));

function table(name, columns, rows) {
  return h("table", { "aria-label": name }, h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column)))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell instanceof Node ? cell : stated(cell)))))));
}
