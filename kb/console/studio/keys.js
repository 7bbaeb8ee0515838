// What the keyboard does on the editors' page: an element says by data-key which key is its own.
if (!window.kbStudioKeys) {
  window.kbStudioKeys = true;
  const named = (event) => [event.ctrlKey || event.metaKey ? "Control" : "", event.key].filter(Boolean).join("+");
  const seen = (one) => one.offsetParent !== null && !one.disabled;
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.altKey) return;
    const key = named(event);
    const typing = event.target.matches?.("input, textarea, select, [contenteditable]");
    if (key === "/" && typing) return;
    if (document.querySelector(".q-dialog:not([data-answered])") && key !== "Control+Enter") return;
    const meant = () => [...document.querySelectorAll("[data-key]")].find((it) => it.dataset.key === key && seen(it));
    const one = meant();
    if (key === "Escape" && typing) { event.target.blur(); return; }
    if (!one) { if (key === "Control+s") event.preventDefault(); return; }
    event.preventDefault();
    if (one.matches("input, textarea")) { one.focus(); one.select?.(); return; }
    if (typing) event.target.dispatchEvent(new Event("change")); // a field tells a moment after the last key: now
    setTimeout(() => meant()?.click());
  });
  // The server lets an entry be saved once it has looked at what was typed; nobody need wait for that
  document.addEventListener("input", (event) => {
    if (event.target.closest(".st-form")) document.querySelector("[data-do=save]")?.removeAttribute("disabled");
  });
  // Quasar's upload button is a link around a field that neither keyboard nor screen reader can tell: the field itself is used
  const useFields = () => {
    for (const field of document.querySelectorAll(".st-upload input[type=file]:not([aria-label])")) {
      field.setAttribute("aria-label", field.closest(".st-upload").querySelector(".q-uploader__title").textContent);
      field.tabIndex = 0;
      const around = field.closest(".q-btn");
      around.removeAttribute("tabindex");
      around.setAttribute("role", "presentation");
    }
  };
  useFields();
  new MutationObserver(useFields).observe(document.body, { childList: true, subtree: true });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector(".st-unsaved")) event.preventDefault();
  });
}
