"use strict";

const { answers, at, buttons, files, onward, review, send, show, warn } = wizard({
  title: "Dispute Claim",
  id: "dispute",
  steps: [["details", "Request Type"], ["upload", "Details"], ["review", "Documents"], ["submit", "Review"]],
  pages: [typePage, detailPage, documentPage, reviewPage],
});
let begun = null;

function typePage(place) {
  const forward = h("button", { type: "submit" }, "Continue");
  const options = begun.lists.kind.map(({ value, label }) => h("label", { class: "choice" },
    h("input", { type: "radio", name: "requestType", value, checked: answers.kind === value }), label));
  return [h("form", { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    const chosen = new FormData(event.target).get("requestType");
    if (chosen) onward(place, { kind: chosen });
    else warn("Select a request type.");
  } }, h("fieldset", {}, h("legend", { class: "MuiInputLabel-root" }, "What do you want to request?"), options), buttons(place, forward))];
}

function detailPage(place) {
  const contact = field({ id: "dispute-contact", name: "contactName", label: "Contact Name" });
  const phone = field({ id: "dispute-phone", name: "contactPhone", label: "Contact Phone", placeholder: "(000) 000-0000" });
  const reason = autocomplete({ id: "dispute-reason", label: "Dispute Reason", load: among(begun.lists.reason) });
  const count = h("p", { class: "small" }, "0 of 2000 characters");
  const text = h("textarea", { id: "dispute-narrative", rows: 6, maxlength: 2000, oninput: () => { count.textContent = `${text.value.length} of 2000 characters`; } });
  const narrative = control("Explain why you disagree with the decision", text, "dispute-narrative");
  const written = () => {
    narrative.complain(text.value.trim() ? "" : "Explain the dispute.");
    return Boolean(text.value.trim());
  };
  return [h("form", { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    if (![contact.check("Contact Name"), phoned(phone), reason.check("a reason"), written()].every(Boolean)) return;
    onward(place, { contact: `${contact.value()}, ${phone.value()}`, reason: reason.value(), narrative: text.value.trim() });
  } }, h("div", { class: "grid" }, contact.element, phone.element, reason.element), narrative.element, count,
    buttons(place, h("button", { type: "submit" }, "Continue")))];
}

function documentPage(place) {
  return files(place, "Attach up to 10 files, each larger than 3 KB and up to 60 MB, 150 MB in all.", 1);
}

function reviewPage(place) {
  const label = (name) => begun.lists[name].find((each) => each.value === answers[name]).label;
  const { claim } = begun;
  const facts = [["Claim Number", claim.claimNumber], ["Patient Name", claim.patient], ["Member ID", claim.memberId], ["Date of Birth", claim.birthDate],
    ["Payer", claim.payer], ["Service Dates", claim.serviceDates], ["Billed Amount", claim.billed], ["Request Type", label("kind")],
    ["Dispute Reason", label("reason")], ["Contact", answers.contact], ["Explanation", answers.narrative]];
  const submit = h("button", { type: "button", id: "dispute-submit", disabled: true }, "Submit");
  const certify = h("input", { type: "checkbox", id: "dispute-certify", onchange: () => { submit.disabled = !certify.checked; } });
  const agreed = h("label", { class: "choice" }, certify, "I certify that this information is accurate.");
  return review(place, facts, agreed, submit, ({ text }) => [h("h2", {}, "Your request was submitted"), h("p", { "data-testid": "dispute-confirmation" }, text),
    h("p", {}, "New requests can take a while to appear on the worklist."), h("div", { class: "row" }, h("a", { href: "/web/post/appeals/" }, "Go to the Appeals worklist"))]);
}

async function begin() {
  const where = `/cloud/web/post/appeals/v1/requests/${encodeURIComponent(new URLSearchParams(location.search).get("request"))}`;
  at(where);
  begun = await send("", { method: "GET" });
  if (begun) {
    at(where, begun);
    show(0);
  }
  ready();
}

begin();
