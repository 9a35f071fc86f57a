"use strict";

let lastClaims = null; // {searched, key, rows, total}: the list comes back as it was left

function claimSearchView(problem) {
  const number = field("search.claim.number", "Claim number");
  const memberId = field("search.claim.memberId", "Member ID");
  const birthDate = dateField("search.claim.dateOfBirth", "Date of birth");
  const from = dateField("search.dates.firstServiceDate", "First date of service");
  const to = dateField("search.dates.lastServiceDate", "Last date of service");
  const radio = (name, value, label, onchange) => h("label", { class: "uhc-radio" }, h("input", { type: "radio", name, value, change: onchange ?? (() => null) }), label);
  const custom = h("div", { hidden: true }, from.element, to.element);
  const ranges = h("fieldset", {}, h("legend", {}, "Dates of service"),
    radio("search.dateRange", "recent", "Last 30 days", () => { custom.hidden = true; }), radio("search.dateRange", "custom", "Custom date range", () => { custom.hidden = false; }), custom);
  ranges.querySelector("input").checked = true;
  const tins = h("fieldset", {}, h("legend", {}, "Provider"), radio("search.tinWideSearch", "tin", "All providers of this Tax ID number"), radio("search.tinWideSearch", "npi", "One provider"));
  tins.querySelector("input").checked = true;
  const turn = (by) => {
    number.element.hidden = by !== "number";
    memberId.element.hidden = birthDate.element.hidden = ranges.hidden = by === "number";
  };
  const type = dropdown({ testid: "claim-search-type-abyss-select-input-input", label: "Search type", onchange: turn,
    options: [["member", "Member ID & date of birth"], ["number", "Claim number"]] });
  turn("member");
  const question = () => {
    if (type.value() === "number") return number.check() ? { claimNumber: number.value() } : null;
    const wanted = custom.hidden ? [memberId, birthDate] : [memberId, birthDate, from, to];
    if (!wanted.map((each) => each.check()).every(Boolean)) return null;
    const range = custom.hidden ? lastDays(30) : { fromDate: from.value(), toDate: to.value() };
    return { memberId: memberId.value(), birthDate: birthDate.value(), ...range };
  };
  show(h("h1", {}, "Claims"), problem ?? null, h("form", { class: "uhc-card", "aria-label": "Search for claims", novalidate: true, submit: act(() => {
    const asked = question();
    return asked && search(asked);
  }) }, type.element, number.element, memberId.element, birthDate.element, ranges, tins,
  h("button", { class: "uhc-button", id: "submit-claim-search-button" }, "Search")));
}

function lastDays(count) {
  const print = (day) => day.toLocaleDateString("en-US", { year: "numeric", month: "2-digit", day: "2-digit" });
  const today = new Date(config.today);
  return { fromDate: print(new Date(today.getTime() - count * 86400000)), toDate: print(today) };
}

async function search(asked) {
  const veil = overlay();
  if (config.staleMs && lastClaims) showClaims();
  const answer = await request("/api/claims/search", asked);
  if (config.staleMs) await pause(config.staleMs);
  if (answer.modal) {
    // The spinner behind the message is never told that the search is over.
    modal(answer.message, () => { layers.replaceChildren(); claimSearchView(); });
    return;
  }
  veil.remove();
  if (answer.outcome === "claims") {
    lastClaims = answer;
    showClaims();
  } else if (answer.outcome === "claim_not_found") show(h("h1", {}, "Claims"), h("p", { "data-testid": "no-claims-found", role: "status" }, answer.message), searchAgain());
  else claimSearchView(h("div", { class: "uhc-alert", role: "alert" }, answer.message));
}

const searchAgain = () => h("button", { type: "button", class: "uhc-link", click: () => { location.hash = "#/claims"; claimSearchView(); } }, "New claim search");

function showClaims() {
  const { searched, rows, total } = lastClaims;
  const link = (row) => h("a", { href: `#/claims/summary/${btoa(JSON.stringify(row))}`, class: "uhc-claim" }, row.claimNumber);
  const columns = ["Claim number", "Member", "Dates of service", "Claim status", "Billed", "Paid", "Processed"];
  const list = h("table", { "aria-label": "Claims" }, h("thead", {}, h("tr", {}, columns.map((each) => h("th", { scope: "col" }, each)))),
    h("tbody", { id: "claims-results" }, rows.map((row) => h("tr", {}, [link(row), row.member, row.dates, row.claimStatus, row.totalBilledAmount, row.totalPaidAmount, row.processedDate]
      .map((cell) => h("td", {}, stated(cell)))))));
  const criteria = searched.by === "number" ? { "Claim number searched": searched.claimNumber }
    : { "Member ID": searched.memberId, "Date of birth": searched.birthDate, From: searched.fromDate, To: searched.toDate };
  show(h("div", { class: "uhc-row" }, h("h1", {}, "Claim search results"), searchAgain()),
    h("section", { class: "uhc-card uhc-header", "aria-label": "Search criteria" }, facts(criteria)),
    h("div", { class: "uhc-card", role: "region", "aria-label": "Claim list" },
      h("p", { class: "uhc-note" }, "Claims may take up to 5 business days to appear after we receive them."),
      list, h("p", { class: "uhc-count" }, `Showing ${rows.length} of ${total} claims`),
      rows.length < total ? h("button", { type: "button", class: "uhc-link", click: act(showMore) }, "Show more claims") : null));
}

async function showMore() {
  const veil = overlay();
  const { key, rows } = lastClaims;
  const answer = await request(`/api/claims/search/${key}?offset=${rows.length}`);
  veil.remove();
  if (answer.outcome === "error") {
    modal(answer.message);
    return;
  }
  lastClaims = { ...lastClaims, rows: [...rows, ...answer.rows] };
  showClaims();
}

function claimView(encoded) {
  const { claimNumber } = JSON.parse(atob(encoded));
  const path = (name) => `/api/claims/${encodeURIComponent(claimNumber)}/${name}`;
  const pairs = (prefix) => (answer) => h("dl", {}, Object.entries(answer).map(([key, [label, value]]) => [h("dt", {}, label), h("dd", { id: `${prefix}${key}` }, stated(value))]));
  const folded = (title, fill) => (answer) => accordion(title, fill(answer));
  show(h("div", { class: "uhc-claim-detail", role: "region", "aria-label": "Claim detail" },
    h("div", { class: "uhc-row" }, h("h1", {}, "Claim summary"), searchAgain(), h("a", { href: "#/claims/results", class: "uhc-link" }, "Back to claims")),
    card("card-overview", "Overview", path("overview"), pairs("overview-")),
    config.roles.includes("appeals") ? actionsCard(claimNumber) : null,
    card("card-patient", "Patient", path("patient"), pairs("pi-")),
    card("card-billing", "Billing summary", path("billing"), folded("Billing summary", pairs("bs-"))),
    card("card-payment", "Payment", path("payment"), folded("Payment", ({ payment }) => (payment
      ? facts({ "Payment number": payment.number, "Issue date": payment.issued }) : h("p", {}, "No payment was issued for this claim")))),
    card("card-lines", "Line details", path("lines"), folded("Line details", ({ lines }) => (lines.length
      ? lineTable(lines) : h("p", {}, "Line details are available once the claim is processed"))))));
}

function lineTable(lines) {
  const columns = ["", "Line", "Dates of service", "Procedure", "Modifiers", "Units", "Billed", "Allowed", "Paid"];
  return h("table", { "aria-label": "Lines" }, h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column)))),
    h("tbody", {}, lines.map(({ cells, reasons, remarks }) => {
      const more = h("tr", { class: "uhc-more", hidden: true }, h("td", { colspan: columns.length },
        h("h5", {}, "Claim adjustment reason codes"),
        reasons.length ? h("ul", { "data-testid": "expanded-row-carc-codes-text", "aria-label": "Claim adjustment reason codes" },
          reasons.map(({ code, text, amount }) => h("li", {}, h("b", {}, code), h("span", {}, text), h("i", {}, amount)))) : h("p", {}, "No adjustment reason codes"),
        h("h5", {}, "Remark codes"),
        remarks.length ? h("ul", { "data-testid": "expanded-row-remark-codes-text", "aria-label": "Remark codes" },
          remarks.map(({ code, text }) => h("li", {}, h("b", {}, code), h("span", {}, text)))) : h("p", {}, "No remark codes")));
      const opener = h("button", { type: "button", class: "uhc-expand", "aria-label": "Show codes", "aria-expanded": "false", click: () => {
        more.hidden = !more.hidden;
        opener.setAttribute("aria-expanded", String(!more.hidden));
      } }, "▸");
      return [h("tr", { "data-line": cells[0] }, h("td", {}, opener), cells.map((cell) => h("td", {}, stated(cell)))), more];
    })));
}
