// Everything works without this file; it makes waiting shorter and forms safer.
"use strict";

// A form is sent once: a second click on a slow line must not ask a portal twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.hasAttribute("data-keep")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (form.method === "post" && !form.hasAttribute("data-again")) form.dataset.sent = "yes";
});

// A page that the browser brings back from its memory shows what was, and perhaps to somebody else.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) window.location.reload();
});

// Live: a question's steps, a sheet's counts. When all is said, the page is loaded again with the answer.
for (const place of document.querySelectorAll("[data-follow]")) {
  const list = place.querySelector("[data-steps]");
  place.querySelector("[data-fallback]").hidden = true;
  const events = new EventSource(place.dataset.follow);
  events.addEventListener("step", (event) => {
    const step = JSON.parse(event.data);
    const row = document.createElement("li");
    const took = step.milliseconds < 1000 ? `${step.milliseconds} ms` : `${(step.milliseconds / 1000).toFixed(1)} s`;
    row.textContent = `${step.kind} · ${step.page} · ${took}${step.note ? ` · ${step.note}` : ""}`;
    list.append(row);
  });
  const why = place.querySelector("[data-why]");
  if (why) {
    const head = (moves) => {
      const words = document.createElement("span");
      words.textContent = moves ? "Asking the portal…" : "Waiting";
      words.className = moves ? "pulse" : "";
      place.querySelector("[data-heading]").replaceChildren(words);
    };
    events.addEventListener("waits", (event) => {
      const waits = JSON.parse(event.data);
      if (why.textContent === waits.sentence) return;
      why.textContent = waits.sentence;
      head(waits.moves);
    });
  }
  events.addEventListener("settled", () => {
    events.close();
    window.location.reload();
  });
}

for (const place of document.querySelectorAll("[data-watch]")) {
  const bar = place.querySelector("[data-bar]");
  const total = Number(place.dataset.total);
  for (const button of document.querySelectorAll(".actions [data-fallback]")) button.hidden = true;
  let quarter = null;
  let shown = Number(place.dataset.came);
  let came = shown;
  let looking = false;
  // Rows that came in take their place; whoever has the keyboard in one keeps it. A hidden page looks at no patient.
  const look = async () => {
    if (looking || document.hidden || came === shown) return;
    looking = true;
    const wanted = came;
    const answer = await fetch(place.dataset.rows).catch(() => null);
    if (answer && answer.ok && !answer.redirected) {
      const fresh = document.createElement("template");
      fresh.innerHTML = await answer.text();
      for (const row of fresh.content.querySelectorAll("tr")) {
        const old = document.getElementById(row.id);
        if (!old || old.innerHTML === row.innerHTML) continue;
        const focused = old.contains(document.activeElement);
        old.replaceWith(row);
        if (focused && row.querySelector("a")) row.querySelector("a").focus();
      }
      shown = wanted;
    }
    looking = false;
    if (shown === wanted) look();
  };
  document.addEventListener("visibilitychange", look);
  const events = new EventSource(place.dataset.watch);
  events.addEventListener("standing", (event) => {
    const standing = JSON.parse(event.data);
    const done = total - standing.waiting;
    for (const count of place.querySelectorAll("[data-count]")) count.textContent = standing[count.dataset.count];
    bar.value = done;
    // A screen reader is told each quarter, not each row.
    if (quarter !== null && Math.floor((4 * done) / total) !== quarter) {
      place.querySelector("[data-spoken]").textContent = `${done} of ${total} rows are done.`;
    }
    quarter = Math.floor((4 * done) / total);
    came = standing.rows;
    look();
  });
  events.addEventListener("settled", () => {
    events.close();
    window.location.reload();
  });
}

// Codes that are waited for: said on every page, as long as somebody looks at it. A hidden page holds no connection.
for (const banner of document.querySelectorAll("[data-codes]")) {
  const forms = document.querySelector("[data-codes-page]");
  let events = null;
  let known = null;
  const show = (event) => {
    const codes = JSON.parse(event.data);
    const runs = codes.map((code) => code.run).join();
    const typed = [...document.querySelectorAll(".code")].some((input) => input.value);
    if (forms && known !== null && runs !== known && !typed) window.location.assign("/codes");
    known = runs;
    banner.replaceChildren(...codes.map((code) => {
      const line = document.createElement("p");
      const link = document.createElement("a");
      line.className = "note warn";
      link.href = "/codes";
      link.textContent = code.text;
      line.append(link);
      return line;
    }));
  };
  const follow = () => {
    if (document.hidden) {
      if (events) events.close();
      events = null;
    } else if (!events) {
      events = new EventSource(banner.dataset.codes);
      events.addEventListener("codes", show);
    }
  };
  document.addEventListener("visibilitychange", follow);
  follow();
}

// A form with files stays where it is until it is taken: a browser would not keep the files over a fault.
for (const form of document.querySelectorAll("form[data-keep]")) {
  const said = form.querySelector("[data-said]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    try {
      const body = new FormData(form, event.submitter);
      const answer = await fetch(form.action, { method: "POST", headers: { accept: "application/json" }, body });
      if (answer.headers.get("content-type") === "application/json") {
        window.location.assign((await answer.json()).go);
        return;
      }
      const told = new DOMParser().parseFromString(await answer.text(), "text/html");
      const line = told.querySelector("main [role=alert], main [role=status]");
      const text = document.createElement("p");
      text.textContent = line ? line.textContent : told.body.textContent;
      text.className = line ? line.className : "alert";
      said.replaceChildren(text);
      for (const field of form.querySelectorAll("[name]")) {
        const there = told.querySelector(`form[data-keep] [name="${field.name}"][aria-invalid]`);
        field.toggleAttribute("aria-invalid", false);
        if (there) field.setAttribute("aria-invalid", "true");
        if (there && field.closest("details")) field.closest("details").open = true;
      }
      said.scrollIntoView({ block: "center" });
    } catch (problem) {
      said.textContent = "The console does not answer. Nothing is lost: send it once more, it is kept once only.";
    }
    delete form.dataset.busy;
  });
}

// Nobody is signed out without a warning: a minute before, with a button that keeps the session alive.
const idle = Number(document.body.dataset.idle || 0);
if (idle) {
  const warning = document.createElement("div");
  const text = document.createElement("p");
  const stay = document.createElement("button");
  warning.className = "warning";
  warning.setAttribute("role", "alert");
  stay.textContent = "Stay signed in";
  let timers = [];
  const wait = () => {
    timers.forEach(clearTimeout);
    warning.remove();
    timers = [
      setTimeout(() => {
        text.textContent = "Nothing has happened for a while; you will be signed out in a minute.";
        warning.replaceChildren(text, stay);
        document.querySelector("main").prepend(warning);
      }, 1000 * Math.max(idle / 2, idle - 60)),
      setTimeout(() => window.location.assign("/sign-in?idle"), 1000 * (idle + 5)),
    ];
  };
  stay.addEventListener("click", async () => {
    const answer = await fetch("/account");
    if (answer.redirected) window.location.assign("/sign-in?idle");
    else wait();
  });
  wait();
}
