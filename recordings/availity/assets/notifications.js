"use strict";

const NOTIFICATIONS = "/cloud/web/msg/v1/notifications";
const payer = autocomplete({ id: "payerId-field", label: "Payer", load: among(config.payers) });
const fromDate = dateField({ id: "noticeFrom-field", label: "Received From" });
const toDate = dateField({ id: "noticeTo-field", label: "Received To" });
const cards = h("section", { "aria-label": "Inbox", hidden: true });
const drawer = h("section", { class: "drawer MuiPaper-root", role: "dialog", "aria-label": "Message details", hidden: true });

const card = (row) => h("article", { class: row.unread ? "notice unread" : "notice", "data-kind": row.kind },
  h("h3", {}, h("button", { type: "button", class: "quiet", onclick: () => open(row) }, row.subject)),
  h("p", {}, h("span", { class: "payer" }, row.payer), h("span", { class: "kind" }, row.kind), h("time", {}, row.date), h("span", { class: "state" }, row.unread ? "New" : "Opened")),
  h("p", { class: "about" }, h("span", { class: "claim" }, dash(row.claim)), h("span", { class: "files" }, `${row.files} attachments`)));

function show(answer, before = []) {
  const rows = [...before, ...answer.rows];
  const more = async () => {
    const next = await tool.more(answer, rows.length);
    if (next.outcome === "notifications") show(next, rows);
    else tool.warn(next.message);
  };
  feed({ results: cards, answer, rows, label: "Messages", testid: "notice-range", empty: "There is nothing in your inbox for these filters.", card, more });
}

async function open(row) {
  const answer = await tool.working(inquire(`${NOTIFICATIONS}/opened`, { payer: row.payerId, number: row.number }));
  if (answer.outcome !== "notification") return tool.warn(answer.message);
  const { letter } = answer;
  const facts = [["Reference", letter.reference], ["Payer", letter.payer], ["Type", letter.kind], ["From", letter.from], ["Topic", letter.topic], ["Date", letter.date],
    ["Related Claim", letter.claim], ["Related Member", letter.member], ["Related Authorization", letter.authorization]];
  const save = (name, place) => download(`${NOTIFICATIONS}/file`, { payer: letter.payerId, number: letter.reference, place }, name);
  drawer.replaceChildren(h("h2", { "data-testid": "notice-subject" }, letter.subject),
    h("div", { class: "pairs" }, facts.map(([name, value]) => h("div", {}, h("span", { class: "patient-card-extended-label" }, name), h("span", { class: "patient-card-extended-value" }, dash(value))))),
    h("div", { class: "text", "data-testid": "notice-text" }, letter.paragraphs.length ? letter.paragraphs.map((each) => h("div", {}, each)) : h("em", {}, "No message text")),
    h("div", { class: "row", role: "group", "aria-label": "Attachments" }, letter.files.length ? letter.files.map((name, place) =>
      h("button", { type: "button", class: "quiet", onclick: () => save(name, place) }, name)) : h("em", {}, "No attachments")),
    letter.kind === "Message" ? h("a", { href: `/web/msg/compose/?payer=${letter.payerId}&reply=${letter.reference}` }, "Reply to payer") : "",
    shut(drawer, "Close message"));
  drawer.hidden = false;
}

const tool = finder({
  address: NOTIFICATIONS, outcome: "notifications", show, results: cards, drawer, says: plainAlert,
  head: [h("h1", {}, "Notification Center")],
  label: "Filter notifications",
  button: h("button", { type: "submit", "data-testid": "notice-apply" }, "Apply Filters"),
  fields: [payer, fromDate, toDate],
  checks: () => [payer.check("a payer"), fromDate.check("the first day"), toDate.check("the last day")],
  question: () => ({ payer: payer.value(), fromDate: fromDate.value(), toDate: toDate.value() }),
  body: [h("div", { class: "inbox" }, cards, drawer)],
});
