// Completions under the keyboard and the mouse, as the ARIA pattern for an editable combobox describes it.

const WAIT_MS = 150;
const LONGEST_TYPED = 60; // who has written this much is not looking for a phrase any more

function typeAhead(input, list, choose) {
  let timer, cut, found = [], active = -1;

  input.addEventListener("input", ({ isComposing }) => isComposing || later());
  input.addEventListener("compositionend", later);
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus where it is
  list.addEventListener("click", ({ target }) => pick([...list.children].indexOf(target.closest("li"))));
  return { close, key };

  function later() {
    forget();
    const typed = input.value.trim();
    if (!typed || typed.length > LONGEST_TYPED || kept.person) return close();
    timer = setTimeout(async () => {
      cut = new AbortController();
      const { signal } = cut;
      const some = await suggest(typed, signal).catch(() => []); // a help that does not come is not worth a message
      if (!signal.aborted && input.value.trim() === typed) show([...new Set(some.map((one) => one.question))]);
    }, WAIT_MS);
  }

  function show(questions) {
    found = questions;
    active = -1;
    list.replaceChildren(...found.map((text, at) => el("li", { role: "option", id: `kb-option-${at}`, "aria-selected": "false" }, text)));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    input.removeAttribute("aria-activedescendant");
  }

  /** Take a key that is meant for the list; says whether it was. */
  function key({ key, shiftKey }) {
    if (list.hidden) return false;
    if (key === "ArrowDown" || key === "ArrowUp") move(key === "ArrowDown" ? 1 : -1);
    else if (key === "Escape") close();
    else if (key === "Enter" && !shiftKey && active >= 0) pick(active);
    else return false;
    return true;
  }

  function move(step) {
    const places = found.length + 1; // one more than there are options: the text as it was typed
    active = ((active + 1 + step + places) % places) - 1;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `kb-option-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function pick(at) {
    const text = found[at];
    close();
    if (text) choose(text);
  }

  function close() {
    forget();
    show([]);
  }

  function forget() {
    clearTimeout(timer);
    cut?.abort();
  }
}
