// What an agent writes arrives while the page is open: as a stream of events, by polling where no stream gets through.
// The stream is read with fetch, because EventSource cannot send a key.

import { lines, request } from "./api.js";

const POLL_MS = 3000;
const RETRY_MS = 1000;
const STREAM_TRIES = 3;
const FIRST_MS = 5000; // a stream that is let through begins at once
const FRESH_MS = 40000; // and says every 15 s that it is there

/** Hand every line of `conversation` after line `after` to `show`, in order; return a function that stops it. */
export function follow(conversation, after, show) {
  const stop = new AbortController();
  let last = after;
  const take = (line) => {
    if (stop.signal.aborted || line.id <= last) return;
    last = line.id;
    show(line);
  };
  run().catch(() => {});
  return () => stop.abort();

  async function run() {
    let failed = 0;
    while (!stop.signal.aborted) {
      try {
        if (failed < STREAM_TRIES) {
          await stream(conversation, () => last, take, stop.signal);
          failed = 0;
        } else {
          for (const line of await lines(conversation, last, stop.signal)) take(line);
        }
      } catch (error) {
        if ([401, 403, 404].includes(error.status)) return;
        failed += 1;
      }
      await pause(failed < STREAM_TRIES ? RETRY_MS : POLL_MS, stop.signal);
    }
  }
}

async function stream(conversation, after, take, stopped) {
  const silent = new AbortController();
  const path = `/v1/conversations/${encodeURIComponent(conversation)}/events?after=${after()}`;
  let timer;
  const alive = (ms) => {
    clearTimeout(timer);
    timer = setTimeout(() => silent.abort(), ms);
  };
  const stop = () => silent.abort();
  stopped.addEventListener("abort", stop);
  try {
    alive(FIRST_MS);
    const reply = await request(path, { accept: "text/event-stream", signal: silent.signal });
    const reader = reply.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      alive(FRESH_MS);
      const events = (rest + value.replaceAll("\r\n", "\n")).split("\n\n");
      rest = events.pop();
      for (const event of events) {
        const data = event.split("\n").filter((line) => line.startsWith("data:")).map((line) => line.slice(5).trimStart());
        if (data.length) take(JSON.parse(data.join("\n")));
      }
    }
  } finally {
    clearTimeout(timer);
    stopped.removeEventListener("abort", stop);
  }
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => { clearTimeout(timer); resolve(); }, { once: true });
  });
}
