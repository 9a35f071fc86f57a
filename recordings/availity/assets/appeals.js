"use strict";

const APPEALS = "/cloud/web/post/appeals/v1";
const COLUMNS = [["Claim Number", "claimNumber"], ["Patient Name", "patient"], ["Member ID", "memberId"], ["Request Type", "type"], ["Status", "status"], ["Last Updated", "updated"]];

const payer = autocomplete({ id: "payerId-field", label: "Payer", load: among(config.payers) });
const claimNumber = field({ id: "appeal-claim", name: "claimNumber", label: "Claim Number" });
const results = h("section", { "aria-label": "Requests", hidden: true });
const drawer = h("section", { class: "drawer MuiPaper-root", role: "dialog", "aria-label": "Request details", hidden: true });

function list(answer, searched) {
  const turn = async (offset) => list(await tool.turn(answer, offset), searched);
  const rows = answer.rows.map((row) => h("tr", {}, COLUMNS.map(([, key]) => h("td", {}, dash(row[key]))),
    h("td", {}, row.draft
      ? h("a", { href: `/web/post/appeals/dispute/?request=${row.draft}` }, "Continue")
      : h("button", { type: "button", class: "quiet", onclick: () => open(row.key) }, "View"))));
  results.replaceChildren(h("div", { class: "MuiPaper-root" }, h("h2", {}, "Requests"),
    pairs([["Searched payer", searched.payer], ["Searched claim", searched.claimNumber || "Any"]]),
    rows.length ? h("table", { id: "appealTable", class: "MuiTable-root", "data-transaction": answer.id },
      h("thead", {}, h("tr", {}, [...COLUMNS.map(([title]) => title), ""].map((title) => h("th", { scope: "col" }, title)))), h("tbody", {}, rows))
      : h("p", { class: "empty" }, "There are no requests to show."),
    rows.length ? pager(answer, "appeal-range", turn) : ""));
}

async function open(key) {
  const answer = await tool.working(inquire(`${APPEALS}/details`, { payer: payer.value(), key }));
  if (answer.outcome !== "request") return tool.warn(answer.message);
  const found = answer.request;
  const save = () => download(`${APPEALS}/letter`, { payer: payer.value(), key }, found.letter);
  drawer.replaceChildren(h("h2", {}, "Request Details"), h("p", { "data-testid": "appeal-text" }, found.text),
    pairs([["Claim Number", found.claimNumber], ["Patient Name", found.patient], ["Member ID", found.memberId], ["Date of Birth", found.birthDate],
      ["Request Type", found.type], ["Dispute Reason", found.reason], ["Contact", found.contact], ["Explanation", found.narrative],
      ["Status", found.status], ["Decision", found.decision], ["Decision Date", found.decided]]),
    h("h3", {}, "Documents"), h("ul", { "aria-label": "Documents" }, found.documents.map((name) => h("li", {}, name))),
    h("div", { class: "row" }, found.letter ? h("button", { type: "button", class: "quiet", onclick: save }, "Decision letter") : null,
      shut(drawer, "Close details")));
  drawer.hidden = false;
}

const tool = finder({
  address: APPEALS, outcome: "requests", show: (answer) => list(answer, answer.searched), results, drawer,
  says: (text) => alertBox("error", text, "appeal-message"),
  head: [h("h1", {}, "Appeals")],
  label: "Find requests",
  button: h("button", { type: "submit" }, "Find requests"),
  fields: [payer, claimNumber],
  checks: () => [payer.check("a payer")],
  question: () => ({ payer: payer.value(), claimNumber: claimNumber.value() }),
  body: [results, drawer],
});
