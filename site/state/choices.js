// Holds what the reader has chosen, shared by all views, so that a click shows everywhere before Python has answered.
import contract from "../generated/contract.js";
import { allowed } from "./lock.js";

// Choices that only single views report, beside those that any view's data may repeat (contract.mirrored).
const TOLD_APART = ["edits", "mask", "other", "shows", "measure", "answer", "against", "expert", "surprise"];
const KEPT = [...contract.mirrored, ...TOLD_APART];

/**
 * Python's choices as far as the page draws by them (explainer.state.choices describes each), and what only the page knows:
 *   part       - null until it is known
 *   tokens     - the number of positions
 *   taken      - a candidate taken by hand: another object each time
 *   hover      - the token under the pointer or the focus, null for none
 *   drawn      - the token that is drawn to come next, see Drawn; null where no draw is known
 *   unfolded   - whether a long prompt shows all lanes of the overview
 *   live       - whether Python answers
 *   waiting    - whether choices are kept for Python until it does
 *   queued     - the last action, kept likewise: {step: 1}, {run: 60} ...
 * @typedef {Choices & {tokens: number, taken: {id: number, after: number} | null, hover: number | null, drawn: Drawn | null, unfolded: boolean,
 *   live: boolean, waiting: boolean, queued: import("../generated/contract.js").Actions | null}} State
 * @typedef {import("../generated/contract.js").Choices} Choices
 * @typedef {object} Drawn
 * @property {number} id
 * @property {string} text
 * @property {number} prob the model's own probability of it
 * @property {{id: number, share: number}} first the likeliest token, and its share of the draw
 * @property {number} temperature
 * @property {number} left how many tokens can be drawn, of `of`
 * @property {number} of
 * @property {boolean} likeliest whether the likeliest is taken, and nothing is drawn
 */
export const state = /** @type {State} */ ({
  ...Object.fromEntries(KEPT.map((name) => [name, contract.choices[name].default])),
  part: null,
  tokens: 1,
  taken: null,
  hover: null,
  drawn: null,
  unfolded: false,
  live: false,
  waiting: false,
  queued: null,
});

const listeners = []; // [callback, names]
let made = 0; // how many choices the reader has made; Python's answers say how many it knew of (`heard`)
const newest = new Map(); // key -> which of them was the last of this key
const reported = new Map(); // key -> which of Python's answers, by order of arrival, the choice was last adopted from

/** Numbers a message of choices for Python. It has the newest ones: they are sent in the order in which they are made. */
export const counted = (message) => ({ ...message, made });

/** Forgets which choices Python has to confirm, but for those that still wait to be sent to a new worker: it counts anew. */
export function forgetSent(waiting) {
  for (const key of newest.keys()) if (!(key in waiting)) newest.delete(key);
}

/** Calls `callback` after every change, or only after changes of `names`, which spares drawing for anything else. */
export function listen(callback, names = null) {
  listeners.push([callback, names]);
}

export function put(changes) {
  if (Object.entries(changes).every(([key, value]) => state[key] === value)) return;
  Object.assign(state, changes);
  for (const [callback, names] of listeners) {
    if (!names || names.some((name) => name in changes)) callback(changes);
  }
}

export const resolve = (token, tokens = state.tokens) => Math.max(0, Math.min(tokens - 1, token < 0 ? tokens + token : token));
export const chosen = (tokens = state.tokens) => resolve(state.token, tokens);

/** Returns whether the reader has chosen another token, or another block where `data` is of one, since Python made the data. */
export const outrun = ({ labels, token, block }) => token !== chosen(labels.length) || (block ?? state.block) !== state.block;

/** Returns whether a choice may have this value; Python refuses others and says so. */
export function isPossible(name, value) {
  const choice = contract.choices[name];
  if (!choice) return false;
  if (choice.kind === "switch") return typeof value === "boolean";
  if (choice.kind === "name") return choice.names.includes(value);
  if (choice.kind === "text")
    return typeof value === "string" && (!choice.pattern || new RegExp(`^(?:${choice.pattern})`).test(value));
  const isNumber = choice.kind === "integer" ? Number.isInteger(value) : Number.isFinite(value);
  return isNumber && value >= (choice.least ?? -Infinity) && value <= (choice.most ?? Infinity);
}

/** Makes the reader's choice: shows it at once, sends it to Python, and keeps answers to earlier choices from undoing it. */
export function choose(send, changes) {
  const set = { ...allowed({ set: changes })?.set };
  // The last token stays "the last" when the text grows.
  if ("token" in set && set.token === state.tokens - 1) set.token = -1;
  for (const [key, value] of Object.entries(set)) {
    if (state[key] === value) delete set[key];
  }
  if (!Object.keys(set).length) return;
  made += 1;
  for (const key of Object.keys(set)) newest.set(key, made);
  put(set);
  send({ set });
}

/** Looks at the last token again: what comes next is about it. */
export const lookAtEnd = (send) => choose(send, { token: -1 });

/** Continues the text with the token `id`, which the reader saw offered after the story's node `after`. */
export function goOn(send, id, after) {
  put({ taken: { id, after } });
  lookAtEnd(send);
  send({ do: { force: [id, after] } });
}

/**
 * Adopts the choices that Python reports, except where Python did not know of the reader's newest (data.heard), or where a newer
 * answer has reported the choice: what is out of the window is shown late. data.arrived counts Python's answers; without it `data` are
 * the newest.
 */
export function adopt(data, keys = contract.mirrored) {
  const changes = {};
  /** Returns whether no newer answer has reported the choice `key`, and notes that these data do. */
  const isNewest = (key) => {
    if (data.arrived < (reported.get(key) ?? 0)) return false;
    if (data.arrived !== undefined) reported.set(key, data.arrived);
    return true;
  };
  const length = (data.labels ?? data.pieces)?.length;
  if (length !== undefined && isNewest("tokens")) changes.tokens = Math.max(1, length);
  const tokens = changes.tokens ?? state.tokens;
  const plain = (key, value) => (key === "token" ? resolve(value, tokens) : value);
  for (const key of keys) {
    // null: this point has no blocks or heads, so it says nothing about the choice.
    if (data[key] === undefined || data[key] === null) continue;
    if ((data.heard ?? 0) < (newest.get(key) ?? 0) || !isNewest(key)) continue;
    // state.token stays -1, "the last", where Python reports the last token's position.
    if (plain(key, state[key]) !== plain(key, data[key])) changes[key] = data[key];
  }
  if (state.hover !== null && state.hover >= tokens) changes.hover = null;
  put(changes);
}
