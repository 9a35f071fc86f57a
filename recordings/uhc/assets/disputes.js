"use strict";

/** What may be done with a claim. A button that is grey looks like the others to a script that does not look. */
function actionsCard(claimNumber) {
  return card("card-actions", "Act on a Claim", `/api/actions/${encodeURIComponent(claimNumber)}`, ({ actions }) => h("div", { class: "uhc-actions" },
    actions.map(({ kind, name, closed }) => h("span", {}, h("button", { type: "button", class: closed ? "uhc-button uhc-grey" : "uhc-button", "data-action": kind,
      "aria-disabled": closed ? "true" : null, title: closed, click: act(() => (closed ? null : beginDispute(claimNumber, kind))) }, name), closed ? h("small", {}, closed) : null))));
}

async function beginDispute(claimNumber, kind) {
  const { id, ...trouble } = await request("/api/disputes", { claimNumber, kind });
  if (id) location.hash = `#/claims/act/${id}`;
  else modal(trouble.message);
}

async function disputeView(id) {
  const path = `/api/disputes/${encodeURIComponent(id)}`;
  const found = await request(path);
  if (!found.claim) {
    show(h("h1", {}, "Claims"), h("div", { class: "uhc-alert", role: "alert" }, found.message));
    return;
  }
  const reason = dropdown({ testid: "dispute-reason-abyss-select-input-input", label: "Reason for your request", onchange: () => null,
    options: [["", "Choose a reason"], ...found.reasons] });
  const contact = field("dispute.contact", "Contact name");
  const phone = field("dispute.phone", "Contact phone");
  const comments = h("textarea", { id: "dispute.comments", name: "dispute.comments", rows: 5, maxlength: 1500 });
  const forward = h("button", { type: "button", class: "uhc-button", id: "dispute-review-button", click: act(() => {
    const told = { reason: reason.value(), comments: comments.value, contact: contact.value(), phone: phone.value() };
    const why = found.reasons.find(([value]) => value === told.reason)?.[1];
    const shown = { Request: found.request, ...found.claim, Reason: why, Contact: `${told.contact}, ${told.phone}`, Comments: told.comments };
    return reviewed(path, attached, told, shown, { button: "dispute-submit-button", received: (receipt) => show(h("h1", {}, "Request received"),
      h("section", { class: "uhc-card", id: "dispute-received", "aria-label": "Confirmation" }, h("p", {}, "Keep the ticket number. You can follow your request in TrackIt."), facts(receipt)),
      h("a", { href: "#/trackit", class: "uhc-link" }, "Go to TrackIt")) });
  }) }, "Review request");
  const attached = attachments(path, "dispute.file", forward, { fewest: 1 });
  show(h("h1", {}, found.request), h("section", { class: "uhc-card uhc-header", "aria-label": "Claim to act on" }, facts(found.claim)),
    h("form", { class: "uhc-card", "aria-label": found.request, novalidate: true, submit: (event) => event.preventDefault() }, reason.element, contact.element, phone.element,
      h("div", { class: "uhc-field" }, h("label", { for: "dispute.comments" }, "Comments"), comments), attached.elements, forward));
}

let lastTickets = null; // {searched, key, rows, total}: stays below the form until the next search has ended

function trackItView() {
  const number = field("ticket.claim.number", "Claim number");
  const list = h("div", { "aria-live": "polite" });
  show(h("h1", {}, "TrackIt"), h("div", { class: "uhc-columns" }, h("div", {},
    h("form", { class: "uhc-card", "aria-label": "Search tickets", novalidate: true, submit: act(async () => {
      const veil = overlay();
      const answer = await request("/api/tickets/search", { claimNumber: number.value() });
      if (config.staleMs) {
        veil.remove();
        await pause(config.staleMs);
      }
      veil.remove();
      if (answer.outcome === "tickets") {
        lastTickets = answer;
        showTickets(list);
      } else {
        lastTickets = null;
        list.replaceChildren(h("div", { class: "uhc-alert", role: "alert" }, answer.message));
      }
    }) }, number.element, h("button", { class: "uhc-button", id: "ticket-search-button" }, "Search tickets")), list),
  h("aside", { class: "uhc-recent", "aria-label": "Action Required" }, h("h2", {}, "Action Required"), h("p", {}, "You have no follow-ups today."))));
  if (lastTickets) showTickets(list);
}

function showTickets(list) {
  const { searched, rows, total, key } = lastTickets;
  list.replaceChildren(h("section", { class: "uhc-card", id: "ticket-results", "aria-label": "Tickets found" },
    h("dl", {}, h("dt", {}, "Tickets of"), h("dd", {}, searched)),
    total ? rows.map((row) => h("article", { class: "uhc-ticket" }, facts(row))) : h("p", { "data-testid": "no-tickets-found" }, "No tickets match your search."),
    h("p", { class: "uhc-count" }, `Showing ${rows.length} of ${total} tickets`),
    rows.length < total ? h("button", { type: "button", class: "uhc-link", click: act(async () => {
      const veil = overlay();
      const answer = await request(`/api/tickets/search/${key}?offset=${rows.length}`);
      veil.remove();
      if (answer.outcome === "error") { modal(answer.message); return; }
      lastTickets = { ...lastTickets, rows: [...rows, ...answer.rows] };
      showTickets(list);
    }) }, "Show more tickets") : null));
}
