// Finds, reads, fills, clicks and waits inside one document, in one call. Passed to evaluate() each time: it leaves
// nothing behind on the page but two non-enumerable marks on elements (see `mark` and `chosen`).
// A candidate is {role?, name?, label?, placeholder?, testid?, text?, css?, term?, column?}; its keys must all hold.
(command) => {
  const fold = (text) => (text ?? "").replace(/[\s\u00a0\u200b]+/g, " ").trim();
  const same = (a, b) => fold(a).toLowerCase() === fold(b).toLowerCase();
  const labelText = (text) => fold(text).replace(/\s*(\*|:|\(optional\)|\(required\))+$/i, "");
  const sameLabel = (a, b) => same(labelText(a), labelText(b));
  const STALE = Symbol.for("fleet.stale");
  const CHOSEN = Symbol.for("fleet.chosen");

  // Asking for a text or a style makes the browser lay the page out: each is asked for once in a look.
  let texts = new Map();
  let sights = new Map();
  const remembered = (memory, key, make) => {
    if (!memory.has(key)) memory.set(key, make());
    return memory.get(key);
  };
  const textIn = (element) => remembered(texts, element, () => fold(element.innerText ?? element.textContent));

  const roots = (root) => {
    const found = [root];
    for (const element of root.querySelectorAll("*")) if (element.shadowRoot) found.push(...roots(element.shadowRoot));
    return found;
  };
  let allRoots = null;
  const query = (css, within) => {
    if (within !== document && within !== null) {
      const list = [...within.querySelectorAll(css)];
      return list;
    }
    allRoots ??= roots(document);
    return allRoots.flatMap((root) => [...root.querySelectorAll(css)]);
  };

  const visible = (element) => remembered(sights, element, () => isVisible(element));
  const isVisible = (element) => {
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
    if (element.matches("select")) return fold(element.selectedOptions[0]?.textContent);
    if (element.matches("input, textarea")) return fold(element.value);
    return textIn(element);
  };
  const holdsText = (element, wanted) => {
    const sought = fold(wanted).toLowerCase();
    return fold(element.textContent).toLowerCase().includes(sought) && textIn(element).toLowerCase().includes(sought);
  };

  const LONGEST_TERM = 80;
  const TERM = "dt, th, label, strong, b, span, div, p, td, h3, h4, h5, h6";
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
  const columnCell = (row, title) => {
    const grid = row.closest("table, [role=table], [role=grid], [role=treegrid]");
    if (!grid) return [];
    const heads = [...(grid.tHead ?? grid).querySelectorAll("th, td, [role=columnheader]")];
    const index = heads.findIndex((head) => sameLabel(textIn(head), title) || sameLabel(head.getAttribute("aria-label"), title));
    const cells = [...row.children].filter((cell) => cell.matches("td, th, [role=cell], [role=gridcell], [role=rowheader]"));
    return index >= 0 && cells[index] ? [cells[index]] : [];
  };

  // A place for a value that is empty has no size, and is there all the same.
  const place = (element) => visible(element)
    || (element.isConnected && !element.children.length && fold(element.textContent) === ""
      && getComputedStyle(element).display !== "none" && element.parentElement !== null && visible(element.parentElement));

  const matches = (candidate, within, counts = visible) => {
    let list;
    const by = ["column", "term", "label", "role", "placeholder", "testid", "css", "text"].find((key) => candidate[key]);
    if (candidate.column) list = within && within !== document ? columnCell(within, candidate.column) : [];
    else if (candidate.term) {
      list = query(TERM, within)
        .filter((element) => element.textContent.length <= LONGEST_TERM && sameLabel(textIn(element), candidate.term) && visible(element))
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
      const around = within && within !== document ? within : document.body;
      list = around && holdsText(around, candidate.text) ? query("*", within).filter((element) =>
        holdsText(element, candidate.text) && ![...element.children].some((child) => holdsText(child, candidate.text))) : [];
    }
    if (candidate.css && by !== "css" && by !== "term") list = list.filter((element) => element.matches(candidate.css));
    if (candidate.name) list = list.filter((element) => same(nameOf(element), candidate.name));
    if (candidate.text && (candidate.role || candidate.css || candidate.testid)) list = list.filter((element) => holdsText(element, candidate.text));
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

  const readPart = (spec, within) => {
    let root = within;
    if (spec.within?.length) {
      const found = find(spec.within, within);
      if (found.index < 0) return null;
      root = found.list[0];
    }
    const result = { fields: {}, parts: {}, rows: {} };
    for (const [name, candidates] of Object.entries(spec.fields ?? {})) {
      const found = find(candidates, root, false, place);
      result.fields[name] = found.index < 0 ? null : { text: textOf(found.list[0]), index: found.index };
    }
    for (const [name, part] of Object.entries(spec.parts ?? {})) {
      const none = () => (part.empty?.length && find(part.empty, root, true).index >= 0 ? "empty" : null);
      result.parts[name] = readPart(part, root) ?? none();
    }
    for (const [name, rows] of Object.entries(spec.rows ?? {})) {
      const around = rows.within?.length ? find(rows.within, root).list[0] : root;
      const found = around ? find(rows.each, around, true) : { index: -1, list: [] };
      const there = rows.within?.length ? Boolean(around) : found.list.length > 0;
      const empty = !there && rows.empty?.length > 0 && find(rows.empty, root, true).index >= 0;
      result.rows[name] = { there: there || empty, list: found.list.map((row) => readPart({ ...rows, within: null }, row)) };
    }
    return result;
  };

  const setValue = (element, value) => {
    const proto = element.matches("textarea") ? HTMLTextAreaElement : element.matches("select") ? HTMLSelectElement : HTMLInputElement;
    element.focus();
    if (element.matches("select")) {
      const option = [...element.options].find((each) => same(each.textContent, value) || each.value === value);
      if (!option) return false;
      value = option.value;
    }
    Object.getOwnPropertyDescriptor(proto.prototype, "value").set.call(element, value);
    element.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true }));
    element.dispatchEvent(new Event("change", { bubbles: true, composed: true }));
    element.blur();
    return true;
  };
  const bare = (text) => fold(text).replace(/[^\p{L}\p{N}]/gu, "").toLowerCase();

  const enabled = (element) => !element.matches(":disabled") && element.getAttribute("aria-disabled") !== "true" && !element.closest("[inert]");
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
    element.focus?.();
    for (const type of ["pointerup", "mouseup"]) element.dispatchEvent(new (type.startsWith("p") ? PointerEvent : MouseEvent)(type, at));
    element.click();
  };

  // Resolves as soon as `test` gives something, on any change of the document; null when `timeout` ms are over.
  const until = (test, timeout) => new Promise((resolve) => {
    let last = performance.now();
    const check = () => {
      allRoots = null;
      texts = new Map();
      sights = new Map();
      const result = test(performance.now() - last);
      if (result === null && performance.now() < deadline) return false;
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
    observer.observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
    const timer = setInterval(check, 100); // what no mutation tells: transitions, stylesheets, shadow roots
    check();
  });

  const rowOf = (row) => {
    if (!row) return document;
    const around = row.within.length ? find(row.within, document).list[0] : document;
    return (around && find(row.each, around, true).list[row.index]) ?? document.createElement("i"); // no such row: nothing in it
  };

  const OPERATIONS = {
    read: ({ spec }) => readPart(spec, document),

    locate: ({ candidates }) => {
      const found = find(candidates, document);
      return found.list[0] ?? null;
    },

    present: ({ pages }) => Object.entries(pages).filter(([, here]) => find(here, document, true).index >= 0).map(([name]) => name),

    // Remembers what is in the document before an action, so that `landing` can tell old from new.
    mark: ({ signs }) => {
      for (const candidate of signs.flat()) {
        for (const element of matches(candidate, document, () => true)) {
          const value = { text: fold(element.textContent), seen: visible(element) };
          Object.defineProperty(element, STALE, { value, configurable: true, enumerable: false });
        }
      }
    },

    // {name, index, stale}: a page whose sign is new since `mark`. A page that proves whom it is about (`proven`) may
    // also be an old one, after `quiet` ms without a change; then even a hidden sign that is shown again is old.
    landing: ({ pages, timeout, quiet }) => until((still) => {
      let old = null;
      for (const [name, { here, proven }] of Object.entries(pages)) {
        const found = find(here, document, true);
        if (found.index < 0) continue;
        const fresh = found.list.some((element) => {
          const before = element[STALE];
          return !before || before.text !== fold(element.textContent) || (!proven && !before.seen);
        });
        if (fresh) return { name, index: found.index, stale: false };
        if (proven) old ??= { name, index: found.index, stale: true };
      }
      return old && still >= quiet ? old : null;
    }, timeout),

    // Waits for the next change of the document, or for `quiet` ms without one.
    change: ({ quiet }) => {
      const begun = performance.now();
      return until((still) => (still >= quiet ? "quiet" : performance.now() - begun - still > 1 ? "changed" : null), quiet + 50);
    },

    fill: ({ entries, timeout }) => until(() => {
      const spots = entries.map(({ candidates }) => find(candidates, document));
      return spots.every(({ list }) => list.length && enabled(list[0])) ? spots : null;
    }, timeout).then((spots) => {
      if (spots === null) return entries.map(({ name, candidates }) => ({ name, index: find(candidates, document).index, crowd: find(candidates, document).crowd, done: false }));
      return entries.map(({ name, value }, place) => {
        const element = spots[place].list[0];
        if (!element.matches("input, select, textarea")) return { name, index: spots[place].index, done: false };
        const done = setValue(element, value);
        return { name, index: spots[place].index, done: done && (element.matches("select") || bare(element.value) === bare(value)) };
      });
    }),

    click: ({ candidates, signs, timeout, row }) => until(() => {
      const found = find(candidates, rowOf(row));
      return found.index >= 0 && enabled(found.list[0]) && !covered(found.list[0]) ? found : null;
    }, timeout).then((found) => {
      if (found === null) {
        const there = find(candidates, rowOf(row));
        return { index: there.index, crowd: there.crowd, done: false, covered: there.index >= 0 && enabled(there.list[0]) };
      }
      OPERATIONS.mark({ signs });
      press(found.list[0]);
      return { index: found.index, done: true };
    }),

    // Each of several, once: the bars of an accordion, the expanders of a table.
    clickEach: ({ candidates }) => {
      const found = find(candidates, document, true);
      found.list.filter(enabled).forEach(press);
      return { index: found.index, count: found.list.length };
    },

    // How a choice is made here, or that it is made: in a box one can type into it counts only when this engine saw an
    // option taken, since text that merely stands there may be uncommitted.
    chosen: ({ candidates, value }) => {
      const element = find(candidates, document).list[0];
      if (!element) return "typed";
      if (element[CHOSEN] === value && textOf(element) !== "") return "taken";
      if (element.matches("select")) return same(textOf(element), value) ? "taken" : "native";
      if (element.matches("input, textarea")) return "typed";
      return same(textOf(element), value) ? "taken" : "pressed";
    },
    remember: ({ candidates, value }) => {
      const { list } = find(candidates, document);
      if (list.length) Object.defineProperty(list[0], CHOSEN, { value, configurable: true, enumerable: false });
    },

    // Black boxes over patient data: whole elements, and every place where a known value stands.
    cover: ({ elements, values }) => {
      const layer = document.createElement("div");
      layer.setAttribute("data-fleet-cover", "");
      layer.setAttribute("popover", "manual");
      layer.style.cssText = "all:initial;position:fixed;inset:0;margin:0;padding:0;border:0;width:100vw;height:100vh;background:none;pointer-events:none;overflow:hidden;z-index:2147483647;display:block";
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
      for (const box of boxes) {
        if (!box.width || !box.height) continue;
        const cover = document.createElement("div");
        cover.style.cssText = `all:initial;position:absolute;background:#000;left:${box.left - 1}px;top:${box.top - 1}px;width:${box.width + 2}px;height:${box.height + 2}px`;
        layer.append(cover);
      }
      document.documentElement.append(layer);
      try { layer.showPopover(); } catch { /* no top layer here: the z-index does */ }
      return layer.childElementCount;
    },
    uncover: () => document.querySelectorAll("[data-fleet-cover]").forEach((layer) => layer.remove()),
  };
  return OPERATIONS[command.operation](command);
}
