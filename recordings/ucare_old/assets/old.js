"use strict";

function putAway(id) {
  if (id === "cookieBar") document.cookie = "ucOldCookies=1; max-age=31536000; path=/; samesite=lax";
  document.getElementById(id).remove();
}

if (document.cookie.includes("ucOldCookies=1")) document.getElementById("cookieBar")?.remove();
const veil = document.getElementById("veil");
if (veil) setTimeout(() => veil.remove(), Number(veil.title));
