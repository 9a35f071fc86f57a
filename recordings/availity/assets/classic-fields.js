"use strict";

/** A date that is only taken key by key: whatever else is put into the field is undone. */
function keyedDate(id, value = "") {
  let digits = value.replace(/\D/g, "");
  const input = h("input", { id, type: "text", class: "form-control date", autocomplete: "off", placeholder: "__/__/____" });
  const show = () => {
    input.value = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].filter(Boolean).join("/");
  };
  input.addEventListener("keydown", (event) => {
    if (event.key === "Tab" || event.key === "Enter" || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const all = input.selectionEnd - input.selectionStart > 0;
    if (/^\d$/.test(event.key)) digits = ((all ? "" : digits) + event.key).slice(0, 8);
    else if (event.key === "Backspace" || event.key === "Delete") digits = all ? "" : digits.slice(0, -1);
    else return;
    show();
  });
  input.addEventListener("input", show);
  input.addEventListener("change", show);
  show();
  return { input, value: () => input.value, complete: () => digits.length === 8 };
}

function text(id) {
  const input = h("input", { id, name: id, type: "text", class: "form-control", autocomplete: "off" });
  return { input, value: () => input.value.trim(), complete: () => Boolean(input.value.trim()) };
}

function formRow(caption, ...inputs) {
  return h("tr", {}, h("td", { class: "lbl" }, caption), h("td", {}, inputs));
}

/** Organisation and payer as plain selects. A payer that has moved opens in the newer pages. */
function contextRows(newer) {
  const organization = h("select", { id: "orgSelect", class: "form-control", "aria-label": "Organization" },
    h("option", { value: "" }, "Select One"), config.organizations.map((each) => h("option", { value: each.value }, each.label)));
  if (config.organizations.length === 1) organization.selectedIndex = 1;
  const payer = h("select", { id: "payerSelect", class: "form-control", "aria-label": "Payer" },
    config.payers.map((each) => h("option", { value: each.value }, each.label)));
  payer.value = config.payers.find((each) => each.classic).value;
  payer.addEventListener("change", () => {
    const chosen = config.payers.find((each) => each.value === payer.value);
    if (!chosen.classic) location.assign(`${newer}?payerId=${chosen.value}`);
  });
  return { organization, payer, rows: [formRow("Organization:", organization), formRow("Payer:", payer)] };
}

function radios(name, choices, onchange) {
  return choices.map(([value, caption], index) => h("label", { class: "radio-inline" },
    h("input", { type: "radio", name, value, checked: index === 0, onchange: () => onchange(value) }), ` ${caption}`));
}

const blank = (value) => (value === null || value === undefined ? "" : String(value));

function alertDiv(kind, sentence) {
  return h("div", { class: `alert alert-${kind}` }, h("p", {}, sentence));
}

function amount(value) {
  return h("p", { class: "text-right" }, blank(value));
}

function plainTable(columns, rows, attributes = {}) {
  return h("table", { class: "table table-striped", ...attributes },
    h("thead", {}, h("tr", {}, columns.map((column) => h("th", {}, column)))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell instanceof Node ? cell : blank(cell)))))));
}

/** Covers the page while the payer is asked; nothing under it can be clicked. */
const wait = h("div", { id: "pleaseWait", hidden: true }, h("div", {}, "Please wait while we process your request…"));

async function waitFor(answer) {
  wait.hidden = false;
  try {
    return await answer;
  } finally {
    wait.hidden = true;
  }
}
