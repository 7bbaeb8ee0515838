// Type-ahead under the keyboard and the mouse, as the ARIA pattern for an editable combobox describes it.

import { suggest } from "./api.js";
import { el } from "./dom.js";

const WAIT_MS = 120;
const LONGEST = 60; // who has written this much is not looking for a phrase any more

/** Offer completions for `input` in `list`; `choose` gets the text that was picked. Returns `{ close, key }`. */
export function typeAhead(input, list, choose) {
  let timer;
  let request;
  let found = [];
  let active = -1;

  input.addEventListener("input", (event) => {
    if (!event.isComposing) later();
  });
  input.addEventListener("compositionend", later);
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // keeps the focus where it is
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) pick(found[[...list.children].indexOf(option)]);
  });

  return { close, key };

  function later() {
    forget();
    const typed = input.value.trim();
    if (!typed || typed.length > LONGEST || typed.includes("\n")) return close();
    timer = setTimeout(() => look(typed), WAIT_MS);
  }

  async function look(typed) {
    request = new AbortController();
    const { signal } = request;
    try {
      const suggestions = await suggest(typed, { signal });
      if (!signal.aborted && input.value.trim() === typed && document.activeElement === input) show(suggestions);
    } catch {
      // a help that does not come is not worth a message
    }
  }

  function show(suggestions) {
    found = suggestions.map((one) => one.question); // a customer is offered the question as the house asks it
    active = -1;
    list.replaceChildren(...suggestions.map((one, at) => el("li", { role: "option", id: `suggestion-${at}`, "aria-selected": "false" }, ...marked(one, input.value.trim()))));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    input.removeAttribute("aria-activedescendant");
  }

  /** Take a key that is meant for the list; says whether it was. */
  function key(event) {
    if (list.hidden || event.isComposing) return false;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && !event.shiftKey && active >= 0) pick(found[active]);
    else return false;
    return true;
  }

  function move(step) {
    // one place more than there are options: the text as it was typed
    active = ((active + 1 + step + found.length + 1) % (found.length + 1)) - 1;
    for (const [at, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(at === active));
    if (active < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `suggestion-${active}`);
    list.children[active].scrollIntoView({ block: "nearest" });
  }

  function pick(text) {
    close();
    choose(text);
  }

  function close() {
    forget();
    found = [];
    active = -1;
    list.hidden = true;
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function forget() {
    clearTimeout(timer);
    request?.abort();
  }
}

/** The suggestion with the typed words marked; places are counted in code points. */
function marked({ text, question, highlights }, typed) {
  if (text !== question) {
    const [before, ...after] = question.split(typed);
    return after.length ? [before, el("mark", {}, typed), after.join(typed)].filter((piece) => piece !== "") : [question];
  }
  const points = [...text];
  const pieces = [];
  let from = 0;
  for (const [start, end] of highlights) {
    pieces.push(points.slice(from, start).join(""), el("mark", {}, points.slice(start, end).join("")));
    from = end;
  }
  return [...pieces, points.slice(from).join("")].filter((piece) => piece !== "");
}
