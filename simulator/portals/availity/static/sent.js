"use strict";

const OUTGOING = "/cloud/web/msg/v1/outgoing";
const payer = autocomplete({ id: "payerId-field", label: "Payer", load: among(config.payers) });
const fromDate = dateField({ id: "sentFrom-field", label: "Sent From" });
const toDate = dateField({ id: "sentTo-field", label: "Sent To" });
const alerts = h("div", { class: "alerts" });
const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Loading results", hidden: true });
const cards = h("section", { "aria-label": "Outbox", hidden: true });
const drawer = h("section", { class: "drawer MuiPaper-root", role: "dialog", "aria-label": "Sent message", hidden: true });
const warn = (text) => alerts.replaceChildren(h("div", { class: "MuiAlert-root", role: "alert" }, h("div", { class: "MuiAlert-message" }, text)));

async function find(event) {
  event.preventDefault();
  if (![payer.check("a payer"), fromDate.check("the first day"), toDate.check("the last day")].every(Boolean)) return;
  alerts.replaceChildren();
  drawer.hidden = true;
  progress.hidden = false;
  const answer = await inquire(`${OUTGOING}/searches`, { payer: payer.value(), fromDate: fromDate.value(), toDate: toDate.value() });
  progress.hidden = true;
  cards.hidden = answer.outcome !== "outgoing";
  if (answer.outcome === "outgoing") show(answer);
  else warn(answer.message);
}

function show(answer, before = []) {
  const rows = [...before, ...answer.rows];
  const more = async () => {
    progress.hidden = false;
    const next = await poll(`${OUTGOING}/searches/${answer.id}`, `?offset=${rows.length}`);
    progress.hidden = true;
    show({ ...next, id: answer.id }, rows);
  };
  cards.replaceChildren(
    h("p", { class: "searched" }, h("b", {}, answer.searched.payer), " ", h("span", {}, answer.searched.from), " to ", h("i", {}, answer.searched.to)),
    h("div", { role: "feed", "aria-label": "Sent messages" }, rows.map((row) => h("article", { class: "notice" },
      h("h3", {}, h("button", { type: "button", class: "quiet", onclick: () => open(row) }, row.subject)),
      h("p", { class: "about" }, h("time", {}, row.date), h("span", { class: "claim" }, dash(row.claim)), h("span", { class: "files" }, `${row.files} attachments`))))),
    rows.length ? "" : h("p", { class: "empty" }, "Nothing was sent in this time."),
    h("p", { class: "range", "data-testid": "outbox-range" }, `${rows.length} of ${answer.total}`),
    rows.length < answer.total ? h("button", { type: "button", class: "quiet", onclick: more }, "Load more") : "");
}

async function open(row) {
  progress.hidden = false;
  const answer = await inquire(`${OUTGOING}/opened`, { payer: row.payerId, number: row.number });
  progress.hidden = true;
  if (answer.outcome !== "sent") return warn(answer.message);
  const { message } = answer;
  const facts = [["Reference", message.reference], ["Payer", message.payer], ["Topic", message.topic], ["Date", message.date], ["Related Claim", message.claim]];
  drawer.replaceChildren(h("h2", { "data-testid": "outbox-title" }, message.subject),
    h("dl", {}, facts.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, dash(value))))),
    h("div", { class: "text", "data-testid": "outbox-lines" }, message.paragraphs.map((each) => h("div", {}, each))),
    message.files.length ? h("ul", { "aria-label": "Files sent" }, message.files.map((name) => h("li", {}, name))) : h("em", {}, "No attachments"),
    h("button", { type: "button", "aria-label": "Close message", onclick: () => { drawer.hidden = true; drawer.replaceChildren(); } }, "Close"));
  drawer.hidden = false;
}

document.getElementById("root").append(h("div", { class: "page-head" }, h("h1", {}, "Sent"), h("a", { href: "/web/msg/compose/" }, "New message")),
  h("form", { class: "MuiPaper-root", "aria-label": "Filter sent messages", novalidate: true, onsubmit: find },
    h("div", { class: "grid" }, payer.element, fromDate.element, toDate.element), h("div", { class: "row" }, h("button", { type: "submit", "data-testid": "outbox-apply" }, "Show"))),
  progress, alerts, h("div", { class: "inbox" }, cards, drawer));
ready();
