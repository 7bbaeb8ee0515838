// What stands in the conversation. Every line is shown once: those with a message id by it, the others by their number.

const CHAT = "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z";
const PERSON = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-8 8c0-4 4-6 8-6s8 2 8 6";

const bubbles = new Map(); // what the customer wrote, by message id
const answered = new Set(); // message ids with a reply in sight
let last = 0; // the highest line that was taken

/** Take a line as the service tells it; one that is known already changes nothing. */
function take(line) {
  if (line.id <= last) return;
  last = line.id;
  const { author, text, at, message_id: id } = line;
  if (author === "customer") bubbles.has(id) ? settled(id) : mine(id ?? `line-${line.id}`, text, at);
  else if (line.reply) replied(id, line.reply, at);
  else {
    put(author === "agent" ? said("agent", at, el("div", { className: "bubble" }, ...linked(text))) : el("p", { className: "note" }, text));
    arrived(line);
  }
}

function mine(id, text, at, waits) {
  const line = el("article", { className: "line me", "aria-label": WORDS.me }, el("div", { className: "bubble" }, text), el("p", { className: "meta" }, waits ? WORDS.sending : clock(at)));
  bubbles.set(id, line);
  put(line, true);
}

/** The service has it. */
function settled(id, at = new Date()) {
  const meta = bubbles.get(id)?.querySelector(".meta");
  if (meta && !meta.querySelector("time")) meta.replaceChildren(clock(at));
}

function rejected(id, why) {
  const meta = bubbles.get(id)?.querySelector(".meta");
  meta?.replaceChildren(el("span", { role: "alert", className: "wrong" }, why));
}

function said(who, at, ...inside) {
  return el("article", { className: `line ${who}`, "aria-label": WORDS[who] }, el("p", { className: "meta" }, WORDS[who], " ", clock(at)), ...inside);
}

/** Show the reply to a message, with all that belongs to it. */
function replied(id, reply, at) {
  settled(id, at);
  if (reply.decision === "handoff" && !restoring) withPerson();
  if (answered.has(id)) return;
  answered.add(id);
  if (reply.reason === "with_agent") return; // the bar above the field says it
  const { answer, message } = reply;
  const options = reply.options.map((one) => one.question);
  const next = answer?.follow_ups.filter((text) => !options.includes(text)) ?? [];
  const text = answer ? answer.text : options.length ? message.split("\n· ")[0] : message;
  const besides = message.slice(text.length).trim().split("\n")[0];
  put(said("bot", at,
    el("div", { className: "bubble" }, ...linked(text),
      options.length && !answer && choices("options", "", options),
      answer?.links.length && el("ul", { className: "pages" }, ...answer.links.map((one) => el("li", {}, link(one.title, one.url)))),
    ),
    options.length && (answer ? choices("next", besides, options) : el("p", { className: "hint" }, WORDS.others)),
    next.length && choices("next", WORDS.next, next),
    answer && votes(reply.id),
  ));
}

function choices(className, label, texts) {
  return el("div", { className, role: "group", "aria-label": label || WORDS.suggestions }, label && el("p", { className: "hint" }, label),
    ...texts.map((text) => el("button", { type: "button", click: () => send(text) }, text)));
}

function votes(answer) {
  const thanks = el("span", { role: "status", className: "hint" });
  const comment = el("input", { type: "text", maxLength: 500, "aria-label": WORDS.comment, placeholder: WORDS.comment });
  const form = el("form", { className: "comment", hidden: true, submit: (event) => {
    event.preventDefault();
    form.hidden = true;
    if (comment.value.trim()) tell(false, comment.value.trim());
    input.focus();
  } }, comment, el("button", { type: "submit" }, WORDS.submit));
  const buttons = [[true, WORDS.helpful], [false, WORDS.unhelpful]].map(([helpful, label]) =>
    el("button", { type: "button", "aria-pressed": String(voted(answer) === helpful), click: () => tell(helpful) }, label));

  async function tell(helpful, words) {
    try {
      await vote(answer, helpful, words);
    } catch {
      thanks.textContent = WORDS.failed;
      return;
    }
    rememberVote(answer, helpful);
    buttons.forEach((button, at) => button.setAttribute("aria-pressed", String((at === 0) === helpful)));
    form.hidden = helpful || Boolean(words);
    thanks.textContent = helpful ? WORDS.thanks : words ? WORDS.sorry : "";
    if (!form.hidden) comment.focus();
    toEnd();
  }

  return el("div", { className: "votes" }, ...buttons, thanks, form);
}
