// Reads and writes the page's address; no other module does.
//
// A site or a course page asks in the search part: ?model=sorter&prompt=cab&block=1&backend=wasm. What the reader has chosen
// since stands behind the #, under the names of Python's State (src/explainer/state/choices.py), only where it differs, and
// wins over the search part. Python checks every value and says in the bar what it refuses.

const PAUSE_MS = 300; // browsers allow some 100 changes of the address in half a minute
const LONGEST = 60_000; // Safari's limit is 80,000 characters; the model sees far less text than that
const MAX_NAMES = 40; // names read from an address
const SENTENCE_END = /[^\w+%]$/; // mail and chat programs leave the last full stop out of a link

/** Encodes text for an address: as readable as possible, and unchanged after decoding. */
const encode = (text) =>
  encodeURIComponent(text.toWellFormed?.() ?? text)
    .replaceAll("%20", "+")
    .replace(/%(2C|3A|3B|2F|3F|40|24)/g, decodeURIComponent);

/** Returns names and values of a part of an address; none where it has no "=" and so is a place in the document, not a choice. */
function read(part) {
  const text = part.slice(1);
  return text.includes("=") ? Object.fromEntries([...new URLSearchParams(text)].slice(0, MAX_NAMES)) : {};
}

/** Turns texts into numbers and switches where Python holds such and they can be read so: an address has only text. */
function typed(choices, example) {
  const one = (name, text) => {
    const kind = typeof example[name];
    if (kind === "number" && text.trim() !== "" && Number.isFinite(Number(text))) return Number(text);
    if (kind === "boolean" && /^(true|false)$/.test(text)) return text === "true";
    return text; // Python refuses what is no number where one is needed, and unknown names
  };
  return Object.fromEntries(Object.entries(choices).map(([name, text]) => [name, one(name, text)]));
}

/** Returns the page's own options in the search part; early.js reads those that must be known before anything is drawn. */
export function options(search = location.search) {
  const { backend, show, present } = read(search);
  return { backend, present: present === "1", show: show?.split(",").map((name) => name.trim()) };
}

/**
 * Reads the choices in the address. `first` is the state that the first picture was made with, so it also says which names
 * there are and which type each has; `part` is the part that `show` opens. Returns
 *   start                 - the state to start with: `first`, the search part and the part behind the #, in that order
 *   chosen                - whether the address asks for anything that the first picture does not show
 *   keep(state)           - takes Python's state, which goes into the address a little later
 *   link()                - writes the address at once and returns it; null when the text is too long for an address
 *   follow(send)          - from now on sends what changes when the reader goes back, forward or to another link
 */
export function address(first = {}, part = null) {
  // Other sites add names of their own to the search part (where a reader came from ...): they are ignored without a notice.
  const known = (/** @type {[string, string]} */ [name]) => Object.hasOwn(first, name);
  const given = Object.fromEntries(Object.entries(read(location.search)).filter(known));
  const base = withText({ ...first, ...(part && { part }), ...typed(given, first) }, given);
  let state = null;
  let timer = 0;

  /** Empties the text for another model than the first picture's, whose text is its own example: the other has examples of its own. */
  function withText(wanted, asked) {
    return "prompt" in asked || wanted.model === first.model ? wanted : { ...wanted, prompt: "" };
  }
  function wanted() {
    const asked = typed(read(location.hash), first);
    const changed = "model" in asked && asked.model !== base.model;
    return { ...base, ...(changed && !("prompt" in asked) ? { prompt: "" } : {}), ...asked };
  }
  function write() {
    clearTimeout(timer);
    if (!state) return location.href;
    const differs = Object.keys(state).filter((name) => state[name] !== base[name]);
    // A choice was made for this text, so the text is written as well: the text of a later first picture must not replace it.
    const names = differs.length ? ["prompt", ...differs.filter((name) => name !== "prompt")] : [];
    const text = names.map((name) => `${name}=${encode(String(state[name]))}`).join("&");
    if (text.length > LONGEST) return null;
    const hash = text && `#${text.replace(SENTENCE_END, (end) => `%${end.charCodeAt(0).toString(16).toUpperCase()}`)}`;
    if (hash !== location.hash) {
      try {
        history.replaceState(history.state, "", location.pathname + location.search + hash);
      } catch (error) {
        console.warn("the address was not changed:", error); // the browser refuses changes that come too often: the next change writes it
      }
    }
    return new URL(hash, location.href).href;
  }

  const start = wanted();
  return {
    start,
    chosen: Object.keys(start).some((name) => start[name] !== first[name]),
    keep(next) {
      // A model that was asked for without a text has chosen one by now: its own first example.
      if (!base.prompt && next.prompt && next.model === base.model && !state?.prompt) base.prompt = next.prompt;
      state = next;
      clearTimeout(timer);
      timer = setTimeout(write, PAUSE_MS);
    },
    link: write,
    follow(send) {
      const go = () => {
        clearTimeout(timer);
        const now = state ?? start;
        const part = history.state?.part; // what the history says of it is newer than the address (state/open_part.js)
        const next = { ...wanted(), ...(typeof part === "string" && { part }) };
        const set = Object.fromEntries(Object.entries(next).filter(([name, value]) => now[name] !== value));
        if (!Object.keys(set).length) return;
        /** @type {HTMLElement | null} */ (document.activeElement)?.blur?.(); // the focused field holds the old address's text
        send({ set });
      };
      addEventListener("hashchange", go);
      addEventListener("popstate", go);
    },
  };
}
