// One head of one block: who looks at whom. A matrix, the block's other heads, and one cell with its numbers.
import { check, frame, h, radios } from "../lib/dom.js";
import { colour, fit, onTheme } from "../lib/colour.js";
import { cursor } from "../lib/cursor.js";
import { number, probability, token } from "../lib/format.js";
import { canvas, paint, picture } from "../lib/heat.js";
import { turned } from "../lib/lanes.js";
import { coloured, formula, frac, root, row, sub, sum, sup } from "../lib/math.js";
import { legend, note } from "../lib/note.js";
import { adopt, choose, chosen, listen, put, state } from "../lib/store.js";
import en from "../strings/en.js";

const LABEL = 88; // room for the queries' names, left
const ROOM = 320; // side of the matrix where cells can be as large or small as they like
const HEADS = 136; // room for the other heads' thumbnails
const NAMED = 14; // from this cell size on every row and column has its name

export default {
  create(slot, send) {
    const title = h("span", { class: "head-small" });
    const kinds = ["weights", "scores"].map((kind) =>
      h("button", { type: "button", role: "radio", text: en.attention[kind], "data-kind": kind }),
    );
    const toggle = h("div", { class: "toggle", role: "radiogroup", "aria-label": en.attention.shows }, kinds);
    const matrix = h("div", { class: "matrix" });
    const [queries, keys] = [h("div", { class: "queries" }), h("div", { class: "keys" })];
    const heads = h("div", { class: "heads", role: "radiogroup", "aria-label": en.attention.heads });
    const readout = h("p", { class: "readout", "aria-hidden": "true" });
    const scale = legend();
    const side = h("div", { class: "head-side" }, h("p", { class: "head-small", text: en.attention.heads }), heads);
    const body = h("div", { class: "attention-body" }, h("div", {}, matrix, readout, scale.element), side);
    slot.append(h("div", { class: "part-head" }, h("h2", { text: en.attention.title }), title, toggle), body);
    matrix.append(queries, keys);
    const words = note(slot, en.attention.title);
    const drawing = canvas(matrix);
    let data = null;
    let kind = "weights";
    let pin = null; // the cell that is read: {query, key}; follows the chosen token until the reader takes another
    let hover = null;
    let size = { cell: 16, left: LABEL, top: 64 };
    let images = new Map();
    let thumbs = [];
    let described = null;

    const T = () => data.labels.length;
    const part = (all, one) => {
      if (state.block !== data.block) return state.head === data.head ? one : null;
      const head = Math.min(state.head, data.n_head - 1);
      if (all) return all.subarray(head * T() * T(), (head + 1) * T() * T());
      return head === data.head ? one : null;
    };
    const weights = () => part(data.all_patterns, data.pattern) ?? data.pattern;
    const scores = () => part(data.all_scores, data.attn_scores);
    const masked = (query, key) => key > query && weights()[query * T() + key] === 0;
    const text = (query, key) => {
      const [q, k] = [data.labels[query], data.labels[key]];
      const at = query * T() + key;
      if (masked(query, key)) return en.attention.masked(q, k);
      const score = scores();
      return en.attention.cell(q, k, score ? number(score[at], 4) : en.attention.noScores, number(weights()[at], 4));
    };
    const strongest = (query) => {
      const values = weights();
      let best = 0;
      for (let key = 1; key < T(); key++) if (values[query * T() + key] > values[query * T() + best]) best = key;
      return best;
    };
    function cell() {
      if (hover) return hover;
      const query = chosen(T());
      if (!pin || pin.query !== query || pin.key >= T()) pin = { query, key: strongest(query) };
      return pin;
    }
    function take(query, key) {
      pin = { query, key };
      hover = null;
      choose(send, { token: query });
      draw();
    }

    const pointer = cursor(matrix, {
      label: en.attention.matrix,
      size: () => [T(), T()],
      box: (query, key) => ({
        x: size.left + key * size.cell,
        y: size.top + query * size.cell,
        width: size.cell,
        height: size.cell,
      }),
      read: text,
      move: (query, key) => take(query, key),
      enter: (query, key) => take(query, key),
    });
    const goHead = (head) => choose(send, { head });
    radios(heads, goHead, () => size.columns);
    heads.addEventListener("click", (event) => {
      const radio = event.target.closest("[role=radio]");
      if (radio) goHead(thumbs.findIndex(({ element }) => element === radio));
    });
    const show = (at) => {
      kind = kinds[at].dataset.kind;
      draw();
    };
    radios(toggle, show);
    toggle.addEventListener("click", (event) => {
      if (event.target.dataset.kind) show(kinds.indexOf(event.target));
    });

    const draw = frame(() => {
      if (!data) return;
      slot.classList.toggle("stale", data.block !== state.block || (state.head !== data.head && !data.all_patterns));
      title.textContent = `${en.vectors.where.block(data.block + 1)}, ${en.vectors.where.head(Math.min(state.head, data.n_head - 1) + 1)}`;
      check(kinds, kind === "weights" ? 0 : 1);
      drawMatrix();
      drawHeads();
      describe();
    });

    function image() {
      const now = kind === "scores" && scores() ? "scores" : "weights";
      const key = `${now}/${state.head}`;
      if (!images.has(key)) {
        const values = now === "scores" ? scores() : weights();
        const scaled = now === "scores" ? fit(values) : { limit: 1 };
        const options = { kind: now === "scores" ? "signed" : "amount", limit: scaled.limit, root: now === "weights" };
        images.set(key, {
          scaled,
          now,
          open: picture(values, T(), T(), { ...options, blank: masked }),
          hidden: now === "scores" && picture(values, T(), T(), { ...options, blank: (q, k) => !masked(q, k) }),
        });
      }
      return images.get(key);
    }

    function drawMatrix() {
      const n = T();
      const room = turned()
        ? Math.min(480, slot.clientWidth - LABEL)
        : Math.max(128, Math.min(ROOM, slot.clientWidth - LABEL - HEADS - 24));
      const step = Math.max(turned() ? 1 : 2, Math.min(28, Math.floor(room / n)));
      const named = step >= NAMED;
      size = { ...size, cell: step, left: LABEL, top: named ? 56 : 16 };
      const side = step * n;
      // A long text's matrix takes the whole width; the heads then stand below it in a row.
      body.classList.toggle("tall", below());
      Object.assign(matrix.style, { width: `${LABEL + side}px`, height: `${size.top + side}px` });
      Object.assign(drawing.element.style, { left: `${LABEL}px`, top: `${size.top}px` });
      const context = drawing.size(side, side);
      const { open, hidden, scaled, now } = image();
      paint(context, open, 0, 0, side, side);
      if (hidden) {
        context.globalAlpha = 0.2; // scores exist for masked cells as well; they count for nothing
        paint(context, hidden, 0, 0, side, side);
        context.globalAlpha = 1;
      }
      if (step >= 6) {
        context.fillStyle = colour("paper");
        for (let i = 1; i < n; i++) {
          context.fillRect(i * step - 0.5, 0, 1, side);
          context.fillRect(0, i * step - 0.5, side, 1);
        }
      }
      const { query, key } = cell();
      context.lineWidth = 1.5;
      context.strokeStyle = colour("chosen");
      const row = chosen(n);
      context.strokeRect(0.75, row * step + 0.25, side - 1.5, Math.max(step - 0.5, 3));
      context.strokeStyle = colour("ink");
      context.strokeRect(key * step + 0.5, query * step + 0.5, Math.max(step - 1, 3), Math.max(step - 1, 3));
      drawNames(named, query, key);
      if (!pointer.focused) pointer.place(query, key);
      else pointer.refresh();
      readout.replaceChildren(...readoutParts(query, key));
      if (now === "scores") scale.show("signed", `\u2212${number(scaled.limit)}`, number(scaled.limit));
      else scale.show("amount", ...en.attention.range.weights, en.attention.rooted);
    }

    function readoutParts(query, key) {
      const at = query * T() + key;
      const pair = [token(data.labels[query]), " → ", token(data.labels[key])];
      pair[0].classList.add("is-query");
      pair[2].classList.add("is-key");
      if (masked(query, key)) return [...pair, `  ${en.attention.isMasked}`];
      const score = scores();
      return [
        ...pair,
        `  ${score ? `${en.attention.score} ${number(score[at])}, ` : ""}${en.attention.weight} ${probability(weights()[at])}`,
      ];
    }

    function drawNames(named, query, key) {
      const n = T();
      const make = (index, active, name) => {
        const element = token(data.labels[index]);
        element.classList.add("name");
        element.classList.toggle("near", index === state.hover);
        element.classList.toggle(`is-${name}`, active);
        return element;
      };
      const all = [...Array(n).keys()];
      // Letters need not lie on their side.
      const short = named && data.labels.every((label) => [...label].length <= 2);
      const side = size.cell * n;
      queries.replaceChildren(
        ...(named ? all : [query]).map((i) => {
          const element = make(i, i === query, "query");
          element.style.top = `${size.top + Math.max(0, Math.min(side - 16, i * size.cell + size.cell / 2 - 8))}px`;
          return element;
        }),
      );
      keys.replaceChildren(
        ...(named ? all : [key]).map((i) => {
          const element = make(i, i === key, "key");
          element.classList.toggle("upright", named && !short);
          element.classList.toggle("short", short);
          if (short)
            Object.assign(element.style, {
              left: `${size.left + (i + 0.5) * size.cell - 16}px`,
              top: `${size.top - 20}px`,
            });
          else if (named) element.style.left = `${size.left + i * size.cell + size.cell / 2 - 8}px`;
          // The only name stays over the matrix: on the right half it ends at its column.
          else if (i * 2 < n) element.style.left = `${size.left + i * size.cell}px`;
          else Object.assign(element.style, { left: "auto", right: `${side - (i + 1) * size.cell}px` });
          return element;
        }),
      );
    }

    const below = () => turned() || LABEL + size.cell * T() + 24 + HEADS > slot.clientWidth;

    function drawHeads() {
      const columns = below() ? Math.min(8, data.n_head) : Math.max(2, Math.ceil(Math.sqrt(data.n_head / 2)));
      const room = below() ? slot.clientWidth : HEADS;
      // Without the other heads' numbers there is nothing to draw but their names.
      const drawn = data.all_patterns ?? data.thumbs;
      const px = !drawn ? 24 : Math.max(24, Math.min(64, Math.floor((room - (columns - 1) * 8) / columns)));
      size.columns = columns;
      heads.classList.toggle("bare", !drawn);
      heads.style.gridTemplateColumns = `repeat(${columns}, ${px}px)`;
      const key = `${data.version}/${data.block}/${px}/${data.n_head}`;
      if (heads.dataset.key !== key) {
        heads.dataset.key = key;
        if (thumbs.length !== data.n_head) {
          thumbs = Array.from({ length: data.n_head }, (_, head) => {
            const element = h("div", {
              role: "radio",
              class: "head",
              "aria-label": en.attention.head(head + 1),
              title: en.attention.head(head + 1),
            });
            const thumb = { element, drawing: canvas(element) };
            element.append(h("span", { text: String(head + 1), "aria-hidden": "true" }));
            return thumb;
          });
          heads.replaceChildren(...thumbs.map(({ element }) => element));
        }
        paintThumbs(px);
      }
      check(
        thumbs.map(({ element }) => element),
        Math.min(state.head, data.n_head - 1),
      );
    }
    function paintThumbs(px) {
      // Of a long prompt Python sends smaller pictures, each cell the largest of those it stands for.
      const values = data.all_patterns ?? data.thumbs;
      const n = data.all_patterns ? T() : data.thumbs?.shape[1];
      thumbs.forEach(({ drawing: thumb }, head) => {
        const context = thumb.size(px, px);
        if (!values) return;
        const offset = head * n * n;
        paint(
          context,
          picture(values, n, n, {
            kind: "amount",
            limit: 1,
            root: true,
            offset,
            maxRows: px,
            maxCols: px,
            blank: n <= px ? (q, k) => k > q && values[offset + q * n + k] === 0 : null,
          }),
          0,
          0,
          px,
          px,
        );
      });
    }

    function describe() {
      const n = T();
      const query = chosen(n);
      words.formulas(...cellFormula());
      const key = `${data.version}/${data.block}/${state.head}/${query}/${Boolean(scores())}`;
      if (key === described) return;
      described = key;
      const values = weights();
      const order = Array.from({ length: n }, (_, k) => k).sort(
        (a, b) => values[query * n + b] - values[query * n + a],
      );
      const at = (k) => values[query * n + k];
      words.say(
        ...en.attention.says({
          block: data.block + 1,
          head: Math.min(state.head, data.n_head - 1) + 1,
          query: { token: data.labels[query] },
          top: { token: data.labels[order[0]] },
          weight: probability(at(order[0])),
          second: n > 1 && at(order[1]) > 0 ? { token: data.labels[order[1]] } : null,
          secondWeight: n > 1 && probability(at(order[1])),
        }),
      );
      words.table(() => ({
        caption: en.attention.caption(data.labels[query]),
        columns: en.attention.columns,
        rows: data.labels.map((label, k) => [
          { token: label },
          scores() ? number(scores()[query * n + k], 4) : "…",
          number(at(k), 4),
        ]),
      }));
    }

    /** The cell under the pointer, computed: score from q . k, weight from the scores of its row. */
    function cellFormula() {
      const { query, key } = cell();
      const n = T();
      const score = scores();
      const [q, k] = [coloured("query", sub("q", String(query + 1))), coloured("key", sub("k", String(key + 1)))];
      if (!score || masked(query, key)) return [];
      const s = score[query * n + key];
      const rooted = Math.abs(data.attn_scale - 1 / Math.sqrt(data.d_head)) < 1e-6;
      const product = number(s / data.attn_scale);
      let total = 0;
      for (let j = 0; j < n; j++) if (!masked(query, j)) total += Math.exp(score[query * n + j]);
      return [
        formula(
          rooted ? frac(row(q, "·", k), root(String(data.d_head))) : row(q, "·", k, "×", number(data.attn_scale)),
          "=",
          rooted ? frac(product, number(1 / data.attn_scale)) : row(product, "×", number(data.attn_scale)),
          "=",
          number(s),
        ),
        formula(
          frac(sup("e", number(s)), row(sum("j"), sup("e", sub("s", row(String(query + 1), "j"))))),
          "=",
          frac(number(Math.exp(s)), number(total)),
          "=",
          coloured("attention", probability(weights()[query * n + key])),
        ),
      ];
    }

    const locate = (event) => {
      const box = drawing.element.getBoundingClientRect();
      const [key, query] = [event.clientX - box.left, event.clientY - box.top].map((px) => Math.floor(px / size.cell));
      return query >= 0 && key >= 0 && query < T() && key < T() ? { query, key } : null;
    };
    matrix.addEventListener("pointermove", (event) => {
      if (!data) return;
      const at = locate(event);
      if (at?.query === hover?.query && at?.key === hover?.key) return;
      hover = at;
      put({ hover: at ? at.query : null });
      draw();
    });
    matrix.addEventListener("pointerleave", () => {
      hover = null;
      put({ hover: null });
      draw();
    });
    matrix.addEventListener("click", (event) => {
      const at = data && locate(event);
      if (at) take(at.query, at.key);
    });

    listen(draw);
    onTheme(() => {
      images = new Map();
      heads.dataset.key = "";
      draw();
    });
    new ResizeObserver(draw).observe(slot);
    return {
      update(next) {
        data = next;
        images = new Map();
        described = null;
        adopt(next);
        put({ patterns: { block: next.block, tokens: next.labels.length, head: () => weights() } });
        draw();
      },
    };
  },
};
