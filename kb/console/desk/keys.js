// What the keyboard does at the desk. While a dialog is open or a word is being composed, it does what it always does.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || document.querySelector(".q-dialog:not([data-answered])")) return;
  const typing = event.target.closest("input, textarea, select, [contenteditable]");
  const command = event.ctrlKey || event.metaKey;
  const say = (what, id) => {
    event.preventDefault();
    window.dkCursor = "";
    emitEvent("desk_key", { do: what, id: id || "" });
  };
  if (command && event.key === "Enter") return say(event.shiftKey ? "send_close" : "send");
  if (event.altKey && !command && /^Digit[1-5]$/.test(event.code)) return say("insert", event.code.slice(5));
  if (typing) { if (event.key === "Escape") { typing.blur(); window.dkCursor = "left"; } return; }
  if (command || event.altKey) return;
  if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
  if (/^[1-5]$/.test(event.key)) return say("insert", event.key);
  const what = { j: "next", J: "next", ArrowDown: "next", k: "previous", K: "previous", ArrowUp: "previous",
    Enter: "enter", "/": "search", "?": "keys" }[event.key];
  if (event.key.startsWith("Arrow") && !event.target.closest(".dk-rows")) return;
  if (what) say(what);
});
// Where the cursor is to be once the server has answered, which may be late: nowhere after Esc, until something else is done.
document.addEventListener("mousedown", () => { window.dkCursor = ""; });
