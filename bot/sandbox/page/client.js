// The sandbox's Slack as this page speaks to it: one function per endpoint. A refusal becomes a `Refused` with the server's sentence.

const UNREACHABLE = "The playground doesn't answer. Is it still running?";

/** A refusal: `code` is Slack's error name, `message` the sentence, `errors` the texts per block of a form. */
export class Refused extends Error {
  constructor(code, message, errors) {
    super(message || code);
    this.code = code;
    this.errors = errors;
  }
}

async function call(method, path, { query, body } = {}) {
  const url = query ? `${path}?${new URLSearchParams(query)}` : path;
  const init = { method, headers: body ? { "content-type": "application/json" } : {}, body: body && JSON.stringify(body) };
  const response = await fetch(url, init).catch(() => {
    throw new Refused("unreachable", UNREACHABLE);
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok || answer.ok === false) throw new Refused(answer.error ?? `http_${response.status}`, answer.message, answer.errors);
  return answer;
}

const post = (path) => (body) => call("POST", path, { body });

const ANSWERED_WITHIN = 15_000;
let acted = -Infinity;

/** An endpoint for what the person does: what the app sends in the next seconds is the answer, and the view goes to it. */
const act = (path) => (body) => {
  acted = performance.now();
  return call("POST", path, { body });
};

/** Whether a message that the app sends now may be the answer to what the person did. */
export const actedLately = () => performance.now() - acted < ANSWERED_WITHIN;

/** Every endpoint of the client API. */
export const slack = {
  boot: (user) => call("GET", "/client/boot", { query: user ? { user } : {} }),
  messages: (user, channel, thread) =>
    call("GET", "/client/messages", { query: { user, channel, ...(thread ? { thread_ts: thread } : {}) } }),
  command: act("/client/command"),
  message: act("/client/message"),
  action: act("/client/action"),
  options: post("/client/options"),
  submitView: act("/client/view_submit"),
  closeView: post("/client/view_close"),
  shortcut: act("/client/shortcut"),
  steps: () => call("GET", "/client/steps"),
  runStep: act("/client/step"),
  home: post("/client/home"),
  channel: post("/client/channel"),
  app: post("/client/app"),
  openWorkspace: post("/client/workspace"),
  surroundings: () => call("GET", "/client/surroundings"),
  moveClock: post("/client/clock"),
  meetTrouble: post("/client/service"),
  switchTransport: post("/client/transport"),
  checks: (n) => call("GET", "/client/checks", { query: { n } }),
  trace: (after) => call("GET", "/client/trace", { query: { after } }),
  faults: () => call("GET", "/client/faults"),
  addFault: post("/client/faults"),
  dropFault: (id) => call("DELETE", `/client/faults/${encodeURIComponent(id)}`),
};
