"use strict";

const input = (id, label) => ({ label, element: h("input", { id, type: "password", class: "MuiInputBase-input", autocomplete: "off" }) });
const current = input("pwd-current", "Current password");
const fresh = input("pwd-new", "New password");
const again = input("pwd-again", "Confirm new password");
const alerts = h("div", { class: "alerts" });
const rules = [
  [`${config.shortest} to ${config.longest} characters`, (text) => text.length >= config.shortest && text.length <= config.longest],
  ["An upper case letter", (text) => /[A-Z]/.test(text)],
  ["A lower case letter", (text) => /[a-z]/.test(text)],
  ["A digit", (text) => /[0-9]/.test(text)],
  [`One of ${config.special}`, (text) => [...text].some((each) => config.special.includes(each))],
];
const checklist = rules.map(([words]) => h("li", { class: "pwd-rule" }, words));
const save = h("button", { type: "submit", disabled: true }, "Save password");

/** Nothing can be saved before the script has seen each key of a password that it likes. */
function look() {
  const text = fresh.element.value;
  rules.forEach(([, kept], number) => checklist[number].classList.toggle("kept", kept(text)));
  save.disabled = !current.element.value || text !== again.element.value || !rules.every(([, kept]) => kept(text));
}

async function change(event) {
  event.preventDefault();
  save.disabled = true;
  alerts.replaceChildren();
  const answer = await request("/cloud/web/my-account/v2/password", {
    currentPassword: current.element.value, newPassword: fresh.element.value, confirmPassword: again.element.value,
  });
  if (answer.ok) {
    form.replaceWith(h("div", { class: "MuiAlert-root", role: "status" }, h("div", { class: "MuiAlert-message" }, "Your password has been changed.")));
    return;
  }
  const { message = "We are unable to process your request. Please try again later." } = await answer.json();
  alerts.append(h("div", { class: "MuiAlert-root", role: "alert" }, h("div", { class: "MuiAlert-message" }, message)));
  for (const { element } of [current, fresh, again]) element.value = "";
}

const form = h("form", { id: "pwd-form", class: "MuiPaper-root", "aria-label": "Change password", novalidate: true, onsubmit: change, oninput: look },
  [current, fresh, again].map(({ label, element }) => h("div", { class: "MuiFormControl-root" }, h("label", { for: element.id }, label), element)),
  h("ul", { "aria-label": "Your password must have" }, checklist), alerts, h("div", { class: "row" }, save));
document.getElementById("root").append(h("div", { class: "page-head" }, h("h1", {}, "Change Password")), form);
ready();
