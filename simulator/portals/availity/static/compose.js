"use strict";

const OUTGOING = "/cloud/web/msg/v1/outgoing";
const asked = new URLSearchParams(location.search);
const { alerts, post, progress, send, warn } = sender("outbox-message", () => OUTGOING);
const sheet = h("section", { class: "MuiPaper-root", "data-testid": "outbox-sheet" });
let begun = null;
let files = [];

const one = (path) => `/drafts/${begun.id}${path}`;

/** First whom to write to, unless a message is answered. */
function chooser() {
  const payer = autocomplete({ id: "payerId-field", label: "Payer", load: among(config.payers) });
  sheet.replaceChildren(h("form", { "aria-label": "Choose a recipient", novalidate: true, onsubmit: (event) => {
    event.preventDefault();
    if (payer.check("a payer")) begin(payer.value());
  } }, h("div", { class: "grid" }, payer.element), h("div", { class: "row" }, h("button", { type: "submit", "data-testid": "outbox-start" }, "Start message"))));
}

async function begin(payerId, replyTo) {
  begun = await post("/drafts", { payer: payerId, replyTo });
  if (begun) writer();
}

function writer() {
  const topic = autocomplete({ id: "outbox-topic", label: "Topic", load: among(begun.topics) });
  const claim = field({ id: "outbox-claim", name: "claim", label: "Related Claim (optional)" });
  const subject = field({ id: "outbox-subject", name: "subject", label: "Subject" });
  const text = h("textarea", { id: "outbox-text", rows: 8, maxlength: begun.longest });
  const body = control("Your message", text, "outbox-text");
  const list = h("ul", { class: "uploads", "aria-label": "Files" });
  const picker = h("input", { type: "file", id: "outbox-files", multiple: true, hidden: true, onchange: add });
  const forward = h("button", { type: "submit", "data-testid": "outbox-preview" }, "Preview");
  function draw() {
    list.replaceChildren(...files.map((each) => h("li", { class: each.ready ? "ready" : "scanning" }, h("b", {}, each.name), h("i", {}, each.ready ? "Ready" : "Scanning for viruses…"))));
    forward.disabled = files.some((each) => !each.ready);
  }
  async function add() {
    const chosen = [...picker.files];
    picker.value = "";
    forward.disabled = true;
    warn("");
    for (const file of chosen) {
      const listed = await send(one("/files"), { method: "POST", body: file, headers: { "x-document-name": encodeURIComponent(file.name), "content-type": "application/octet-stream" } });
      if (listed) files = listed;
    }
    draw();
    while (list.isConnected && files.some((each) => !each.ready)) {
      await pause(150);
      files = await (await request(OUTGOING + one("/files"))).json();
      draw();
    }
  }
  const known = begun.replyTo
    ? h("dl", { "aria-label": "In reply to" }, h("div", {}, h("dt", {}, "Reference"), h("dd", {}, begun.replyTo)), h("div", {}, h("dt", {}, "Subject"), h("dd", {}, begun.subject)))
    : h("div", { class: "grid" }, topic.element, subject.element, claim.element);
  sheet.replaceChildren(h("form", { "aria-label": begun.replyTo ? "Write a reply" : "Write a message", novalidate: true, onsubmit: async (event) => {
    event.preventDefault();
    if (!begun.replyTo && ![topic.check("a topic"), subject.check("Subject")].every(Boolean)) return;
    warn("");
    const shown = await post(one("/preview"), { topic: topic.value(), subject: subject.value(), claim: claim.value(), text: text.value });
    if (shown) preview(shown);
  } }, h("p", { class: "small" }, "To ", h("b", { "data-testid": "outbox-payer" }, begun.payer)), known, body.element,
    h("button", { type: "button", class: "quiet", onclick: () => picker.click() }, "Attach files"), picker, list, h("div", { class: "row" }, forward)));
}

function preview(shown) {
  const button = h("button", { type: "button", "data-testid": "outbox-send", onclick: async () => {
    button.disabled = true;
    const sent = await post(one("/message"), {});
    if (sent) done(sent);
  } }, "Send");
  const facts = [["Payer", begun.payer], ["Topic", shown.topic], ["Subject", shown.subject], ["Related Claim", shown.claim]];
  sheet.replaceChildren(h("h2", {}, "Preview"), h("dl", {}, facts.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, dash(value))))),
    h("div", { class: "text", "data-testid": "outbox-lines" }, shown.lines.map((line) => h("div", {}, line))),
    shown.files.length ? h("ul", { "aria-label": "Files to send" }, shown.files.map((name) => h("li", {}, name))) : h("em", {}, "No attachments"),
    h("div", { class: "row" }, h("button", { type: "button", class: "quiet", onclick: writer }, "Edit"), button));
}

function done(sent) {
  sheet.replaceChildren(h("h2", {}, "Your message is on its way"), h("p", { "data-testid": "outbox-receipt" }, `Sent to ${sent.payer} on ${sent.date}, reference ${sent.reference}.`),
    h("p", {}, "It can take a while until it is listed under Sent."), h("div", { class: "row" }, h("a", { href: "/web/msg/sent/" }, "Go to Sent")));
}

document.getElementById("root").append(h("div", { class: "page-head" }, h("h1", {}, "Messaging")), progress, alerts, sheet);
if (asked.get("reply")) begin(asked.get("payer"), asked.get("reply"));
else chooser();
ready();
