"use strict";

let lastCases = null; // {searched, key, rows, page, pages, total}: a page of the list, as it was left

function caseSearchView(problem) {
  const number = field("search.case.number", "Decision ID or service reference number");
  const memberId = field("search.case.memberId", "Member ID");
  const birthDate = dateField("search.case.dateOfBirth", "Date of birth");
  const from = dateField("search.case.serviceFrom", "From");
  const to = dateField("search.case.serviceTo", "To");
  const custom = h("div", { hidden: true }, from.element, to.element);
  const radio = (value, label) => h("label", { class: "uhc-radio" }, h("input", { type: "radio", name: "search.case.range", value, change: () => { custom.hidden = value !== "custom"; } }), label);
  const ranges = h("fieldset", {}, h("legend", {}, "Dates of service"), radio("recent", "Last 30 days"), radio("all", "All dates"), radio("custom", "Custom range"), custom);
  ranges.querySelector("input").checked = true;
  const turn = (by) => {
    number.element.hidden = by !== "number";
    memberId.element.hidden = birthDate.element.hidden = ranges.hidden = by === "number";
  };
  const type = dropdown({ testid: "case-search-type-abyss-select-input-input", label: "Search type", onchange: turn,
    options: [["member", "Member ID & date of birth"], ["number", "Decision ID or service reference number"]] });
  turn("member");
  const question = () => {
    if (type.value() === "number") return number.check() ? { caseNumber: number.value() } : null;
    const range = ranges.querySelector("input:checked").value;
    if (![memberId, birthDate, ...(range === "custom" ? [from, to] : [])].map((each) => each.check()).every(Boolean)) return null;
    const dates = { all: {}, recent: lastDays(30), custom: { fromDate: from.value(), toDate: to.value() } }[range];
    return { memberId: memberId.value(), birthDate: birthDate.value(), ...dates };
  };
  show(h("div", { class: "uhc-row" }, h("h1", {}, "Prior Authorization and Notification"), newCase()), problem ?? null, h("form", { class: "uhc-card", "aria-label": "Search for cases", novalidate: true, submit: act(() => {
    const asked = question();
    return asked && searchCases(asked);
  }) }, type.element, number.element, memberId.element, birthDate.element, ranges, h("button", { class: "uhc-button", id: "submit-case-search-button" }, "Search")), recentCases());
}

/** Cases of whomever colleagues looked at last: never those that were asked for. */
function recentCases() {
  const list = h("ul", { class: "uhc-recent-cases" });
  act(async () => {
    const rows = await request("/api/cases/recent");
    if (Array.isArray(rows)) list.append(...rows.map((row) => h("li", {}, h("b", {}, row.reference ?? row.decisionId), h("span", {}, row.member), h("i", {}, row.status))));
  })();
  return h("aside", { class: "uhc-card", "aria-label": "Recently viewed cases" }, h("h2", {}, "Recently viewed cases"), list);
}

async function searchCases(asked) {
  const veil = overlay();
  if (config.staleMs && lastCases) showCases();
  const answer = await request("/api/cases/search", asked);
  if (config.staleMs) await pause(config.staleMs);
  if (answer.modal) {
    // As with claims, the spinner behind the message goes on.
    modal(answer.message, () => { layers.replaceChildren(); caseSearchView(); });
    return;
  }
  veil.remove();
  if (answer.outcome === "cases") {
    lastCases = answer;
    showCases();
  } else if (answer.outcome === "authorization_not_found") show(h("h1", {}, "Cases"), h("p", { "data-testid": "no-cases-found", role: "status" }, answer.message), newCaseSearch());
  else caseSearchView(h("div", { class: "uhc-alert", role: "alert" }, answer.message));
}

const newCaseSearch = () => h("button", { type: "button", class: "uhc-link", click: () => { location.hash = "#/prior-authorization"; caseSearchView(); } }, "New case search");

function showCases() {
  const { searched, rows, page, pages, total } = lastCases;
  const columns = ["Service reference number", "Decision ID", "Member", "Service dates", "Service type", "Case status", ""];
  const list = h("table", { "aria-label": "Cases" }, h("thead", {}, h("tr", {}, columns.map((each) => h("th", { scope: "col" }, each)))),
    h("tbody", { id: "case-results" }, rows.map((row) => h("tr", {}, [row.reference, row.decisionId, row.member, row.dates, row.kind, row.status].map((cell) => h("td", {}, stated(cell))),
      h("td", {}, h("button", { type: "button", class: "uhc-open-case", click: () => { location.hash = `#/prior-authorization/case/${row.key}`; } }, "View"))))));
  const criteria = searched.caseNumber ? { "Number searched": searched.caseNumber }
    : { "Member ID": searched.memberId, "Date of birth": searched.birthDate, "Dates of service": searched.fromDate ? `${searched.fromDate} - ${searched.toDate}` : "All dates" };
  const turner = (label, wanted, there) => h("button", { type: "button", class: "uhc-link", disabled: !there, click: act(() => turnTo(wanted)) }, label);
  show(h("div", { class: "uhc-row" }, h("h1", {}, "Case search results"), newCaseSearch()),
    h("section", { class: "uhc-card uhc-header", "aria-label": "Case search criteria" }, facts(criteria)),
    h("div", { class: "uhc-card", role: "region", "aria-label": "Case list" }, list,
      h("nav", { "aria-label": "Pages" }, turner("Previous page", page - 1, page > 1), h("span", { class: "uhc-case-page" }, `Page ${page} of ${pages}`), turner("Next page", page + 1, page < pages)),
      h("p", { class: "uhc-case-count" }, `Showing ${rows.length} of ${total} cases`)), recentCases());
}

async function turnTo(page) {
  const veil = overlay();
  const answer = await request(`/api/cases/search/${lastCases.key}?page=${page}`);
  veil.remove();
  if (answer.outcome === "error") {
    modal(answer.message);
    return;
  }
  lastCases = { ...lastCases, ...answer };
  showCases();
}

function caseView(key) {
  const path = (name) => `/api/cases/${encodeURIComponent(key)}/${name}`;
  const pairs = (answer) => h("dl", {}, Object.entries(answer).map(([id, [label, value]]) => [h("dt", {}, label), h("dd", { id: `case-${id}` }, stated(value))]));
  show(h("div", { role: "region", "aria-label": "Case detail" },
    h("div", { class: "uhc-row" }, h("h1", {}, "Case summary"), newCaseSearch(), h("a", { href: "#/prior-authorization/results", class: "uhc-link" }, "Back to cases")),
    card("card-case", "Case", path("summary"), pairs),
    card("card-case-member", "Member", path("member"), pairs),
    card("card-case-providers", "Providers", path("providers"), (answer) => accordion("Providers", pairs(answer))),
    card("card-case-services", "Services", path("services"), ({ services }) => accordion("Services", services.length
      ? table("Services", ["Line", "Procedure code", "Revenue code", "Modifiers", "Dates of service", "Requested", "Approved", "Line status"], services)
      : h("p", {}, "The services of this case are not listed yet")))), recentCases());
}

function cases(step, key) {
  if (step === "case" && key) caseView(key);
  else if (step === "new") caseCheckView();
  else if (step === "request" && key) act(() => caseRequestView(key))();
  else if (step === "results" && lastCases) showCases();
  else caseSearchView();
}
