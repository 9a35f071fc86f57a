"use strict";

const kilobytes = (size) => `${Math.ceil(size / 1024).toLocaleString("en-US")} KB`;

/**
 * What is sent to a payer in steps: the server hears of each, and looks through the files one by one.
 * `steps` has for each its title and what the server calls the one after it; `pages` what each of them shows.
 */
function wizard({ title, id, steps, pages }) {
  const alerts = h("div", { class: "alerts" });
  const progress = h("div", { class: "MuiLinearProgress-root", role: "progressbar", "aria-label": "Working", hidden: true });
  const stepper = h("ol", { class: "stepper", "aria-label": "Steps" }, steps.map(([, name]) => h("li", {}, name)));
  const panel = h("section", { class: "MuiPaper-root", "data-testid": `${id}-step` });
  const answers = {};
  let address = "";
  let documents = [];

  function warn(text) {
    alerts.replaceChildren(...(text ? [alertBox("error", text, `${id}-message`)] : []));
  }

  async function send(path, options) {
    const headers = { accept: "application/json", "x-xsrf-token": cookie("XSRF-TOKEN"), ...options.headers };
    progress.hidden = false;
    try {
      const response = await fetch(address + path, { ...options, headers });
      if (response.status === 401) {
        window.top.postMessage({ type: "session-ended", reason: (await response.json()).reason }, location.origin);
        return { ok: false };
      }
      const body = await response.json();
      if (!response.ok) warn(body.message || `We are unable to process your request. Please try again later. (${response.status})`);
      return { ok: response.ok, body };
    } catch (error) {
      warn("We could not reach the server. Check your connection and try again.");
      return { ok: false };
    } finally {
      progress.hidden = true;
    }
  }

  const post = (path, body) => send(path, { method: "POST", body: JSON.stringify(body) });

  function show(place) {
    warn("");
    [...stepper.children].forEach((item, at) => item.setAttribute("aria-current", at === place ? "step" : "false"));
    panel.replaceChildren(h("h2", {}, steps[place][1]), ...pages[place](place));
  }

  /** Saves what this step asked for and goes on. */
  async function onward(place, saved) {
    const { ok } = await post("/answers", { step: steps[place][0], ...saved });
    if (!ok) return;
    Object.assign(answers, saved);
    show(place + 1);
  }

  function buttons(place, next) {
    const back = place ? h("button", { type: "button", class: "quiet", onclick: () => show(place - 1) }, "Back") : null;
    return h("div", { class: "row" }, back, next);
  }

  /** The step in which files are attached; goes on when all of them were looked through, and are `fewest` at least. */
  function files(place, hint, fewest) {
    const forward = h("button", { type: "button", disabled: true, onclick: () => onward(place, {}) }, "Continue");
    const list = h("ul", { class: "uploads", "aria-label": "Documents" });
    const picker = h("input", { type: "file", id: `${id}-files`, multiple: true, hidden: true, onchange: add });
    const refused = [];

    function draw() {
      list.replaceChildren(...documents.map((each) => h("li", {},
        h("b", {}, each.name), h("span", {}, kilobytes(each.size)), h("i", {}, each.ready ? "Ready" : "Scanning for viruses…"),
        h("button", { type: "button", class: "quiet", "aria-label": `Remove ${each.name}`, onclick: () => remove(each) }, "Remove"))),
        ...refused.map(([name, why]) => h("li", { class: "Mui-error" }, h("b", {}, name), h("span", { role: "alert" }, why))));
      forward.disabled = documents.length < fewest || documents.some((each) => !each.ready);
    }
    async function watch() {
      while (list.isConnected && documents.some((each) => !each.ready)) {
        await pause(150);
        const response = await request(`${address}/documents`);
        documents = await response.json();
        draw();
      }
    }
    async function add() {
      const chosen = [...picker.files];
      picker.value = "";
      forward.disabled = true;
      for (const file of chosen) {
        warn("");
        const { ok } = await send("/documents", { method: "POST", body: file, headers: { "x-document-name": encodeURIComponent(file.name), "content-type": "application/octet-stream" } });
        if (!ok) refused.push([file.name, alerts.textContent]);
      }
      documents = await (await request(`${address}/documents`)).json();
      draw();
      watch();
    }
    async function remove(file) {
      const { ok, body } = await send(`/documents/${file.id}`, { method: "DELETE" });
      if (ok) documents = body;
      draw();
    }
    draw();
    watch();
    return [h("p", {}, hint),
      h("button", { type: "button", class: "quiet", onclick: () => picker.click() }, "Add files"), picker, list, buttons(place, forward)];
  }

  /** The step that shows it all; what has to be agreed to stands between the files and the button. */
  function review(place, facts, agreed, submit, received) {
    submit.addEventListener("click", async () => {
      submit.disabled = true;
      warn("");
      const { ok, body } = await post("/submission", {});
      if (ok) {
        stepper.remove();
        panel.replaceChildren(...received(body));
      } else submit.disabled = false;
    });
    const attached = documents.map((each) => h("li", {}, h("b", {}, each.name), " ", h("span", {}, kilobytes(each.size))));
    return [pairs(facts), h("h3", {}, "Documents"), attached.length ? h("ul", { "aria-label": "Attached documents" }, attached) : h("em", {}, "No attachments"),
      agreed, buttons(place, submit)];
  }

  /** For what the server has begun at this address. */
  function at(where, known = { answers: {}, documents: [] }) {
    address = where;
    Object.assign(answers, known.answers);
    documents = known.documents;
  }

  document.getElementById("root").append(h("div", { class: "page-head" }, h("h1", {}, title)), stepper, progress, alerts, panel);
  return { answers, at, buttons, files, onward, progress, review, send, show, warn };
}
