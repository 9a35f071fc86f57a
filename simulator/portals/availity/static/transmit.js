"use strict";

const payer = autocomplete({ id: "payerId-field", label: "Payer", load: among(config.payers) });
const picker = h("input", { type: "file", id: "edi-file", hidden: true, onchange: take });
const panel = h("section", { class: "MuiPaper-root", "aria-label": "File to send", hidden: true });
const { alerts, post, progress, send, warn } = sender("edi-message", () => "/cloud/web/edi/v1");

async function take() {
  const [file] = picker.files;
  picker.value = "";
  warn("");
  panel.hidden = true;
  if (!payer.check("a payer")) return;
  const headers = { "x-payer": payer.value(), "x-document-name": encodeURIComponent(file.name), "content-type": "application/octet-stream" };
  let found = await send("/files", { method: "POST", body: file, headers });
  while (found && !found.ready) {
    await pause(120);
    found = await send(`/files/${found.id}`, {});
  }
  if (found) review(found);
}

function review(found) {
  const facts = [["File", found.name], ["Sender ID", found.sender], ["Control Number", found.control], ["Claims", found.claims]];
  panel.replaceChildren(h("h2", {}, "Check the file"), h("dl", {}, facts.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, String(value))))),
    h("button", { type: "button", id: "edi-send", onclick: () => transmit(found) }, "Send file"));
  panel.hidden = false;
}

async function transmit(found) {
  const sent = await post(`/files/${found.id}/transmission`, {});
  if (!sent) return;
  panel.replaceChildren(h("h2", {}, "Your file was sent"), h("p", { "data-testid": "edi-confirmation" }, sent.text));
}

document.getElementById("root").append(h("div", { class: "page-head" }, h("h1", {}, "Send EDI Files")),
  h("form", { class: "MuiPaper-root", "aria-label": "Send a file", onsubmit: (event) => event.preventDefault() },
    h("p", {}, "Choose the payer, then one file with health care claims (837) of at most 30 MB."), h("div", { class: "grid" }, payer.element),
    h("div", { class: "row" }, h("button", { type: "button", class: "quiet", onclick: () => picker.click() }, "Choose file"), picker)),
  progress, alerts, panel);
ready();
