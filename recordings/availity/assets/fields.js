"use strict";

/** A labelled field with room for its error. */
function control(label, input, id) {
  const error = h("p", { class: "MuiFormHelperText-root", role: "alert", hidden: true });
  const caption = label ? h("label", { for: id, class: "MuiInputLabel-root" }, label) : null;
  const element = h("div", { class: `MuiFormControl-root${label ? "" : " unlabelled"}` }, caption, input, error);
  const complain = (text) => {
    error.textContent = text || "";
    error.hidden = !text;
    element.classList.toggle("Mui-error", Boolean(text));
  };
  return { element, complain };
}

/**
 * A combobox in which typing is not choosing: only an option that was clicked, or taken with Enter, counts.
 * `load` gives the options for what was typed.
 */
function autocomplete({ id, label, placeholder, load, onchange }) {
  let chosen = null;
  let active = -1;
  let shown = [];
  const list = h("ul", { role: "listbox", id: `${id}-listbox`, class: "MuiAutocomplete-listbox", hidden: true });
  const input = h("input", {
    id, type: "text", role: "combobox", autocomplete: "off", placeholder, class: "MuiInputBase-input",
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": `${id}-listbox`,
  });
  const root = h("div", { class: "MuiAutocomplete-root" }, input, list);
  const { element, complain } = control(label, root, id);

  function close() {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
  }
  function commit(option) {
    chosen = option;
    input.value = option ? option.label : "";
    complain("");
    close();
    if (onchange) onchange(option);
  }
  function highlight(index) {
    active = (index + shown.length) % shown.length;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === active)));
  }
  async function open() {
    const typed = chosen && input.value === chosen.label ? "" : input.value;
    const options = await load(typed);
    if (document.activeElement !== input) return;
    shown = options;
    active = -1;
    list.replaceChildren(...options.map((option) => h("li", {
      role: "option", class: "MuiAutocomplete-option", "data-value": option.value, "aria-selected": "false",
      onmousedown: (event) => event.preventDefault(),
      onclick: () => commit(option),
    }, option.label)));
    if (!options.length) list.append(h("li", { class: "MuiAutocomplete-noOptions" }, "No options"));
    list.hidden = false;
    input.setAttribute("aria-expanded", "true");
  }
  input.addEventListener("focus", open);
  input.addEventListener("click", open);
  input.addEventListener("input", () => {
    chosen = null;
    if (onchange) onchange(null);
    open();
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" && shown.length) highlight(active + 1);
    else if (event.key === "ArrowUp" && shown.length) highlight(active - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter") {
      event.preventDefault();
      if (!list.hidden && shown[active]) commit(shown[active]);
    } else return;
    if (event.key.startsWith("Arrow")) event.preventDefault();
  });

  return {
    element,
    commit,
    value: () => chosen && chosen.value,
    /** Empties what was typed and not chosen, as the portal's own form does on submit. */
    check(what) {
      if (chosen) return true;
      input.value = "";
      complain(`Select ${what} from the list.`);
      return false;
    },
  };
}

const among = (options) => (typed) => options.filter((option) => option.label.toLowerCase().includes(typed.toLowerCase()));

/** A choice that looks like a field and opens a list: no native select. */
function select({ id, label, options, onchange }) {
  let chosen = options[0];
  const text = h("span", {}, chosen.label);
  const list = h("ul", { role: "listbox", class: "MuiMenu-list", hidden: true, "aria-labelledby": `${id}-label` });
  const box = h("div", {
    id, role: "combobox", tabindex: "0", class: "MuiSelect-select", "aria-haspopup": "listbox", "aria-expanded": "false",
    "aria-labelledby": `${id}-label`,
  }, text);
  const toggle = (open) => {
    list.hidden = !open;
    box.setAttribute("aria-expanded", String(open));
  };
  const choose = (option) => {
    chosen = option;
    text.textContent = option.label;
    toggle(false);
    onchange(option.value);
  };
  list.append(...options.map((option) => h("li", {
    role: "option", tabindex: "-1", class: "MuiMenuItem-root", "data-value": option.value, onclick: () => choose(option),
    onkeydown: (event) => {
      if (event.key === "Enter") choose(option);
      if (event.key === "ArrowDown") (event.target.nextSibling || event.target).focus();
      if (event.key === "ArrowUp") (event.target.previousSibling || event.target).focus();
    },
  }, option.label)));
  box.addEventListener("click", () => toggle(list.hidden));
  box.addEventListener("keydown", (event) => {
    if (!["Enter", " ", "ArrowDown"].includes(event.key)) return;
    event.preventDefault();
    toggle(true);
    list.firstChild.focus();
  });
  const element = h("div", { class: "MuiFormControl-root" },
    h("span", { class: "MuiInputLabel-root", id: `${id}-label` }, label), h("div", { class: "MuiAutocomplete-root" }, box, list));
  return { element, value: () => chosen.value };
}

function field({ id, name, label, placeholder, value, testid }) {
  const input = h("input", { id, name, placeholder, type: "text", autocomplete: "off", class: "MuiInputBase-input", "data-testid": testid });
  if (value) input.value = value;
  const { element, complain } = control(label, input, id);
  return {
    element,
    input,
    complain,
    value: () => input.value.trim(),
    check(what) {
      complain(input.value.trim() ? "" : `${what} is required.`);
      return Boolean(input.value.trim());
    },
  };
}

/** MM/DD/YYYY with the slashes put in while one types; a whole value set at once is understood too. */
function dateField(options) {
  const made = field({ placeholder: "MM/DD/YYYY", ...options });
  made.input.addEventListener("input", () => {
    const digits = made.input.value.replace(/\D/g, "").slice(0, 8);
    made.input.value = [digits.slice(0, 2), digits.slice(2, 4), digits.slice(4)].filter(Boolean).join("/");
  });
  made.check = (what) => {
    const fine = /^\d\d\/\d\d\/\d{4}$/.test(made.input.value);
    made.complain(fine ? "" : `Enter ${what} as MM/DD/YYYY.`);
    return fine;
  };
  return made;
}

/** Whether a telephone number can be dialled, which its field says if not. */
function phoned(field) {
  const fine = field.value().replace(/\D/g, "").length === 10;
  field.complain(fine ? "" : "Enter a phone number of ten digits.");
  return fine;
}

function providerField(organization) {
  return autocomplete({
    id: "provider-field",
    label: null,
    placeholder: "Search provider by name or NPI",
    load: async (typed) => {
      const query = new URLSearchParams({ q: typed, organization: organization() || "" });
      return (await request(`/web/api/providers?${query}`)).json();
    },
  });
}

/** Organisation and payer; a payer that has not moved to these pages opens in the classic ones. */
function contextFields(classic, onpayer) {
  const organization = autocomplete({ id: "organization-field", label: "Organization", load: among(config.organizations) });
  if (config.organizations.length === 1) organization.commit(config.organizations[0]);
  const payer = autocomplete({
    id: "payerId-field",
    label: "Payer",
    load: among(config.payers),
    onchange: (option) => {
      if (classic && option && option.classic) location.assign(`${classic}?payerId=${option.value}`);
      else if (onpayer) onpayer(option);
    },
  });
  const given = new URLSearchParams(location.search).get("payerId");
  const known = config.payers.find((option) => option.value === given);
  return { organization, payer, prefill: () => known && payer.commit(known) };
}

function alertBox(kind, text, testid) {
  return h("div", { class: `MuiAlert-root MuiAlert-${kind}`, role: "alert", "data-testid": testid }, h("div", { class: "MuiAlert-message" }, text));
}

const dash = (value) => (value === null || value === undefined || value === "" ? "—" : String(value));

function table({ caption, columns, rows, testid, id }) {
  return h("table", { class: "MuiTable-root", "data-testid": testid, id },
    caption ? h("caption", {}, caption) : null,
    h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column)))),
    h("tbody", {}, rows.map((cells) => h("tr", {}, cells.map((cell) => h("td", {}, cell instanceof Node ? cell : dash(cell)))))));
}

const pairs = (facts) => h("dl", {}, facts.map(([term, value]) => h("div", {}, h("dt", {}, term), h("dd", {}, dash(value)))));

async function download(path, body, name) {
  const response = await request(path, body);
  h("a", { href: URL.createObjectURL(await response.blob()), download: name }).click();
}

const shut = (drawer, label) => h("button", { type: "button", "aria-label": label, onclick: () => { drawer.hidden = true; drawer.replaceChildren(); } }, "Close");

/**
 * A tool that is asked by a form and lists what it found: what is wrong above it, a bar while it works. What was found
 * before stays until the answer is there.
 */
function finder({ address, outcome, head, label, button, fields, checks, question, show, says, results, drawer = null, body }) {
  const alerts = h("div", { class: "alerts" });
  const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Loading results", hidden: true });
  const warn = (text) => alerts.replaceChildren(says(text));
  async function working(answer) {
    progress.hidden = false;
    const found = await answer;
    progress.hidden = true;
    return found;
  }
  async function find(event) {
    event.preventDefault();
    if (!checks().every(Boolean)) return;
    alerts.replaceChildren();
    if (drawer) drawer.hidden = true;
    const answer = await working(inquire(`${address}/searches`, question()));
    results.hidden = answer.outcome !== outcome;
    if (answer.outcome === outcome) show(answer);
    else warn(answer.message);
  }
  async function part(answer, offset, staleMs = 0) {
    const found = await poll(`${address}/searches/${answer.id}`, `?offset=${offset}`);
    if (staleMs) await pause(staleMs);
    return { ...found, id: answer.id };
  }
  const more = (answer, offset) => working(part(answer, offset));
  const turn = (answer, offset) => working(part(answer, offset, config.staleMs));
  document.getElementById("root").append(h("div", { class: "page-head" }, head),
    h("form", { class: "MuiPaper-root", "aria-label": label, novalidate: true, onsubmit: find },
      h("div", { class: "grid" }, fields.map((each) => each.element)), h("div", { class: "row" }, button)),
    progress, alerts, ...body);
  ready();
  return { warn, working, more, turn };
}

/** The line under a list that is turned ten rows at a time. */
function pager(answer, testid, turn) {
  const first = answer.offset + 1;
  const last = answer.offset + answer.rows.length;
  return h("div", { class: "pager" }, h("span", { "data-testid": testid }, `${first}–${last} of ${answer.total}`),
    h("button", { type: "button", class: "quiet", "aria-label": "Previous page", disabled: first === 1, onclick: () => turn(answer.offset - 10) }, "‹"),
    h("button", { type: "button", class: "quiet", "aria-label": "Next page", disabled: last === answer.total, onclick: () => turn(answer.offset + 10) }, "›"));
}

/** Cards of a payer and some days, which grow by ten with each click. */
function feed({ results, answer, rows, label, testid, empty, card, more }) {
  results.replaceChildren(
    h("p", { class: "searched" }, h("b", {}, answer.searched.payer), " ", h("span", {}, answer.searched.from), " to ", h("i", {}, answer.searched.to)),
    h("div", { role: "feed", "aria-label": label }, rows.map(card)),
    rows.length ? "" : h("p", { class: "empty" }, empty),
    h("p", { class: "range", "data-testid": testid }, `${rows.length} of ${answer.total}`),
    rows.length < answer.total ? h("button", { type: "button", class: "quiet", onclick: more }, "Load more") : "");
}

const plainAlert = (text) => h("div", { class: "MuiAlert-root", role: "alert" }, h("div", { class: "MuiAlert-message" }, text));
