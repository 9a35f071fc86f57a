"use strict";

const REMITS = "/cloud/web/post/rm/v1/remits";
const dash = (value) => (value === null || value === undefined || value === "" ? "—" : String(value));
const WORDS = { kicked: "You have been signed out", dropped: "Your session has ended" };

window.addEventListener("message", (event) => {
  if (event.origin !== location.origin || event.data.type !== "session-ended") return;
  if (!event.data.reason || event.data.reason === "signed_out") { location.replace("/login"); return; }
  document.getElementById("ended-title").textContent = WORDS[event.data.reason] || "Your session has expired";
  document.getElementById("ended").hidden = false;
});

const picker = (id, label, options) => {
  const select = h("select", { id, class: "custom-select" }, h("option", { value: "" }, "Select"),
    options.map((each) => h("option", { value: each.value }, each.label)));
  if (options.length === 1) select.value = options[0].value;
  return { select, element: h("div", {}, h("label", { for: id }, label), select) };
};
const box = (id, label, placeholder) => {
  const input = h("input", { id, type: "text", placeholder: placeholder || "", autocomplete: "off" });
  return { input, element: h("div", {}, h("label", { for: id }, label), input) };
};

const organization = picker("remit-organization", "Organization", config.organizations);
const payer = picker("remit-payer", "Payer", config.payers);
const npi = picker("remit-npi", "NPI", config.providers);
const checkNumber = box("checkSearchInput", "Check/EFT Number");
const fromDate = box("checkSearchFrom", "Check Date From", "MM/DD/YYYY");
const toDate = box("checkSearchTo", "Check Date To", "MM/DD/YYYY");
const claimNumber = box("claimSearchInput", "Claim Number");

const alerts = h("div", { "aria-live": "polite" });
const spinner = h("div", { class: "spinner-border", role: "progressbar", "aria-label": "Loading remittances", hidden: true }, "Loading…");
const results = h("section", { "aria-label": "Remittances", hidden: true });
const detail = h("section", { "aria-label": "Remittance", hidden: true });
const recent = h("ul", {});
const panes = {
  check: h("form", { novalidate: true, onsubmit: byCheck }, h("div", { class: "form-row" }, checkNumber.element, fromDate.element, toDate.element),
    h("button", { type: "submit", id: "checkSearchButton" }, "Search")),
  claim: h("form", { novalidate: true, hidden: true, onsubmit: byClaim }, h("div", { class: "form-row" }, claimNumber.element),
    h("button", { type: "submit", id: "claimSearchButton" }, "Search")),
};
const tab = (name, title) => h("li", {}, h("a", { href: "#", class: name === "check" ? "nav-link active" : "nav-link", "data-pane": name, onclick: (event) => {
  event.preventDefault();
  for (const link of tabs.querySelectorAll("a")) link.classList.toggle("active", link.dataset.pane === name);
  for (const [each, pane] of Object.entries(panes)) pane.hidden = each !== name;
} }, title));
const tabs = h("ul", { class: "nav nav-tabs" }, tab("check", "Check/EFT"), tab("claim", "Claim"));
const search = h("section", { "aria-label": "Search remittances" },
  h("div", { class: "form-row" }, organization.element, payer.element, npi.element), tabs, Object.values(panes));

payer.select.addEventListener("change", async () => {
  const rows = await (await request(`${REMITS}/recent?payer=${payer.select.value}`)).json();
  recent.replaceChildren(...rows.map((row) => h("li", {}, h("b", {}, row.checkNumber), ` ${row.checkDate} ${row.amount}`)));
});

function warn(kind, text) {
  alerts.replaceChildren(h("div", { class: `alert alert-${kind}`, role: "alert" }, text));
}

function byCheck(event) {
  event.preventDefault();
  if (checkNumber.input.value) return find({ checkNumber: checkNumber.input.value.trim() });
  if (fromDate.input.value && toDate.input.value) return find({ fromDate: fromDate.input.value, toDate: toDate.input.value });
  return warn("danger", "Enter a check or EFT number, or a range of check dates.");
}

function byClaim(event) {
  event.preventDefault();
  if (claimNumber.input.value) return find({ claimNumber: claimNumber.input.value.trim() });
  return warn("danger", "Enter a claim number.");
}

async function find(question) {
  if (!organization.select.value || !payer.select.value || !npi.select.value) return warn("danger", "Select an organization, a payer and an NPI.");
  alerts.replaceChildren();
  spinner.hidden = false;
  const context = { organization: organization.select.value, payer: payer.select.value, npi: npi.select.value };
  const answer = await inquire(`${REMITS}/searches`, { ...context, ...question });
  spinner.hidden = true;
  results.hidden = answer.outcome !== "remits";
  if (answer.outcome === "remits") return list(answer);
  return warn(answer.outcome === "remit_not_found" ? "warning" : "danger", answer.message);
}

function list(answer) {
  const byClaims = "claimNumber" in answer.rows[0];
  const columns = [...(byClaims ? [["Claim Number", "claimNumber"]] : []), ["Check/EFT Number", "checkNumber"], ["Check Date", "checkDate"],
    ["Payer", "payer"], ["Payee", "payee"], ["Payment Method", "method"], ["Amount", "amount"]];
  const cell = (role, ...content) => h("div", { role, class: "av-cell" }, ...content);
  const rows = answer.rows.map((row) => h("div", { role: "row", class: "av-row" }, columns.map(([, key]) => cell("cell", dash(row[key]))),
    cell("cell", h("button", { type: "button", class: "link", onclick: () => openRemit(row.checkNumber) }, "View More"))));
  const head = h("div", { role: "row", class: "av-row head" }, [...columns.map(([title]) => title), "Details"].map((title) => cell("columnheader", title)));
  const turn = async (offset) => list({ ...(await poll(`${REMITS}/searches/${answer.id}`, `?offset=${offset}`)), id: answer.id });
  const first = answer.offset + 1;
  const last = answer.offset + answer.rows.length;
  results.replaceChildren(h("h2", {}, "Search Results"),
    h("div", { role: "table", "aria-label": "Remits", class: "av-grid" }, head, rows),
    h("div", { class: "toolbar" }, h("span", { class: "range" }, `Showing ${first} to ${last} of ${answer.total}`),
      h("button", { type: "button", class: "outline", disabled: first === 1, onclick: () => turn(answer.offset - 10) }, "Previous"),
      h("button", { type: "button", class: "outline", disabled: last === answer.total, onclick: () => turn(answer.offset + 10) }, "Next")));
}

async function openRemit(number) {
  spinner.hidden = false;
  const answer = await inquire(`${REMITS}/details`, { payer: payer.select.value, checkNumber: number });
  spinner.hidden = true;
  if (answer.outcome !== "remit") return warn("danger", answer.message);
  const { remit } = answer;
  const facts = [["Check/EFT Number", remit.checkNumber], ["Check Date", remit.checkDate], ["Amount", remit.amount], ["Payment Method", remit.method],
    ["Payment Status", remit.status], ["Replaces", remit.replaces], ["Payer", remit.payer], ["Payee", remit.payee], ["Payee NPI", remit.npi], ["Tax ID", remit.tin]];
  const file = `/web/post/rm/files/${remit.payerId}/${remit.checkNumber}`;
  detail.replaceChildren(h("h2", {}, "Remittance Details"),
    h("div", { class: "toolbar" }, h("button", { type: "button", class: "outline", onclick: back }, "Back to results"),
      remit.files.includes("835") ? h("a", { class: "btn", href: `${file}.835` }, "Download 835") : null,
      remit.files.includes("eop") ? h("button", { type: "button", class: "outline", onclick: () => window.open(`${file}.pdf`) }, "View EOP") : null),
    h("dl", { class: "facts", id: "remit-facts" }, facts.map(([name, value]) => [h("dt", {}, name), h("dd", {}, dash(value))]).flat()),
    ...remit.claims.map((claim) => h("article", {}, h("h3", {}, `${claim.patient} (${claim.memberId})`),
      h("p", {}, `Claim ${claim.claimNumber}, billed ${claim.billed}, paid ${claim.paid}, status ${claim.status}`),
      h("table", { "aria-label": `Adjustments of ${claim.claimNumber}` }, h("thead", {}, h("tr", {}, ["Line", "Group", "Code", "Amount"].map((each) => h("th", { scope: "col" }, each)))),
        h("tbody", {}, claim.adjustments.map((each) => h("tr", {}, [each.line, each.group, each.code, each.amount].map((value) => h("td", {}, dash(value))))))))),
    remit.provider.length ? h("table", { "aria-label": "Provider adjustments" }, h("tbody", {}, remit.provider.map((each) => h("tr", {}, [each.code, each.reference, each.amount].map((value) => h("td", {}, value)))))) : "");
  search.hidden = results.hidden = true;
  detail.hidden = false;
}

function back() {
  detail.hidden = true;
  detail.replaceChildren();
  search.hidden = results.hidden = false;
}

document.getElementById("root").append(h("div", {}, spinner, alerts, search, results, detail),
  h("aside", { "aria-label": "Recently viewed" }, h("h2", {}, "Recently viewed"), recent));
