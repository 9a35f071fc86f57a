"use strict";

// One view after the other in one document. Ids come again from view to view: they name roles, not things.
const { roundTrip, first } = JSON.parse(document.getElementById("app-config").textContent);
const app = document.getElementById("app");
const state = { username: "" };
const METHODS = {
  authenticator: ["totp", "Via Microsoft Authenticator"],
  call: ["callOption", "Via Call to (•••) •••-7730"],
  text: ["textMsg", "Via Text Message to (•••) •••-7730"],
  email: ["emailOption", "Via Email to r•••@•••.example"],
  backup: ["recoveryCode", "Use my 16-digit recovery code"],
};
const CODES = {
  authenticator: ["Authenticator Code", "Enter the 6-digit code from your authenticator app."],
  call: ["Enter Access Code", "We called you with a 6-digit code."],
  text: ["Enter Access Code", "We sent a 6-digit code to (•••) •••-7730."],
  email: ["Enter Access Code", "We emailed a 6-digit code to r•••@•••.example. It can take up to 10 minutes to arrive."],
  backup: ["Recovery Code", "Enter your recovery code."],
};
const NOTICES = {
  locked: ["Your account is locked", "Your One Healthcare ID is locked after too many unsuccessful attempts. Use your recovery code or contact your organization's administrator to unlock it."],
  inactive: ["Your account has been deactivated", "Your One Healthcare ID has not been used for 90 days. Contact your organization's primary access administrator to have it reactivated."],
  maintenance: ["One Healthcare ID is unavailable", "One Healthcare ID is down for scheduled maintenance. Please try again later."],
  trouble: ["Something went wrong", "We can't process your request right now. Please try again."],
};

function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value !== null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

async function send(step, body) {
  for (const button of app.querySelectorAll("button")) button.disabled = true;
  const response = await fetch(`/api/v1/auth/${step}${roundTrip}`, { method: "POST", body: JSON.stringify(body) });
  const answer = response.status < 500 || response.status === 503 ? await response.json() : { view: "trouble" };
  if (answer.view === "leave") location.assign(`/oneapp/leave${roundTrip}`);
  else show(answer);
}

function summary(error) {
  return error ? h("div", { id: "loginerrorsummary", role: "alert" }, h("h2", { "data-cy": "data-loginerrorsummary-error" }, error)) : null;
}

function view(title, error, ...children) {
  app.replaceChildren(...[h("h1", { id: "page-title" }, title), summary(error), ...children].filter((child) => child !== null));
  location.replace(`#/${title.toLowerCase().replaceAll(" ", "-")}`);
}

const VIEWS = {
  user: () => view("Sign In", null, h("form", { submit: named },
    h("label", { for: "username" }, "One Healthcare ID or Email Address"), h("input", { id: "username", autocomplete: "off" }),
    h("button", { id: "btnLogin" }, "Continue")), links("Create One Healthcare ID", "Manage your One Healthcare ID")),

  password: ({ error }) => view("Enter Your Password", error, h("form", { submit: authenticated },
    h("label", { for: "username" }, "One Healthcare ID or Email Address"), h("input", { id: "username", readonly: true, value: state.username }),
    h("label", { for: "login-pwd" }, "Password"), h("input", { id: "login-pwd", type: "password", autocomplete: "off" }),
    h("button", { id: "btnLogin" }, "Continue")), forgot(), links("Use a different One Healthcare ID")),

  method: ({ methods }) => view("Verify Your Identity", null, h("p", {}, "Choose how you would like to verify your identity."),
    ...methods.map((name) => h("button", { id: METHODS[name][0], class: "oh-option", click: () => send("method", { method: name }) }, METHODS[name][1]))),

  code: ({ method, error }) => view(CODES[method][0], error, h("form", { submit: (event) => verify(event) },
    h("p", {}, CODES[method][1]), h("label", { for: "totp" }, "Code"),
    h("input", { id: "totp", maxlength: method === "backup" ? 16 : 6, autocomplete: "off", inputmode: "numeric" }),
    h("label", { class: "oh-check" }, h("input", { type: "checkbox", id: "rememberDevice" }), "Skip this step in future if this is your private device."),
    h("button", { id: "btnVerify" }, "Verify")), links("Reset Authenticator", "Choose another method")),

  terms: ({ error }) => view("Updated Terms of Use", error, h("p", {}, "The terms of use of One Healthcare ID have changed. Review and accept them to go on."),
    h("label", { class: "oh-check" }, h("input", { type: "checkbox", id: "acceptTerms" }), "I have read and accept the terms of use."),
    h("button", { click: () => send("terms", { accepted: document.getElementById("acceptTerms").checked }) }, "Agree")),

  expired: ({ error }) => view("Update Your Password", error, h("p", {}, "Your password has expired. You must create a new password before you can sign in."),
    passwords("expired", ["newPwd", "New Password"], ["confirmPwd", "Confirm New Password"])),

  manage: ({ error }) => view("Manage Your Password", error, h("p", {}, "Changing your password signs you out everywhere."),
    passwords("manage", ["currentPwd", "Current Password"], ["newPwd", "New Password"], ["confirmPwd", "Confirm New Password"])),

  recover: ({ error }) => view("Recover Your Account", error, h("form", { submit: recovered },
    h("p", {}, "Enter one of the recovery codes that you saved. Each of them works once."),
    h("label", { for: "recoverId" }, "One Healthcare ID"), h("input", { id: "recoverId", autocomplete: "off", value: state.username }),
    h("label", { for: "recoverCode" }, "16-digit recovery code"), h("input", { id: "recoverCode", maxlength: 19, autocomplete: "off" }),
    h("button", { id: "btnRecover" }, "Recover Account"))),

  reset: ({ error }) => view("Create a New Password", error, passwords("reset", ["newPwd", "New Password"], ["confirmPwd", "Confirm New Password"])),

  recovered: () => view("Account Recovered", null, h("p", { role: "status" }, "Your One Healthcare ID is unlocked and has its new password."),
    h("a", { href: `/oneapp/index.html${roundTrip}` }, "Sign in")),

  changed: () => view("Password Updated", null, h("p", { role: "status" }, "Your One Healthcare ID password has been updated. Sign in again to go on."),
    h("a", { href: `/oneapp/index.html${roundTrip}` }, "Sign in")),

  expiring: ({ days }) => view("Your Password Expires Soon", null, h("p", {}, `Your password will expire in ${days} ${days === 1 ? "day" : "days"}.`),
    h("button", { click: () => send("expiring", {}) }, "Remind me later")),
};

const SENT_AS = { currentPwd: "current", newPwd: "fresh", confirmPwd: "again" };

/** Each entry can be looked at while it is typed: an eye turns it into an ordinary text field, and back. */
function passwords(step, ...entries) {
  return h("form", { submit: (event) => {
    event.preventDefault();
    send(step, Object.fromEntries(entries.map(([id]) => [SENT_AS[id], document.getElementById(id).value])));
  } }, ...entries.flatMap(([id, label]) => [h("label", { for: id }, label), h("input", { id, type: "password", autocomplete: "off" }),
    h("button", { type: "button", class: "oh-eye", "aria-label": `Show ${label}`, click: () => { const input = document.getElementById(id); input.type = input.type === "text" ? "password" : "text"; } }, "👁")]),
  h("button", { id: "btnUpdatePwd" }, step === "manage" ? "Save" : "Update Password"));
}

function forgot() {
  return h("button", { type: "button", class: "oh-option", id: "btnForgot", click: () => show({ view: "recover" }) }, "Forgot password or account locked");
}

function recovered(event) {
  event.preventDefault();
  state.username = document.getElementById("recoverId").value;
  send("recover", { username: state.username, code: document.getElementById("recoverCode").value.replaceAll(/[ -]/g, "") });
}

function links(...texts) {
  return h("div", { class: "oh-links" }, ...texts.map((text) => h("a", { href: "#/help" }, text)));
}

function show(answer) {
  const [title, text] = NOTICES[answer.view] ?? [];
  if (title) view(title, null, h("p", { role: "alert" }, text));
  else VIEWS[answer.view](answer);
}

function named(event) {
  event.preventDefault();
  state.username = document.getElementById("username").value;
  send("login-options", { username: state.username });
}

function authenticated(event) {
  event.preventDefault();
  send("authenticate", { username: state.username, password: document.getElementById("login-pwd").value });
}

function verify(event) {
  event.preventDefault();
  send("code", { code: document.getElementById("totp").value, rememberDevice: document.getElementById("rememberDevice").checked });
}

// The client's sensor has to have run before the first field is there.
setTimeout(() => show({ view: first }), 150);
