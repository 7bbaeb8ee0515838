// "为什么这样答": what one reply of the service says about how it came about.

import { el } from "./dom.js";

const MOST_BARS = 8;

/** Show the reply `got` in `place`. `sent` is the request it answers. */
export function explain(place, { sent, got }, words) {
  place.replaceChildren(
    decision(got, words),
    confidence(got, words),
    ...candidates(got, words),
    ...contributions(got, words),
    facts(got),
    developers(sent, got),
  );
}

/** Say in a few words what was decided, for the drawer's handle. */
export function brief(got, words) {
  const kind = words.decisions[got.decision];
  return got.candidates.length ? `${kind} · 把握 ${percent(got.confidence)}` : kind;
}

/** What stands there before anything was asked. */
export function nothingYet(place) {
  place.replaceChildren(
    el("p", { className: "lead" }, "问一句试试，这里会显示机器人是怎么决定的："),
    el("ol", { className: "steps" },
      el("li", {}, el("b", {}, "找候选"), "从知识库里找出最接近的几条词条"),
      el("li", {}, el("b", {}, "算把握"), "每条候选答对的可能性有多大"),
      el("li", {}, el("b", {}, "做决定"), "有把握就直答，不确定先反问，答不了转人工"),
    ),
  );
}

function decision(got, words) {
  return el("section", { className: "decision", "aria-label": "决定" },
    el("span", { className: `badge ${got.decision}` }, words.decisions[got.decision]),
    el("p", {}, words.reasons[got.reason] ?? got.reason),
  );
}

function confidence(got, words) {
  if (!got.candidates.length) return "";
  const share = got.confidence;
  const limits = got.explanation?.limits;
  const meter = el("div", {
    className: "meter", role: "meter", "aria-label": "把握",
    "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": (share * 100).toFixed(1), "aria-valuetext": percent(share),
  }, bar(share));
  const scale = el("div", { className: "scale", "aria-hidden": "true" });
  for (const [limit, name] of limits ? [[limits.suggest, words.decisions.clarify], [limits.answer, words.decisions.answer]] : []) {
    const tick = el("span", { className: "tick" });
    tick.style.left = `${limit * 100}%`;
    meter.append(tick);
    const label = el("span", {}, `${name} ≥ ${Math.round(limit * 100)}%`);
    if (limit > 0.8) label.className = "end";
    else label.style.left = `${limit * 100}%`;
    scale.append(label);
  }
  return el("section", { className: "confidence" },
    el("h3", {}, "把握", el("output", { className: "number" }, percent(share))),
    meter, limits ? scale : null,
  );
}

function candidates(got, words) {
  if (!got.candidates.length) return [];
  const conflicts = new Map((got.explanation?.candidates ?? []).map((one) => [one.entry_id, one.conflict]));
  const rows = got.candidates.map((one) => el("li", {},
    el("div", { className: "name" }, el("span", {}, one.question), el("span", { className: "number" }, percent(one.confidence))),
    el("div", { className: "thin" }, bar(one.confidence)),
    one.matched && one.matched !== one.question ? el("p", { className: "matched" }, `最接近的问法：${one.matched}`) : null,
    conflicts.get(one.entry_id) ? el("p", { className: "conflict" }, `注意：${words.conflicts[conflicts.get(one.entry_id)] ?? "细节不一致"}`) : null,
  ));
  return [el("section", {}, el("h3", {}, "候选词条"), el("ol", { className: "candidates" }, ...rows))];
}

function contributions(got, words) {
  const best = got.explanation?.candidates[0];
  if (!best) return [];
  const all = Object.entries(best.contributions).filter(([name]) => name !== "intercept");
  const title = el("h3", {}, "把握从哪里来", el("small", {}, "第一条候选，单位：对数几率"));
  if (!all.length) {
    const exact = got.reason === "exact" || got.reason === "same_phrasing";
    return [el("section", {}, title, el("p", { className: "note" }, exact ? "问法完全一致，不需要再看其他特征。" : "没有可以展示的特征。"))];
  }
  all.sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const largest = Math.abs(all[0][1]) || 1;
  const row = ([name, added]) => diverging(words.features[name] ?? name, added, largest, best.features[name]);
  const rest = all.slice(MOST_BARS);
  const restSum = rest.reduce((sum, [, added]) => sum + added, 0);
  return [el("section", { className: "contributions" }, title,
    el("div", { className: "sides", "aria-hidden": "true" }, el("span", {}, "降低把握"), el("span", {}, "提高把握")),
    el("ul", { className: "bars" }, ...all.slice(0, MOST_BARS).map(row)),
    rest.length ? el("details", {},
      el("summary", {}, `其余 ${rest.length} 项，合计 ${signed(restSum)}`),
      el("ul", { className: "bars" }, ...rest.map(row),
        best.contributions.intercept === undefined ? null : diverging(words.features.intercept, best.contributions.intercept, largest)),
    ) : null,
  )];
}

function diverging(name, added, largest, measured) {
  const fill = el("span", { className: added < 0 ? "fill minus" : "fill plus" });
  fill.style.width = `${Math.min(Math.abs(added) / largest, 1) * 50}%`;
  return el("li", { title: measured === undefined ? "" : `取值 ${measured.toFixed(3)}` },
    el("span", { className: "feature" }, name),
    el("span", { className: "axis", "aria-hidden": "true" }, fill),
    el("span", { className: "number" }, signed(added)),
  );
}

function facts(got) {
  const rows = [["用时", `${got.took_ms.toFixed(2)} 毫秒`], ["发布版本", got.release], ["回答编号", got.id]];
  return el("dl", { className: "facts" }, ...rows.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function developers(sent, got) {
  return el("details", { className: "raw" },
    el("summary", {}, "接口原文 POST /v1/answer"),
    el("h4", {}, "请求"), el("pre", { tabIndex: 0 }, JSON.stringify(sent, null, 2)),
    el("h4", {}, "返回"), el("pre", { tabIndex: 0 }, JSON.stringify(got, null, 2)),
  );
}

function bar(share) {
  const fill = el("span", { className: "fill" });
  fill.style.width = `${Math.max(0, Math.min(share, 1)) * 100}%`;
  return fill;
}

function percent(share) {
  const tenths = Math.floor(share * 1000 + 1e-6) / 10; // never rounded up to a certainty that is not there
  if (share > 0 && tenths < 0.1) return "<0.1%";
  return `${tenths === 0 || tenths === 100 ? tenths : tenths.toFixed(1)}%`;
}

function signed(value) {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`;
}
