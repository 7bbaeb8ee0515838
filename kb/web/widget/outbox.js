// What outlives the page, shared by the shop's tabs: the conversation's name, which nobody can guess and which alone
// opens it, and the messages that have no reply yet. Each is sent under its own id until it gets one.

const PLACE = `kb.chat ${SERVER} ${(given.key ?? "").slice(-6)}`;
const VOTES = 40;

const newId = () => [...crypto.getRandomValues(new Uint8Array(18))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
const fresh = () => ({ conversation: `web-${newId()}`, begun: false, outbox: [], votes: [], person: false, open: false, seen: 0 });

let kept = fresh();
load();

function load() {
  try {
    kept = { ...kept, ...JSON.parse(localStorage.getItem(PLACE)) };
  } catch {} // storage is closed or was tampered with: the chat works without
}

function change(values) {
  Object.assign(kept, values);
  try {
    localStorage.setItem(PLACE, JSON.stringify(kept));
  } catch {} // as above
}

const voted = (answer) => kept.votes.find(([id]) => id === answer)?.[1];
const rememberVote = (answer, helpful) => change({ votes: [...kept.votes.filter(([id]) => id !== answer), [answer, helpful]].slice(-VOTES) });

const waiting = new Set();
const wake = () => waiting.forEach((end) => end());
addEventListener("online", wake);

/** Wait; coming online, or something new to send, ends it. */
function pause(ms) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      waiting.delete(end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    waiting.add(end);
  });
}

/** 1, 2, 4 … up to 30 seconds, not all customers at the same moment. */
const backOff = (failed) => Math.min(30000, 1000 * 2 ** (failed - 1)) * (0.8 + 0.4 * Math.random());

let sending = false;

/** Send what waits, one after the other, for as long as it takes. */
async function flush() {
  if (sending) return wake();
  sending = true;
  for (let failed = 0, item; (item = kept.outbox[0]);) {
    const { conversation } = kept;
    typing(!kept.person);
    try {
      const reply = await ask(item);
      failed = 0;
      if (conversation !== kept.conversation) continue; // a new one was begun meanwhile
      done(item, true);
      replied(item.id, reply, new Date());
      notice("");
    } catch ({ status, code, wait }) {
      failed += 1;
      if (status === 404 && failed < 3) { // it was another key's
        change({ conversation: fresh().conversation, begun: false });
        last = 0;
      } else if ([400, 404, 413, 415, 422].includes(status)) {
        done(item);
        rejected(item.id, WORDS.problems[code] ?? WORDS.failed);
      } else if (status === 401 || status === 403) {
        notice(WORDS.closed);
        break;
      } else {
        typing(false);
        notice(status === 429 ? WORDS.busy : navigator.onLine ? WORDS.retry : WORDS.offline);
        await pause(Math.max(wait || 0, backOff(failed)));
        load();
      }
    }
  }
  typing(false);
  sending = false;
}

function done({ id }, begun = kept.begun) {
  load();
  change({ begun, outbox: kept.outbox.filter((one) => one.id !== id) });
}
