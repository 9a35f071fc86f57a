"use strict";

const COVERAGES = "/cloud/web/pres/eligibility/v1/coverages";
const STATUS = { active: "Active Coverage", inactive: "Inactive", future: "Future Coverage" };
const NETWORK = { in: "In Network", out: "Out of Network" };
const LEVEL = { individual: "Individual", family: "Family" };
const PERIOD = { calendar_year: "Calendar Year", service_year: "Service Year" };

const { organization, payer, prefill } = contextFields("/web/pres/eligibility-classic/", showHistory);
const provider = providerField(organization.value);
const memberId = field({ id: "memberId-field", name: "memberId", label: "Member ID" });
const firstName = field({ id: "patientFirstName-field", name: "patientFirstName", label: "Patient First Name" });
const lastName = field({ id: "patientLastName-field", name: "patientLastName", label: "Patient Last Name" });
const birthDate = dateField({ id: "patientBirthDate-field", label: "Patient Date of Birth" });
const asOfDate = dateField({ id: "asOfDate-field", label: "As of Date", value: config.today, testid: "elig-as-of" });
const serviceType = h("select", { id: "serviceType-field", class: "MuiInputBase-input" },
  config.serviceTypes.map((option) => h("option", { value: option.value }, option.label)));
const byId = () => option.value() === "id";
const option = select({
  id: "patientSearchOption",
  label: "Patient Search Option",
  options: [{ value: "id", label: "Patient ID and Date of Birth" }, { value: "name", label: "Patient Name and Date of Birth" }],
  onchange: () => {
    memberId.element.hidden = !byId();
    firstName.element.hidden = lastName.element.hidden = byId();
  },
});
firstName.element.hidden = lastName.element.hidden = true;

const alerts = h("div", { class: "alerts", "data-testid": "elig-alerts" });
const rail = h("aside", { class: "history-rail", "aria-label": "Recent patients" });
const result = h("section", { class: "result", "data-testid": "elig-result", "aria-label": "Eligibility result", hidden: true });
const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Loading results", hidden: true });
const form = h("form", { class: "MuiPaper-root inquiry", novalidate: true, onsubmit: submit },
  h("h2", {}, "New Request"),
  h("div", { class: "grid" }, organization.element, payer.element, provider.element),
  h("h3", {}, "Patient Information"),
  h("div", { class: "grid" }, option.element, memberId.element, lastName.element, firstName.element, birthDate.element),
  h("h3", {}, "Service Information"),
  h("div", { class: "grid" }, asOfDate.element, h("div", { class: "MuiFormControl-root" },
    h("label", { for: "serviceType-field", class: "MuiInputLabel-root" }, "Benefit / Service Type"), serviceType)),
  h("div", { class: "row" }, h("button", { type: "button", class: "quiet", onclick: () => location.reload() }, "Clear"),
    h("button", { type: "submit", "data-testid": "elig-submit" }, "Submit")));
const again = h("button", { type: "button", class: "quiet", "data-testid": "elig-new", hidden: true, onclick: showForm }, "New Request");

function showForm() {
  form.hidden = false;
  result.hidden = again.hidden = true;
  alerts.replaceChildren();
}

function checked() {
  const checks = [
    organization.check("an organization"), payer.check("a payer"), provider.check("a provider"),
    birthDate.check("the date of birth"), asOfDate.check("the as of date"),
    ...(byId() ? [memberId.check("Member ID")] : [lastName.check("Patient last name"), firstName.check("Patient first name")]),
  ];
  return checks.every(Boolean);
}

async function submit(event) {
  event.preventDefault();
  alerts.replaceChildren();
  if (!checked()) return;
  const patient = byId() ? { memberId: memberId.value() } : { firstName: firstName.value(), lastName: lastName.value() };
  await ask({
    organization: organization.value(), payer: payer.value(), provider: provider.value(), ...patient,
    birthDate: birthDate.value(), asOfDate: asOfDate.value(), serviceType: serviceType.value,
  });
}

/** The patient before stays on the page until the answer for this one is there. */
async function ask(question) {
  form.hidden = result.childElementCount > 0;
  result.hidden = !form.hidden;
  progress.hidden = false;
  const answer = await inquire(COVERAGES, question);
  progress.hidden = true;
  if (answer.outcome === "coverage") {
    form.hidden = true;
    result.hidden = again.hidden = false;
    result.replaceChildren(...coverage(answer.coverage, answer.id));
    showHistory({ value: question.payer });
    return;
  }
  showForm();
  alerts.replaceChildren(alertBox("error", answer.message, "elig-error"));
  if (answer.candidates) alerts.append(pickList(answer.candidates, question));
}

function pickList(candidates, question) {
  return h("div", { class: "MuiPaper-root", role: "group", "aria-label": "Matching patients" }, table({
    testid: "elig-candidates",
    columns: ["Patient Name", "Member ID", "Date of Birth", ""],
    rows: candidates.map((each) => [each.name, each.memberId, each.birthDate,
      h("button", { type: "button", class: "quiet", onclick: () => { alerts.replaceChildren(); ask({ ...question, candidate: each.key }); } }, "Select")]),
  }));
}

function pair(label, value) {
  return h("div", { class: "patient-card-pair" }, h("span", { class: "patient-card-extended-label" }, label),
    h("span", { class: "patient-card-extended-value" }, dash(value)));
}

function coverage(view, transaction) {
  const card = h("div", { class: "patient-card MuiPaper-root", "data-testid": "elig-patient", "data-transaction": transaction },
    h("h2", { "data-testid": "elig-patient-name" }, view.name),
    h("div", { class: "pairs" },
      pair("Member ID", view.memberId), pair("Date of Birth", view.birthDate), pair("Gender", view.gender),
      pair("Relationship to Subscriber", view.relationship), pair("Payer", view.payer), pair("Payer ID", view.payerId),
      pair("Date of Service", view.asOf), pair("Benefit / Service Type", view.serviceType), pair("Transaction Date", view.transactionDate)));
  return [card, tabs([
    ["Summary", () => view.plans.map(planSummary)],
    ["Benefits", () => view.plans.map(planBenefits)],
    ["Deductibles & Out-of-Pocket", () => view.plans.map(planAccumulators)],
    ["Other Payers", () => otherPayers(view.otherPayers)],
    ["Primary Care", () => primaryCare(view.pcp)],
  ])];
}

/** A panel is made when its tab is first opened, and stays. */
function tabs(pages) {
  const panels = h("div", {});
  const open = (index) => {
    for (const [at, button] of [...list.children].entries()) {
      button.setAttribute("aria-selected", String(at === index));
      button.tabIndex = at === index ? 0 : -1;
    }
    for (const panel of panels.children) panel.hidden = true;
    let panel = panels.querySelector(`#elig-panel-${index}`);
    if (!panel) {
      panel = h("div", { role: "tabpanel", id: `elig-panel-${index}`, "aria-labelledby": `elig-tab-${index}` }, pages[index][1]());
      panels.append(panel);
    }
    panel.hidden = false;
  };
  const list = h("div", { role: "tablist", "aria-label": "Benefit information", onkeydown: (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const next = step && list.children[[...list.children].indexOf(event.target) + step];
    if (next) { next.focus(); next.click(); }
  } }, pages.map(([title], index) => h("button", {
    type: "button", role: "tab", id: `elig-tab-${index}`, "aria-controls": `elig-panel-${index}`, class: "MuiTab-root", onclick: () => open(index),
  }, title)));
  open(0);
  return h("div", { class: "MuiPaper-root" }, list, panels);
}

function planSection(plan, index, ...content) {
  return h("section", { class: "plan", "data-plan": index, "aria-label": plan.name },
    h("div", { class: "plan-head" }, h("h3", {}, plan.name),
      h("span", { class: `MuiChip-root ${plan.status}` }, h("span", { class: "MuiChip-label" }, STATUS[plan.status]))), content);
}

function planSummary(plan, index) {
  const rows = [["Plan / Product", plan.name], ["Insurance Type", plan.insuranceType], ["Group Number", plan.group],
    ["Effective Date", plan.effective], ["Termination Date", plan.terminated]];
  return planSection(plan, index, h("dl", { "data-testid": "elig-summary" },
    rows.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, dash(value))))));
}

const service = (row) => `${row.service} (${row.code})`;

function planBenefits(plan, index) {
  const paid = (rows) => rows.map((row) => [service(row), NETWORK[row.network], LEVEL[row.level], row.value]);
  const required = { true: "Yes", false: "No", null: "Unknown" };
  const none = [plan.copays, plan.coinsurances, plan.limitations, plan.authorizations].every((rows) => !rows.length);
  if (none) return planSection(plan, index, h("p", { class: "empty" }, "The payer returned no benefit information for this plan."));
  return planSection(plan, index,
    table({ caption: "Co-Payment", testid: "elig-copays", columns: ["Service Type", "Network", "Coverage Level", "Amount"], rows: paid(plan.copays) }),
    table({ caption: "Co-Insurance", testid: "elig-coinsurances", columns: ["Service Type", "Network", "Coverage Level", "Percent"], rows: paid(plan.coinsurances) }),
    table({ caption: "Limitations", testid: "elig-limitations", columns: ["Service Type", "Limitation"], rows: plan.limitations.map((row) => [service(row), row.text]) }),
    table({ caption: "Authorization", testid: "elig-authorizations", columns: ["Service Type", "Authorization Required"], rows: plan.authorizations.map((row) => [service(row), required[row.required]]) }));
}

function planAccumulators(plan, index) {
  const columns = ["Network", "Coverage Level", "Time Period", "Total", "Met", "Remaining"];
  const rows = (list) => list.map((row) => [NETWORK[row.network], LEVEL[row.level], PERIOD[row.period], row.total, row.met, row.remaining]);
  if (!plan.deductibles.length && !plan.outOfPockets.length) return planSection(plan, index, h("p", { class: "empty" }, "The payer returned no accumulators for this plan."));
  return planSection(plan, index,
    table({ caption: "Deductible", testid: "elig-deductibles", columns, rows: rows(plan.deductibles) }),
    table({ caption: "Out-of-Pocket Maximum", testid: "elig-out-of-pockets", columns, rows: rows(plan.outOfPockets) }));
}

function otherPayers(list) {
  if (!list.length) return h("p", { class: "empty" }, "No other payers on file.");
  return table({ testid: "elig-other-payers", columns: ["Payer Name", "Order", "Policy Number"], rows: list.map((each) => [each.name, each.order, each.memberId]) });
}

function primaryCare(pcp) {
  if (!pcp) return h("p", { class: "empty" }, "No primary care provider on file.");
  const rows = [["Provider Name", pcp.name], ["NPI", pcp.npi], ["Phone", pcp.phone]];
  return h("dl", { "data-testid": "elig-pcp" }, rows.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, dash(value)))));
}

async function showHistory(chosen) {
  if (!chosen) return;
  const list = await (await request(`/cloud/web/pres/eligibility/v1/history?payer=${chosen.value}`)).json();
  rail.replaceChildren(h("h2", {}, "Recent Patients"), h("ul", {}, list.map((each) => h("li", {},
    h("b", {}, each.name), h("span", {}, `Member ID ${each.memberId}`),
    h("span", { class: `MuiChip-root ${each.status}` }, h("span", { class: "MuiChip-label" }, STATUS[each.status]))))));
}

document.getElementById("root").append(
  h("div", { class: "page-head" }, h("h1", {}, "Eligibility and Benefits Inquiry"), again),
  h("div", { class: "columns" }, rail, h("div", { class: "main" }, progress, alerts, form, result)));
prefill();
ready();
