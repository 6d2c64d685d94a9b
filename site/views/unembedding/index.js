// The way out: the last vector, normalised, against the vector of every token. The likeliest and any other token, one
// logit opened as a dot product, and what the model would say after every block.
import contract from "../../generated/contract.js";
import { difference } from "../../widgets/difference.js";
import { attribute, become, h, pale, unchanged, widthOf } from "../../lib/dom.js";
import { colour, onTheme } from "../../lib/colour.js";
import { integer, number, probability } from "../../lib/format.js";
import { token, words as parts } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { canvas } from "../../lib/heat.js";
import { latest } from "../../state/latest.js";
import { coloured, formula, frac, row, sub, sum, sup, tied } from "../../lib/math.js";
import { note } from "../../widgets/note.js";
import { adopt, choose, goOn, listen, outrun, state } from "../../state/choices.js";
import { strips } from "../../widgets/strips.js";
import { light, terms } from "../../widgets/terms.js";
import strings from "../../strings/index.js";

const text = strings.unembedding;
const HIGH = 72; // of the histogram
const PATIENCE = 200; // ms after the last letter before the vocabulary is searched
let serial = 0;

export default {
  create(slot, send) {
    const after = h("span", { class: "head-small" });
    const top = h("div");
    const rest = h("p", { class: "head-small" });
    const id = `find-${++serial}`;
    const field = h("input", {
      type: "search",
      id,
      class: "find",
      maxlength: contract.limits.find,
      autocomplete: "off",
      spellcheck: "false",
      placeholder: text.placeholder,
    });
    const found = h("div");
    const foundAbout = h("p", { class: "head-small", "aria-live": "polite" });
    const spread = h("div", { class: "spread" });
    const spreadAbout = h("p", { class: "head-small" });
    const lens = h("div", { class: "lens-table scroll-x", tabindex: "0", role: "region", "aria-label": text.lens });
    const head = h("h3", {});
    const further = h("button", {
      type: "button",
      class: "link",
      text: text.take,
      onclick: () => goOn(send, data.opened.id, data.node),
    });
    const [vectors, list] = [h("div"), h("div", { class: "term-list" })];
    slot.append(
      h("div", { class: "part-head stays" }, h("h2", { text: text.title }), after),
      h(
        "div",
        { class: "ways-out" },
        h("div", {}, h("h3", { text: text.top }), top, rest, h("h3", { class: "sub", text: text.spread }), spread, spreadAbout),
        h("div", {}, h("h3", {}, h("label", { for: id, text: text.find })), field, found, foundAbout),
      ),
      h("div", { class: "opened" }, head, further),
      vectors,
      list,
      h("h3", { class: "sub", text: text.lens }),
      h("p", { class: "head-small", text: text.lensAbout }),
      lens,
    );
    const [same, sameOpened] = [unchanged(), unchanged()];
    const [box, spreadBox] = [slot, spread].map((element) => widthOf(element, () => draw()));
    const words = note(slot, text.title);
    words.explain(...text.explain);
    const moved = difference(slot, words);
    const drawing = canvas(spread);
    const wanted = latest(send, () => {});
    let data = null;
    let timer = 0;
    let drawn = false;
    let peeked = null; // the candidate under the pointer or the focus
    let lensed = null; // {at, id, prob}: what of the logit lens is
    let product = null; // the entry of which one is
    let told = null; // what the part of a formula under the pointer stands for

    const take = (candidate) => choose(send, { candidate });
    field.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(() => wanted.set({ find: field.value.slice(0, contract.limits.find) }), PATIENCE);
    });
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !field.value) return;
      event.preventDefault(); // of an empty field it closes the part
      clearTimeout(timer);
      field.value = "";
      wanted.set({ find: "" });
    });
    const products = () => Float32Array.from(data.ln_final, (x, i) => x * data.column[i]);
    const figure = strips(vectors, {
      label: text.strips,
      read: (_line, entry) =>
        text.stripCell(
          entry + 1,
          ...[data.ln_final[entry], data.column[entry], data.ln_final[entry] * data.column[entry]].map((x) => number(x, 4)),
        ),
      look(entry) {
        light(list, entry);
        formulas();
      },
      choose: (entry) => choose(send, { entry }),
      ties: words.ties,
    });
    /** The candidate whose numbers the formulas have. */
    const now = () => peeked ?? data.opened;
    const listed = () => [...data.top, ...data.found];
    function peek(candidate, part = null) {
      words.ties.light(part);
      if (candidate?.id === peeked?.id) return;
      peeked = candidate;
      drawSpread();
      formulas();
    }
    /** Of a line of the two lists: its candidate, and what is pointed at. */
    function peekLine(event) {
      const line = event.target.closest("tr")?.querySelector("[data-id]");
      const candidate = line && listed().find(({ id }) => id === Number(line.dataset.id));
      if (candidate) peek(candidate, event.target.closest(".way-p") ? "p" : "logit");
      else peek(null);
    }
    for (const host of [top, found]) {
      host.addEventListener("pointerover", (event) => event.pointerType !== "touch" && peekLine(event));
      host.addEventListener("pointerleave", () => peek(null));
      host.addEventListener("focusin", peekLine);
      host.addEventListener("focusout", () => peek(null));
    }
    /** Of a line of the logit lens: the token under the pointer, else the opened one, and its probability there. */
    function peekLens(event) {
      const at = event === null ? -1 : [...lens.querySelectorAll("tbody tr")].indexOf(event.target.closest("tr"));
      words.ties.light(at < 0 ? null : "lens");
      const line = data.lens[at];
      const id = event?.target.closest(".lens-token")?.querySelector("[data-id]").dataset.id.split("/").pop();
      const of = line?.top.find((entry) => entry.id === Number(id)) ?? { id: data.opened.id, prob: line?.prob };
      lensed = line ? { at, ...of } : null;
      formulas();
    }
    lens.addEventListener("pointerover", (event) => event.pointerType !== "touch" && peekLens(event));
    lens.addEventListener("pointerleave", () => peekLens(null));
    lens.addEventListener("focusin", peekLens);
    lens.addEventListener("focusout", () => peekLens(null));
    spread.addEventListener("pointerenter", () => words.ties.light("all"));
    spread.addEventListener("pointerleave", () => words.ties.light(null));
    words.ties.follow((key) => {
      told = key;
      if (!data) return;
      light(list, ["0", "1", "2"].includes(key) ? figure.entry : null);
      list.classList.toggle("lit", key === "sum");
      const of = key === "logit" || key === "p" ? now().id : null;
      for (const button of slot.querySelectorAll("[data-id]")) {
        const line = button.closest("tr");
        if (!lens.contains(line)) line.classList.toggle("lit", Number(button.dataset.id) === of);
      }
      const lines = [...lens.querySelectorAll("tbody tr")];
      const last = lines.length - 1; // the model's own
      const at = key === "lens" ? (lensed?.at ?? last) : key === "p" && of === data.opened.id ? last : -1;
      lines.forEach((line, index) => line.classList.toggle("lit", index === at));
      drawSpread();
    });

    /** A token with its rank, logit and probability; opens it. */
    function line({ id, text: name, logit, prob, rank, kind }, low, high) {
      const bar = h("span", { class: "logit-bar" });
      bar.style.setProperty("--share", high > low ? (logit - low) / (high - low) : 1);
      return h(
        "tr",
        { class: id === data.opened.id ? "is-open" : null },
        h(
          "th",
          { scope: "row" },
          h(
            "button",
            {
              type: "button",
              class: "way",
              "data-id": id,
              "aria-pressed": String(id === data.opened.id),
              onclick: () => take(id),
            },
            token(name),
          ),
        ),
        h("td", { class: "way-id", text: String(id) }),
        kind !== undefined && h("td", { class: "way-kind", text: text.kinds[kind] }),
        h("td", { text: integer(rank) }),
        h("td", { text: number(logit) }),
        h("td", { class: "way-bar", "aria-hidden": "true" }, bar),
        h("td", { class: "way-p", text: probability(prob) }),
      );
    }
    function table(caption, entries, kinds = false) {
      const { low, high } = data;
      const columns = [text.columns.token, text.columns.id, kinds && text.columns.kind, text.columns.rank, text.columns.logit];
      return h(
        "table",
        { class: "ways" },
        h("caption", { class: "unseen", text: caption }),
        h(
          "thead",
          {},
          h(
            "tr",
            {},
            columns.filter(Boolean).map((name) => h("th", { scope: "col", text: name })),
            h("td"),
            h("th", { scope: "col", text: text.columns.probability }),
          ),
        ),
        h(
          "tbody",
          {},
          entries.map((entry) => line(entry, low, high)),
        ),
      );
    }
    /** Puts new lines in place of old ones; who was on a button of them stays on that token, or near to where it was. */
    function renew(host, ...children) {
      const focused = host.contains(document.activeElement) ? document.activeElement.dataset.id : undefined;
      become(host, ...children);
      if (focused === undefined) return;
      const all = [...host.querySelectorAll("[data-id]")];
      const same = all.find((button) => button.dataset.id === focused);
      if (same || !host.contains(document.activeElement)) (same ?? all.at(-1) ?? field).focus({ preventScroll: true });
    }

    function build() {
      buildLists();
      if (sameOpened(data.version, data.token, data.opened.id)) return;
      become(head, ...parts(text.opened({ token: data.opened.text })));
      further.hidden = data.token < data.labels.length - 1; // only the last token's prediction is of the next one
      buildTerms();
      buildLens();
    }

    const buildLists = frame(() => {
      const { n_vocab, find } = data;
      renew(top, table(text.topCaption, data.top));
      const others = n_vocab - data.top.length;
      rest.textContent = others > 0 ? text.rest(integer(others), probability(data.rest)) : "";
      if (document.activeElement !== field) field.value = find;
      renew(found, ...(data.found.length ? [table(text.foundCaption(find), data.found, true)] : []));
      foundAbout.textContent = !find
        ? text.findAbout(integer(n_vocab))
        : data.n_found > data.found.length
          ? text.more(data.found.length, integer(data.n_found))
          : text.count(data.n_found, find);
    }, top);

    const buildTerms = frame(() => {
      const { opened } = data;
      terms(list, {
        ...data.terms,
        name: text.logitOf(opened.id),
        x: "ln_final",
        w: "W_U",
        hover(entry) {
          product = entry;
          words.ties.light(entry === null ? null : 2);
          formulas();
        },
        choose: (entry) => choose(send, { entry }),
      });
    }, list);

    const buildLens = frame(() => {
      const { opened, lens: lines } = data;
      const rows = lines.map(({ top: likeliest, prob, rank }, at) => {
        const bar = h("span", { class: "lens-bar" });
        bar.style.setProperty("--share", prob);
        return h(
          "tr",
          {},
          h("th", {
            scope: "row",
            text: at ? (at === lines.length - 1 ? text.last(at) : text.block(at)) : text.before,
          }),
          h("td", { class: "lens-rank", text: integer(rank) }),
          h("td", { class: "lens-track", "aria-hidden": "true" }, bar),
          h("td", { text: probability(prob) }),
          likeliest.map((entry) =>
            h(
              "td",
              { class: "lens-token" },
              h(
                "button",
                {
                  type: "button",
                  class: "way",
                  "data-id": `${at}/${entry.id}`,
                  "aria-pressed": String(entry.id === opened.id),
                  onclick: () => take(entry.id),
                },
                token(entry.text),
              ),
              h("span", { class: "lens-p", text: probability(entry.prob) }),
            ),
          ),
        );
      });
      const count = lines[0].top.length;
      renew(
        lens,
        h(
          "table",
          { class: "ways" },
          h("caption", { class: "unseen", text: text.lens }),
          h(
            "thead",
            {},
            h(
              "tr",
              {},
              h("th", { scope: "col", text: text.lensColumns.after }),
              h("th", { scope: "colgroup", colspan: 3, class: "lens-token" }, parts(text.lensColumns.rank({ token: opened.text }))),
              h("th", { scope: "colgroup", colspan: count, class: "lens-token", text: text.lensColumns.top }),
            ),
          ),
          h("tbody", {}, rows),
        ),
      );
    }, lens);

    const draw = frame(() => {
      if (!data || !box.width || moved.on) return false;
      pale(slot, outrun(data));
      const entry = Math.min(state.entry, data.d_model - 1);
      if (same(data, box.width, spreadBox.width, entry)) return false;
      drawSpread();
      figure.draw({
        rows: [
          { name: "ln_final", values: data.ln_final, group: "ln_final", meaning: "residual" },
          { name: "W_U", values: data.column, group: "W_U", sign: "×" },
          { name: text.products, values: products(), group: text.products, sign: "=" },
        ],
        entry,
        width: box.width,
      });
      drawn = true;
      say();
    }, slot);
    const say = frame(() => formulas(), words.place);

    /** How many tokens have which logit, by the square root: the few at the end are what the draw is about. */
    const drawSpread = frame(() => {
      const { width } = spreadBox;
      const { counts, low, high, opened } = data;
      const context = drawing.size(width, HIGH + 20);
      const n = counts.length;
      const most = Math.max(...counts);
      const x = (logit) => (high > low ? ((logit - low) / (high - low)) * (width - 2) + 1 : width / 2);
      context.fillStyle = colour(told === "all" ? "residual" : "residual-soft");
      counts.forEach((count, bin) => {
        const tall = Math.sqrt(count / most) * (HIGH - 8);
        if (count) context.fillRect((bin / n) * (width - 2) + 1, HIGH - tall, (width - 2) / n - 1, tall);
      });
      context.fillStyle = colour("control");
      context.fillRect(0, HIGH, width, 1);
      context.fillStyle = colour("ink");
      const wide = told === "logit" && peeked === null ? 4 : 2;
      context.fillRect(x(opened.logit) - wide / 2, 0, wide, HIGH + 4);
      if (peeked !== null && peeked.id !== opened.id) {
        context.fillStyle = colour("residual");
        context.fillRect(x(peeked.logit) - 1, 0, 2, HIGH + 4);
      }
      spread.style.height = `${HIGH + 20}px`;
      const at = (value, left, name) => {
        const element = h("span", { class: `axis ${name}`, text: value });
        if (left < width / 2) element.style.left = `${Math.max(0, left)}px`;
        else element.style.right = `${Math.max(0, width - left)}px`;
        return element;
      };
      const near = [low, high].map((end) => Math.abs(x(end) - x(opened.logit)) < 64);
      spread.replaceChildren(
        drawing.element,
        ...(near[0] ? [] : [at(number(low), 0, "")]),
        ...(near[1] ? [] : [at(number(high), width, "")]),
        at(number(opened.logit), x(opened.logit), "is-now"),
      );
      spreadAbout.textContent = text.spreadAbout(integer(data.n_vocab), integer(most));
    }, spread);

    const describe = frame(() => {
      if (moved.on) return false; // the words are the difference's
      const { opened, lens: lines } = data;
      let since = lines.length;
      while (since > 0 && lines[since - 1].rank === 1) since--;
      words.say(
        ...text.says({
          token: { token: data.labels[data.token] },
          before: number(data.resid_norm),
          norm: number(data.ln_final_norm),
          n: integer(data.n_vocab),
          opened: { token: opened.text },
          logit: number(opened.logit),
          prob: probability(opened.prob),
          rank: opened.rank,
        }),
        ...(opened.rank === 1 && since < lines.length - 1 ? text.since(since) : []),
      );
      words.table(() => ({
        caption: text.caption(data.labels[data.token]),
        columns: [text.columns.token, text.columns.id, text.columns.rank, text.columns.logit, text.columns.probability],
        rows: [...data.top, ...data.found].map((entry) => [
          { token: entry.text },
          entry.id,
          entry.rank,
          number(entry.logit, 5),
          probability(entry.prob),
        ]),
      }));
    }, words.place);

    /** Of the candidate and the entry under the pointer, else of the opened ones. */
    function formulas() {
      if (!drawn || moved.on) return false;
      const { opened, ln_final, column, logsum } = data;
      const { id, logit, prob } = now();
      const entry = product ?? figure.entry;
      const closed = (value) => (value < 0 ? row("(", number(value, 4), ")") : number(value, 4));
      const through = lensed ?? { at: data.lens.length - 1, id: opened.id, prob: data.lens.at(-1).prob };
      const stream = through.at ? sup("resid_post", `(${through.at})`) : sup("resid_pre", "(1)");
      // Of another candidate the page holds no products.
      const is = (key, part) => (id === opened.id ? tied(key, part) : part);
      words.formulas(
        formula(
          tied("all", "logits"),
          "=",
          tied(0, "ln_final"),
          "·",
          tied(1, "W_U"),
          ...(data.tied ? [",", "W_U", "=", sup(sub("W", "E"), "T")] : []),
        ),
        formula(
          tied("logit", sub("logit", String(id))),
          "=",
          is("sum", row(sum("i"), sub("ln_final", "i"), sub("W_U", `i,${id}`))),
          "=",
          tied("logit", number(logit, 4)),
        ),
        formula(tied(0, sub("ln_final", String(entry + 1))), tied(1, sub("W_U", `${entry + 1},${opened.id}`))),
        formula(
          "=",
          tied(0, number(ln_final[entry], 4)),
          "·",
          tied(1, closed(column[entry])),
          "=",
          tied(2, number(ln_final[entry] * column[entry], 4)),
        ),
        formula(
          tied("p", sub("p", String(id))),
          "=",
          frac(sup("e", tied("logit", sub("logit", String(id)))), tied("all", row(sum("j"), sup("e", sub("logit", "j"))))),
        ),
        formula(
          "=",
          frac(sup("e", tied("logit", number(logit))), tied("all", sup("e", number(logsum)))),
          "=",
          tied("p", coloured("chosen", probability(prob))),
        ),
        formula(tied("lens", sub(row("softmax", "(", "LN", "(", stream, ")", "·", "W_U", ")"), String(through.id)))),
        formula("=", tied("lens", probability(through.prob))),
      );
    }

    // Not for the token under the pointer, which nothing here shows.
    listen((changes) => Object.keys(changes).some((key) => key !== "hover") && draw());
    // The button at once; what it opens only Python knows.
    listen(
      ({ candidate }) => {
        for (const button of candidate >= 0 ? slot.querySelectorAll("[data-id]") : []) {
          attribute(button, "aria-pressed", String(Number(button.dataset.id.split("/").pop()) === candidate));
        }
      },
      ["candidate"],
    );
    onTheme(() => {
      same.forget();
      draw();
    });
    return {
      update(next) {
        become(after, ...parts(text.after({ token: next.labels[next.token] })));
        if (moved.update(next)) return;
        same.forget();
        data = next;
        peeked = peeked && (listed().find(({ id }) => id === peeked.id) ?? null);
        lensed = null;
        adopt(next);
        wanted.answered(next);
        build();
        describe();
        draw();
      },
    };
  },
};
