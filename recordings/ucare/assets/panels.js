"use strict";

// Pages come from the server whole; afterwards forms and links exchange one region of them for what the server sends.
const token = document.querySelector("meta[name=request-token]")?.content;
const { stale, veil } = document.body.dataset;
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const newest = new WeakMap();

async function exchange(region, url, body) {
  const turn = (newest.get(region) ?? 0) + 1;
  newest.set(region, turn);
  region.setAttribute("aria-busy", "true");
  const response = await fetch(url, { method: body ? "POST" : "GET", body, headers: { "x-xsrf-token": token } });
  if (response.status === 401) {
    location.assign("/home"); // where the session's end is told
    return;
  }
  const text = response.ok ? await response.text() : `<p class="uc-flash" role="alert">We are unable to process your request. Error ${response.status}.</p>`;
  if (newest.get(region) !== turn) return;
  region.removeAttribute("aria-busy");
  if (Number(stale) && region.dataset.slow !== undefined) await pause(Number(stale));
  if (newest.get(region) === turn) region.innerHTML = text;
}

document.addEventListener("submit", (event) => {
  const { into } = event.target.dataset;
  if (!into) return;
  event.preventDefault();
  exchange(document.getElementById(into), event.target.action, new URLSearchParams(new FormData(event.target)));
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-into], button[data-into][formaction]");
  if (link) {
    event.preventDefault();
    exchange(document.getElementById(link.dataset.into), link.getAttribute("href") ?? link.formAction, link.dataset.body && new URLSearchParams(link.dataset.body));
  }
  const own = event.target.closest("a[data-window]");
  if (own) {
    event.preventDefault();
    window.open(own.href, own.dataset.window, "width=860,height=700");
  }
  const fold = event.target.closest("summary")?.parentElement;
  const body = fold?.querySelector("[data-from]");
  if (body) {
    exchange(body, body.dataset.from);
    delete body.dataset.from;
  }
  const away = event.target.closest("[data-away]");
  if (away) {
    if (away.dataset.away === "uc-cookies") document.cookie = "uc-consent=1; max-age=31536000; path=/; samesite=lax";
    document.getElementById(away.dataset.away).remove();
  }
  const choice = event.target.closest("[data-turn]");
  if (choice) for (const each of document.querySelectorAll("[data-by]")) each.hidden = each.dataset.by !== choice.value;
});

// The cascade: what hangs on the old choice goes at once, what hangs on the new one comes from the server.
document.addEventListener("change", (event) => {
  const { name, form } = event.target;
  if (form?.id !== "uc-practice" || !["tin", "npi"].includes(name)) return;
  const chosen = new URLSearchParams(new FormData(form));
  for (const id of name === "tin" ? ["uc-npis", "uc-sites"] : ["uc-sites"]) document.getElementById(id).replaceChildren();
  exchange(document.getElementById(name === "tin" ? "uc-npis" : "uc-sites"), `/practice/${name === "tin" ? "npis" : "sites"}?${chosen}`);
});

if (Number(veil)) pause(Number(veil)).then(() => document.getElementById("uc-veil").remove());
