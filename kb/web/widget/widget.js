// The chat itself: a button and a panel in a shadow tree of their own, so that neither style nor script of the shop's
// page and of the chat meet.

const LONGEST = 1000;
const LOOK_MS = 10000; // between two looks at the place in the queue
const POLL_MS = 4000; // where no stream gets through
const phone = matchMedia("(max-width: 480px)");

const title = given.title || WORDS.title;
const host = document.createElement("kb-chat");
const root = host.attachShadow({ mode: "open" });

const count = el("span", { className: "count", hidden: true });
const launcher = el("button", { type: "button", className: "launcher", "aria-label": WORDS.open, "aria-expanded": "false", click: () => open(true) }, icon(CHAT, 26), count);
const log = el("div", { className: "log", role: "log", "aria-live": "polite", "aria-label": WORDS.log, tabIndex: 0 });
const dots = el("div", { className: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
const bar = el("p", { className: "bar", role: "status", hidden: true });
const trouble = el("p", { className: "bar trouble", role: "status", hidden: true });
const list = el("ul", { className: "list", role: "listbox", id: "kb-list", "aria-label": WORDS.suggestions, hidden: true });
const input = el("textarea", { rows: 1, id: "kb-field", maxLength: LONGEST, placeholder: WORDS.ask, enterKeyHint: "send", role: "combobox", "aria-label": WORDS.question, "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": "kb-list" });
const sendButton = el("button", { type: "submit", className: "send", "aria-label": WORDS.send, disabled: true }, icon("M4 12 20 4l-5 16-3.5-6.5z"));
const person = el("button", { type: "button", className: "person", click: () => send(WORDS.person) }, icon(PERSON, 16), el("span", null, WORDS.person));
const form = el("form", { submit: (event) => (event.preventDefault(), submit()) }, list, el("div", { className: "tools" }, person), el("div", { className: "row" }, input, sendButton));
const panel = el("section", { className: "panel", role: "dialog", "aria-label": title, tabIndex: -1, hidden: true, keydown: keys },
  el("header", { role: "none" }, icon(CHAT, 22), el("h2", {}, title),
    el("button", { type: "button", click: restart }, WORDS.again),
    el("button", { type: "button", "aria-label": WORDS.close, click: () => open(false) }, icon("M6 6l12 12M18 6 6 18"))),
  log, bar, trouble, form);

const ahead = typeAhead(input, list, (text) => submit(text));

// --- asking ------------------------------------------------------------------------------------------------------

function send(text) {
  const item = { id: newId(), text: text.trim() };
  if (!item.text) return;
  load();
  change({ outbox: [...kept.outbox, item] });
  mine(item.id, item.text, new Date(), true);
  if (matchMedia("(pointer: fine)").matches) input.focus();
  flush();
}

function submit(text = input.value) {
  ahead.close();
  send(text);
  input.value = "";
  grow();
}

function grow() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 112)}px`;
  sendButton.disabled = !input.value.trim();
}

input.addEventListener("input", grow);
input.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return; // Enter that ends a Chinese input sends nothing
  if (ahead.key(event)) event.stopPropagation();
  else if (event.key === "Enter" && !event.shiftKey) submit();
  else return;
  event.preventDefault();
});

// --- what was said -----------------------------------------------------------------------------------------------

let synced; // the first time, everything is fetched
let restoring = false;

function put(line, always) {
  log.insertBefore(line, dots.parentNode && dots);
  if (log.near || always) toEnd(line);
}

new ResizeObserver(() => {
  if (log.near) toEnd();
}).observe(log);
log.near = true;
log.addEventListener("scroll", () => (log.near = log.scrollHeight - log.scrollTop - log.clientHeight < 160));

/** Bring the end into sight, or the beginning of a line that is longer than the log is high. */
function toEnd(line) {
  log.scrollTop = line?.offsetHeight > log.clientHeight ? line.offsetTop - 12 : log.scrollHeight;
}

function typing(on) {
  if (on) log.append(dots), toEnd();
  else dots.remove();
}

function show(bar, text) {
  bar.hidden = !text;
  if (bar.textContent !== text) bar.textContent = text;
}

const notice = (text) => show(trouble, text);

/** Fetch what was said since; the first time from the beginning, with what is still to be sent at its end. */
function sync() {
  if (synced) return synced.then(news);
  synced = everything();
  synced.catch(() => (synced = undefined));
  return synced;
}

async function everything() {
  log.setAttribute("aria-live", "off"); // what is old is not read out
  restoring = true;
  clear();
  const pending = () => kept.outbox.filter(({ id }) => !bubbles.has(id)).forEach(({ id, text }) => mine(id, text, new Date(), true));
  try {
    await news();
    if (kept.person) withPerson();
  } finally {
    restoring = false;
    pending();
    setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
  }
}

async function news() {
  const { conversation, begun, outbox } = kept;
  if (!begun && !outbox.length) return; // the service does not know of it yet
  for (let some = [0]; some.length;) {
    some = await linesAfter(last).catch((failure) => {
      if (failure.status === 404) return []; // nothing was said yet, or it was forgotten
      throw failure;
    });
    if (conversation !== kept.conversation) return;
    some.forEach(take);
  }
  if (!panel.hidden) change({ seen: last });
}

function clear() {
  last = 0;
  bubbles.clear();
  answered.clear();
  log.replaceChildren(said("bot", new Date(), el("div", { className: "bubble" }, ...linked(given.greeting || WORDS.greeting))));
}

function restart() {
  withBot();
  change({ ...fresh(), open: kept.open });
  clear();
  notice("");
  input.focus();
}

/** A line that nobody here asked for: count it while the chat is closed, and see who has the conversation now. */
function arrived({ id }) {
  if (!panel.hidden) change({ seen: id });
  else if (id > kept.seen) unread(unread.count + 1);
  look();
}

function unread(number) {
  unread.count = number;
  count.hidden = !number;
  count.textContent = number;
  launcher.setAttribute("aria-label", number ? `${WORDS.open}，${number} ${WORDS.unread}` : WORDS.open);
}
unread(0);

// --- a person takes over -----------------------------------------------------------------------------------------

let following;

function withPerson() {
  change({ person: true });
  person.disabled = true;
  person.lastChild.textContent = WORDS.with_person;
  if (following) return;
  following = new AbortController();
  look();
  follow(following.signal);
}

function withBot() {
  following?.abort();
  following = undefined;
  change({ person: false });
  person.disabled = false;
  person.lastChild.textContent = WORDS.person;
  show(bar, "");
}

async function follow(signal) {
  for (let failed = 0, polls = 0; !signal.aborted;) {
    try {
      if (failed < 3) {
        await stream(signal);
        failed = 0;
        await pause(500);
      } else {
        await news();
        if (++polls % 15 === 0) failed = 0; // perhaps streams get through again
        await pause(POLL_MS);
      }
    } catch ({ status }) {
      if ([401, 403, 404].includes(status)) return;
      failed += 1;
      await pause(backOff(failed));
    }
  }
}

/** Ask where the conversation stands, and again as long as a person has it. */
async function look() {
  clearTimeout(look.timer);
  const asked = following;
  if (!asked) return;
  const found = await standing().catch(({ status }) => (status === 404 ? { who: "bot" } : {}));
  if (asked !== following) return;
  if (found.message !== undefined) show(bar, found.message);
  if (found.who !== "bot") return void (look.timer = setTimeout(look, LOOK_MS));
  await pause(1000); // the last word comes a moment after the end
  await news().catch(() => {});
  if (asked === following) withBot();
}

// --- opening and closing -----------------------------------------------------------------------------------------

function open(on, quietly) {
  panel.hidden = !on;
  launcher.hidden = on;
  launcher.setAttribute("aria-expanded", String(on));
  panel.setAttribute("aria-modal", String(on && phone.matches));
  document.documentElement.style.overflow = on && phone.matches ? "hidden" : "";
  change({ open: on });
  if (!on) {
    ahead.close();
    return launcher.focus();
  }
  unread(0);
  change({ seen: last });
  fit();
  sync().then(flush, () => flush());
  if (!quietly) (phone.matches ? panel : input).focus();
  toEnd();
}

function keys(event) {
  if (event.key === "Escape") return open(false);
  if (event.key !== "Tab" || !phone.matches) return;
  const stops = [...panel.querySelectorAll("a, button, input, textarea, [tabindex='0']")].filter((one) => !one.disabled && one.offsetParent);
  const [first, end] = [stops[0], stops.at(-1)];
  const at = root.activeElement;
  if (event.shiftKey ? at === first || at === panel : at === end) {
    event.preventDefault();
    (event.shiftKey ? end : first).focus();
  }
}

/** Keep clear of the phone's keyboard, which only the visual viewport knows of. */
function fit() {
  const { height, offsetTop } = visualViewport;
  panel.style.height = phone.matches ? `${height}px` : "";
  panel.style.top = phone.matches ? `${offsetTop}px` : "";
}
for (const what of ["resize", "scroll"]) visualViewport.addEventListener(what, fit);
phone.addEventListener("change", fit);

addEventListener("storage", ({ key }) => {
  if (key !== PLACE) return;
  const before = kept.conversation;
  load();
  if (before !== kept.conversation) clear(), withBot();
  if (!panel.hidden || kept.person) news().then(() => kept.person && withPerson(), () => {});
});

// --- the beginning -----------------------------------------------------------------------------------------------

/** The shop's colour stands behind text only; the text is black or white, whichever reads better (WCAG's contrast). */
function paint(colour) {
  if (!CSS.supports("color", colour)) return;
  launcher.style.color = colour;
  const [r, g, b] = getComputedStyle(launcher).color.match(/[\d.]+/g).map((one) => (one /= 255) <= 0.03928 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4);
  launcher.style.color = "";
  host.style.setProperty("--brand", colour);
  host.style.setProperty("--on-brand", 0.2126 * r + 0.7152 * g + 0.0722 * b > 0.179 ? "#000" : "#fff");
}

function begin() {
  if (document.querySelector("kb-chat")) return;
  const sheet = new CSSStyleSheet(); // unlike a style element, allowed whatever the page's content policy says
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  root.append(launcher, panel);
  host.lang = "zh-CN";
  host.className = given.position === "left" ? "left" : "";
  document.body.append(host);
  if (given.colour) paint(given.colour);
  clear();
  if (kept.open && !phone.matches) open(true, true);
  else if (kept.person || kept.outbox.length) sync().then(flush, () => flush());
}

if (document.body) begin();
else addEventListener("DOMContentLoaded", begin);
