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
  let files = [];
  const reason = dropdown({ testid: "dispute-reason-abyss-select-input-input", label: "Reason for your request", onchange: () => null,
    options: [["", "Choose a reason"], ...found.reasons] });
  const contact = field("dispute.contact", "Contact name");
  const phone = field("dispute.phone", "Contact phone");
  const comments = h("textarea", { id: "dispute.comments", name: "dispute.comments", rows: 5, maxlength: 1500 });
  const list = h("ul", { class: "uhc-files", "aria-label": "Attached files" });
  const problem = h("p", { class: "uhc-problem", role: "alert", hidden: true });
  const picker = h("input", { type: "file", id: "dispute.file", change: act(attach) });
  const forward = h("button", { type: "button", class: "uhc-button", id: "dispute-review-button", disabled: true, click: act(review) }, "Review request");
  const complain = (text) => { problem.hidden = !text; problem.textContent = text ?? ""; };

  function draw() {
    list.replaceChildren(...files.map(({ name, ready }) => h("li", {}, h("b", {}, name), h("span", {}, ready ? "Attached" : "Checking file…"))));
    forward.disabled = !files.length || files.some(({ ready }) => !ready);
  }
  async function attach() {
    const body = new FormData();
    body.append("file", picker.files[0]);
    picker.value = "";
    picker.disabled = forward.disabled = true;
    complain();
    const answer = await requestWith(`${path}/files`, { method: "POST", body });
    picker.disabled = false;
    if (answer.files) files = answer.files;
    else complain(answer.message);
    draw();
    while (list.isConnected && files.some(({ ready }) => !ready)) {
      await pause(150);
      files = (await request(`${path}/files`)).files ?? files;
      draw();
    }
  }
  async function review() {
    complain();
    const told = { reason: reason.value(), comments: comments.value, contact: contact.value(), phone: phone.value() };
    const veil = overlay();
    const answer = await request(`${path}/review`, told);
    veil.remove();
    if (answer.outcome !== "review") { complain(answer.message); return; }
    const sheet = layer(h("div", { class: "uhc-modal uhc-wide", role: "dialog", "aria-modal": "true", "aria-label": "Review your request" }, h("h2", {}, "Review your request"),
      facts({ Request: found.request, ...found.claim, Reason: found.reasons.find(([value]) => value === told.reason)[1], Contact: `${told.contact}, ${told.phone}`, Comments: told.comments }),
      h("h3", {}, "Files"), h("ul", { "aria-label": "Files to send" }, files.map(({ name }) => h("li", {}, name))),
      h("div", { class: "uhc-row" }, h("button", { type: "button", click: () => sheet.remove() }, "Go back"),
        h("button", { type: "button", id: "dispute-submit-button", click: act(submit) }, "Submit request"))));
    async function submit() {
      const wait = overlay();
      const sent = await requestWith(`${path}/submit`, { method: "POST", body: "{}" });
      wait.remove();
      if (sent.outcome !== "received") { modal(sent.message); return; }
      sheet.remove();
      show(h("h1", {}, "Request received"), h("section", { class: "uhc-card", id: "dispute-received", "aria-label": "Confirmation" },
        h("p", {}, "Keep the ticket number. You can follow your request in TrackIt."), facts(sent.facts)), h("a", { href: "#/trackit", class: "uhc-link" }, "Go to TrackIt"));
    }
  }
  show(h("h1", {}, found.request), h("section", { class: "uhc-card uhc-header", "aria-label": "Claim to act on" }, facts(found.claim)),
    h("form", { class: "uhc-card", "aria-label": found.request, novalidate: true, submit: (event) => event.preventDefault() }, reason.element, contact.element, phone.element,
      h("div", { class: "uhc-field" }, h("label", { for: "dispute.comments" }, "Comments"), comments),
      h("div", { class: "uhc-field" }, h("label", { for: "dispute.file" }, "Attach a file"), picker, h("p", { class: "uhc-note" }, "Up to 10 files of at most 25 MB, one at a time.")),
      list, problem, forward));
}

/** As `request`, and for a line that breaks there is a message too. */
async function requestWith(path, options) {
  let response;
  try {
    response = await fetch(path, { headers: { accept: "application/json", "x-xsrf-token": config.xsrf }, ...options });
  } catch {
    return { outcome: "error", message: "You seem to be offline. Check your connection and try again." };
  }
  return answerOf(response);
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
