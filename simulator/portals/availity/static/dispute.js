"use strict";

const API = `/cloud/web/post/appeals/v1/requests/${encodeURIComponent(new URLSearchParams(location.search).get("request"))}`;
const STEPS = [["details", "Request Type"], ["upload", "Details"], ["review", "Documents"], ["submit", "Review"]];
const kilobytes = (size) => `${Math.ceil(size / 1024).toLocaleString("en-US")} KB`;
const alerts = h("div", { class: "alerts" });
const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Working", hidden: true });
const stepper = h("ol", { class: "stepper", "aria-label": "Steps" }, STEPS.map(([, title]) => h("li", {}, title)));
const panel = h("section", { class: "MuiPaper-root", "data-testid": "dispute-step" });
const answers = {};
let begun = null;
let documents = [];

function warn(text) {
  alerts.replaceChildren(...(text ? [alertBox("error", text, "dispute-message")] : []));
}

async function send(path, options) {
  const headers = { accept: "application/json", "x-xsrf-token": cookie("XSRF-TOKEN"), ...options.headers };
  progress.hidden = false;
  try {
    const response = await fetch(API + path, { ...options, headers });
    if (response.status === 401) {
      window.top.postMessage({ type: "session-ended", reason: (await response.json()).reason }, location.origin);
      return { ok: false };
    }
    const body = await response.json();
    if (!response.ok) warn(body.message || `We are unable to process your request. Please try again later. (${response.status})`);
    return { ok: response.ok, body };
  } catch (error) {
    warn("We could not reach the server. Check your connection and try again.");
    return { ok: false };
  } finally {
    progress.hidden = true;
  }
}

const post = (path, body) => send(path, { method: "POST", body: JSON.stringify(body) });

function show(place) {
  warn("");
  [...stepper.children].forEach((item, at) => item.setAttribute("aria-current", at === place ? "step" : "false"));
  panel.replaceChildren(h("h2", {}, STEPS[place][1]), ...[typePage, detailPage, documentPage, reviewPage][place](place));
}

/** Saves what this step asked for and goes on. */
async function onward(place, saved) {
  const { ok } = await post("/answers", { step: STEPS[place][0], ...saved });
  if (!ok) return;
  Object.assign(answers, saved);
  show(place + 1);
}

function buttons(place, next) {
  const back = place ? h("button", { type: "button", class: "quiet", onclick: () => show(place - 1) }, "Back") : null;
  return h("div", { class: "row" }, back, next);
}

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
  const phoned = () => {
    const fine = phone.value().replace(/\D/g, "").length === 10;
    phone.complain(fine ? "" : "Enter a phone number of ten digits.");
    return fine;
  };
  const written = () => {
    narrative.complain(text.value.trim() ? "" : "Explain the dispute.");
    return Boolean(text.value.trim());
  };
  return [h("form", { novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    if (![contact.check("Contact Name"), phoned(), reason.check("a reason"), written()].every(Boolean)) return;
    onward(place, { contact: `${contact.value()}, ${phone.value()}`, reason: reason.value(), narrative: text.value.trim() });
  } }, h("div", { class: "grid" }, contact.element, phone.element, reason.element), narrative.element, count,
    buttons(place, h("button", { type: "submit" }, "Continue")))];
}

function documentPage(place) {
  const forward = h("button", { type: "button", disabled: true, onclick: () => onward(place, {}) }, "Continue");
  const list = h("ul", { class: "uploads", "aria-label": "Documents" });
  const picker = h("input", { type: "file", id: "dispute-files", multiple: true, hidden: true, onchange: add });
  const refused = [];

  function draw() {
    list.replaceChildren(...documents.map((each) => h("li", {},
      h("b", {}, each.name), h("span", {}, kilobytes(each.size)), h("i", {}, each.ready ? "Ready" : "Scanning for viruses…"),
      h("button", { type: "button", class: "quiet", "aria-label": `Remove ${each.name}`, onclick: () => remove(each) }, "Remove"))),
      ...refused.map(([name, why]) => h("li", { class: "Mui-error" }, h("b", {}, name), h("span", { role: "alert" }, why))));
    forward.disabled = !documents.length || documents.some((each) => !each.ready);
  }
  async function watch() {
    while (list.isConnected && documents.some((each) => !each.ready)) {
      await pause(150);
      const response = await request(`${API}/documents`);
      documents = await response.json();
      draw();
    }
  }
  async function add() {
    const chosen = [...picker.files];
    picker.value = "";
    forward.disabled = true;
    for (const file of chosen) {
      warn("");
      const { ok } = await send("/documents", { method: "POST", body: file, headers: { "x-document-name": encodeURIComponent(file.name), "content-type": "application/octet-stream" } });
      if (!ok) refused.push([file.name, alerts.textContent]);
    }
    documents = await (await request(`${API}/documents`)).json();
    draw();
    watch();
  }
  async function remove(file) {
    const { ok, body } = await send(`/documents/${file.id}`, { method: "DELETE" });
    if (ok) documents = body;
    draw();
  }
  draw();
  watch();
  return [h("p", {}, "Attach up to 10 files, each larger than 3 KB and up to 60 MB, 150 MB in all."),
    h("button", { type: "button", class: "quiet", onclick: () => picker.click() }, "Add files"), picker, list, buttons(place, forward)];
}

function reviewPage(place) {
  const label = (name) => begun.lists[name].find((each) => each.value === answers[name]).label;
  const { claim } = begun;
  const facts = [["Claim Number", claim.claimNumber], ["Patient Name", claim.patient], ["Member ID", claim.memberId], ["Date of Birth", claim.birthDate],
    ["Payer", claim.payer], ["Service Dates", claim.serviceDates], ["Billed Amount", claim.billed], ["Request Type", label("kind")],
    ["Dispute Reason", label("reason")], ["Contact", answers.contact], ["Explanation", answers.narrative]];
  const submit = h("button", { type: "button", id: "dispute-submit", disabled: true, onclick: handIn }, "Submit");
  const certify = h("input", { type: "checkbox", id: "dispute-certify", onchange: () => { submit.disabled = !certify.checked; } });
  async function handIn() {
    submit.disabled = true;
    warn("");
    const { ok, body } = await post("/submission", {});
    if (ok) confirmed(body.text);
    else submit.disabled = false;
  }
  return [h("dl", {}, facts.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, dash(value))))),
    h("h3", {}, "Documents"), h("ul", { "aria-label": "Attached documents" }, documents.map((each) => h("li", {}, h("b", {}, each.name), " ", h("span", {}, kilobytes(each.size))))),
    h("label", { class: "choice" }, certify, "I certify that this information is accurate."), buttons(place, submit)];
}

function confirmed(text) {
  stepper.remove();
  panel.replaceChildren(h("h2", {}, "Your request was submitted"), h("p", { "data-testid": "dispute-confirmation" }, text),
    h("p", {}, "New requests can take a while to appear on the worklist."), h("div", { class: "row" }, h("a", { href: "/web/post/appeals/" }, "Go to the Appeals worklist")));
}

async function begin() {
  const { ok, body } = await send("", { method: "GET" });
  if (ok) {
    begun = body;
    Object.assign(answers, body.answers);
    documents = body.documents;
    show(0);
  }
  ready();
}

document.getElementById("root").append(h("div", { class: "page-head" }, h("h1", {}, "Dispute Claim")), stepper, progress, alerts, panel);
begin();
