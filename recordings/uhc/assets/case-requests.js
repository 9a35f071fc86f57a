"use strict";

const SERVICE_TYPES = [["inpatient", "Inpatient admission"], ["outpatient", "Outpatient services"], ["drug", "Specialty drug"], ["referral", "Referral"],
  ["equipment", "Durable medical equipment"], ["home_health", "Home health"]];
const newCase = () => h("a", { href: "#/prior-authorization/new", class: "uhc-link" }, "New request");

/** First whether one is needed at all. */
function caseCheckView() {
  const memberId = field("newcase.memberId", "Member ID");
  const birthDate = dateField("newcase.dateOfBirth", "Date of birth");
  const provider = field("newcase.provider", "Requesting provider NPI");
  const procedure = field("newcase.procedure", "Procedure code");
  const kind = dropdown({ testid: "newcase-type-abyss-select-input-input", label: "Service type", onchange: () => null, options: [["", "Choose a service type"], ...SERVICE_TYPES] });
  const said = h("div", {});
  const tell = (message, role) => said.replaceChildren(message ? h("p", { role, class: "uhc-alert" }, message) : "");
  const fields = [memberId, birthDate, provider, procedure];
  show(h("h1", {}, "Check and request"), h("form", { class: "uhc-card", "aria-label": "Check if prior authorization is required", novalidate: true, submit: act(async () => {
    tell();
    if (!fields.map((each) => each.check()).every(Boolean)) return;
    const veil = overlay();
    const answer = await request("/api/case-requests", { memberId: memberId.value(), birthDate: birthDate.value(), provider: provider.value(), procedure: procedure.value(), kind: kind.value() });
    veil.remove();
    if (answer.id) location.hash = `#/prior-authorization/request/${answer.id}`;
    else tell(answer.message, answer.outcome === "not_required" ? "status" : "alert");
  }) }, fields.map((each) => each.element), kind.element, h("button", { class: "uhc-button", id: "newcase-check-button" }, "Check requirement")), said);
}

async function caseRequestView(id) {
  const path = `/api/case-requests/${encodeURIComponent(id)}`;
  const found = await request(path);
  if (!found.facts) {
    show(h("h1", {}, "Check and request"), h("div", { class: "uhc-alert", role: "alert" }, found.message));
    return;
  }
  const from = dateField("newcase.from", "First service date");
  const to = dateField("newcase.to", "Last service date");
  const quantity = field("newcase.quantity", "Quantity");
  const unit = dropdown({ testid: "newcase-unit-abyss-select-input-input", label: "Quantity type", onchange: () => null, options: found.units.map((each) => [each, each]) });
  const diagnosis = field("newcase.diagnosis", "Diagnosis code");
  const contact = field("newcase.contact", "Contact name");
  const phone = field("newcase.phone", "Contact phone");
  const notes = h("textarea", { id: "newcase.notes", name: "newcase.notes", rows: 6, maxlength: 3000 });
  const forward = h("button", { type: "button", class: "uhc-button", id: "newcase-review-button", click: act(() => {
    const told = { from: from.value(), to: to.value(), quantity: quantity.value(), unit: unit.value(), diagnosis: diagnosis.value(), notes: notes.value, contact: contact.value(), phone: phone.value() };
    const shown = { ...found.facts, "Service dates": `${told.from} - ${told.to}`, Quantity: `${told.quantity} ${told.unit}`, "Diagnosis code": told.diagnosis, "Clinical notes": told.notes, Contact: `${told.contact}, ${told.phone}` };
    return reviewed(path, attached, told, shown, { button: "newcase-submit-button", received: (receipt) => show(h("h1", {}, "Request received"),
      h("section", { class: "uhc-card", id: "newcase-received", "aria-label": "Confirmation" }, h("p", {}, "Keep the service reference number. Decisions are shown with the case."), facts(receipt)), newCase()) });
  }) }, "Review request");
  const attached = attachments(path, "newcase.file", forward, { fewest: 0 });
  show(h("h1", {}, "Prior authorization request"), h("section", { class: "uhc-card uhc-header", "aria-label": "Request for" }, facts(found.facts)),
    h("form", { class: "uhc-card", "aria-label": "Prior authorization request", novalidate: true, submit: (event) => event.preventDefault() },
      [from, to, quantity].map((each) => each.element), unit.element, [diagnosis, contact, phone].map((each) => each.element),
      h("div", { class: "uhc-field" }, h("label", { for: "newcase.notes" }, "Clinical notes"), notes), attached.elements, forward));
}
