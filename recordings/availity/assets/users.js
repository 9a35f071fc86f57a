"use strict";

const USERS = "/cloud/web/org/users/v1";
const userId = field({ id: "manage-userId", name: "userId", label: "User ID" });
const organization = h("select", { id: "manage-organization", class: "MuiInputBase-input" },
  config.organizations.map(({ value, label }) => h("option", { value }, label)));
const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Loading results", hidden: true });
const alerts = h("div", { class: "alerts" });
const results = h("section", { "aria-label": "Users", hidden: true });
const requests = h("ul", {});

async function ask(event) {
  event.preventDefault();
  alerts.replaceChildren();
  progress.hidden = false;
  const searched = userId.value().trim();
  const answer = await inquire(`${USERS}/searches`, { organization: organization.value, startsWith: searched });
  progress.hidden = true;
  if (answer.outcome === "users") return list({ ...answer, searched });
  results.hidden = true;
  alerts.append(h("div", { class: "MuiAlert-root", role: "alert" }, h("div", { class: "MuiAlert-message" },
    answer.outcome === "no_users" ? "No users match your search." : answer.message)));
}

const facts = (pairs) => h("dl", {}, pairs.flatMap(([term, value]) => [h("dt", {}, term), h("dd", {}, value)]));

function card(user) {
  return h("article", { class: "MuiPaper-root manage-card" }, h("h3", {}, user.name),
    facts([["User ID", user.id], ["Tax ID", user.tin], ["Status", user.status], ["Last Login", user.lastLogin], ["Date Added", user.added]]),
    h("ul", { "aria-label": "Roles", class: "manage-roles" }, user.roles.map((role) => h("li", { class: "MuiChip-label" }, role))));
}

function list(answer) {
  const turn = async (offset) => {
    progress.hidden = false;
    const next = await poll(`${USERS}/searches/${answer.id}`, `?offset=${offset}`);
    if (config.staleMs) await pause(config.staleMs);
    progress.hidden = true;
    list({ ...answer, ...next });
  };
  const first = answer.offset + 1;
  const last = answer.offset + answer.rows.length;
  results.hidden = false;
  results.replaceChildren(h("h2", {}, "Users"),
    facts([["Users of", answer.organization], ["User IDs that start with", answer.searched || "(all)"]]),
    h("div", { id: "manage-cards" }, answer.rows.map(card)),
    h("div", { class: "row" }, h("span", { "data-testid": "manage-range" }, `${first}–${last} of ${answer.total}`),
      h("button", { type: "button", disabled: first === 1, onclick: () => turn(answer.offset - 10) }, "Previous page"),
      h("button", { type: "button", disabled: last === answer.total, onclick: () => turn(answer.offset + 10) }, "Next page")));
}

document.getElementById("root").append(
  h("div", { class: "page-head" }, h("h1", {}, "Manage My Organization")), progress, alerts,
  h("form", { id: "manage-search", class: "MuiPaper-root", "aria-label": "Find users", novalidate: true, onsubmit: ask },
    h("div", { class: "grid" }, control("Organization", organization, "manage-organization").element, userId.element),
    h("div", { class: "row" }, h("button", { type: "submit" }, "Find users"))),
  results, h("aside", { class: "history-rail", "aria-label": "Access requests" }, h("h2", {}, "Access requests"), requests));
request(`${USERS}/requests`).then((response) => response.json()).then((waiting) =>
  requests.append(...waiting.map((each) => h("li", {}, h("b", {}, each.name), h("span", {}, each.id)))));
ready();
