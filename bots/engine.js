// Reads, fills, clicks and waits inside one document, in one call: bots.dom passes lookup.js and this to evaluate()
// each time, as the body of a function of `command`. It leaves nothing behind on the page but two non-enumerable marks
// on elements (see `mark` and `chosen`).
// Where somebody may have typed: what stands there is the question, and proves nothing about the answer.
const typable = (element) => element.isContentEditable || (element.matches("input, textarea, select") && !element.readOnly && !element.disabled);

// What lies in all of these, each of which lies in the one before; null when one is not there.
const inside = (withins, from = document) => withins.reduce((around, within) => around && (within.length ? find(within, around).list[0] ?? null : around), from);

// The box that is scrolled lies in this part of the page, or around it.
const boxOf = (scrolls, root) => find(scrolls, document, false, (box) => visible(box) && (holdsNode(root, box) || holdsNode(box, root))).list[0];
const holdsNode = (outer, inner) => inner !== null && (inner === outer || holdsNode(outer, inner.parentNode ?? inner.host ?? null));

// What tells the rows of a list apart that draws some of them at a time: their number, else where they stand in its box.
const keysOf = (rows, scrolls, root) => {
  const box = boxOf(scrolls, root);
  const begins = box ? box.getBoundingClientRect().top - box.scrollTop : 0;
  return rows.map((row) => row.getAttribute("aria-rowindex") ?? Math.round(row.getBoundingClientRect().top - begins));
};

// Whether a list in a grid of its own has more rows than it draws just now: its box is longer than they are.
const isPartlyDrawn = (rows) => {
  const grid = rows[0]?.closest(GRID);
  if (!grid || Number(grid.getAttribute("aria-rowcount")) <= gridOf(grid).size) return false;
  let box = rows[0];
  while (box !== grid && box.scrollHeight <= box.clientHeight) box = box.parentElement;
  const [first, last] = [rows[0].getBoundingClientRect(), rows.at(-1).getBoundingClientRect()];
  const begins = box.getBoundingClientRect().top - box.scrollTop;
  return box !== grid && (first.top - begins > first.height || begins + box.scrollHeight - last.bottom > last.height);
};

const readPart = (spec, within) => {
  const root = inside([spec.within ?? []], within);
  if (root === null) return null;
  // `crowded`: what is not taken since several fit, which is not the same as none.
  const result = { fields: {}, parts: {}, rows: {}, crowded: [] };
  const fitsSeveral = (within) => within?.length > 0 && find(within, root).crowd > 1;
  for (const [name, candidates] of Object.entries(spec.fields ?? {})) {
    const found = find(candidates, root, false, place);
    if (found.crowd > 1) result.crowded.push(name);
    result.fields[name] = found.index < 0 ? null : { text: textOf(found.list[0]), index: found.index, typed: typable(found.list[0]) };
  }
  for (const [name, part] of Object.entries(spec.parts ?? {})) {
    const none = () => (part.empty?.length && find(part.empty, root, true).index >= 0 ? "empty" : null);
    result.parts[name] = readPart(part, root) ?? none();
    if (result.parts[name] === null && fitsSeveral(part.within)) result.crowded.push(name);
  }
  for (const [name, rows] of Object.entries(spec.rows ?? {})) {
    const around = inside([rows.within ?? []], root);
    if (!around && fitsSeveral(rows.within)) result.crowded.push(name);
    const found = around ? find(rows.each, around, true) : { index: -1, list: [] };
    // The portal's word for none may stand in a row of its own, which says nothing else.
    const saysNone = (row) => rows.empty?.length > 0 && find(rows.empty, root, true).list.some((word) => holdsNode(row, word) && textOf(word) === textOf(row));
    if (found.list.length === 1 && saysNone(found.list[0])) found.list = [];
    // A head without rows says that there are none; cells that are no rows, and no word for none, say that rows are
    // called otherwise by now.
    const foreign = () => rows.empty?.length > 0 && !found.list.length && query("td, [role=cell], [role=gridcell], li, article", around).some(visible);
    const listed = rows.within?.length ? Boolean(around) && !foreign() : found.list.length > 0;
    const there = listed || (rows.empty?.length > 0 && find(rows.empty, root, true).index >= 0);
    const keys = rows.scrolls?.length ? keysOf(found.list, rows.scrolls, root) : null;
    const partly = keys === null && isPartlyDrawn(found.list);
    result.rows[name] = { there, partly, keys, list: found.list.map((row) => readPart({ ...rows, within: null }, row)) };
  }
  return result;
};

// The option that says exactly this, or has it as its value.
const exactOption = (options, value) => [...options].find((option) => same(textOf(option), value) || same(nameOf(option), value))
  ?? [...options].find((option) => option.value === value) ?? null;
// Else the only one that says it among other words; of a name, for which `whole` stands, among numbers and brackets.
const optionFor = (options, value, whole) => {
  const exact = exactOption(options, value);
  const holding = exact ? [] : [...options].filter((option) => saysWords(option, value, whole));
  return exact ?? (holding.length === 1 ? holding[0] : null);
};

// The browser's own field for a day holds YYYY-MM-DD, however it shows it.
const asHeld = (element, value) => (element.type === "date" ? value.replace(/^(\d\d)\/(\d\d)\/(\d{4})$/, "$3-$1-$2") : value);
const TICKED = { yes: true, no: false };
const isBox = (element) => element.matches("input[type=checkbox], input[type=radio]");
const setValue = (element, value, whole) => {
  if (isBox(element)) {
    if (value in TICKED && element.checked !== TICKED[value]) element.click();
    return element.checked === TICKED[value];
  }
  value = asHeld(element, value);
  const proto = element.matches("textarea") ? HTMLTextAreaElement : element.matches("select") ? HTMLSelectElement : HTMLInputElement;
  element.focus();
  if (element.matches("select")) {
    const option = optionFor(element.options, value, whole);
    if (!option) return false;
    value = option.value;
  }
  Object.getOwnPropertyDescriptor(proto.prototype, "value").set.call(element, value);
  element.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
  element.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
  element.blur();
  return true;
};
const POSTBACK_MS = 30; // how long a form takes to begin a trip to its server after a change
const holds = (element, value, whole) => (element.matches("select")
  ? [...element.selectedOptions].includes(optionFor(element.options, value, whole))
  : isBox(element) ? element.checked === TICKED[value]
  : bare(element.value) === bare(asHeld(element, value)) || sameDay(element.value, value));
const sameDay = (shown, value) => /^\d\d\/\d\d\/\d{4}$/.test(value) && Date.parse(shown) === Date.parse(value);
const bare = (text) => fold(text).replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();

const enabled = (element) => element instanceof Range || !element.matches(":disabled, [disabled]:not([disabled=false])") && !element.closest("[inert], [aria-disabled=true]");
const covered = (element) => {
  element.scrollIntoView({ block: "nearest", inline: "nearest", behavior: "instant" });
  const box = element.getBoundingClientRect();
  const top = element.getRootNode().elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return !(top && (element.contains(top) || top.contains(element) || element.labels && [...element.labels].some((label) => label.contains(top))));
};
const press = (element) => {
  const box = element.getBoundingClientRect();
  const at = { bubbles: true, cancelable: true, composed: true, view: window, clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
  for (const type of ["pointerdown", "mousedown"]) element.dispatchEvent(new (type.startsWith("p") ? PointerEvent : MouseEvent)(type, at));
  element.focus?.({ preventScroll: true });
  for (const type of ["pointerup", "mouseup"]) element.dispatchEvent(new (type.startsWith("p") ? PointerEvent : MouseEvent)(type, at));
  element.click();
};

// Resolves as soon as `test` gives something, on any change of the document; null when `timeout` ms are over.
// The newest command ends the waits of those before it: nobody listens to them any more.
const TURN = Symbol.for("fleet.turn");
const turn = (window[TURN] ?? 0) + 1;
Object.defineProperty(window, TURN, { value: turn, configurable: true, enumerable: false });

const until = (test, timeout, every = 100) => new Promise((resolve) => {
  let last = performance.now();
  const check = () => {
    allRoots = null;
    rootsBelow = new Map();
    texts = new Map();
    sights = new Map();
    grids = new Map();
    termIndexes = new Map();
    watch();
    const left = deadline - performance.now();
    const result = window[TURN] === turn ? test(performance.now() - last, left) : null;
    if (result === null && window[TURN] === turn && left > 0) return false;
    observer.disconnect();
    clearInterval(timer);
    resolve(result);
    return true;
  };
  const deadline = performance.now() + timeout;
  let queued = false;
  const changed = () => {
    last = performance.now();
    if (queued) return;
    queued = true;
    setTimeout(() => { queued = false; check(); }, 0);
  };
  const observer = new MutationObserver(changed);
  const watched = new Set();
  const watch = () => {
    for (const root of (allRoots ??= roots(document))) {
      if (!watched.has(root)) observer.observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
      watched.add(root);
    }
  };
  const timer = setInterval(check, every); // what no mutation tells: transitions, stylesheets, new shadow roots
  check();
});

// A page is drawn before its scripts have run, and nobody hears a click on it until then. Some wait for one for ever.
const DEAF_MS = 5_000;
const listening = () => document.readyState === "complete" || performance.now() > DEAF_MS
  || performance.getEntriesByType("navigation")[0]?.domContentLoadedEventEnd > 0;

const rowOf = (row) => {
  if (!row) return document;
  const around = inside(row.withins);
  return (around && find(row.each, around, true).list[row.index]) ?? document.createElement("i"); // no such row: nothing in it
};

const ready = (candidates, row) => {
  const found = find(candidates, rowOf(row));
  return found.index >= 0 && enabled(found.list[0]) ? found : null;
};

// Where patient data stands: whole elements, and every place of a known value.
const sensitive = ({ elements = [], values = [] }) => {
  const boxes = [];
  for (const candidates of elements) for (const candidate of candidates) for (const element of matches(candidate, document)) boxes.push(element.getBoundingClientRect());
  const wanted = values.map((value) => value.toLowerCase());
  for (const root of (allRoots ??= roots(document))) {
    const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const text = node.data.toLowerCase();
      for (const value of wanted) {
        for (let at = text.indexOf(value); at >= 0; at = text.indexOf(value, at + value.length)) {
          const range = document.createRange();
          range.setStart(node, at);
          range.setEnd(node, Math.min(at + value.length, node.length));
          boxes.push(...range.getClientRects());
        }
      }
    }
    for (const control of root.querySelectorAll("input, textarea, select")) {
      const text = textOf(control).toLowerCase();
      if (control.type === "password" || wanted.some((value) => text.includes(value))) boxes.push(control.getBoundingClientRect());
    }
  }
  return boxes.filter((box) => box.width && box.height);
};

// The document as it stands, with what is in its shadows.
const markup = () => {
  const { documentElement: whole } = document;
  if (rootsIn(document).length === 1 || !whole.getHTML) return whole.outerHTML;
  return whole.cloneNode(false).outerHTML.replace(/<\/html>$/, `${whole.getHTML({ shadowRoots: rootsIn(document).slice(1) })}$&`);
};

const OPERATIONS = {
  read: ({ spec, source }) => {
    const result = readPart(spec, document);
    return result && source ? { ...result, source: markup(), document: performance.timeOrigin } : result;
  },

  source: () => markup(),

  // Whether it moved; null when there is no such box. Rows overlap from one screen to the next.
  scroll: ({ candidates, within, to }) => {
    const root = inside([within]);
    const box = root && boxOf(candidates, root);
    if (!box) return null;
    const before = box.scrollTop;
    box.scrollTop = to === "start" ? 0 : before + box.clientHeight * 0.8;
    return box.scrollTop !== before;
  },

  drawn: ({ withins, each, scrolls }) => {
    const around = inside(withins);
    return around ? keysOf(find(each, around, true).list, scrolls, inside(withins.slice(0, 1))) : [];
  },

  locate: ({ candidates, row, timeout }) => until(() => ready(candidates, row), timeout).then((found) => found?.list[0] ?? null),

  present: ({ pages }) => Object.entries(pages).filter(([, here]) => find(here, document, true).index >= 0).map(([name]) => name),

  // Remembers what is in the document before an action, so that `landing` can tell old from new.
  mark: ({ signs }) => {
    for (const candidate of signs.flat()) {
      for (const element of matches(candidate, document, () => true)) {
        const value = { text: fold(rawText(element)), seen: visible(element) };
        Object.defineProperty(element, STALE, { value, configurable: true, enumerable: false });
      }
    }
  },

  // {name, index, stale}: a page whose sign is new since `mark`. A page that proves whom it is about (`proven`) may
  // also be an old one, after `quiet` ms without a change; then even a hidden sign that is shown again is old.
  landing: ({ pages, timeout, quiet }) => until((still) => {
    if (!listening()) return null;
    let old = null;
    for (const [name, { here, proven }] of Object.entries(pages)) {
      const found = find(here, document, true);
      if (found.index < 0) continue;
      const fresh = found.list.some((element) => {
        const before = element[STALE];
        return !before || before.text !== fold(rawText(element)) || (!proven && !before.seen);
      });
      if (fresh) return { name, index: found.index, stale: false };
      if (proven) old ??= { name, index: found.index, stale: true };
    }
    return old && still >= quiet ? old : null;
  }, timeout),

  // Waits for the next change of the document, or for `quiet` ms without one.
  change: ({ quiet }) => {
    const begun = performance.now();
    return until((still) => (still >= quiet ? "quiet" : performance.now() - begun - still > 1 ? "changed" : null), quiet + 50, Math.min(quiet, 99) + 1);
  },

  // `again`: what holds its value already is left alone, and so sets nothing off. An option may come late.
  fill: ({ entries, timeout, again }) => until((_, left) => {
    const spots = entries.map(({ candidates }) => find(candidates, document));
    if (!spots.every(({ list }) => list.length && enabled(list[0]))) return null;
    const lacks = ({ list: [element] }, place) => element.matches("select") && !optionFor(element.options, entries[place].value, entries[place].whole);
    return left > 0 && spots.some(lacks) ? null : spots;
  }, timeout).then((spots) => {
    if (spots === null) return entries.map(({ name, candidates }) => ({ name, index: find(candidates, document).index, crowd: find(candidates, document).crowd, done: false }));
    return entries.map(({ name, value, whole }, place) => {
      const element = spots[place].list[0];
      if (!element.matches("input, select, textarea")) return { name, index: spots[place].index, done: false };
      const done = (again && holds(element, value, whole)) || setValue(element, value, whole);
      const listed = element.matches("select") || isBox(element);
      return { name, index: spots[place].index, listed, done: done && (listed || holds(element, value, whole)) };
    });
  }).then((done) => new Promise((resolve) => setTimeout(() => resolve(done), entries.some(({ candidates }) => find(candidates, document).list[0]?.matches("select, [onchange]")) ? POSTBACK_MS : 0))),

  // `before`: a moment, as Date.now() counts. What was held up until then is not pressed any more.
  click: ({ candidates, signs, timeout, row, before }) => until(() => {
    const found = ready(candidates, row);
    return found && !covered(found.list[0]) ? found : null;
  }, timeout).then((found) => {
    if (found === null) {
      const there = find(candidates, rowOf(row));
      return { index: there.index, crowd: there.crowd, done: false, covered: there.index >= 0 && enabled(there.list[0]) };
    }
    OPERATIONS.mark({ signs });
    if (before && Date.now() > before) return { index: found.index, done: false, late: true };
    press(found.list[0]);
    return { index: found.index, done: true };
  }),

  // Whether it is offered: there, and not greyed out.
  offered: ({ candidates }) => {
    const { list, crowd } = find(candidates, document, false, place);
    return { crowd, offered: list.length > 0 && enabled(list[0]) };
  },

  // Whether it can be pressed now, enabled and with nothing over it; waits for that.
  awake: ({ candidates, timeout }) => until(() => {
    const found = ready(candidates, null);
    return found && !covered(found.list[0]) ? found : null;
  }, timeout).then((found) => {
    const there = found ?? find(candidates, document);
    return { index: there.index, crowd: there.crowd, done: found !== null, covered: !found && there.index >= 0 && enabled(there.list[0]) };
  }),

  // An input for files is mostly hidden behind something that looks better.
  fileInput: ({ candidates }) => find(candidates, document, false, (element) => element.matches("input[type=file]")).list[0] ?? null,

  // Each of several, once: the bars of an accordion, the expanders of a table.
  clickEach: ({ candidates }) => {
    const found = find(candidates, document, true);
    found.list.filter(enabled).forEach(press);
    return { index: found.index, count: found.list.length };
  },

  // How a choice is made here, or that it is made: in a box one can type into it counts only when this engine saw an
  // option taken, since text that merely stands there may be uncommitted.
  chosen: ({ entries }) => entries.map(({ candidates, value, whole }) => {
    const element = find(candidates, document).list[0];
    if (!element) return "typed";
    if (element[CHOSEN] === value && textOf(element) !== "") return "taken";
    if (element.matches("select")) return holds(element, value, whole) ? "taken" : "native";
    if (element.matches("input, textarea")) return "typed";
    return same(textOf(element), value) ? "taken" : "pressed";
  }),
  // Which option is wanted, which one the portal has marked, and how the wanted one reads; null when it does not come.
  // The list has to stand still first: keys that meet it while it is made anew take another option. A mouse (`pressed`)
  // takes the one that says exactly this at once; it has still to be whole before one is taken that says more.
  options: ({ candidates, value, whole, timeout, quiet, pressed }) => until((still) => {
    if (still < quiet && !pressed) return null;
    const { list } = find(candidates, document, true);
    const fit = still < quiet ? exactOption(list, value) : optionFor(list, value, whole);
    if (!fit) return null;
    const marked = (option) => option.getAttribute("aria-selected") === "true" || (option.id && option.id === document.activeElement?.getAttribute("aria-activedescendant"));
    return { wanted: list.indexOf(fit), marked: list.findIndex(marked), text: textOf(fit) };
  }, timeout),
  remember: ({ candidates, value }) => {
    const { list } = find(candidates, document);
    if (list.length) Object.defineProperty(list[0], CHOSEN, { value, configurable: true, enumerable: false });
  },

  // Black boxes over patient data. Returns how many.
  cover: (what) => {
    const layer = document.createElement("div");
    layer.setAttribute("data-fleet-cover", "");
    layer.setAttribute("popover", "manual");
    layer.style.cssText = "all:initial;position:fixed;inset:0;margin:0;padding:0;border:0;width:100vw;height:100vh;background:none;pointer-events:none;overflow:hidden;z-index:2147483647;display:block";
    for (const box of sensitive(what)) {
      const cover = document.createElement("div");
      cover.style.cssText = `all:initial;position:absolute;background:#000;left:${box.left - 1}px;top:${box.top - 1}px;width:${box.width + 2}px;height:${box.height + 2}px`;
      layer.append(cover);
    }
    document.documentElement.append(layer);
    try { layer.showPopover(); } catch { /* no top layer here: the z-index does */ }
    return layer.childElementCount;
  },

  // Whether the covers still lie over all patient data, so that whatever was seen in between was covered.
  uncover: (what) => {
    const layers = [...document.querySelectorAll("[data-fleet-cover]")];
    const covers = layers.flatMap((layer) => [...layer.children]).map((cover) => cover.getBoundingClientRect());
    const isCovered = (box) => covers.some((cover) => cover.left <= box.left && cover.top <= box.top && cover.right >= box.right && cover.bottom >= box.bottom);
    const held = layers.length > 0 && sensitive(what).every(isCovered);
    layers.forEach((layer) => layer.remove());
    return held;
  },
};
return OPERATIONS[command.operation](command);
