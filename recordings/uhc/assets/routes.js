"use strict";

function dashboard() {
  show(h("h1", {}, "Welcome to the UnitedHealthcare Provider Portal"), h("div", { class: "uhc-tiles", role: "region", "aria-label": "Dashboard" },
    permitted().map(([, label, href]) => h("a", { class: "uhc-card", href }, label))),
  h("section", { class: "uhc-card" }, h("h2", {}, "News"), h("p", {}, "Paperless delivery is required for most letters. Check your Document Library every day.")));
}

function organizationView() {
  show(h("h1", {}, "Select an organization"), h("form", { class: "uhc-card", submit: act(async (event) => {
    const id = new FormData(event.target).get("organization");
    if (!id) return;
    await request("/api/organization", { id });
    config.organizations = [];
    location.hash = "#/dashboard";
    route();
  }) }, h("fieldset", {}, h("legend", {}, "Your corporate tax IDs"), config.organizations.map(({ id, name }) =>
    h("label", { class: "uhc-radio" }, h("input", { type: "radio", name: "organization", value: id }), name))), h("button", { class: "uhc-button" }, "Continue")));
}

function profile() {
  show(h("h1", {}, "My profile"), h("section", { class: "uhc-card", "aria-label": "My profile" }, h("h2", {}, config.user),
    h("p", {}, "Name, e-mail address, password and sign-in methods belong to your One Healthcare ID."),
    h("a", { class: "uhc-button", href: "/one-healthcare-id" }, "Manage One Healthcare ID")));
}

function denied() {
  show(h("h1", {}, "You can't use this tool"), h("p", { role: "alert" }, "Your role does not include this tool. Ask your organization's access administrator."));
}

const ROUTES = { dashboard: [null, dashboard], profile: [null, profile], eligibility: ["eligibility", () => eligibilityView()], claims: ["claim_status", claims],
  "prior-authorization": ["authorizations", cases], documents: ["documents", act(() => libraryView())],
  trackit: ["appeals", () => trackItView()], users: ["users", () => usersView()] };

function claims(step, encoded) {
  if (step === "summary" && encoded) claimView(encoded);
  else if (step === "act" && encoded) act(() => disputeView(encoded))();
  else if (step === "results" && lastClaims) showClaims();
  else claimSearchView();
}

function route() {
  const [name, ...rest] = location.hash.replace(/^#\//, "").split("/");
  const [role, view] = ROUTES[name] ?? ROUTES.dashboard;
  if (config.organizations.length) organizationView();
  else if (role && !config.roles.includes(role)) denied();
  else view(...rest);
}

function notices() {
  if (config.announcement) {
    const sheet = layer(h("div", { class: "uhc-modal", role: "dialog", "aria-label": "What's new" }, h("h2", {}, "What's new in the portal"),
      h("p", {}, "The claim list has a new look."), h("button", { type: "button", click: () => sheet.remove() }, "Got it")));
  }
  if (config.survey) {
    const sheet = layer(h("div", { class: "uhc-modal", role: "dialog", "aria-label": "Survey" }, h("h2", {}, "Tell us what you think"),
      h("p", {}, "Would you recommend this portal?"), h("button", { type: "button", click: () => sheet.remove() }, "Not now")));
  }
  if (config.cookies && !document.cookie.includes("UHCCOOKIES")) {
    const bar = h("div", { class: "uhc-cookies", role: "region", "aria-label": "Cookies" }, h("p", {}, "This site uses cookies and similar technologies."),
      h("button", { type: "button", click: () => { document.cookie = "UHCCOOKIES=1; max-age=31536000; path=/; samesite=lax"; bar.remove(); } }, "Accept cookies"));
    layers.append(bar);
  }
}

async function start() {
  if (config.spinnerMs) {
    const veil = overlay();
    await pause(config.spinnerMs);
    veil.remove();
  }
  route();
  notices();
  menu();
  window.addEventListener("hashchange", route);
}

start();
