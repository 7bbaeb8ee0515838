// The service as the chat uses it. Failures are of one kind; `status` is 0 when the service was not reached.

const script = document.currentScript ?? document.querySelector('script[src*="/widget.js"]');
const given = script.dataset;
const SERVER = (given.server || new URL(script.src).origin).replace(/\/+$/, "");

const FIRST_MS = 8000; // a stream that is let through begins at once
const FRESH_MS = 40000; // and says every 15 s that it is there

const failure = (status, code, wait) => Object.assign(new Error(code), { status, code, wait });

async function request(path, { body, signal, headers = {} } = {}) {
  if (given.key) headers.Authorization = `Bearer ${given.key}`;
  if (body) headers["Content-Type"] = "application/json";
  let reply;
  try {
    reply = await fetch(SERVER + path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal, credentials: "omit", cache: "no-store" });
  } catch {
    throw failure(0, "unreachable");
  }
  if (reply.ok) return reply;
  const { code } = await reply.json().catch(() => ({}));
  throw failure(reply.status, code, Number(reply.headers.get("Retry-After")) * 1000);
}

const json = async (path, options) => (await request(path, options)).json();
const here = () => `/v1/conversations/${kept.conversation}`;

const ask = ({ text, id }) => json("/v1/answer", { body: { question: text, conversation_id: kept.conversation, message_id: id, channel: given.channel || "web", product: given.product || null, top_k: 1 } });
const suggest = async (typed, signal) => (await json(`/v1/suggest?limit=6&q=${encodeURIComponent(typed)}`, { signal })).suggestions;
const vote = (answer, helpful, comment = "") => request("/v1/feedback", { body: { answer_id: answer, helpful, comment } });
const standing = () => json(here());
const linesAfter = async (line) => (await json(`${here()}/messages?after=${line}`)).messages;

/** Hand on what is said in the conversation until the stream ends; EventSource could not send a key. */
async function stream(signal) {
  const cut = new AbortController();
  const stop = () => cut.abort();
  let timer;
  const alive = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(stop, ms);
  };
  signal.addEventListener("abort", stop);
  try {
    alive(FIRST_MS);
    const reply = await request(`${here()}/events`, { headers: { "Last-Event-ID": String(last) }, signal: cut.signal });
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ;) {
      const { value, done } = await reader.read();
      if (done || signal.aborted) return;
      alive(FRESH_MS);
      const events = (rest + value).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        const data = event.split("\n").find((line) => line.startsWith("data: "));
        if (data) take(JSON.parse(data.slice(6)));
      }
    }
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}
