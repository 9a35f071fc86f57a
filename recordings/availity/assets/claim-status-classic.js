"use strict";

const CLAIMS = "/cloud/web/post/claim-status/v1";
const context = contextRows("/web/post/cs/enhanced-claim-status-ui/");
const memberId = text("patientMemberId");
const birthDate = keyedDate("patientDob");
const fromDate = keyedDate("fromDate");
const toDate = keyedDate("toDate");
const claimNumber = text("claimNumberInput");
const memberRows = [formRow("Member ID:", memberId.input), formRow(h("label", { for: "patientDob" }, "Patient Birth Date:"), birthDate.input),
  formRow("Service Dates:", fromDate.input, h("span", { class: "to" }, "to"), toDate.input)];
const numberRow = formRow("Claim Number:", claimNumber.input);
let mode = "member";
function switchMode(value) {
  mode = value;
  for (const row of memberRows) row.hidden = value !== "member";
  numberRow.hidden = value === "member";
}
switchMode("member");

const messages = h("div", { id: "messages" });
const list = h("div", { id: "claimList" });
const detail = h("div", { id: "claimDetail", hidden: true });
const form = h("form", { id: "claimForm", novalidate: true, onsubmit: submit }, h("table", { class: "form-table" }, h("tbody", {},
  context.rows,
  formRow("Search By:", ...radios("searchBy", [["member", "Member"], ["claim", "Claim Number"]], switchMode)),
  memberRows, numberRow,
  formRow("", h("input", { type: "submit", id: "searchButton", class: "btn btn-primary", value: "Search" })))));

async function submit(event) {
  event.preventDefault();
  messages.replaceChildren();
  list.replaceChildren();
  const needed = mode === "member" ? [memberId, birthDate, fromDate, toDate] : [claimNumber];
  if (!context.organization.value || !needed.every((each) => each.complete())) {
    messages.append(alertDiv("danger", "Please complete all required fields."));
    return;
  }
  const what = mode === "member"
    ? { memberId: memberId.value(), birthDate: birthDate.value(), fromDate: fromDate.value(), toDate: toDate.value() }
    : { claimNumber: claimNumber.value() };
  const answer = await waitFor(inquire(`${CLAIMS}/searches`, { organization: context.organization.value, payer: context.payer.value, ...what }));
  if (answer.outcome === "claims") {
    messages.append(alertDiv("info", answer.notice));
    showList(answer);
  } else {
    messages.append(alertDiv(answer.outcome === "claim_not_found" ? "warning" : "danger", answer.message));
  }
}

function showList(answer) {
  const turn = (caption, offset) => h("a", { href: "#", class: "page", onclick: async (event) => {
    event.preventDefault();
    const page = await poll(`${CLAIMS}/searches/${answer.id}`, `?offset=${offset}`);
    showList({ ...page, id: answer.id });
  } }, caption);
  const last = answer.offset + answer.rows.length;
  list.replaceChildren(
    plainTable(["Service Dates", "Member", "Claim Number", "Status", "Billed", "Paid"], answer.rows.map((row) => [
      row.serviceDates, row.patient,
      h("a", { href: "#", class: "claim-link", onclick: (event) => { event.preventDefault(); open(row.claimNumber); } }, row.claimNumber),
      row.status, amount(row.billed), amount(row.paid)]), { id: "claimResults", "data-transaction": answer.id }),
    h("p", { class: "pages" }, answer.offset ? turn("« Previous", answer.offset - 10) : null,
      h("span", {}, ` Claims ${answer.offset + 1} to ${last} of ${answer.total} `), last < answer.total ? turn("Next »", answer.offset + 10) : null));
}

async function open(number) {
  const answer = await waitFor(inquire(`${CLAIMS}/details`, { payer: context.payer.value, claimNumber: number }));
  if (answer.outcome !== "claim") {
    messages.replaceChildren(alertDiv("danger", answer.message));
    return;
  }
  messages.replaceChildren();
  form.hidden = list.hidden = true;
  detail.replaceChildren(...claimPage(answer.claim, answer.id));
  detail.hidden = false;
}

function fact(title, value) {
  return h("div", { class: "fact", id: title }, h("span", {}, title), h("p", { class: "text-right" }, blank(value)));
}

function claimPage(claim, transaction) {
  const { money } = claim;
  const coded = `${claim.category.code}:${claim.statusCode.code} ${claim.category.text}. ${claim.statusCode.text}`;
  const facts = [
    ["Claim Number", claim.claimNumber], ["Patient", claim.patient], ["Member ID", claim.memberId], ["Birth Date", claim.birthDate],
    ["Patient Control Number", claim.patientAccount], ["Rendering NPI", claim.npi], ["Claim Status", claim.status], ["Status Codes", coded],
    ["Service Dates", claim.serviceDates], ["Finalized Date", claim.finalized], ["Billed Amount", money.billed], ["Paid Amount", money.paid],
    ["Deductible", money.deductible], ["Coinsurance", money.coinsurance], ["Copay", money.copay], ["Patient Responsibility", money.responsibility],
    ["Check/EFT Number", claim.checkNumber], ["Check/EFT Date", claim.checkDate],
  ];
  const lines = claim.lines.map((line) => [line.number, line.serviceDates, [line.procedure, ...line.modifiers].join("-"), line.units,
    amount(line.billed), amount(line.allowed), amount(line.paid),
    line.adjustments.map((each) => `${each.group}-${each.code} ${each.amount}`).join("; "), line.remarks.join(", ")]);
  return [
    h("p", {}, h("a", { href: "#", id: "backToList", onclick: (event) => { event.preventDefault(); back(); } }, "« Back to claim list")),
    h("p", { class: "actions" }, h("a", { href: "#", class: "btn", onclick: (event) => {
      event.preventDefault();
      dispute(context.payer.value, claim.claimNumber, (text) => messages.replaceChildren(alertDiv("danger", text)));
    } }, "Dispute Claim")),
    h("div", { class: "fact-grid", id: "claimFacts", "data-transaction": transaction }, facts.map(([title, value]) => fact(title, value))),
    lines.length ? h("h4", {}, "Service Lines") : null,
    lines.length ? plainTable(["Ln", "Dates", "Procedure-Mod", "Units", "Billed", "Allowed", "Paid", "Adjustments", "Remarks"], lines, { id: "serviceLines" }) : null,
    ...claim.legend.map((each) => h("p", { class: "small" }, `${each.code}: ${each.text}`)),
  ].filter(Boolean);
}

function back() {
  detail.hidden = true;
  detail.replaceChildren();
  form.hidden = list.hidden = false;
}

document.getElementById("root").append(h("h2", {}, "Claim Status Inquiry"), messages, form, list, detail, wait);
ready();
