"use strict";

const EDI = "/cloud/web/edi/v1";
const COLUMNS = [["Transmission", "number"], ["File Name", "name"], ["Control Number", "control"], ["Sent", "sent"], ["Status", "status"]];
const payer = autocomplete({ id: "payerId-field", label: "Payer", load: among(config.payers) });
const number = field({ id: "edi-control", name: "controlNumber", label: "Control Number" });
const results = h("section", { "aria-label": "Transmissions", hidden: true });

function list(answer, searched) {
  const turn = async (offset) => list(await tool.turn(answer, offset), searched);
  const reports = (row) => row.reports.map((kind) => h("button", { type: "button", class: "quiet", onclick: () => save(kind, row.number) }, kind));
  const rows = answer.rows.map((row) => h("tr", {}, COLUMNS.map(([, key]) => h("td", {}, dash(row[key]))), h("td", {}, reports(row))));
  results.replaceChildren(h("div", { class: "MuiPaper-root" }, h("h2", {}, "Transmissions"),
    pairs([["Searched payer", searched.payer], ["Searched control number", searched.control || "Any"]]),
    rows.length ? h("table", { id: "edi-table", class: "MuiTable-root" },
      h("thead", {}, h("tr", {}, [...COLUMNS.map(([title]) => title), "Reports"].map((title) => h("th", { scope: "col" }, title)))), h("tbody", {}, rows))
      : h("p", { class: "empty" }, "There are no transmissions to show."),
    rows.length ? pager(answer, "edi-range", turn) : ""));
}

const save = (kind, transmission) => download(`${EDI}/report`, { payer: payer.value(), number: transmission, kind }, `${kind}.txt`);

const tool = finder({
  address: EDI, outcome: "files", show: (answer) => list(answer, answer.searched), results,
  says: (text) => alertBox("error", text, "edi-message"),
  head: [h("h1", {}, "Receive EDI Files")],
  label: "Find transmissions",
  button: h("button", { type: "submit" }, "Find transmissions"),
  fields: [payer, number],
  checks: () => [payer.check("a payer")],
  question: () => ({ payer: payer.value(), control: number.value() }),
  body: [results],
});
