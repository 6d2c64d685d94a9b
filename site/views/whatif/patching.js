// The other text beside this one, and a map of where its vectors are put in the place of this one's.
import { h, setText } from "../../lib/dom.js";
import { read, withEdit } from "../../state/edits.js";
import { token } from "../../widgets/token.js";
import { map } from "../../widgets/value_grid.js";
import { openPart } from "../../state/open_part.js";
import { choose, state } from "../../state/choices.js";
import strings from "../../strings/index.js";

const PAUSE_MS = 500;
const HEADED = ["z", "q", "k", "v"];

/** edit(text). Returns {element, draw({labels, n_layer, n_head, edits, other: {text, labels}, text})}. */
export function patch(send, { edit }) {
  const words = strings.whatif.patch;
  const field = h("input", {
    class: "patch-field",
    type: "text",
    "aria-label": words.label,
    placeholder: words.placeholder,
    autocomplete: "off",
    spellcheck: "false",
  });
  const copy = h("button", {
    type: "button",
    text: words.copy,
    onclick: () => take(document.getElementById("prompt-text")?.value ?? ""),
  });
  const clear = h("button", { type: "button", text: words.clear, onclick: () => take("") });
  const says = h("p", { class: "patch-says", role: "status" });
  const pairs = h("ol", { class: "pairs", "aria-label": words.pairs });
  const kind = h(
    "select",
    { class: "quiet", "aria-label": words.what },
    Object.entries(words.names).map(([value, text]) => h("option", { value, text })),
  );
  const sweeps = h("button", { type: "button", text: words.map, onclick: toMap });
  const tools = h("div", { class: "patch-line" }, h("span", { class: "head-small", text: words.what }), kind, sweeps);
  const host = h("div");
  const element = h("div", {}, h("div", { class: "patch-line" }, field, copy, clear), says, pairs, tools, host);
  let now = null;
  let timer = 0;

  function take(text) {
    field.value = text;
    field.focus();
    run();
  }
  function run() {
    clearTimeout(timer);
    choose(send, { other: field.value });
  }
  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(run, PAUSE_MS);
  });
  field.addEventListener("keydown", (event) => event.key === "Enter" && run());
  kind.addEventListener("change", () => draw());
  function toMap() {
    choose(send, { measure: "positions" });
    openPart(send, "maps");
  }

  const at = (block, position) =>
    HEADED.includes(kind.value) ? [block, Math.min(state.head, now.n_head - 1), position] : [block, position];
  const patched = (block, position) => {
    const place = at(block, position).join(".");
    return read(now.edits).some((one) => one.name === kind.value && one.value === "patch" && one.at.join(".") === place);
  };
  const grid = map(host, {
    label: words.grid,
    read: (block, position) =>
      now ? words.cell(block + 1, now.labels[position], now.other.labels[position], patched(block, position)) : "",
    enter(block, position) {
      choose(send, { block });
      edit(withEdit(now.edits, kind.value, at(block, position), patched(block, position) ? null : "patch"));
    },
  });

  function draw() {
    const { labels, other } = now;
    const alike = other.labels.length === labels.length;
    const differs = (i) => labels[i] !== other.labels[i];
    const count = alike ? labels.filter((_, i) => differs(i)).length : 0;
    if (document.activeElement !== field && field.value !== other.text) field.value = other.text;
    clear.disabled = !field.value;
    setText(says, !other.text ? "" : alike ? words.alike(count) : words.unlike(labels.length, other.labels.length));
    const longest = Math.max(labels.length, other.labels.length);
    pairs.hidden = !other.text || longest > 64;
    if (!pairs.hidden) {
      pairs.replaceChildren(
        ...Array.from({ length: longest }, (_, i) =>
          h(
            "li",
            { class: differs(i) ? "differs" : null },
            i < labels.length ? token(labels[i]) : h("span", { text: "–" }),
            i < other.labels.length ? token(other.labels[i]) : h("span", { text: "–" }),
          ),
        ),
      );
    }
    host.hidden = tools.hidden = !other.text || !alike;
    if (host.hidden) return;
    grid.draw({
      rows: now.n_layer,
      columns: labels.length,
      kind: "amount",
      limit: 1,
      tall: 20,
      wide: 40,
      value: (block, position) => (patched(block, position) ? 1 : 0),
      quiet: true,
      rowName: (block) => words.block(block + 1),
      columnName: (position) => token(labels[position]),
      nameWidth: 32,
    });
  }
  return {
    element,
    draw(next) {
      now = next;
      draw();
    },
  };
}
