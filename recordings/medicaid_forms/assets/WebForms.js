// Every control of these pages sends the whole form back. Inside the update panel the answer replaces the panel alone.
var theForm = function () { return document.forms["aspnetForm"]; };
var updatePanel = function () { return document.getElementById("ctl00_cph_upd"); };

function __doPostBack(target, argument) {
  var form = theForm();
  form.__EVENTTARGET.value = target;
  form.__EVENTARGUMENT.value = argument || "";
  if (updatePanel()) __partial(form); else form.submit();
}

function __partial(form) {
  var stale = Number(document.body.getAttribute("data-stale") || 0);
  document.getElementById("ctl00_upProgress").style.display = "block";
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "x-microsoftajax": "Delta=true" } })
    .then(function (answer) { return answer.text(); })
    .then(function (html) { setTimeout(function () { __replace(html); }, stale); });
}

function __replace(html) {
  var page = new DOMParser().parseFromString(html, "text/html");
  var fresh = page.getElementById("ctl00_cph_upd");
  if (!fresh) { document.documentElement.innerHTML = page.documentElement.innerHTML; return; }
  updatePanel().innerHTML = fresh.innerHTML;
  document.getElementById("hiddenFields").innerHTML = page.getElementById("hiddenFields").innerHTML;
  document.getElementById("ctl00_upProgress").style.display = "none";
}

function lookUpProvider() {
  window.open("/Lookup/Provider.aspx", "lookup", "width=620,height=460,scrollbars=yes");
}
