// Everything works without this file; it makes waiting shorter and forms safer.
"use strict";

// A form is sent once: a second click on a slow line must not ask a portal twice.
document.addEventListener("submit", (event) => {
  const form = event.target;
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
