"use strict";

let lastDocuments = null; // {searched, key, rows, total}: stays below the form until the next search has ended

async function libraryView() {
  const { folders, since, recent, ...trouble } = await request("/api/documents");
  if (!folders) {
    show(h("h1", {}, "Document Library"), h("div", { class: "uhc-alert", role: "alert" }, trouble.message));
    return;
  }
  const list = h("div", { class: "uhc-shelf", "aria-live": "polite" });
  const from = dateField("library-from", "Posted from", since);
  const to = dateField("library-to", "Posted through", config.today);
  const folder = dropdown({ testid: "library-folder-abyss-select-input-input", label: "Folder", onchange: () => null,
    options: [["", "All folders"], ...folders.map(({ name }) => [name, name])] });
  show(h("h1", {}, "Document Library"), h("div", { class: "uhc-columns" },
    h("div", {}, h("form", { class: "uhc-card", "aria-label": "Search the library", novalidate: true, submit: act(async () => {
      if (from.check() && to.check()) await searchLibrary(list, { folder: folder.value(), from: from.value(), to: to.value() });
    }) }, h("p", { class: "uhc-note" }, "Documents are kept for 24 months. Earliest date: ", h("b", { id: "library-since" }, since)),
    folder.element, from.element, to.element, h("button", { class: "uhc-button", id: "library-search-button" }, "Search library")), list),
    h("aside", { class: "uhc-recent", "aria-label": "Unread documents" }, h("h2", {}, "Folders"), folders.map(({ name, unread }) => h("p", {}, h("b", {}, name), h("span", {}, `${unread} unread`))),
      h("h2", {}, "Recently downloaded"), recent.map((title) => h("p", {}, title)))));
  if (lastDocuments) showDocuments(list);
}

async function searchLibrary(list, asked) {
  const veil = overlay();
  const answer = await request("/api/documents/search", asked);
  if (config.staleMs) {
    veil.remove();
    await pause(config.staleMs);
  }
  veil.remove();
  if (answer.outcome === "documents") {
    lastDocuments = answer;
    showDocuments(list);
  } else {
    lastDocuments = null;
    list.replaceChildren(h("div", { class: "uhc-alert", role: "alert" }, answer.message));
  }
}

function showDocuments(list) {
  const { searched, rows, total, key } = lastDocuments;
  const item = (row) => h("li", { class: "uhc-document" }, h("h3", {}, h("span", {}, row.title), row.unread ? h("i", { class: "uhc-unread" }, "Unread") : null),
    h("dl", {}, h("dt", {}, "Folder"), h("dd", {}, row.folder), h("dt", {}, "Posted"), h("dd", {}, row.posted), h("dt", {}, "Available through"), h("dd", {}, row.until)),
    h("button", { type: "button", class: "uhc-link", "aria-label": "Download", click: act((event) => give(event.target, row)) }, "Download"));
  list.replaceChildren(h("section", { class: "uhc-card", id: "library-results", "aria-label": "Documents found" },
    h("dl", {}, h("dt", {}, "Folder searched"), h("dd", {}, searched.folder), h("dt", {}, "First day"), h("dd", {}, searched.from), h("dt", {}, "Last day"), h("dd", {}, searched.to)),
    total ? h("ul", { "aria-label": "Documents" }, rows.map(item)) : h("p", {}, "No documents were posted on these days."),
    h("p", { class: "uhc-count" }, `Showing ${rows.length} of ${total} documents`),
    rows.length < total ? h("button", { type: "button", class: "uhc-link", click: act(async () => {
      const veil = overlay();
      const answer = await request(`/api/documents/search/${key}?offset=${rows.length}`);
      veil.remove();
      if (answer.outcome === "error") { modal(answer.message); return; }
      lastDocuments = { ...lastDocuments, rows: [...rows, ...answer.rows] };
      showDocuments(list);
    }) }, "Show more documents") : null));
}

/** A file is made ready first; then the page saves what it fetched. */
async function give(button, row) {
  button.textContent = "Preparing your document…";
  const { ticket, ...trouble } = await request("/api/documents/prepare", { number: row.number });
  if (!ticket) { modal(trouble.message); return; }
  while (!(await request(`/api/documents/prepare/${ticket}`)).ready) await pause(120);
  const response = await fetch(`/api/documents/file/${ticket}`, { headers: { "x-xsrf-token": config.xsrf } });
  const link = h("a", { href: URL.createObjectURL(await response.blob()), download: row.name });
  link.click();
  button.textContent = "Download";
}
