"use strict";

const EDI = "/cloud/web/edi/v1";
const COLUMNS = [["Transmission", "number"], ["File Name", "name"], ["Control Number", "control"], ["Sent", "sent"], ["Status", "status"]];
const payer = autocomplete({ id: "payerId-field", label: "Payer", load: among(config.payers) });
const number = field({ id: "edi-control", name: "controlNumber", label: "Control Number" });
const alerts = h("div", { class: "alerts" });
const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Loading results", hidden: true });
const results = h("section", { "aria-label": "Transmissions", hidden: true });

async function find(event) {
  event.preventDefault();
  if (!payer.check("a payer")) return;
  alerts.replaceChildren();
  progress.hidden = false;
  const answer = await inquire(`${EDI}/searches`, { payer: payer.value(), control: number.value() });
  progress.hidden = true;
  results.hidden = answer.outcome !== "files";
  if (answer.outcome === "files") list(answer, answer.searched);
  else alerts.replaceChildren(alertBox("error", answer.message, "edi-message"));
}

function list(answer, searched) {
  const turn = async (offset) => {
    progress.hidden = false;
    const next = await poll(`${EDI}/searches/${answer.id}`, `?offset=${offset}`);
    if (config.staleMs) await pause(config.staleMs);
    progress.hidden = true;
    list({ ...next, id: answer.id }, searched);
  };
  const rows = answer.rows.map((row) => h("tr", {}, COLUMNS.map(([, key]) => h("td", {}, dash(row[key]))),
    h("td", {}, row.reports.map((kind) => h("button", { type: "button", class: "quiet", onclick: () => save(kind, row.number) }, kind)))));
  const first = answer.offset + 1;
  const last = answer.offset + answer.rows.length;
  const facts = [["Searched payer", searched.payer], ["Searched control number", searched.control || "Any"]];
  results.replaceChildren(h("div", { class: "MuiPaper-root" }, h("h2", {}, "Transmissions"),
    h("dl", {}, facts.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, value)))),
    rows.length ? h("table", { id: "edi-table", class: "MuiTable-root" },
      h("thead", {}, h("tr", {}, [...COLUMNS.map(([title]) => title), "Reports"].map((title) => h("th", { scope: "col" }, title)))), h("tbody", {}, rows))
      : h("p", { class: "empty" }, "There are no transmissions to show."),
    rows.length ? h("div", { class: "pager" }, h("span", { "data-testid": "edi-range" }, `${first}–${last} of ${answer.total}`),
      h("button", { type: "button", class: "quiet", "aria-label": "Previous page", disabled: first === 1, onclick: () => turn(answer.offset - 10) }, "‹"),
      h("button", { type: "button", class: "quiet", "aria-label": "Next page", disabled: last === answer.total, onclick: () => turn(answer.offset + 10) }, "›")) : null));
}

async function save(kind, transmission) {
  const response = await request(`${EDI}/report`, { payer: payer.value(), number: transmission, kind });
  h("a", { href: URL.createObjectURL(await response.blob()), download: `${kind}.txt` }).click();
}

document.getElementById("root").append(h("div", { class: "page-head" }, h("h1", {}, "Receive EDI Files")),
  h("form", { class: "MuiPaper-root", "aria-label": "Find transmissions", novalidate: true, onsubmit: find },
    h("div", { class: "grid" }, payer.element, number.element), h("div", { class: "row" }, h("button", { type: "submit" }, "Find transmissions"))),
  progress, alerts, results);
ready();
