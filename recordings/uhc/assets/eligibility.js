"use strict";

let lastResult = null; // the member before stays on the screen until the answer for this one is there

function eligibilityView(problem) {
  const memberId = field("memberId", "Member ID");
  const firstName = field("firstName", "First name");
  const lastName = field("lastName", "Last name");
  const birthDate = dateField("birthDate", "Date of birth");
  const asOf = dateField("coverageDate", "Coverage date", config.today);
  const service = h("select", { id: "serviceType" }, config.serviceTypes.map(({ value, label }) => h("option", { value }, label)));
  const turn = (by) => {
    memberId.element.hidden = by !== "id";
    firstName.element.hidden = lastName.element.hidden = by === "id";
  };
  const type = dropdown({ testid: "member-search-type-abyss-select-input-input", label: "Search type", onchange: turn,
    options: [["id", "Member ID & date of birth"], ["name", "Member name & date of birth"]] });
  turn("id");
  const recent = h("aside", { class: "uhc-recent", "aria-label": "Recently viewed members" });
  show(h("h1", {}, "Eligibility"), problem ?? null, h("div", { class: "uhc-columns" },
    h("form", { class: "uhc-card", "data-testid": "member-search", "aria-label": "Search for a member", novalidate: true, submit: act(() => {
      const who = type.value() === "id" ? [memberId] : [firstName, lastName];
      if (![...who, birthDate, asOf].map((each) => each.check()).every(Boolean)) return null;
      const named = type.value() === "id" ? { memberId: memberId.value() } : { firstName: firstName.value(), lastName: lastName.value() };
      return ask({ ...named, birthDate: birthDate.value(), asOfDate: asOf.value(), serviceType: service.value });
    }) }, type.element, memberId.element, lastName.element, firstName.element, birthDate.element, asOf.element,
    h("div", { class: "uhc-field" }, h("label", { for: "serviceType" }, "Service type"), service), h("button", { class: "uhc-button" }, "Search")), recent));
  act(async () => {
    const members = await request("/api/members/recent");
    recent.replaceChildren(h("h2", {}, "Recently viewed members"), ...members.map((each) =>
      h("p", {}, h("b", {}, `${each.firstName} ${each.lastName}`), h("span", {}, each.memberId), h("span", {}, each.birthDate))));
  })();
}

async function ask(question) {
  const veil = overlay();
  if (lastResult) show(...lastResult);
  const answer = await request("/api/members/search", question);
  if (config.staleMs) await pause(config.staleMs);
  veil.remove();
  if (answer.outcome === "member") show(...(lastResult = result(answer)));
  else if (answer.candidates?.length) show(h("h1", {}, "Eligibility"), pickList(answer, question));
  else eligibilityView(h("div", { class: "uhc-alert", role: "alert" }, answer.message));
}

function pickList({ message, candidates }, question) {
  return h("section", { class: "uhc-card", "data-testid": "member-candidates", "aria-label": "Matching members" }, h("p", {}, message),
    candidates.map((each) => h("article", {}, facts({ "First name": each.firstName, "Last name": each.lastName, "Member ID": each.memberId, "Date of birth": each.birthDate }),
      h("button", { type: "button", class: "uhc-link", click: act(() => ask({ ...question, candidate: each.key })) }, "View eligibility"))),
    newSearch());
}

const newSearch = () => h("button", { type: "button", class: "uhc-link", click: () => eligibilityView() }, "New search");

function result({ key, header }) {
  const benefits = request(`/api/members/${key}/benefits`);
  const sums = request(`/api/members/${key}/accumulators`);
  for (const each of [benefits, sums]) each.catch(() => null);
  return [h("div", { class: "uhc-result", "aria-label": "Eligibility result", role: "region" },
    h("div", { class: "uhc-row" }, h("h1", {}, "Member eligibility"), newSearch()),
    h("section", { class: "uhc-card uhc-header", "data-testid": "member-header", "aria-label": "Member" }, facts({
      "First name": header.firstName, "Last name": header.lastName, "Member ID": header.memberId, "Date of birth": header.birthDate, Gender: header.gender,
      "Relationship to subscriber": header.relationship, Insurer: header.payer, "Coverage as of": header.asOf, "Service type": header.serviceType })),
    card("card-coverage", "Coverage", `/api/members/${key}/coverage`, ({ plans }) => plans.map((plan, place) => planCard(plan, place, benefits, sums))),
    card("card-care", "Primary care provider", `/api/members/${key}/care`, ({ pcp }) =>
      accordion("Primary care provider", pcp ? facts(pcp) : h("p", {}, "No primary care provider is listed"))),
    card("card-other", "Other insurance", `/api/members/${key}/other-insurance`, ({ others }) =>
      accordion("Other insurance", others.length ? others.map((each) => h("article", {}, facts(each))) : h("p", {}, "No other insurance is listed"))))];
}

function planCard(plan, place, benefits, sums) {
  const later = (testid, title, answer, fill) => {
    const box = h("div", { "data-testid": testid, "aria-busy": "true" }, h("p", { class: "uhc-wait" }, `Please wait while we retrieve ${title.toLowerCase()}…`));
    act(async () => {
      const found = await answer;
      box.replaceChildren(found.outcome === "error" ? h("p", { role: "alert" }, found.message) : accordion(title, ...fill(found.plans[place])));
      box.removeAttribute("aria-busy");
    })();
    return box;
  };
  return h("div", { class: "uhc-plan", role: "group", "aria-label": "Plan" }, facts({ "Plan status": plan.status, Plan: plan.name, Product: plan.product, Group: plan.group,
    "Effective date": plan.effective, "End date": plan.end }),
    later("plan-benefits", "Benefits", benefits, benefitTables), later("plan-sums", "Deductible and out-of-pocket", sums, sumLists));
}

function benefitTables({ copays, coinsurances, limitations, authorizations }) {
  const service = ["Service", "Service code"];
  const shares = [...service, "Network", "Coverage level"];
  const listed = (name, columns, rows) => (rows.length ? [h("h4", {}, name), table(name, columns, rows)] : h("p", {}, `The plan lists no ${name.toLowerCase()}`));
  return [listed("Copays", [...shares, "Copay"], copays), listed("Coinsurance", [...shares, "Coinsurance"], coinsurances),
    listed("Limitations", [...service, "Limitation"], limitations), listed("Prior authorization", [...service, "Prior authorization"], authorizations)].flat();
}

function sumLists({ deductibles, outOfPockets }) {
  const listed = (name, rows) => h("section", { "aria-label": name }, h("h4", {}, name),
    rows.length ? rows.map((row) => h("article", {}, facts(row))) : h("p", {}, "The plan lists none"));
  return [listed("Deductible", deductibles), listed("Out-of-pocket maximum", outOfPockets)];
}
