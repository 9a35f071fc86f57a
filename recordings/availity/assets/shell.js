"use strict";

const frame = document.getElementById("newBodyFrame");
const home = document.getElementById("home-view");
const loader = document.getElementById("app-loader");

function closeMenus() {
  for (const button of document.querySelectorAll(".menu > button")) {
    button.setAttribute("aria-expanded", "false");
    button.nextElementSibling.hidden = true;
  }
}

for (const button of document.querySelectorAll(".menu > button")) {
  button.addEventListener("click", (event) => {
    event.stopPropagation();
    const open = button.getAttribute("aria-expanded") === "true";
    closeMenus();
    button.setAttribute("aria-expanded", String(!open));
    button.nextElementSibling.hidden = open;
  });
}
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", (event) => event.key === "Escape" && closeMenus());

for (const link of document.querySelectorAll("a[data-app]")) {
  link.href = `#/loadApp/?appUrl=${encodeURIComponent(link.dataset.app)}`;
  if (link.dataset.role && !config.roles.includes(link.dataset.role)) link.remove();
}

document.querySelector("button.bell").addEventListener("click", () => {
  location.hash = `#/loadApp/?appUrl=${encodeURIComponent("/web/msg/notification-center/")}`;
});

const regions = document.getElementById("region-list");
for (const [code, name] of Object.entries(config.regions)) {
  regions.append(h("button", { type: "button", class: code === config.region ? "chosen" : "", onclick: async () => {
    await request("/web/api/region", { region: code });
    location.reload();
  } }, name));
}

function route() {
  const [path, query] = location.hash.slice(1).split("?");
  const address = path === "/loadApp/" ? new URLSearchParams(query).get("appUrl") : null;
  const inApp = Boolean(address && address.startsWith("/web/"));
  home.hidden = inApp;
  frame.hidden = !inApp;
  if (inApp) {
    loader.hidden = false;
    // Replacing the address keeps the frame out of the browser's history.
    frame.contentWindow.location.replace(address);
  } else {
    loader.hidden = true;
  }
}

window.addEventListener("hashchange", route);
window.addEventListener("message", (event) => {
  if (event.origin !== location.origin) return;
  if (event.data.type === "app-ready") setTimeout(() => { loader.hidden = true; }, config.spinnerMs);
  if (event.data.type === "app-loading") loader.hidden = false;
  if (event.data.type === "session-ended") showEnd(event.data.reason);
});

function showEnd(reason) {
  const words = {
    kicked: ["You have been signed out", "Your user ID was used to sign in from another browser or device."],
    dropped: ["Your session has ended", "Your session is no longer valid. Please log in again."],
  }[reason];
  if (words) {
    document.getElementById("timer-title").textContent = words[0];
    document.getElementById("timer-text").textContent = words[1];
  }
  loader.hidden = true;
  document.getElementById("timer-modal").hidden = false;
}

setInterval(async () => {
  const { alive, reason } = await (await fetch("/web/api/session")).json();
  if (!alive) showEnd(reason);
}, 5000);

const survey = document.getElementById("survey-modal");
if (survey) {
  for (const button of survey.querySelectorAll("button")) button.addEventListener("click", () => survey.remove());
}

route();
