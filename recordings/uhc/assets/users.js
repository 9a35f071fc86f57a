"use strict";

let lastUsers = null; // the list of before stays below the form until the next one is there

function usersView(problem) {
  const id = field("users.search.id", "One Healthcare ID");
  show(h("h1", {}, "User management"), problem ?? null,
    h("form", { class: "uhc-card", "aria-label": "Search for users", novalidate: true, submit: act(() => findUsers(id.value().trim())) },
      id.element, h("button", { class: "uhc-button", id: "users-search-button" }, "Search users")),
    lastUsers ? userList() : null);
}

async function findUsers(startsWith) {
  const veil = overlay();
  const answer = await request("/api/users", { startsWith });
  if (config.staleMs) await pause(config.staleMs);
  veil.remove();
  lastUsers = answer.total ? answer : null;
  if (answer.outcome === "error") usersView(h("div", { class: "uhc-alert", role: "alert" }, answer.message));
  else if (answer.total) usersView();
  else usersView(h("p", { "data-testid": "no-users-found", role: "status" }, "No users match this One Healthcare ID."));
}

function userList() {
  const { searched, rows, total } = lastUsers;
  const more = h("button", { type: "button", class: "uhc-link", click: act(async () => {
    more.disabled = true;
    const next = await request("/api/users", { startsWith: searched, offset: rows.length });
    lastUsers = { ...lastUsers, rows: [...rows, ...next.rows] };
    usersView();
  }) }, "Show more users");
  return h("section", { class: "uhc-card", "aria-label": "User list", "data-testid": "users-list" },
    facts({ "One Healthcare IDs beginning with": searched || "anything" }),
    table("Users", ["One Healthcare ID", "Name", "Access level", "Tax IDs", "Status", "Last sign-in"],
      rows.map((row) => [row.id, row.name, row.access, row.tins, row.status, row.lastSignIn])),
    h("p", { class: "uhc-count" }, `Showing ${rows.length} of ${total} users`), rows.length < total ? more : null);
}
