"use strict";

const AUTHS = "/cloud/web/pres/authorizations/v1";
const COLUMNS = [["Certification Number", "certification"], ["Tracking Number", "tracking"], ["Patient Name", "patient"],
  ["Request Type", "kind"], ["Service Dates", "dates"], ["Status", "status"]];

const rail = h("aside", { class: "history-rail", "aria-label": "Recent requests" });
const { organization, payer, prefill } = contextFields(null, recent);
const provider = providerField(organization.value);
const memberId = field({ id: "auth-member", label: "Member ID" });
const birthDate = dateField({ id: "auth-birth", label: "Patient Date of Birth" });
const fromDate = dateField({ id: "auth-from", label: null, placeholder: "From MM/DD/YYYY" });
const toDate = dateField({ id: "auth-to", label: null, placeholder: "To MM/DD/YYYY" });
const number = field({ id: "auth-number", label: "Certification or Tracking Number" });

const alerts = h("div", { class: "alerts" });
const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Loading results", hidden: true });
const results = h("section", { "aria-label": "Requests", hidden: true });
const detail = h("section", { "aria-label": "Request details", hidden: true });

const submit = () => h("div", { class: "row" }, h("button", { type: "submit" }, "Submit"));
const modes = {
  patient: ["Patient", h("form", { novalidate: true, onsubmit: searchByPatient }, h("div", { class: "grid" }, memberId.element, birthDate.element,
    h("fieldset", { class: "span" }, h("legend", { class: "MuiInputLabel-root" }, "Service Dates (optional)"), fromDate.element, toDate.element)), submit())],
  number: ["Number", h("form", { novalidate: true, hidden: true, onsubmit: searchByNumber }, h("div", { class: "grid" }, number.element), submit())],
};
const tablist = h("div", { role: "tablist", "aria-label": "Find requests by" }, Object.entries(modes).map(([name, [title]], index) => h("button", {
  type: "button", role: "tab", class: "MuiTab-root", "data-mode": name, "aria-selected": String(index === 0), onclick: () => openMode(name),
}, title)));
const search = h("div", { class: "MuiPaper-root" }, h("div", { class: "grid" }, organization.element, payer.element, provider.element),
  tablist, Object.values(modes).map(([, form]) => form));

function openMode(name) {
  for (const button of tablist.children) button.setAttribute("aria-selected", String(button.dataset.mode === name));
  for (const [each, [, form]] of Object.entries(modes)) form.hidden = each !== name;
}

const contextChecked = () => [organization.check("an organization"), payer.check("a payer"), provider.check("a provider")].every(Boolean);

async function searchByPatient(event) {
  event.preventDefault();
  const dates = fromDate.value() || toDate.value() ? [fromDate.check("the first service date"), toDate.check("the last service date")] : [];
  if (![contextChecked(), memberId.check("Member ID"), birthDate.check("the date of birth"), ...dates].every(Boolean)) return;
  const span = dates.length ? { fromDate: fromDate.value(), toDate: toDate.value() } : {};
  await ask({ memberId: memberId.value(), birthDate: birthDate.value(), ...span });
}

async function searchByNumber(event) {
  event.preventDefault();
  if ([contextChecked(), number.check("The number")].every(Boolean)) await ask({ number: number.value() });
}

async function ask(question) {
  alerts.replaceChildren();
  detail.hidden = true;
  progress.hidden = false;
  const context = { organization: organization.value(), payer: payer.value(), provider: provider.value() };
  const answer = await inquire(`${AUTHS}/searches`, { ...context, ...question });
  progress.hidden = true;
  results.hidden = answer.outcome !== "authorizations";
  if (answer.outcome === "authorizations") list(answer, { ...context, ...question });
  else alerts.append(alertBox(answer.outcome === "authorization_not_found" ? "warning" : "error", answer.message, "auth-message"));
}

function list(answer, asked) {
  const turn = async (offset) => list({ ...(await poll(`${AUTHS}/searches/${answer.id}`, `?offset=${offset}`)), id: answer.id }, asked);
  const rows = answer.rows.map((row) => h("tr", {}, COLUMNS.map(([, key]) => h("td", {}, dash(row[key]))),
    h("td", {}, h("button", { type: "button", class: "quiet auth-open", onclick: () => openRequest(row.key) }, "View details"))));
  const first = answer.offset + 1;
  const last = answer.offset + answer.rows.length;
  const span = asked.fromDate ? `${asked.fromDate} - ${asked.toDate}` : "Any";
  const criteria = asked.number ? { "Searched number": asked.number } : { "Searched member": asked.memberId, "Searched birth date": asked.birthDate, "Searched dates": span };
  results.replaceChildren(h("div", { class: "MuiPaper-root" }, h("h2", {}, "Requests"), pairs(Object.entries({ "Searched payer": asked.payer, ...criteria })),
    h("table", { id: "authTable", class: "MuiTable-root", "data-transaction": answer.id },
      h("thead", {}, h("tr", {}, [...COLUMNS.map(([title]) => title), ""].map((title) => h("th", { scope: "col" }, title)))), h("tbody", {}, rows)),
    h("div", { class: "pager" }, h("b", { class: "auth-page" }, `Page ${answer.offset / 5 + 1} of ${Math.ceil(answer.total / 5)}`), h("span", { class: "auth-range" }, `${first}–${last} of ${answer.total}`),
      h("button", { type: "button", class: "quiet", "aria-label": "Previous page", disabled: first === 1, onclick: () => turn(answer.offset - 5) }, "‹"),
      h("button", { type: "button", class: "quiet", "aria-label": "Next page", disabled: last === answer.total, onclick: () => turn(answer.offset + 5) }, "›"))));
}

async function openRequest(key) {
  progress.hidden = false;
  const answer = await inquire(`${AUTHS}/details`, { payer: payer.value(), key });
  progress.hidden = true;
  if (answer.outcome !== "detail") {
    alerts.replaceChildren(alertBox("error", answer.message, "auth-message"));
    return;
  }
  results.hidden = search.hidden = true;
  detail.replaceChildren(h("div", { class: "MuiPaper-root", "data-testid": "auth-detail", "data-transaction": answer.id },
    h("div", { class: "page-head" }, h("h2", {}, "Request Details"), h("button", { type: "button", class: "quiet", onclick: back }, "Back to Results")),
    Object.entries(answer.sections).map(([title, values]) => h("section", { "aria-label": title }, h("h3", {}, title), pairs(Object.entries(values)))),
    h("section", { "aria-label": "Services" }, h("h3", {}, "Services"), answer.services.length
      ? answer.services.map((values) => h("article", { class: "plan" }, pairs(Object.entries(values)))) : h("p", { class: "empty" }, "No service information is available for this request."))));
  detail.hidden = false;
}

function back() {
  detail.hidden = true;
  detail.replaceChildren();
  results.hidden = search.hidden = false;
}

/** Requests of whomever: never those that were asked for. */
async function recent(chosen) {
  rail.replaceChildren();
  if (!chosen) return;
  const listed = await (await request(`${AUTHS}/recent?payer=${chosen.value}`)).json();
  rail.replaceChildren(h("h2", {}, "Recent requests"), h("ul", {}, listed.map((each) => h("li", {}, h("b", {}, dash(each.certification || each.tracking)), h("span", {}, each.patient), h("span", {}, each.status)))));
}

document.getElementById("root").append(
  h("div", { class: "page-head" }, h("h1", {}, "Authorizations & Referrals")), progress, alerts, search, results, detail, rail);
prefill();
ready();
