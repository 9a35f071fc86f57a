"use strict";

const NOTIFICATIONS = "/cloud/web/msg/v1/notifications";
const print = (value) => (value === null || value === undefined || value === "" ? "—" : String(value));

const payer = autocomplete({ id: "payerId-field", label: "Payer", load: among(config.payers) });
const fromDate = dateField({ id: "noticeFrom-field", label: "Received From" });
const toDate = dateField({ id: "noticeTo-field", label: "Received To" });
const alerts = h("div", { class: "alerts" });
const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Loading results", hidden: true });
const cards = h("section", { "aria-label": "Inbox", hidden: true });
const drawer = h("section", { class: "drawer MuiPaper-root", role: "dialog", "aria-label": "Message details", hidden: true });

const form = h("form", { class: "MuiPaper-root", "aria-label": "Filter notifications", novalidate: true, onsubmit: find },
  h("div", { class: "grid" }, payer.element, fromDate.element, toDate.element),
  h("div", { class: "row" }, h("button", { type: "submit", "data-testid": "notice-apply" }, "Apply Filters")));

function warn(text) {
  alerts.replaceChildren(h("div", { class: "MuiAlert-root", role: "alert" }, h("div", { class: "MuiAlert-message" }, text)));
}

async function find(event) {
  event.preventDefault();
  if (![payer.check("a payer"), fromDate.check("the first day"), toDate.check("the last day")].every(Boolean)) return;
  alerts.replaceChildren();
  drawer.hidden = true;
  progress.hidden = false;
  const question = { payer: payer.value(), fromDate: fromDate.value(), toDate: toDate.value() };
  const answer = await inquire(`${NOTIFICATIONS}/searches`, question);
  progress.hidden = true;
  cards.hidden = answer.outcome !== "notifications";
  if (answer.outcome === "notifications") show(answer);
  else warn(answer.message);
}

function show(answer, before = []) {
  const rows = [...before, ...answer.rows];
  const more = async () => {
    progress.hidden = false;
    const next = await poll(`${NOTIFICATIONS}/searches/${answer.id}`, `?offset=${rows.length}`);
    progress.hidden = true;
    if (next.outcome === "notifications") show({ ...next, id: answer.id }, rows);
    else warn(next.message);
  };
  cards.replaceChildren(
    h("p", { class: "searched" }, h("b", {}, answer.searched.payer), " ", h("span", {}, answer.searched.from), " to ", h("i", {}, answer.searched.to)),
    h("div", { role: "feed", "aria-label": "Messages" }, rows.map((row) => h("article", { class: row.unread ? "notice unread" : "notice", "data-kind": row.kind },
      h("h3", {}, h("button", { type: "button", class: "quiet", onclick: () => open(row) }, row.subject)),
      h("p", {}, h("span", { class: "payer" }, row.payer), h("span", { class: "kind" }, row.kind), h("time", {}, row.date), h("span", { class: "state" }, row.unread ? "New" : "Opened")),
      h("p", { class: "about" }, h("span", { class: "claim" }, print(row.claim)), h("span", { class: "files" }, `${row.files} attachments`))))),
    rows.length ? "" : h("p", { class: "empty" }, "There is nothing in your inbox for these filters."),
    h("p", { class: "range", "data-testid": "notice-range" }, `${rows.length} of ${answer.total}`),
    rows.length < answer.total ? h("button", { type: "button", class: "quiet", onclick: more }, "Load more") : "");
}

async function open(row) {
  progress.hidden = false;
  const answer = await inquire(`${NOTIFICATIONS}/opened`, { payer: row.payerId, number: row.number });
  progress.hidden = true;
  if (answer.outcome !== "notification") return warn(answer.message);
  const { letter } = answer;
  const facts = [["Reference", letter.reference], ["Payer", letter.payer], ["Type", letter.kind], ["From", letter.from], ["Topic", letter.topic], ["Date", letter.date],
    ["Related Claim", letter.claim], ["Related Member", letter.member], ["Related Authorization", letter.authorization]];
  drawer.replaceChildren(h("h2", { "data-testid": "notice-subject" }, letter.subject),
    h("div", { class: "pairs" }, facts.map(([name, value]) => h("div", {}, h("span", { class: "patient-card-extended-label" }, name), h("span", { class: "patient-card-extended-value" }, print(value))))),
    h("div", { class: "text", "data-testid": "notice-text" }, letter.paragraphs.length ? letter.paragraphs.map((each) => h("div", {}, each)) : h("em", {}, "No message text")),
    h("div", { class: "row", role: "group", "aria-label": "Attachments" }, letter.files.length ? letter.files.map((name, place) =>
      h("button", { type: "button", class: "quiet", onclick: () => save(letter, name, place) }, name)) : h("em", {}, "No attachments")),
    letter.kind === "Message" ? h("a", { href: `/web/msg/compose/?payer=${letter.payerId}&reply=${letter.reference}` }, "Reply to payer") : "",
    h("button", { type: "button", "aria-label": "Close message", onclick: () => { drawer.hidden = true; drawer.replaceChildren(); } }, "Close"));
  drawer.hidden = false;
}

async function save(letter, name, place) {
  const response = await request(`${NOTIFICATIONS}/file`, { payer: letter.payerId, number: letter.reference, place });
  h("a", { href: URL.createObjectURL(await response.blob()), download: name }).click();
}

document.getElementById("root").append(h("div", { class: "page-head" }, h("h1", {}, "Notification Center")), form, progress, alerts, h("div", { class: "inbox" }, cards, drawer));
ready();
