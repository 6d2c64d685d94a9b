// Calls from one worker to another: the two ends, and how failures and large arrays cross.

import { AppError } from "./download.js";

/** Makes the calling end: (name, ...args) -> a promise of what `answer` returns there. Messages that are no answers go to `told`. */
export function caller(port, told) {
  const waiting = new Map();
  let last = 0;
  port.onmessage = ({ data }) => {
    if (!data.answers) return told(data);
    const { resolve, reject } = waiting.get(data.answers);
    waiting.delete(data.answers);
    if (data.failure) reject(whole(data.failure));
    else resolve(data.value);
  };
  return (name, ...args) =>
    new Promise((resolve, reject) => {
      waiting.set(++last, { resolve, reject });
      port.postMessage({ call: last, name, args });
    });
}

/** Makes the answering end. What a function returns is handed over: its arrays are gone here. */
export function answer(port, functions) {
  port.onmessage = async ({ data: { call, name, args } }) => {
    try {
      const value = await functions[name](...args);
      port.postMessage({ answers: call, value }, buffers(value));
    } catch (error) {
      port.postMessage({ answers: call, failure: plain(error) });
    }
  };
}

/** Returns the memory of every array in a value, each once. */
function buffers(value, found = new Set()) {
  if (ArrayBuffer.isView(value)) found.add(value.buffer);
  else if (value && typeof value === "object") for (const part of Object.values(value)) buffers(part, found);
  return [...found];
}

/** Turns a failure into a message, with everything that the reader may be told. */
export function plain(error) {
  const { name, message = String(error), stack, stage, advice, detail, retry, fallback } = error ?? {};
  return { name, message, stack, stage, advice, detail, retry, fallback };
}

/** Returns the failure that `plain` made a message of. */
export function whole(failure) {
  const { stage, message, advice } = failure;
  return Object.assign(stage ? new AppError(stage, [message, advice]) : new Error(message), failure);
}
