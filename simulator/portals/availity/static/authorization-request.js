"use strict";

const REQUESTS = "/cloud/web/pres/authorization-requests/v1";
const { answers, at, buttons, files, onward, progress, review, show, warn } = wizard({
  title: "Authorization Request",
  id: "auth",
  steps: [["details", "Patient and Provider"], ["upload", "Service"], ["review", "Attachments"], ["submit", "Review"]],
  pages: [patientPage, servicePage, attachmentPage, reviewPage],
});
let begun = null;

function patientPage(place) {
  const type = autocomplete({
    id: "auth-type", label: "Request Type",
    load: async (typed) => among(payer.value() ? await (await request(`${REQUESTS}/types?payer=${payer.value()}`)).json() : [])(typed),
  });
  const { organization, payer } = contextFields(null, () => type.commit(null));
  const provider = providerField(organization.value);
  const memberId = field({ id: "auth-member", label: "Member ID" });
  const birthDate = dateField({ id: "auth-birth", label: "Patient Date of Birth" });
  const fromDate = dateField({ id: "auth-from", label: "From Date" });
  const toDate = dateField({ id: "auth-to", label: "To Date" });
  return [h("form", { "aria-label": "Start a request", novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    const chosen = [organization.check("an organization"), payer.check("a payer"), type.check("a request type"), provider.check("a provider")];
    const dated = [birthDate.check("the date of birth"), fromDate.check("the first service date"), toDate.check("the last service date")];
    if (![...chosen, memberId.check("Member ID"), ...dated].every(Boolean)) return;
    warn("");
    progress.hidden = false;
    const answer = await inquire(`${REQUESTS}/patients`, {
      organization: organization.value(), payer: payer.value(), type: type.value(), provider: provider.value(),
      memberId: memberId.value(), birthDate: birthDate.value(), fromDate: fromDate.value(), toDate: toDate.value(),
    });
    progress.hidden = true;
    if (answer.outcome !== "begun") {
      warn(answer.message);
      return;
    }
    begun = answer;
    at(`${REQUESTS}/requests/${answer.draft}`);
    show(place + 1);
  } }, h("div", { class: "grid" }, [organization, payer, type, provider, memberId, birthDate, fromDate, toDate].map((each) => each.element)),
    buttons(place, h("button", { type: "submit" }, "Continue")))];
}

function servicePage(place) {
  const code = field({ id: "auth-code", label: "Procedure Code" });
  const units = field({ id: "auth-quantity", label: "Quantity" });
  const unit = autocomplete({ id: "auth-unit", label: "Quantity Type", load: among(begun.units) });
  const diagnosis = field({ id: "auth-diagnosis", label: "Diagnosis Code" });
  const servicing = field({ id: "auth-rendering", label: "Rendering Provider NPI (optional)" });
  const contact = field({ id: "auth-contact", label: "Contact Name" });
  const phone = field({ id: "auth-phone", label: "Contact Phone", placeholder: "(000) 000-0000" });
  const text = h("textarea", { id: "auth-narrative", rows: 6, maxlength: 2000 });
  const narrative = control("Clinical information", text, "auth-narrative");
  const facts = ["Payer", "Request Type", "Patient Name", "Member ID", "Date of Birth", "Requesting NPI", "Tax ID"].map((term) => [term, begun.facts[term]]);
  return [h("section", { "aria-label": "Request for" }, pairs(facts)), h("form", { "aria-label": "Service details", novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const filled = [code.check("Procedure Code"), units.check("Quantity"), unit.check("a quantity type"), diagnosis.check("Diagnosis Code")];
    if (![...filled, contact.check("Contact Name"), phoned(phone)].every(Boolean)) return;
    warn("");
    onward(place, { code: code.value(), units: units.value(), unit: unit.value(), diagnosis: diagnosis.value(), servicing: servicing.value(),
      contact: contact.value(), phone: phone.value(), narrative: text.value.trim() });
  } }, h("div", { class: "grid" }, [code, units, unit, diagnosis, servicing, contact, phone].map((each) => each.element)), narrative.element,
    buttons(place, h("button", { type: "submit" }, "Continue")))];
}

function attachmentPage(place) {
  return files(place, "Attach up to 10 files, each up to 20 MB, 100 MB in all. Attachments are optional.", 0);
}

function reviewPage(place) {
  const unit = begun.units.find(({ value }) => value === answers.unit).label;
  const facts = [...Object.entries(begun.facts), ["Procedure Code", answers.code.toUpperCase()], ["Quantity", answers.units], ["Quantity Type", unit],
    ["Diagnosis Code", answers.diagnosis], ["Rendering NPI", answers.servicing], ["Contact", `${answers.contact}, ${answers.phone}`], ["Clinical Information", answers.narrative]];
  const submit = h("button", { type: "button", id: "auth-submit" }, "Submit");
  return review(place, facts, null, submit, (sent) => [h("h2", {}, "Your request was submitted"),
    h("section", { "aria-label": "Confirmation" }, pairs(Object.entries(sent.facts))),
    h("p", {}, "New requests can take a while to appear under Authorizations & Referrals."),
    h("div", { class: "row" }, h("a", { href: "/web/pres/authorizations/" }, "Go to Authorizations & Referrals"))]);
}

show(0);
ready();
