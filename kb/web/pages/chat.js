// The page to try the service: a conversation as a customer sees it, and beside it why each reply is as it is.

import * as api from "./api.js";
import * as bubbles from "./bubbles.js";
import { follow } from "./live.js";
import { typeAhead } from "./suggest.js";
import { dueIn } from "./times.js";
import * as why from "./why.js";

const LONGEST = 1000;
const COUNT_FROM = 800;
const CONVERSATION = "kb.conversation";
// Words that are looked for to find a few questions to begin with: a shop's, and what any knowledge is asked with.
const SAMPLES = [["发货", "退款", "发票", "会员"], ["怎么", "多久", "可以", "哪些"]];
const ABOUT_AN_ORDER = "我的订单 3321 到哪了";

const at = (id) => document.getElementById(id);
const [log, composer, input, send, person, dry] = ["log", "composer", "question", "send", "person", "dry"].map(at);
const [counter, status, drawer, whyBody, whyBrief] = ["counter", "status", "drawer", "why-body", "why-brief"].map(at);

let words;
let due;
let begun = false;
const early = []; // what was asked while the page was still loading
let conversation; // made up here, so that questions and the agent who takes over are tied together
let lastLine; // of the conversation, as far as it is known
let stopFollowing; // while a person has the conversation
let inFlight; // questions whose reply is not there yet
let held; // lines that arrived meanwhile
let ownWords; // replies of the bot that were shown when they were made, and will come by again in the stream
let saidSilent; // whether the customer was told that lines go to a person now
let queue = Promise.resolve();

const ahead = typeAhead(input, at("suggestions"), submit);

// --- asking ------------------------------------------------------------------------------------------------------

function ask(text) {
  ahead.close();
  text = text.trim();
  const length = [...text].length;
  if (!text || length > LONGEST) return false;
  if (!begun) return Boolean(early.push(text));
  const dryRun = dry.checked;
  put(bubbles.customer(text, new Date(), { unrecorded: dryRun }), { always: true });
  if (matchMedia("(pointer: fine)").matches) input.focus();
  const asked = conversation;
  queue = queue.then(() => deliver(text, dryRun, asked));
  return true;
}

/** Send what stands in the field, or the suggestion that was picked instead of it. */
function submit(text) {
  if (ask(text)) input.value = "";
  resized();
}

async function deliver(text, dryRun, asked) {
  if (asked !== conversation) return;
  const dots = bubbles.waiting();
  put(dots);
  inFlight += 1;
  try {
    const exchange = await withKey(() => api.ask(text, { conversation, dryRun }));
    if (asked === conversation) show(exchange, dryRun);
  } catch (error) {
    if (asked !== conversation) return;
    const again = error.status === 422 ? null : () => {
      line.remove();
      queue = queue.then(() => deliver(text, dryRun, asked));
    };
    const line = bubbles.failed(error.message || words.says.failed, again);
    put(line);
  } finally {
    dots.remove();
    inFlight -= 1;
    if (!inFlight) for (const one of held.splice(0)) arrived(one);
  }
}

function show(exchange, dryRun) {
  const { got } = exchange;
  const explainIt = () => {
    why.explain(whyBody, exchange, words);
    whyBody.scrollTop = 0;
    whyBrief.textContent = why.brief(got, words);
    for (const one of log.querySelectorAll(".explained")) one.classList.remove("explained");
    line.classList.add("explained");
  };
  const silent = got.reason === "with_agent";
  const line = silent ? bubbles.note(got.message) : bubbles.reply(got, { words, dryRun, due }, {
    send: ask,
    vote: (helpful) => withKey(() => api.feedback(got.id, helpful)),
    why: () => {
      explainIt();
      openDrawer(true);
      whyBody.focus({ preventScroll: true });
    },
  });
  if (!silent || !saidSilent) put(line); // once is enough while a person has the conversation
  saidSilent = silent;
  explainIt();
  if (dryRun) return;
  sessionStorage.setItem(CONVERSATION, conversation);
  if (!silent) ownWords.push(got.message);
  if (got.decision === "handoff") withPerson();
}

/** Do something that may need a key: ask for one when the service wants it, and do it again. */
async function withKey(act) {
  let wrong = false;
  for (;;) {
    try {
      return await act();
    } catch (error) {
      if (error.status !== 401) throw error;
      wrong = api.hasKey();
      api.keep("");
      if (!(await askForKey(wrong))) throw error;
    }
  }
}

function askForKey(wrong) {
  const dialog = at("key");
  const secret = at("secret");
  at("key-wrong").hidden = !wrong;
  at("key-wrong").textContent = wrong ? words.says.key_wrong : "";
  secret.value = "";
  dialog.returnValue = "cancel";
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      const given = dialog.returnValue === "use" ? secret.value.trim() : "";
      secret.value = "";
      if (given) api.keep(given);
      resolve(Boolean(given));
    }, { once: true });
  });
}

// --- a person takes over -----------------------------------------------------------------------------------------

function withPerson() {
  if (stopFollowing) return;
  state("waiting", "等待人工回复");
  stopFollowing = follow(conversation, lastLine, (one) => (inFlight && one.author !== "agent" ? held.push(one) : arrived(one)));
}

/** Show a line from the stream, unless it was shown when it was written. */
function arrived(one) {
  lastLine = Math.max(lastLine, one.id);
  if (one.author === "customer") return;
  if (one.author === "agent") {
    state("person", "人工服务中");
    put(bubbles.agent(one.text, new Date(one.at)), { always: true });
    if (document.hidden) document.title = `● ${title}`;
    return;
  }
  const own = ownWords.indexOf(one.text);
  if (own >= 0) return void ownWords.splice(own, 1);
  put(bubbles.note(one.text)); // the bot speaks by itself when the person has ended
  withBot();
}

function withBot() {
  stopFollowing?.();
  stopFollowing = undefined;
  saidSilent = false;
  state("bot", "机器人在线");
}

function state(kind, text) {
  document.body.dataset.state = kind;
  status.textContent = text;
  person.disabled = kind !== "bot";
}

// --- beginning ---------------------------------------------------------------------------------------------------

const title = document.title;
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) document.title = title;
});

async function begin() {
  try {
    words = await api.loadWords();
  } catch {
    put(bubbles.failed("网络好像断开了，页面没有加载完整。", () => location.reload()));
    return;
  }
  due = dueIn(words.timezone);
  const earlier = sessionStorage.getItem(CONVERSATION);
  if (!earlier || !(await restore(earlier))) fresh();
  begun = true;
  early.splice(0).forEach(ask);
}

function fresh() {
  sessionStorage.removeItem(CONVERSATION);
  const random = crypto.getRandomValues(new Uint8Array(12));
  clear(`try-${[...random].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`);
  greet(conversation);
}

/** Empty the page for a conversation. */
function clear(id) {
  withBot();
  conversation = id;
  lastLine = 0;
  inFlight = 0;
  held = [];
  ownWords = [];
  saidSilent = false;
  queue = Promise.resolve();
  log.replaceChildren();
  why.nothingYet(whyBody);
  whyBrief.textContent = "";
  openDrawer(false);
}

async function greet(asked) {
  const hello = bubbles.bot(new Date(), bubbles.speech(words.says.greeting));
  log.append(bubbles.intro());
  put(hello);
  try {
    let questions = await samples(SAMPLES[0]);
    if (questions.length < 2) questions = [...new Set([...questions, ...await samples(SAMPLES[1])])];
    if (asked !== conversation) return;
    hello.querySelector(".said").append(bubbles.choices("点一个问题试试", [...questions, ABOUT_AN_ORDER], ask));
  } catch (error) {
    if (asked === conversation && error.status === 503) put(bubbles.failed(error.message));
  }
}

/** One standard question for each word, as far as there are any. */
async function samples(words) {
  const found = await Promise.all(words.map((word) => api.suggest(word, { limit: 8 })));
  return [...new Set(found.flatMap((some) => (some.find((one) => one.text === one.question) ?? some[0])?.question ?? []))];
}

/** Take up the conversation that this tab had before it was loaded again; says whether there is one. */
async function restore(earlier) {
  let known = [];
  try {
    for (let page = [null]; page.length; known = [...known, ...page]) {
      page = await api.lines(earlier, known.at(-1)?.id ?? 0);
    }
  } catch {
    known = []; // it was erased, or belongs to another key: a new one begins
  }
  if (!known.length) return false;
  clear(earlier);
  for (const one of known) {
    const when = new Date(one.at);
    put(one.author === "customer" ? bubbles.customer(one.text, when)
      : one.author === "agent" ? bubbles.agent(one.text, when) : bubbles.bot(when, bubbles.speech(one.text)));
  }
  lastLine = known.at(-1).id;
  const handed = known.findLast((one) => one.ticket_id && one.author !== "customer");
  if (handed && handed.text !== words.says.service_ended) {
    withPerson();
    if (handed.author === "agent") state("person", "人工服务中");
  }
  return true;
}

// --- the page ----------------------------------------------------------------------------------------------------

function put(line, { always = false } = {}) {
  const reading = !atEnd && !always;
  log.append(line);
  if (reading) return;
  const tall = line.offsetHeight > log.clientHeight;
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  log.scrollTo({ top: tall ? line.offsetTop - 12 : log.scrollHeight, behavior: calm ? "instant" : "smooth" });
}

let atEnd = true; // so the end stays in sight when lines come in or the field grows
log.addEventListener("scroll", () => {
  atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 120;
});
new ResizeObserver(() => {
  if (atEnd) log.scrollTop = log.scrollHeight;
}).observe(log);

function resized() {
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight, 132)}px`;
  const length = [...input.value.trim()].length;
  const over = length > LONGEST;
  counter.hidden = length < COUNT_FROM;
  counter.classList.toggle("over", over);
  counter.textContent = over
    ? `${length.toLocaleString("zh-CN")} / 1,000 字，请精简后再发送`
    : `${length.toLocaleString("zh-CN")} / 1,000 字`;
  input.setAttribute("aria-invalid", String(over));
  send.disabled = !length || over;
}

const wide = matchMedia("(min-width: 960px)");

function openDrawer(open) {
  const shown = wide.matches || open;
  drawer.disabled = wide.matches;
  drawer.setAttribute("aria-expanded", String(shown));
  whyBody.hidden = !shown;
  at("why").classList.toggle("open", shown && !wide.matches);
}

wide.addEventListener("change", () => openDrawer(false));
drawer.addEventListener("click", () => openDrawer(whyBody.hidden));
at("why").addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || wide.matches) return;
  openDrawer(false);
  drawer.focus();
});

input.addEventListener("input", resized);
input.addEventListener("keydown", (event) => {
  if (ahead.key(event)) return event.preventDefault();
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  submit(input.value);
});
composer.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(input.value);
});
person.addEventListener("click", () => ask("转人工"));
dry.addEventListener("change", () => document.body.classList.toggle("dry", dry.checked));
at("key-cancel").addEventListener("click", () => at("key").close("cancel"));
at("restart").addEventListener("click", () => {
  if (!begun) return;
  fresh();
  input.focus();
});

resized();
openDrawer(false);
begin();
