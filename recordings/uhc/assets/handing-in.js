"use strict";

/** Files of a draft, given to the server one at a time. `forward` sleeps until all of them were looked through. */
function attachments(path, id, forward, { fewest }) {
  let files = [];
  const list = h("ul", { class: "uhc-files", "aria-label": "Attached files" });
  const problem = h("p", { class: "uhc-problem", role: "alert", hidden: true });
  const picker = h("input", { type: "file", id, change: act(attach) });
  const complain = (text) => { problem.hidden = !text; problem.textContent = text ?? ""; };

  function draw() {
    list.replaceChildren(...files.map(({ name, ready }) => h("li", {}, h("b", {}, name), h("span", {}, ready ? "Attached" : "Checking file…"))));
    forward.disabled = files.length < fewest || files.some(({ ready }) => !ready);
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
  draw();
  const elements = [h("div", { class: "uhc-field" }, h("label", { for: id }, "Attach a file"), picker, h("p", { class: "uhc-note" }, "Up to 10 files of at most 25 MB, one at a time.")), list, problem];
  return { elements, complain, names: () => files.map(({ name }) => name) };
}

/** All of it once more, over the form, with the button that sends it. */
async function reviewed(path, attached, told, shown, { button, received }) {
  attached.complain();
  const veil = overlay();
  const answer = await request(`${path}/review`, told);
  veil.remove();
  if (answer.outcome !== "review") { attached.complain(answer.message); return; }
  const names = attached.names();
  const sheet = layer(h("div", { class: "uhc-modal uhc-wide", role: "dialog", "aria-modal": "true", "aria-label": "Review your request" }, h("h2", {}, "Review your request"),
    facts(shown), h("h3", {}, "Files"), names.length ? h("ul", { "aria-label": "Files to send" }, names.map((name) => h("li", {}, name))) : h("p", {}, "No files attached"),
    h("div", { class: "uhc-row" }, h("button", { type: "button", click: () => sheet.remove() }, "Go back"),
      h("button", { type: "button", id: button, click: act(submit) }, "Submit request"))));
  async function submit() {
    const wait = overlay();
    const sent = await requestWith(`${path}/submit`, { method: "POST", body: "{}" });
    wait.remove();
    if (sent.outcome !== "received") { modal(sent.message); return; }
    sheet.remove();
    received(sent.facts);
  }
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
