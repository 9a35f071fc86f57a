// Every link and button of the signed-in pages sends the one form of its page.
var submitted = false;
function go(action, method, item, target) {
  var form = document.forms["actionForm"];
  if (!target) {
    if (submitted) return; // an impatient second click would send the token again
    submitted = true;
  }
  form.setAttribute("action", action);
  form.setAttribute("target", target || "_self");
  form.elements["method"].value = method;
  form.elements["itemIndex"].value = item === undefined ? "" : item;
  form.submit();
}
function put(id) {
  document.getElementById(id).style.display = "none";
}
