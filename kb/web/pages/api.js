// The service as the page uses it: one function a route, failures as one kind of error.

const KEY = "kb.key";

/** What went wrong, in words for the one who reads them; `status` is 0 when the service was not reached. */
export class Failure extends Error {
  constructor(message, status, code) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

let words = { problems: {}, says: {} };

/** Fetch the wording that the page shares with the rest of the service. */
export async function loadWords() {
  const reply = await fetch("/pages/words.json");
  if (!reply.ok) throw new Failure("", reply.status, "");
  words = await reply.json();
  return words;
}

export function keep(secret) {
  if (secret) sessionStorage.setItem(KEY, secret);
  else sessionStorage.removeItem(KEY);
}

export function hasKey() {
  return sessionStorage.getItem(KEY) !== null;
}

/** Send a request with the key, if there is one; raises Failure. */
export async function request(path, { body, signal, accept = "application/json" } = {}) {
  const headers = { Accept: accept };
  const key = sessionStorage.getItem(KEY);
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body) headers["Content-Type"] = "application/json";
  let reply;
  try {
    reply = await fetch(path, { method: body ? "POST" : "GET", headers, body: body && JSON.stringify(body), signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Failure(words.says.unreachable, 0, "unreachable");
  }
  if (!reply.ok) throw await failure(reply);
  return reply;
}

async function failure(reply) {
  let problem = {};
  try {
    problem = await reply.json();
  } catch {
    // a proxy's page, or nothing: the status says enough
  }
  const said = [problem.detail, problem.title].find((text) => /\p{Script=Han}/u.test(text ?? ""));
  return new Failure(words.problems[problem.code] ?? said ?? words.says.failed, reply.status, problem.code ?? "");
}

export async function ask(question, { conversation, dryRun }) {
  const body = { question, explain: true, channel: "try" };
  if (dryRun) body.dry_run = true;
  else body.conversation_id = conversation;
  const reply = await request("/v1/answer", { body });
  return { sent: body, got: await reply.json() };
}

export async function suggest(typed, { limit = 6, signal } = {}) {
  const reply = await request(`/v1/suggest?q=${encodeURIComponent(typed)}&limit=${limit}`, { signal });
  return (await reply.json()).suggestions;
}

export async function feedback(answer, helpful) {
  await request("/v1/feedback", { body: { answer_id: answer, helpful } });
}

export async function lines(conversation, after, signal) {
  const path = `/v1/conversations/${encodeURIComponent(conversation)}/messages?after=${after}`;
  return (await (await request(path, { signal })).json()).messages;
}
