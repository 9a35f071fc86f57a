"use strict";

const CLAIMS = "/cloud/web/post/claim-status/v1";
const SEVERITY = { claim_not_found: "warning", not_on_file_yet: "info" };
const COLUMNS = [
  ["Claim Number", "claimNumber", "claimNumber"], ["Patient Name", "patient", "patient"], ["Member ID", "memberId", null],
  ["Service Dates", "serviceDates", "serviceKey"], ["Status", "status", "status"], ["Billed Amount", "billed", "billedKey"],
  ["Paid Amount", "paid", null], ["Finalized Date", "finalized", null],
];

const { organization, payer, prefill } = contextFields("/web/post/cs/claim-status-classic/");
const provider = providerField(organization.value);
const memberId = field({ id: "subscriberMemberId", name: "subscriberMemberId", label: "Member ID" });
const birthDate = dateField({ id: "patientBirthDate-field", label: "Patient Date of Birth" });
const fromDate = dateField({ id: "serviceDates-start", label: null, placeholder: "From MM/DD/YYYY" });
const toDate = dateField({ id: "serviceDates-end", label: null, placeholder: "To MM/DD/YYYY" });
const claimNumber = field({ id: "claimNumber-field", name: "claimNumber", label: "Claim Number" });

const alerts = h("div", { class: "alerts", "data-testid": "claims-alerts" });
const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Loading results", hidden: true });
const results = h("section", { "aria-label": "Search results", hidden: true });
const detail = h("section", { "aria-label": "Claim detail", hidden: true });

const modes = {
  by276: { title: "Member", fields: [memberId, birthDate], element: h("form", { novalidate: true, onsubmit: searchByMember },
    h("div", { class: "grid" }, memberId.element, birthDate.element,
      h("fieldset", { class: "span" }, h("legend", { class: "MuiInputLabel-root" }, "Service Dates"), fromDate.element, toDate.element)),
    h("div", { class: "row" }, h("button", { type: "submit", id: "submit-by276" }, "Submit"))) },
  byClaim: { title: "Claim Number", element: h("form", { novalidate: true, hidden: true, onsubmit: searchByNumber },
    h("div", { class: "grid" }, claimNumber.element),
    h("div", { class: "row" }, h("button", { type: "submit", id: "submit-byClaim" }, "Submit"))) },
};
const tablist = h("div", { role: "tablist", "aria-label": "Search by" }, Object.entries(modes).map(([name, mode], index) => h("button", {
  type: "button", role: "tab", class: "MuiTab-root", "data-mode": name, "aria-selected": String(index === 0), onclick: () => openMode(name),
}, mode.title)));
const search = h("div", { class: "MuiPaper-root" },
  h("div", { class: "grid" }, organization.element, payer.element, provider.element),
  tablist, Object.values(modes).map((mode) => mode.element));

function openMode(name) {
  for (const button of tablist.children) button.setAttribute("aria-selected", String(button.dataset.mode === name));
  for (const [each, mode] of Object.entries(modes)) mode.element.hidden = each !== name;
}

function contextChecked() {
  return [organization.check("an organization"), payer.check("a payer"), provider.check("a provider")].every(Boolean);
}

async function searchByMember(event) {
  event.preventDefault();
  const fine = [contextChecked(), memberId.check("Member ID"), birthDate.check("the date of birth"),
    fromDate.check("the first service date"), toDate.check("the last service date")].every(Boolean);
  if (fine) await ask({ memberId: memberId.value(), birthDate: birthDate.value(), fromDate: fromDate.value(), toDate: toDate.value() });
}

async function searchByNumber(event) {
  event.preventDefault();
  const fine = [contextChecked(), claimNumber.check("Claim Number")].every(Boolean);
  if (fine) await ask({ claimNumber: claimNumber.value() });
}

async function ask(question) {
  alerts.replaceChildren();
  detail.hidden = true;
  progress.hidden = false;
  const context = { organization: organization.value(), payer: payer.value(), provider: provider.value() };
  const answer = await inquire(`${CLAIMS}/searches`, { ...context, ...question });
  progress.hidden = true;
  results.hidden = answer.outcome !== "claims";
  if (answer.outcome === "claims") {
    alerts.append(alertBox("info", answer.notice, "claims-notice"));
    grid(answer, "");
  } else {
    alerts.append(alertBox(SEVERITY[answer.outcome] || "error", answer.message, "claims-message"));
  }
}

function grid(answer, sort) {
  const turn = async (offset, order) => {
    const page = await poll(`${CLAIMS}/searches/${answer.id}`, `?offset=${offset}&sort=${order}`);
    grid({ ...page, id: answer.id }, order);
  };
  const head = COLUMNS.map(([title, , key]) => {
    if (!key) return h("th", { scope: "col" }, title);
    const order = sort === key ? `-${key}` : key;
    const direction = sort === key ? "ascending" : sort === `-${key}` ? "descending" : "none";
    return h("th", { scope: "col", "aria-sort": direction }, h("button", { type: "button", onclick: () => turn(0, order) }, title));
  });
  const rows = answer.rows.map((row) => h("tr", {
    class: "clickable", tabindex: "0", "data-claim": row.claimNumber,
    onclick: () => openClaim(row.claimNumber),
    onkeydown: (event) => event.key === "Enter" && openClaim(row.claimNumber),
  }, COLUMNS.map(([, key]) => h("td", { "data-column": key }, dash(row[key])))));
  const first = answer.offset + 1;
  const last = answer.offset + answer.rows.length;
  results.replaceChildren(h("div", { class: "MuiPaper-root" },
    h("h2", {}, "Search Results"),
    h("table", { id: "claimsTable", class: "MuiTable-root", "data-transaction": answer.id }, h("thead", {}, h("tr", {}, head)), h("tbody", {}, rows)),
    h("div", { class: "pager" },
      h("span", { "data-testid": "claims-range" }, `${first}–${last} of ${answer.total}`),
      h("button", { type: "button", class: "quiet", "aria-label": "Previous page", disabled: first === 1, onclick: () => turn(answer.offset - 10, sort) }, "‹"),
      h("button", { type: "button", class: "quiet", "aria-label": "Next page", disabled: last === answer.total, onclick: () => turn(answer.offset + 10, sort) }, "›"))));
}

async function openClaim(number) {
  progress.hidden = false;
  const answer = await inquire(`${CLAIMS}/details`, { payer: payer.value(), claimNumber: number });
  progress.hidden = true;
  if (answer.outcome !== "claim") {
    alerts.replaceChildren(alertBox("error", answer.message, "claims-message"));
    return;
  }
  results.hidden = search.hidden = true;
  alerts.replaceChildren();
  detail.replaceChildren(...claimDetail(answer.claim, answer.id));
  detail.hidden = false;
}

const refused = (text) => alerts.replaceChildren(alertBox("error", text, "claims-message"));

function back() {
  detail.hidden = true;
  detail.replaceChildren();
  results.hidden = search.hidden = false;
}

function panel(title, value) {
  return h("div", { class: "claim-panel", "data-testid": `test${title}Panel` }, h("h4", {}, title), h("p", {}, dash(value)));
}

function claimDetail(claim, transaction) {
  const { money } = claim;
  const coded = ({ code, text }) => `${code} - ${text}`;
  const reasons = [...new Set(claim.lines.flatMap((line) => [...line.adjustments.map((each) => each.code), ...line.remarks]))];
  const panels = [
    ["Claim Number", claim.claimNumber], ["Claim Status", claim.status], ["Category Code", coded(claim.category)],
    ["Status Code", coded(claim.statusCode)], ["Patient Name", claim.patient], ["Member ID", claim.memberId],
    ["Date of Birth", claim.birthDate], ["Patient Account Number", claim.patientAccount], ["Provider NPI", claim.npi],
    ["Service Dates", claim.serviceDates], ["Received Date", claim.received], ["Billed Amount", money.billed],
    ["Allowed Amount", money.allowed], ["Paid Amount", money.paid], ["Deductible", money.deductible],
    ["Coinsurance", money.coinsurance], ["Copay", money.copay], ["Patient Responsibility", money.responsibility],
    ["Check Number", claim.checkNumber], ["Check Date", claim.checkDate], ["Reason/Remark Code", reasons.join(", ")],
  ];
  const parts = [h("div", { class: "MuiPaper-root", "data-testid": "claim-detail", "data-transaction": transaction },
    h("div", { class: "page-head" }, h("h2", {}, "Claim Detail"), h("button", { type: "button", class: "quiet", onclick: back }, "Back to Results"),
      h("button", { type: "button", onclick: () => dispute(payer.value(), claim.claimNumber, refused) }, "Dispute Claim")),
    h("div", { class: "claim-panels" }, panels.map(([title, value]) => panel(title, value))))];
  if (claim.lines.length) parts.push(lineTable(claim.lines), legendTable(claim.legend));
  return parts;
}

function lineTable(lines) {
  const columns = ["", "Line", "Service Dates", "Procedure Code", "Modifiers", "Units", "Billed", "Allowed", "Paid"];
  const body = h("tbody", {}, lines.map((line) => {
    const toggle = h("button", { type: "button", class: "quiet expander", title: "Toggle Row Expanded", "aria-expanded": "false" }, "+");
    const row = h("tr", { "data-line": line.number }, h("td", {}, toggle),
      [line.number, line.serviceDates, line.procedure, line.modifiers.join(", "), line.units, line.billed, line.allowed, line.paid].map((cell) => h("td", {}, dash(cell))));
    let more = null;
    toggle.addEventListener("click", () => {
      toggle.setAttribute("aria-expanded", String(!more));
      toggle.textContent = more ? "+" : "−";
      if (more) more.remove();
      more = more ? null : reasonRow(line, columns.length);
      if (more) row.after(more);
    });
    return row;
  }));
  return h("div", { class: "MuiPaper-root" }, h("h2", {}, "Line Level Information"), h("table", { id: "lineLevelTable", class: "MuiTable-root" },
    h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column)))), body));
}

function reasonRow(line, span) {
  return h("tr", { class: "reasons", "data-reasons-of": line.number }, h("td", { colspan: span },
    table({ caption: "Adjustments", columns: ["Group", "Reason Code", "Amount"], rows: line.adjustments.map((each) => [each.group, each.code, each.amount]) }),
    h("p", {}, "Remark Codes: ", h("b", { class: "remark-codes" }, dash(line.remarks.join(", "))))));
}

function legendTable(legend) {
  return h("div", { class: "MuiPaper-root" }, h("h2", {}, "Codes"),
    table({ id: "codesTable", columns: ["Code", "Description"], rows: legend.map((each) => [each.code, each.text]) }));
}

document.getElementById("root").append(
  h("div", { class: "page-head" }, h("h1", {}, "Claim Status")), progress, alerts, search, results, detail);
prefill();
ready();
