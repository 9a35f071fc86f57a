"use strict";

const HEADLINE = { active: "Member is eligible", inactive: "Member is not eligible", future: "Member is not yet eligible" };
const STATUS = { active: "Active", inactive: "Terminated", future: "Future" };
const NETWORK = { in: "Yes", out: "No" };
const LEVEL = { individual: "Individual", family: "Family" };
const PERIOD = { calendar_year: "Calendar Year", service_year: "Service Year" };
const REQUIRED = { true: "Required", false: "Not Required", null: "Unknown" };

const context = contextRows("/web/pres/eligibility/");
const subscriberId = text("subscriberId");
const lastName = text("lastName");
const firstName = text("firstName");
const dob = keyedDate("dob");
const serviceDate = keyedDate("dos", config.today);
const serviceTypes = h("select", { id: "serviceTypes", class: "form-control" },
  config.serviceTypes.map((each) => h("option", { value: each.value }, `${each.value} - ${each.label}`)));
const idRow = formRow("Subscriber ID:", subscriberId.input);
const nameRows = [formRow("Last Name:", lastName.input), formRow("First Name:", firstName.input)];
let mode = "id";
function switchMode(value) {
  mode = value;
  idRow.hidden = value !== "id";
  for (const row of nameRows) row.hidden = value === "id";
}
switchMode("id");

const messages = h("div", { id: "messages" });
const result = h("div", { id: "resultArea" });
const recent = h("div", { id: "recent" });
const form = h("form", { id: "eligibilityForm", novalidate: true, onsubmit: submit }, h("table", { class: "form-table" }, h("tbody", {},
  context.rows,
  formRow("Patient Search:", ...radios("patientSearch", [["id", "Subscriber ID"], ["name", "Patient Name"]], switchMode)),
  idRow, nameRows,
  formRow(h("label", { for: "dob" }, "Date of Birth:"), dob.input),
  formRow(h("label", { for: "dos" }, "Date of Service:"), serviceDate.input),
  formRow("Service Type:", serviceTypes),
  formRow("", h("input", { type: "submit", id: "searchButton", class: "btn btn-primary", value: "Search" })))));

async function submit(event) {
  event.preventDefault();
  messages.replaceChildren();
  const patient = mode === "id" ? [subscriberId] : [lastName, firstName];
  if (!context.organization.value || ![...patient, dob, serviceDate].every((each) => each.complete())) {
    messages.append(alertDiv("danger", "Please complete all required fields."));
    return;
  }
  const who = mode === "id" ? { memberId: subscriberId.value() } : { lastName: lastName.value(), firstName: firstName.value() };
  const answer = await waitFor(inquire("/cloud/web/pres/eligibility/v1/coverages", {
    organization: context.organization.value, payer: context.payer.value, ...who,
    birthDate: dob.value(), asOfDate: serviceDate.value(), serviceType: serviceTypes.value,
  }));
  if (answer.outcome === "coverage") {
    result.replaceChildren(...coverage(answer.coverage, answer.id));
    showRecent();
  } else {
    result.replaceChildren();
    messages.append(alertDiv("danger", answer.message));
  }
}

function facts(rows, attributes = {}) {
  return h("table", { class: "facts", ...attributes }, h("tbody", {}, rows.map(([caption, value]) => h("tr", {}, h("td", { class: "lbl" }, caption), h("td", { class: "val" }, blank(value))))));
}

function coverage(view, transaction) {
  const status = view.plans[0].status;
  return [
    h("h3", {}, "Eligibility and Benefits Results"),
    h("p", { class: `status-line ${status}` }, HEADLINE[status]),
    facts([["Member Name:", view.name], ["Subscriber ID:", view.memberId], ["Date of Birth:", view.birthDate],
      ["Relationship:", view.relationship], ["Payer:", view.payer], ["Date of Service:", view.asOf], ["Transaction Date:", view.transactionDate],
    ], { id: "memberFacts", "data-transaction": transaction }),
    ...view.plans.map(plan),
    section("Primary Care Physician", view.pcp
      ? facts([["Name:", view.pcp.name], ["NPI:", view.pcp.npi], ["Telephone:", view.pcp.phone]], { id: "pcpFacts" })
      : h("p", {}, "None on file")),
    section("Coordination of Benefits", view.otherPayers.length
      ? plainTable(["Other Payer", "Payer Responsibility", "Policy No."], view.otherPayers.map((each) => [each.name, each.order, each.memberId]), { id: "cobTable" })
      : h("p", {}, "None on file")),
    h("p", { class: "small" }, "This information is not a guarantee of payment."),
  ];
}

/** A block under a bar that folds. Everything but the first lines of a plan starts folded. */
function section(title, ...content) {
  const body = h("div", { class: "fold", hidden: true }, content);
  return h("div", { class: "panel" }, h("a", { href: "#", class: "bar", onclick: (event) => { event.preventDefault(); body.hidden = !body.hidden; } }, title), body);
}

function plan(each, index) {
  const service = (row) => `${row.code} - ${row.service}`;
  const network = (row) => NETWORK[row.network] || "Not Applicable";
  const shares = [...each.copays.map((row) => ["Co-Payment", row]), ...each.coinsurances.map((row) => ["Co-Insurance", row])];
  const sums = [...each.deductibles.map((row) => ["Deductible", row]), ...each.outOfPockets.map((row) => ["Out of Pocket (Stop Loss)", row])];
  return h("fieldset", { class: "plan", "data-index": index }, h("legend", {}, each.name),
    facts([["Coverage Status:", STATUS[each.status]], ["Plan:", each.name], ["Insurance Type:", each.insuranceType], ["Group:", each.group],
      ["Eligibility Begin Date:", each.effective], ["Eligibility End Date:", each.terminated]], { class: "facts plan-facts" }),
    section("Co-Payment and Co-Insurance", plainTable(["Benefit", "Service Type", "Level", "In Plan Network", "Amount"],
      shares.map(([kind, row]) => [kind, service(row), LEVEL[row.level], network(row), amount(row.value)]), { class: "table table-striped shares" })),
    section("Deductible and Out of Pocket", plainTable(["Benefit", "Level", "In Plan Network", "Time Period", "Type", "Amount"],
      sums.flatMap(([kind, row]) => [["Total", row.total], ["Year to Date", row.met], ["Remaining", row.remaining]]
        .filter(([, value]) => value !== null)
        .map(([type, value]) => [kind, LEVEL[row.level], network(row), PERIOD[row.period], type, amount(value)])), { class: "table table-striped sums" })),
    section("Limitations", plainTable(["Service Type", "Message"], each.limitations.map((row) => [service(row), row.text]), { class: "table table-striped limits" })),
    section("Authorization", plainTable(["Service Type", "Authorization"], each.authorizations.map((row) => [service(row), REQUIRED[row.required]]), { class: "table table-striped rules" })));
}

async function showRecent() {
  const list = await (await request(`/cloud/web/pres/eligibility/v1/history?payer=${context.payer.value}`)).json();
  recent.replaceChildren(h("h4", {}, "Recent Inquiries"), plainTable(["Member Name", "Subscriber ID", "Result"], list.map((each) => [each.name, each.memberId, HEADLINE[each.status]])));
}

document.getElementById("root").append(h("h2", {}, "Eligibility and Benefits"), messages, form, result, recent, wait);
showRecent();
ready();
