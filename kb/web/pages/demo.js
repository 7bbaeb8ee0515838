// A shop's page with the chat in it, as a shop would embed it; and the line of code for it.

const form = document.getElementById("options");
const given = new URLSearchParams(location.search);
for (const field of form.elements) if (field.name && given.has(field.name)) field.value = given.get(field.name);

/** What the form says, without what is so anyway. */
function options() {
  const usual = { title: "", colour: "#0b6b5d", position: "right" };
  return [...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([name, value]) => value !== usual[name]);
}

function show() {
  const quoted = (text) => text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const data = [["key", "kb_…"], ...options()].map(([name, value]) => ` data-${name}="${quoted(value)}"`).join("");
  document.getElementById("code").textContent = `<script src="${location.origin}/widget.js"${data} async></scr` + "ipt>";
}

form.addEventListener("input", show);
show();

const script = document.createElement("script");
script.src = "/widget.js";
const key = sessionStorage.getItem("kb.key"); // where the page to try the service keeps it
if (key) script.dataset.key = key;
for (const [name, value] of options()) script.dataset[name] = value;
document.body.append(script);
