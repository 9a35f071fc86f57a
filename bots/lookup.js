// Finds elements in one document, and says what they show. The first half of every call of the engine.
// A candidate is {role?, name?, label?, placeholder?, testid?, text?, css?, term?, column?} or {line}; its keys must all hold.
const fold = (text) => (text ?? "").replace(/[\s\u00a0\u200b]+/g, " ").trim();
const same = (a, b) => fold(a).toLowerCase() === fold(b).toLowerCase();
const labelText = (text) => fold(text).replace(/\s*(\*|:|\(optional\)|\(required\))+$/i, "");
const sameLabel = (a, b) => same(labelText(a), labelText(b));
const STALE = Symbol.for("fleet.stale");
const CHOSEN = Symbol.for("fleet.chosen");

// Asking for a text or a style makes the browser lay the page out: each is asked for once in a look.
let texts = new Map();
let sights = new Map();
let grids = new Map();
const remembered = (memory, key, make) => {
  if (!memory.has(key)) memory.set(key, make());
  return memory.get(key);
};
const textIn = (element) => remembered(texts, element,
  () => fold(element.querySelector("sup") || rootsIn(element).length > 1 ? drawn(element) : element.innerText ?? element.textContent));
// As it is drawn: a footnote's number must not become part of an amount ($25<sup>1</sup> reads $25¹), and what stands
// in a shadow is in no text that the browser gives.
const drawn = (node) => {
  if (node.nodeType === Node.TEXT_NODE) return node.data;
  if (node.nodeType !== Node.ELEMENT_NODE || getComputedStyle(node).display === "none") return "";
  if (node.matches("sup")) return fold(node.innerText).replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
  const slotted = node.matches("slot") ? node.assignedNodes() : [];
  const inner = [...(slotted.length ? slotted : (node.shadowRoot ?? node).childNodes)].map(drawn).join("");
  return getComputedStyle(node).display.startsWith("inline") || node.matches("slot") ? inner : ` ${inner} `;
};
// Without layout, which the browser would have to make first.
const rawText = (element) => (rootsIn(element).length > 1 ? drawn(element) : element.textContent);

const roots = (root) => {
  const found = [root];
  for (const element of root.querySelectorAll("*")) if (element.shadowRoot) found.push(...roots(element.shadowRoot));
  return found;
};
let allRoots = null;
let rootsBelow = new Map();
// What is searched for something inside this: itself, and the shadows in it.
const rootsIn = (within) => {
  allRoots ??= roots(document);
  if (within === document || within === null) return allRoots;
  if (allRoots.length === 1) return [within];
  return remembered(rootsBelow, within, () => [...(within.shadowRoot ? roots(within.shadowRoot) : []), ...roots(within)]);
};
const query = (css, within) => {
  if (css === ":scope" && within !== document && within !== null) return [within]; // a row that is its own field: an item of a list of sentences
  return rootsIn(within).flatMap((root) => [...root.querySelectorAll(css)]);
};

const visible = (element) => remembered(sights, element, () => isVisible(element));
const isVisible = (element) => {
  if (element instanceof Range) return true; // made of what is visible
  if (!element.isConnected) return false;
  const style = getComputedStyle(element);
  if (style.visibility !== "visible" || style.display === "none") return false;
  if (element.checkVisibility && !element.checkVisibility({ checkOpacity: true })) return false;
  const box = element.getBoundingClientRect();
  return (box.width > 0 && box.height > 0) || [...element.children].some(visible);
};

const IMPLICIT = {
  button: "button, input[type=button], input[type=submit], input[type=reset], summary",
  link: "a[href], area[href]",
  heading: "h1, h2, h3, h4, h5, h6",
  textbox: "input:not([type]), input[type=text], input[type=email], input[type=tel], input[type=url], textarea",
  searchbox: "input[type=search]", spinbutton: "input[type=number]",
  combobox: "select:not([multiple]):not([size]), input[list]", listbox: "select[multiple], select[size]",
  option: "option", checkbox: "input[type=checkbox]", radio: "input[type=radio]",
  table: "table", row: "tr", cell: "td", columnheader: "th", rowheader: "th[scope=row]",
  list: "ul, ol", listitem: "li", img: "img", dialog: "dialog", group: "fieldset",
  navigation: "nav", main: "main", banner: "header", contentinfo: "footer", status: "output", progressbar: "progress",
  article: "article", form: "form", complementary: "aside", region: "section", term: "dt", definition: "dd",
};
const byRole = (role, within) => query(
  `[role~="${role}"]` + (IMPLICIT[role] ? `, :is(${IMPLICIT[role]}):not([role])` : ""), within);

const idText = (element, ids) => ids.split(/\s+/).map((id) => element.getRootNode().getElementById?.(id)?.innerText ?? "").join(" ");
const labelsOf = (element) => [
  ...(element.labels ?? []), // a <label for> or around the control
].map((label) => {
  const copy = label.cloneNode(true);
  copy.querySelectorAll("select, input, textarea, button").forEach((control) => control.remove());
  return copy.textContent;
});
const nameOf = (element) => {
  if (element.hasAttribute("aria-labelledby")) return fold(idText(element, element.getAttribute("aria-labelledby")));
  if (element.hasAttribute("aria-label")) return fold(element.getAttribute("aria-label"));
  if (element.matches("input[type=submit], input[type=button], input[type=reset]")) return fold(element.value || element.type);
  if (element.matches("input, select, textarea")) return fold(labelsOf(element)[0] ?? element.title ?? element.placeholder);
  if (element.matches("img")) return fold(element.alt);
  if (element.matches("table")) return fold(element.caption?.innerText);
  if (element.matches("fieldset")) return fold(element.querySelector("legend")?.innerText);
  return textIn(element) || fold(element.title) || fold(element.querySelector("img[alt], [aria-label]")?.getAttribute("aria-label"))
    || fold(element.querySelector("img[alt]")?.alt);
};
const textOf = (element) => {
  if (element instanceof Range) return element.says;
  if (element.matches("select")) return fold(element.selectedOptions[0]?.textContent);
  if (element.matches("input, textarea")) return fold(element.value);
  return textIn(element);
};
const tight = (text) => text.replace(/[\s\u00a0\u200b]+/g, "").toLowerCase();
const holdsText = (element, wanted) => {
  const sought = fold(wanted).toLowerCase();
  // Without blanks first, and without layout: between two blocks the text as printed has a break that the source lacks.
  return tight(rawText(element)).includes(tight(sought)) && textIn(element).toLowerCase().includes(sought);
};
// Whole words of it: 5 is no part of 15. `whole`: all else that it says is numbers, what they are called, and brackets.
const LETTER = /[\p{L}\p{N}]/u;
const NUMBER_OF = "account|customer|federal|group|location|organization|payer|practice|provider|site|tax";
const NO_NAME = new RegExp(`[([][^)\\]]*[)\\]]|\\b(?:(?:${NUMBER_OF})\\s+)*(?:code|ein|id|no|npi|number|tin)\\b`, "gi");
const saysWords = (element, wanted, whole) => {
  const [text, sought] = [textIn(element).toLowerCase(), fold(wanted).toLowerCase()];
  for (let at = text.indexOf(sought); sought && at >= 0; at = text.indexOf(sought, at + 1)) {
    const [before, after] = [text.slice(0, at), text.slice(at + sought.length)];
    const cut = (LETTER.test(sought[0]) && LETTER.test(before.at(-1) ?? "")) || (LETTER.test(sought.at(-1)) && LETTER.test(after[0] ?? ""));
    if (!cut && !(whole && /\p{L}/u.test(sought) && /\p{L}/u.test(`${before} ${after}`.replace(NO_NAME, "")))) return true;
  }
  return false;
};

const LONGEST_TERM = 80;
let termIndexes = new Map();
const TERM = "dt, th, label, strong, b, span, div, p, td, h3, h4, h5, h6";
// Short texts by what they say, so that many terms cost one walk over the page.
const termsIn = (within, term) => {
  const key = (text) => labelText(text).toLowerCase();
  const index = remembered(termIndexes, within, () => {
    const found = new Map();
    for (const element of query(TERM, within)) {
      if (element.textContent.length <= LONGEST_TERM) remembered(found, key(element.textContent), () => []).push(element);
    }
    return found;
  });
  return index.get(key(term)) ?? [];
};
const valueBeside = (term) => {
  if (term.matches("dt")) {
    let next = term.nextElementSibling;
    while (next && !next.matches("dd")) next = next.nextElementSibling;
    return next;
  }
  if (term.matches("label") && term.control) return term.control;
  if (term.matches("th, td")) return term.nextElementSibling?.matches("td") ? term.nextElementSibling : null;
  for (let element = term; element && element !== document.body; element = element.parentElement) {
    if (element.nextElementSibling) return element.nextElementSibling;
    if (element.parentElement && !sameLabel(textIn(element.parentElement), textIn(term))) return null;
  }
  return null;
};
// What stands behind a label and its colon on one printed line, where neither has an element of its own: up to a break,
// or to where another block or cell begins. Ranges, that are read and covered like elements.
const linesAfter = (label, within) => {
  const words = labelText(label).split(" ").map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const behind = new RegExp(`^ *${words.join(" +")} *[:=]`, "i");
  const found = [];
  let line = [];
  const end = () => {
    const begun = line.map((node) => node.data.replace(/[\s\u00a0\u200b]/g, " ")).join("").match(behind);
    if (begun) found.push(rangeOver(line, begun[0].length));
    line = [];
  };
  const walk = (node) => {
    if (node.nodeType === Node.TEXT_NODE && (!node.parentElement || visible(node.parentElement))) line.push(node);
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches("script, style, select, textarea")) return;
    const parts = node.matches("br") || !getComputedStyle(node).display.startsWith("inline");
    if (parts) end();
    (node.shadowRoot ?? node).childNodes.forEach(walk);
    if (parts) end();
  };
  walk(within === document ? document.documentElement : within);
  end();
  return found;
};
const rangeOver = (nodes, from) => {
  const range = document.createRange();
  const says = fold(nodes.map((node) => node.data).join("").slice(from));
  let node = nodes[0];
  for (node of nodes) {
    if (from <= node.length) break;
    from -= node.length;
  }
  range.setStart(node, from);
  range.setEnd(nodes.at(-1), nodes.at(-1).length);
  return Object.assign(range, { says, matches: () => false });
};
const GRID = "table, [role=table], [role=grid], [role=treegrid]";
const CELL = "td, th, [role=cell], [role=gridcell], [role=rowheader], [role=columnheader]";
const ROW = "tr, [role=row]";
const cellsOf = (row) => [...row.children].filter((cell) => cell.matches(CELL));
// By row, the cell in each column; one that spans rows stands in all of them, `first` says in which column it begins.
const gridOf = (table) => remembered(grids, table, () => {
  const rows = [...table.querySelectorAll(ROW)].filter((row) => row.closest(GRID) === table);
  const grid = new Map(rows.map((row) => [row, []]));
  rows.forEach((row, y) => {
    let x = 0;
    for (const cell of cellsOf(row)) {
      while (grid.get(row)[x]) x += 1;
      const height = cell.rowSpan === 0 ? rows.length : cell.rowSpan ?? 1; // 0 is HTML's word for all that are left
      for (const below of rows.slice(y, y + height).filter((each) => each.parentElement === row.parentElement))
        for (let step = 0; step < (cell.colSpan ?? 1); step += 1) grid.get(below)[x + step] ??= { cell, first: step === 0 };
    }
  });
  return grid;
});
// Headings stand in the head, else in rows of nothing but headings, else in the first row. All cells under all headings
// of this title: where they differ, the title names no column.
const columnCell = (row, title) => {
  const table = row.closest(GRID);
  if (!table) return [];
  const grid = gridOf(table);
  const rows = [...grid.keys()];
  const headings = rows.filter((each) => cellsOf(each).every((cell) => cell.matches("th, [role=columnheader]")));
  const heads = table.tHead?.rows.length ? [...table.tHead.rows] : headings.length ? headings : rows.slice(0, 1);
  const isTitled = (head) => sameLabel(textIn(head), title) || sameLabel(head.getAttribute("aria-label"), title);
  const columns = new Set();
  for (const head of heads) (grid.get(head) ?? []).forEach((place, x) => { if (place && isTitled(place.cell)) columns.add(x); });
  return [...new Set([...columns].map((x) => grid.get(row)?.[x]).filter((place) => place?.first).map((place) => place.cell))];
};

// A place for a value that is empty has no size, and is there all the same.
const place = (element) => visible(element)
  || (element.isConnected && !element.children.length && fold(element.textContent) === ""
    && getComputedStyle(element).display !== "none" && element.parentElement !== null && visible(element.parentElement));

const matches = (candidate, within, counts = visible) => {
  if (candidate.dialog) return []; // what a dialog said is not in the document
  let list;
  if (candidate.line) return linesAfter(candidate.line, within ?? document);
  const by = ["column", "term", "label", "role", "placeholder", "testid", "css", "text"].find((key) => candidate[key]);
  if (candidate.column) list = within && within !== document ? columnCell(within, candidate.column) : [];
  else if (candidate.term) {
    list = termsIn(within, candidate.term).filter((element) => sameLabel(textIn(element), candidate.term) && visible(element))
      .filter((element, _, all) => !all.some((other) => other !== element && element.contains(other)))
      .map(valueBeside).filter((element) => element !== null);
    list = [...new Set(list)];
    if (candidate.css) list = list.flatMap((element) => (element.matches(candidate.css) ? [element] : [...element.querySelectorAll(candidate.css)]));
  } else if (candidate.label) {
    list = query("input, select, textarea, button, [role=combobox], [role=textbox], [role=spinbutton], [contenteditable=true]", within)
      .filter((control) => labelsOf(control).some((text) => sameLabel(text, candidate.label))
        || sameLabel(control.getAttribute("aria-label"), candidate.label)
        || (control.hasAttribute("aria-labelledby") && sameLabel(idText(control, control.getAttribute("aria-labelledby")), candidate.label)));
  } else if (candidate.role) list = byRole(candidate.role, within);
  else if (candidate.placeholder) list = query("[placeholder]", within).filter((element) => same(element.placeholder, candidate.placeholder));
  else if (candidate.testid) {
    const id = CSS.escape(candidate.testid).replace(/\\ /g, " ");
    list = ["data-testid", "data-test-id", "data-cy", "data-test"].flatMap((attribute) => query(`[${attribute}="${id}"]`, within));
  } else if (candidate.css) list = query(candidate.css, within);
  else {
    const holding = rootsIn(within).filter((root) => tight((root.body ?? root).textContent ?? "").includes(tight(candidate.text)));
    list = holding.flatMap((root) => [...root.querySelectorAll("*")]).filter((element) => holdsText(element, candidate.text)
      && ![...element.children, ...(element.shadowRoot?.children ?? [])].some((child) => holdsText(child, candidate.text)));
  }
  if (candidate.css && by !== "css" && by !== "term") list = list.filter((element) => element.matches(candidate.css));
  if (candidate.name) list = list.filter((element) => same(nameOf(element), candidate.name));
  if (candidate.text && (candidate.role || candidate.css || candidate.testid)) list = list.filter((element) => holdsText(element, candidate.text));
  if (candidate.says) list = list.filter((element) => saysWords(element, candidate.says, candidate.whole));
  return list.filter(counts);
};

// The first candidate that is there wins; one that fits several elements does not count where one is meant, unless
// they are nothing to act on and all say the same.
const find = (candidates, within, many = false, counts = visible) => {
  let crowd = 0;
  for (const [index, candidate] of candidates.entries()) {
    const list = matches(candidate, within ?? document, counts);
    if (list.length && (many || list.length === 1 || new Set(list.map(textOf)).size === 1 && !list[0].matches("input, select, textarea, button, a")))
      return { index, list, crowd: 0 };
    crowd = Math.max(crowd, list.length);
  }
  return { index: -1, list: [], crowd };
};
