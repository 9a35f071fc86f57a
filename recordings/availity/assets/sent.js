"use strict";

const OUTGOING = "/cloud/web/msg/v1/outgoing";
const payer = autocomplete({ id: "payerId-field", label: "Payer", load: among(config.payers) });
const fromDate = dateField({ id: "sentFrom-field", label: "Sent From" });
const toDate = dateField({ id: "sentTo-field", label: "Sent To" });
const cards = h("section", { "aria-label": "Outbox", hidden: true });
const drawer = h("section", { class: "drawer MuiPaper-root", role: "dialog", "aria-label": "Sent message", hidden: true });

const card = (row) => h("article", { class: "notice" },
  h("h3", {}, h("button", { type: "button", class: "quiet", onclick: () => open(row) }, row.subject)),
  h("p", { class: "about" }, h("time", {}, row.date), h("span", { class: "claim" }, dash(row.claim)), h("span", { class: "files" }, `${row.files} attachments`)));

function show(answer, before = []) {
  const rows = [...before, ...answer.rows];
  const more = async () => show(await tool.more(answer, rows.length), rows);
  feed({ results: cards, answer, rows, label: "Sent messages", testid: "outbox-range", empty: "Nothing was sent in this time.", card, more });
}

async function open(row) {
  const answer = await tool.working(inquire(`${OUTGOING}/opened`, { payer: row.payerId, number: row.number }));
  if (answer.outcome !== "sent") return tool.warn(answer.message);
  const { message } = answer;
  drawer.replaceChildren(h("h2", { "data-testid": "outbox-title" }, message.subject),
    pairs([["Reference", message.reference], ["Payer", message.payer], ["Topic", message.topic], ["Date", message.date], ["Related Claim", message.claim]]),
    h("div", { class: "text", "data-testid": "outbox-lines" }, message.paragraphs.map((each) => h("div", {}, each))),
    message.files.length ? h("ul", { "aria-label": "Files sent" }, message.files.map((name) => h("li", {}, name))) : h("em", {}, "No attachments"),
    shut(drawer, "Close message"));
  drawer.hidden = false;
}

const tool = finder({
  address: OUTGOING, outcome: "outgoing", show, results: cards, drawer, says: plainAlert,
  head: [h("h1", {}, "Sent"), h("a", { href: "/web/msg/compose/" }, "New message")],
  label: "Filter sent messages",
  button: h("button", { type: "submit", "data-testid": "outbox-apply" }, "Show"),
  fields: [payer, fromDate, toDate],
  checks: () => [payer.check("a payer"), fromDate.check("the first day"), toDate.check("the last day")],
  question: () => ({ payer: payer.value(), fromDate: fromDate.value(), toDate: toDate.value() }),
  body: [h("div", { class: "inbox" }, cards, drawer)],
});
