// What stands in the conversation: the customer's, the bot's and the agent's lines, and the notes between them.

import { el, icon, link, linked } from "./dom.js";

const CHAT = "M5 5h14a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-7l-5 4v-4H5a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2z";
const PERSON = "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zm-8 8c0-4 4-6 8-6s8 2 8 6";
const UP = "M7 11v9H4v-9zm0 0 4-8c2 0 3 1 3 3v3h5a2 2 0 0 1 2 2l-1 7a2 2 0 0 1-2 2H7";
const DOWN = "M17 13V4h3v9zm0 0-4 8c-2 0-3-1-3-3v-3H5a2 2 0 0 1-2-2l1-7a2 2 0 0 1 2-2h11";

export function customer(text, at, { unrecorded = false } = {}) {
  return el("article", { className: "line customer", "aria-label": "我" },
    el("div", { className: "bubble" }, text),
    el("p", { className: "meta" }, unrecorded ? "未记录 · " : "", clock(at)),
  );
}

export function bot(at, ...inside) {
  return said("bot", "智能客服", CHAT, at, inside);
}

export function agent(text, at) {
  return said("agent", "人工客服", PERSON, at, [speech(text)]);
}

export function speech(text) {
  return el("div", { className: "bubble" }, ...linked(text));
}

export function intro() {
  return el("header", { className: "intro" },
    el("h2", {}, "像顾客一样问一句"),
    el("p", {}, "这里的回答都来自当前发布的知识库；“为什么这样答”会说明每个回答是怎么来的。"),
  );
}

export function note(text) {
  return el("p", { className: "line note" }, text);
}

/** The bot at work; says nothing to a screen reader, which gets the answer. */
export function waiting() {
  return el("div", { className: "line bot waiting", "aria-hidden": "true" },
    el("span", { className: "face" }, icon(CHAT)),
    el("div", { className: "bubble" }, el("i"), el("i"), el("i")),
  );
}

export function failed(message, again) {
  return el("article", { className: "line bot failed", role: "alert" },
    el("div", { className: "bubble" }, el("span", {}, message),
      again ? el("button", { type: "button", className: "quiet", onclick: again }, "重试") : null),
  );
}

/** Lines to click, each sent as it is. */
export function choices(label, texts, send, className = "choices") {
  return el("div", { className: "group" }, label ? el("p", { className: "label" }, label) : null,
    el("ul", { className }, ...texts.map((text) => el("li", {}, el("button", { type: "button", onclick: () => send(text) }, text)))));
}

/** Everything that belongs to one reply of the service. `does` holds what its buttons do. */
export function reply(got, { words, dryRun, due }, does) {
  const { answer, message } = got;
  const options = got.options.map((option) => option.question);
  const [opening, closing] = answer ? [answer.text, ""] : around(message, options);
  const further = answer?.follow_ups.filter((text) => !options.includes(text)) ?? [];
  return bot(new Date(),
    el("div", { className: "bubble" },
      el("div", { className: "text" }, ...linked(opening)),
      options.length && !answer ? choices("", options, does.send, "options") : null,
      closing ? el("p", { className: "label" }, closing) : null,
      answer?.links.length ? el("ul", { className: "pages" }, ...answer.links.map((one) => el("li", {}, link(one.title, one.url)))) : null,
      got.decision === "handoff" && got.reason !== "with_agent" ? handover(got.ticket, words, dryRun, due) : null,
    ),
    options.length && answer ? choices(message.slice(answer.text.length).trim().split("\n")[0], options, does.send) : null,
    further.length ? choices("您可能还想问", further, does.send) : null,
    el("div", { className: "after" },
      got.decision === "answer" && !dryRun ? votes(does.vote) : null,
      el("button", { type: "button", className: "quiet because", onclick: does.why }, "为什么这样答"),
    ),
  );
}

/** What a message says before and after the questions that it names one a line. */
function around(message, options) {
  const lines = message.split("\n");
  const named = new Set(options.map((option) => `· ${option}`));
  const first = lines.findIndex((line) => named.has(line));
  return first < 0 ? [message, ""] : [lines.slice(0, first).join("\n"), lines.slice(first).filter((line) => !named.has(line)).join("\n")];
}

function handover(ticket, words, dryRun, due) {
  if (!ticket) return dryRun ? el("p", { className: "label" }, "已打开“只看不记录”，没有真的建立工单。") : null;
  const rows = [
    ["工单号", ticket.id.slice(-6).toUpperCase()],
    ["原因", words.because[ticket.reason] ?? ticket.reason],
    ["优先级", words.priorities[ticket.priority] ?? ticket.priority],
    ["最晚回复", due(ticket.due_at)],
  ];
  return el("section", { className: "ticket", "aria-label": "工单", title: ticket.id },
    el("h3", {}, icon(PERSON), "已转人工客服"),
    el("dl", {}, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)])),
  );
}

function votes(vote) {
  const thanks = el("span", { className: "thanks", role: "status" });
  const buttons = [[true, "有帮助", UP], [false, "没帮助", DOWN]].map(([helpful, label, shape]) => {
    const button = el("button", { type: "button", className: "quiet vote", "aria-pressed": "false" }, icon(shape, 14), label);
    button.addEventListener("click", async () => {
      const before = buttons.map((one) => one.getAttribute("aria-pressed"));
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
      try {
        await vote(helpful);
        thanks.textContent = helpful ? "谢谢您的反馈" : "已记下，我们会改进；需要的话可以转人工";
      } catch (error) {
        buttons.forEach((one, at) => one.setAttribute("aria-pressed", before[at]));
        thanks.textContent = error.message;
      }
    });
    return button;
  });
  return el("span", { className: "votes" }, ...buttons, thanks);
}

function said(who, name, shape, at, inside) {
  return el("article", { className: `line ${who}`, "aria-label": name },
    el("span", { className: "face", "aria-hidden": "true" }, icon(shape)),
    el("div", { className: "said" }, el("p", { className: "meta" }, name, " ", clock(at)), ...inside),
  );
}

function clock(at) {
  return el("time", { dateTime: at.toISOString() }, at.toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false }));
}
