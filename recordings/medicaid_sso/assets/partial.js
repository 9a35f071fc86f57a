"use strict";

// Components tell the server what happened to them; it sends back the regions that look different now.
const token = document.querySelector("meta[name=token]").content;
const status = document.querySelector("[role=status]");
const stale = Number(document.body.dataset.stale);
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const region = (name) => document.querySelector(`[data-region="${name}"]`);
let queue = Promise.resolve(); // one event after the other

const TROUBLE = { 503: "The provider portal is down for scheduled maintenance.", 500: "We are unable to process your request. (500)" };

function values(form) {
  const sent = new URLSearchParams({ form: form?.dataset.form ?? "" });
  for (const each of form?.querySelectorAll("input:not([type=file]), textarea, [role=combobox]") ?? []) {
    if (each.matches("[role=combobox]")) sent.set(each.id, each.dataset.value);
    else if (each.type !== "checkbox" || each.checked) sent.set(each.id, each.value);
  }
  return sent;
}

function complain(trouble) {
  const message = document.createElement("div");
  message.setAttribute("role", "alert");
  message.textContent = TROUBLE[trouble] ?? TROUBLE[500];
  (region("messages") ?? region("content")).replaceChildren(message);
}

async function post(path, sent) {
  const response = await fetch(path, { method: "POST", body: sent, headers: { "x-xsrf-token": token } });
  if (response.status === 401) {
    location.reload();
    return;
  }
  if (!response.ok) {
    complain(response.status);
    return;
  }
  const answer = new DOMParser().parseFromString(await response.text(), "application/xml");
  const updates = [...answer.querySelectorAll("update")];
  if (stale && updates.some((update) => update.getAttribute("region") === "result")) await pause(stale);
  for (const update of updates) {
    const place = region(update.getAttribute("region"));
    if (!place) continue;
    place.innerHTML = update.textContent;
    place.closest("tr[hidden]")?.removeAttribute("hidden");
  }
  answer.querySelectorAll("file").forEach(save);
  const scanning = document.querySelector("[data-scanning]");
  if (scanning) setTimeout(() => tell("attachments", scanning, scanning.dataset.scanning), 300);
}

// Files come inside the answer to an event, written out in base64.
function save(file) {
  const bytes = Uint8Array.from(atob(file.textContent), (each) => each.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  link.download = file.getAttribute("name");
  link.click();
}

function tell(event, source, argument = "") {
  const sent = values(source.closest("[data-form]"));
  sent.set("argument", argument);
  inTurn(`/partial/${event}`, sent);
}

function inTurn(path, sent) {
  status.hidden = false;
  queue = queue.then(() => post(path, sent)).catch(complain).then(() => { status.hidden = true; });
}

function toggle(box, open = box.getAttribute("aria-expanded") !== "true") {
  box.setAttribute("aria-expanded", String(open));
  box.nextElementSibling.hidden = !open;
}

function take(option) {
  const box = option.closest("ul").previousElementSibling;
  toggle(box, false);
  if (box.dataset.value === option.textContent) return;
  box.textContent = box.dataset.value = option.textContent;
  if (box.dataset.event) tell(box.dataset.event, box);
}

function fold(place) {
  place.replaceChildren();
  place.closest("tr").hidden = true;
}

async function dismiss(control) {
  control.closest(".Shell-module__veil__k2RvM, .Shell-module__cookies__k2RvM").remove();
  await fetch(`/dismiss/${control.dataset.dismiss}`, { method: "POST", headers: { "x-xsrf-token": token } });
}

document.addEventListener("click", ({ target }) => {
  const option = target.closest("[role=option]");
  const box = target.closest("[role=combobox]");
  const control = target.closest("a[data-event]");
  const banner = target.closest("a[data-dismiss]");
  if (option) take(option);
  else if (box && box.getAttribute("aria-disabled") !== "true") toggle(box);
  else if (banner) dismiss(banner);
  else if (target.closest("a[data-view]")) open(target.closest("a[data-view]").dataset.view, "_blank");
  else if (target.closest("a[data-fold]")) fold(target.closest("[data-region]"));
  else if (control && control.getAttribute("aria-disabled") !== "true") {
    control.setAttribute("aria-expanded", "true");
    tell(control.dataset.event, control, control.dataset.argument);
  }
});

document.addEventListener("change", ({ target }) => {
  for (const file of target.matches("[data-attach]") ? target.files : []) {
    const sent = new FormData();
    sent.append("file", file);
    inTurn(`/attachments/${target.dataset.attach}`, sent);
  }
});

for (const veil of document.querySelectorAll("[data-veil]")) setTimeout(() => veil.remove(), Number(veil.dataset.veil));

// Every page keeps asking whether somebody is still signed in.
setInterval(async () => {
  const query = "query { accountManagement { getUserProfile { loggedIn } } }";
  const { data } = await (await fetch("/graphql", { method: "POST", body: JSON.stringify({ query }) })).json();
  if (!data.accountManagement.getUserProfile.loggedIn) location.reload();
}, 20_000);
