"use strict";

const config = JSON.parse(document.getElementById("portal-config").textContent);

/** Makes an element; strings become text, never markup; null children are left out. */
function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

function cookie(name) {
  const found = document.cookie.split("; ").find((part) => part.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

async function request(path, body) {
  const headers = { accept: "application/json", "x-xsrf-token": cookie("XSRF-TOKEN") };
  const options = body ? { method: "POST", headers, body: JSON.stringify(body) } : { headers };
  const response = await fetch(path, options);
  if (response.status === 401) {
    const { reason } = await response.json();
    window.top.postMessage({ type: "session-ended", reason }, location.origin);
    throw new Error("session ended");
  }
  return response;
}

/** Asks an inquiry and waits for the payer's answer: 202 first, then polled. */
async function inquire(path, body, query = "") {
  const accepted = await request(path, body);
  if (accepted.status !== 202) return { outcome: "error", message: `We are unable to process your request. Please try again later. (${accepted.status})` };
  const { id } = await accepted.json();
  const answer = await poll(`${path}/${id}`, query);
  if (config.staleMs) await pause(config.staleMs);
  return { ...answer, id };
}

async function poll(path, query = "") {
  for (;;) {
    const response = await request(path + query);
    if (response.status === 200) return response.json();
    if (response.status !== 202) return { outcome: "error", message: `We are unable to process your request. Please try again later. (${response.status})` };
    await pause(60);
  }
}

/** Begins a dispute of a claim and leaves for its wizard, unless the payer hears none. */
async function dispute(payerId, claimNumber, refuse) {
  const response = await request("/cloud/web/post/appeals/v1/requests", { payer: payerId, claimNumber });
  const begun = await response.json();
  if (response.status === 201) location.assign(`/web/post/appeals/dispute/?request=${begun.id}`);
  else refuse(begun.message || `We are unable to process your request. Please try again later. (${response.status})`);
}

function ready() {
  parent.postMessage({ type: "app-ready" }, location.origin);
}
