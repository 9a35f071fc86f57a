"use strict";

const APPEALS = "/cloud/web/post/appeals/v1";
const COLUMNS = [["Claim Number", "claimNumber"], ["Patient Name", "patient"], ["Member ID", "memberId"], ["Request Type", "type"], ["Status", "status"], ["Last Updated", "updated"]];

const payer = autocomplete({ id: "payerId-field", label: "Payer", load: among(config.payers) });
const claimNumber = field({ id: "appeal-claim", name: "claimNumber", label: "Claim Number" });
const alerts = h("div", { class: "alerts" });
const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Loading results", hidden: true });
const results = h("section", { "aria-label": "Requests", hidden: true });
const drawer = h("section", { class: "drawer MuiPaper-root", role: "dialog", "aria-label": "Request details", hidden: true });

const pairs = (facts) => h("dl", {}, facts.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, dash(value)))));
const warn = (text) => alerts.replaceChildren(alertBox("error", text, "appeal-message"));

async function find(event) {
  event.preventDefault();
  if (!payer.check("a payer")) return;
  alerts.replaceChildren();
  drawer.hidden = true;
  progress.hidden = false;
  const answer = await inquire(`${APPEALS}/searches`, { payer: payer.value(), claimNumber: claimNumber.value() });
  progress.hidden = true;
  results.hidden = answer.outcome !== "requests";
  if (answer.outcome === "requests") list(answer, answer.searched);
  else warn(answer.message);
}

function list(answer, searched) {
  const turn = async (offset) => {
    progress.hidden = false;
    const next = await poll(`${APPEALS}/searches/${answer.id}`, `?offset=${offset}`);
    if (config.staleMs) await pause(config.staleMs);
    progress.hidden = true;
    list({ ...next, id: answer.id }, searched);
  };
  const rows = answer.rows.map((row) => h("tr", {}, COLUMNS.map(([, key]) => h("td", {}, dash(row[key]))),
    h("td", {}, row.draft
      ? h("a", { href: `/web/post/appeals/dispute/?request=${row.draft}` }, "Continue")
      : h("button", { type: "button", class: "quiet", onclick: () => open(row.key) }, "View"))));
  const first = answer.offset + 1;
  const last = answer.offset + answer.rows.length;
  results.replaceChildren(h("div", { class: "MuiPaper-root" }, h("h2", {}, "Requests"),
    pairs([["Searched payer", searched.payer], ["Searched claim", searched.claimNumber || "Any"]]),
    rows.length ? h("table", { id: "appealTable", class: "MuiTable-root", "data-transaction": answer.id },
      h("thead", {}, h("tr", {}, [...COLUMNS.map(([title]) => title), ""].map((title) => h("th", { scope: "col" }, title)))), h("tbody", {}, rows))
      : h("p", { class: "empty" }, "There are no requests to show."),
    rows.length ? h("div", { class: "pager" }, h("span", { "data-testid": "appeal-range" }, `${first}–${last} of ${answer.total}`),
      h("button", { type: "button", class: "quiet", "aria-label": "Previous page", disabled: first === 1, onclick: () => turn(answer.offset - 10) }, "‹"),
      h("button", { type: "button", class: "quiet", "aria-label": "Next page", disabled: last === answer.total, onclick: () => turn(answer.offset + 10) }, "›")) : null));
}

async function open(key) {
  progress.hidden = false;
  const answer = await inquire(`${APPEALS}/details`, { payer: payer.value(), key });
  progress.hidden = true;
  if (answer.outcome !== "request") return warn(answer.message);
  const found = answer.request;
  drawer.replaceChildren(h("h2", {}, "Request Details"), h("p", { "data-testid": "appeal-text" }, found.text),
    pairs([["Claim Number", found.claimNumber], ["Patient Name", found.patient], ["Member ID", found.memberId], ["Date of Birth", found.birthDate],
      ["Request Type", found.type], ["Dispute Reason", found.reason], ["Contact", found.contact], ["Explanation", found.narrative],
      ["Status", found.status], ["Decision", found.decision], ["Decision Date", found.decided]]),
    h("h3", {}, "Documents"), h("ul", { "aria-label": "Documents" }, found.documents.map((name) => h("li", {}, name))),
    h("div", { class: "row" }, found.letter ? h("button", { type: "button", class: "quiet", onclick: () => save(key, found.letter) }, "Decision letter") : null,
      h("button", { type: "button", "aria-label": "Close details", onclick: () => { drawer.hidden = true; drawer.replaceChildren(); } }, "Close")));
  drawer.hidden = false;
}

async function save(key, name) {
  const response = await request(`${APPEALS}/letter`, { payer: payer.value(), key });
  h("a", { href: URL.createObjectURL(await response.blob()), download: name }).click();
}

document.getElementById("root").append(h("div", { class: "page-head" }, h("h1", {}, "Appeals")),
  h("form", { class: "MuiPaper-root", "aria-label": "Find requests", novalidate: true, onsubmit: find },
    h("div", { class: "grid" }, payer.element, claimNumber.element), h("div", { class: "row" }, h("button", { type: "submit" }, "Find requests"))),
  progress, alerts, results, drawer);
ready();
