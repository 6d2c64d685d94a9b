// The spine of the figure: one path per token from the embedding to the last norm. Its thickness is the norm of the
// residual stream; what attention and MLP of every block write branches off and is added back, in the same measure.
import { calm, check, frame, h, radios, setText, sizeOf } from "../lib/dom.js";
import { colour, fit, onTheme } from "../lib/colour.js";
import { number } from "../lib/format.js";
import { canvas, picture } from "../lib/heat.js";
import { GUTTER, lanes, onTurn, turned } from "../lib/lanes.js";
import { coloured, formula, row } from "../lib/math.js";
import { note } from "../lib/note.js";
import { opener } from "../lib/parts.js";
import { band, between, columns, curve, dotted, interior, plus } from "../lib/stream.js";
import { adopt, choose, chosen, listen, put, state } from "../lib/store.js";
import en from "../strings/index.js";

const UNFOLD_MS = 240;
const DEPTH_TURNED = 560;
const OPENS = { embed: "embedding", stream: "layernorm", attention: "attention", mlp: "mlp", final: "unembedding" };
const FAINT = 0.02; // weights below are not drawn, except the chosen token's

export default {
  create(slot, send) {
    const head = h("div", { class: "stream-head" });
    const blocks = h("div", { class: "stream-blocks", role: "radiogroup", "aria-label": en.residual.blocks });
    const steps = [
      [-1, "‹", en.residual.previous],
      [1, "›", en.residual.next],
    ].map(([by, text, label]) =>
      h("button", {
        type: "button",
        class: "step",
        "aria-label": label,
        text,
        onclick: () => goBlock(nowBlock() + by),
      }),
    );
    const numbers = Object.fromEntries(
      Object.entries(OPENS).map(([name, part]) => [
        name,
        h("span", { class: `stream-number at-${name}` }, opener(send, part, en.residual[name]), h("span")),
      ]),
    );
    const headOf = h("span");
    const heads = [
      [-1, "‹", en.residual.previousHead],
      [1, "›", en.residual.nextHead],
    ].map(([by, text, label]) =>
      h("button", { type: "button", class: "step", "aria-label": label, text, onclick: () => goHead(by) }),
    );
    numbers.attention.append(h("span", { class: "head-steps" }, heads[0], headOf, heads[1]));
    const body = h("div", { class: "stream-body" });
    head.append(blocks, ...steps, ...Object.values(numbers));
    slot.append(head, body);
    const legends = document.getElementById("legends") ?? slot.appendChild(h("div"));
    const words = note(slot, en.residual.title);
    const drawing = canvas(body);
    let data = null;
    let radiosOf = [];
    let place = null; // where columns are on the screen now; moves towards the chosen block
    let motion = null;
    let strip = null;
    let scaled = null;
    let under = null; // block under the pointer
    let described = null;
    const tip = h("div", { class: "tip", hidden: true, "aria-hidden": "true" });
    body.append(tip);

    const nowBlock = () => Math.min(state.block, data.n_layer - 1);
    const goBlock = (block) => choose(send, { block: Math.max(0, Math.min(data.n_layer - 1, block)) });
    const nowHead = () => Math.min(state.head, data.n_head - 1);
    const goHead = (by) => choose(send, { head: Math.max(0, Math.min(data.n_head - 1, nowHead() + by)) });
    radios(blocks, goBlock);
    blocks.addEventListener("click", (event) => {
      const radio = event.target.closest("[role=radio]");
      if (radio) goBlock(radiosOf.indexOf(radio));
    });
    const size = sizeOf(slot);
    const T = () => data.labels.length;
    // The token list may show a longer text already, and the pointer be there.
    const hovered = () => (state.hover !== null && state.hover < T() ? state.hover : null);
    const norm = (name, block, token) => data[name]?.[block * T() + token];

    function target() {
      const depth = turned() ? DEPTH_TURNED : size.width;
      return columns(depth, data.n_layer, nowBlock());
    }
    function settle() {
      const to = target();
      const moved =
        place &&
        place.starts.length === to.starts.length &&
        place.starts.some((x, i) => Math.abs(x - to.starts[i]) > 2);
      if (!moved || calm() || motion?.resized) {
        place = to;
        motion = null;
        return;
      }
      if (!motion || motion.block !== nowBlock()) motion = { from: place, block: nowBlock(), since: performance.now() };
      const share = Math.min(1, (performance.now() - motion.since) / UNFOLD_MS);
      place = between(motion.from, to, 1 - (1 - share) ** 3);
      if (share < 1) draw();
      else {
        place = to;
        motion = null;
      }
    }

    const draw = frame(() => {
      if (!data) return;
      settle();
      drawHead();
      drawBody();
      describe();
    });

    function drawHead() {
      if (radiosOf.length !== data.n_layer) {
        radiosOf = Array.from({ length: data.n_layer }, (_, b) =>
          h("div", { role: "radio", class: "block", "aria-label": en.residual.block(b + 1, data.n_layer) }, h("span")),
        );
        blocks.replaceChildren(...radiosOf);
      }
      const open = nowBlock();
      check(radiosOf, open);
      const set = (element, x0, x1) =>
        Object.assign(
          element.style,
          turned()
            ? { top: `${x0}px`, height: `${x1 - x0}px`, left: "", width: "" }
            : { left: `${x0}px`, width: `${x1 - x0}px`, top: "", height: "" },
        );
      radiosOf.forEach((radio, b) => {
        const [x0, x1] = [place.starts[b], place.starts[b + 1]];
        set(radio, x0, x1);
        const every = x1 - x0 >= 16 ? 1 : x1 - x0 >= 10 ? 2 : 6;
        radio.firstChild.textContent =
          b === open ? en.residual.block(b + 1, data.n_layer) : (b + 1) % every ? "" : String(b + 1);
        radio.classList.toggle("under", b === under);
      });
      const [x0, x1] = [place.starts[open], place.starts[open + 1]];
      steps.forEach((button, i) => {
        button.disabled = i ? open === data.n_layer - 1 : open === 0;
        Object.assign(
          button.style,
          turned() ? { top: `${x1 - 28}px`, left: `${i * 32 - 8}px` } : { left: `${i ? x1 - 24 : x0}px`, top: "0" },
        );
      });
      const token = hovered() ?? chosen(T()); // the numbers follow the pointer
      const inside = interior(x0, x1);
      const say = (name, from, to, text = "") => {
        set(numbers[name], from, to);
        setText(numbers[name].children[1], text);
      };
      say("embed", 0, place.starts[0]);
      say("stream", ...inside.strip, number(norm("resid_norm", open, token)));
      say("attention", ...inside.fan, `+ ${number(norm("attn_norm", open, token))}`);
      setText(headOf, en.residual.head(nowHead() + 1, data.n_head));
      heads.forEach((button, i) => (button.disabled = i ? nowHead() === data.n_head - 1 : nowHead() === 0));
      say("mlp", inside.read2, inside.add, `+ ${number(norm("mlp_norm", open, token))}`);
      say("final", place.starts.at(-1), place.end);
      for (const element of Object.values(numbers)) element.hidden = Boolean(motion);
    }

    function drawBody() {
      const layout = lanes(slot.parentElement, T());
      const [depth, breadth] = [Math.ceil(place.end), layout.total];
      const context = turned() ? drawing.size(breadth, depth) : drawing.size(depth, breadth);
      // Everything below is drawn as if depth ran to the right; turned, x and y change places.
      if (turned()) {
        const { a } = context.getTransform();
        context.setTransform(0, a, a, 0, 0, 0);
      }
      Object.assign(slot.style, turned() ? { minWidth: `${GUTTER + breadth}px` } : { minWidth: "" });
      head.style.height = turned() ? `${depth}px` : "";
      const open = nowBlock();
      const [x0, x1] = [place.starts[open], place.starts[open + 1]];
      const inside = interior(x0, x1);
      const token = chosen(T());
      const { size } = layout;
      const thickest = Math.min(10, size * 0.4);
      const thick = (value) => Math.max(0.75, Math.min(thickest, ((value ?? 0) / scaled.limit) * thickest));
      const laneY = (lane) => lane.at + size / 2;
      const [onStream, onBranch] = [size * 0.16, -size * 0.24];

      // The chosen lane, and the open block, as quiet grounds.
      const ground = (token, name) => {
        context.fillStyle = colour(name);
        context.fillRect(0, layout.lanes[layout.laneOf(token)].at, depth, size);
      };
      if (state.hover !== null && state.hover < T()) ground(state.hover, "raised");
      ground(token, "chosen-soft");
      context.strokeStyle = colour("rule");
      context.lineWidth = 1;
      for (const x of [x0, x1]) {
        context.beginPath();
        context.moveTo(x, 0);
        context.lineTo(x, breadth);
        context.stroke();
      }

      for (const lane of layout.lanes) {
        const y = laneY(lane);
        if (lane.from !== lane.to) {
          dotted(context, y, depth, size);
          continue;
        }
        drawLane(context, {
          lane,
          y: y + onStream,
          branch: y + onBranch,
          thick,
          open,
          inside,
          x0,
          x1,
          isChosen: lane.from === token,
        });
      }
      if (!motion) drawRibbons(context, layout, inside, laneY, onStream, onBranch, token);
    }

    function drawLane(context, { lane, y, branch, thick, open, inside, x0, x1, isChosen }) {
      const token = lane.from;
      const streamColour = colour(isChosen ? "residual" : "residual-soft");
      const at = (b) => thick(norm("resid_norm", b, token));
      const write = (name, b, from, to) => {
        const value = norm(name, b, token);
        context.globalAlpha = isChosen || b === open ? 1 : 0.7;
        context.fillStyle = colour(name === "attn_norm" ? "attention" : "mlp");
        const t = thick(value);
        if (value > scaled.limit) {
          // off the scale: dashed, and the legend says so
          for (let x = from; x < to; x += 3) context.fillRect(x, branch - t / 2, 2, t);
        } else context.fillRect(from, branch - t / 2, to - from, t);
        context.globalAlpha = 1;
      };
      context.fillStyle = streamColour;
      band(context, 0, place.starts[0], y, at(0), at(0));
      for (let b = 0; b < data.n_layer; b++) {
        const [from, to] = [place.starts[b], place.starts[b + 1]];
        const wide = to - from;
        context.fillStyle = streamColour;
        if (b !== open || motion) {
          band(context, from, to, y, at(b), at(b + 1));
          write("attn_norm", b, from + wide * 0.12, from + wide * 0.44);
          write("mlp_norm", b, from + wide * 0.56, from + wide * 0.88);
          continue;
        }
        const mid = thick(norm("mid_norm", b, token) ?? norm("resid_norm", b, token));
        band(context, from, inside.attention, y, at(b), at(b));
        band(context, inside.attention, inside.add, y, mid, mid);
        band(context, inside.add, to, y, at(b + 1), at(b + 1));
        if (strip) {
          const high = Math.max(6, lane.size - (lane.size > 20 ? 8 : 4));
          const [s0, s1] = inside.strip;
          context.fillStyle = colour("paper");
          context.globalAlpha = state.block === data.block ? 1 : 0.3;
          context.imageSmoothingEnabled = false;
          context.drawImage(strip, 0, token, strip.width, 1, s0, lane.at + (lane.size - high) / 2, s1 - s0, high);
          context.globalAlpha = 1;
        }
        // Read, compute, add back: the branch of the MLP. Attention's branch begins with the ribbons.
        context.strokeStyle = colour("mlp");
        context.lineWidth = 1;
        curve(context, inside.read2, y, inside.mlp[0], branch);
        write("mlp_norm", b, inside.mlp[0], inside.mlp[1]);
        context.lineWidth = thick(norm("mlp_norm", b, token));
        curve(context, inside.mlp[1], branch, inside.add, y);
        context.strokeStyle = colour("attention");
        context.lineWidth = thick(norm("attn_norm", b, token));
        curve(context, inside.fan[1], branch, inside.attention, y);
        const radius = Math.min(4.5, lane.size * 0.2);
        plus(context, inside.attention, y, radius, "attention");
        plus(context, inside.add, y, radius, "mlp");
      }
      context.fillStyle = streamColour;
      band(context, place.starts.at(-1), place.end, y, at(data.n_layer), at(data.n_layer));
    }

    /** Attention of the chosen head: from every key's stream to the query's branch, as wide as its weight. */
    function drawRibbons(context, layout, inside, laneY, onStream, onBranch, token) {
      if (data.block !== nowBlock()) return; // another block's are on their way
      const all = data.patterns.shape[0] === data.n_head;
      if (!all && nowHead() !== data.head) return; // of a long prompt only the chosen head's are here
      const from0 = (all ? nowHead() : 0) * T() * T();
      const weights = data.patterns.subarray(from0, from0 + T() * T());
      const [from, to] = [inside.read, inside.fan[1]];
      const active = hovered() ?? token;
      const widest = Math.min(8, layout.size * 0.35);
      const draw = (query, strong) => {
        // Keys that share a folded lane share a ribbon: their weights add up.
        const into = new Float32Array(layout.lanes.length);
        for (let key = 0; key < T(); key++) into[layout.laneOf(key)] += weights[query * T() + key];
        const y1 = laneY(layout.lanes[layout.laneOf(query)]) + onBranch;
        into.forEach((weight, lane) => {
          if (weight < (strong ? 0.001 : FAINT)) return;
          context.strokeStyle = colour("attention", strong ? 0.35 + 0.55 * weight : Math.round(8 + 20 * weight) / 100);
          context.lineWidth = Math.max(strong ? 0.75 : 0.5, weight * widest);
          curve(context, from, laneY(layout.lanes[lane]) + onStream, to, y1);
        });
      };
      if (layout.lanes.length <= 64)
        for (const lane of layout.lanes) if (lane.from === lane.to && lane.from !== active) draw(lane.from, false);
      draw(active, true);
    }

    const facts = (b, token) => ({
      block: b + 1,
      before: number(norm("resid_norm", b, token)),
      attention: number(norm("attn_norm", b, token)),
      mlp: number(norm("mlp_norm", b, token)),
      after: number(norm("resid_norm", b + 1, token)),
    });

    function describe() {
      const [open, token] = [nowBlock(), chosen(T())];
      const key = `${data.version}/${open}/${token}/${state.head}/${strip?.width}`;
      if (key === described) return;
      described = key;
      const difference = data.shows === "difference";
      words.say(...(difference ? en.whatif.stream : en.residual.says)({ ...facts(open, token), token: { token: data.labels[token] } }));
      words.formulas(
        formula("resid_mid", "=", "resid_pre", "+", coloured("attention", row("Attn", "(", "ln1", ")"))),
        formula("resid_post", "=", "resid_mid", "+", coloured("mlp", row("MLP", "(", "ln2", ")"))),
      );
      words.table(() => ({
        caption: en.residual.caption(data.labels[token]),
        columns: en.residual.columns,
        rows: Array.from({ length: data.n_layer }, (_, b) => Object.values(facts(b, token))),
      }));
      const limit = number(scaled.strip.limit);
      const pooled = data.resid_strip.shape[1] / (strip?.width ?? 1);
      legends.replaceChildren(
        h(
          "span",
          {},
          h("i", { class: "swatch wedge" }),
          en.residual.thickness(number(scaled.limit)) +
            (scaled.beyond ? en.residual.broken(scaled.beyond, number(scaled.largest)) : ""),
        ),
        h("span", {}, h("i", { class: "swatch writes" }), en.residual.writes),
        h("span", {}, h("i", { class: "swatch line" }), (data.shows === "difference" ? en.whatif.gains : en.residual.ribbons)(state.head + 1)),
        h(
          "span",
          {},
          h("i", { class: "swatch ramp signed" }),
          en.residual.strip(limit) + (pooled > 1 ? en.residual.pooled(Math.ceil(pooled)) : ""),
        ),
      );
    }

    const locate = (event) => {
      const box = drawing.element.getBoundingClientRect();
      let [x, y] = [event.clientX - box.left, event.clientY - box.top];
      if (turned()) [x, y] = [y, x];
      const layout = lanes(slot.parentElement, T());
      const lane = layout.lanes[Math.floor(y / layout.size)];
      const block = place.starts.findLastIndex((start) => x >= start);
      return { lane, block: block >= 0 && block < data.n_layer ? block : null };
    };
    body.addEventListener("pointermove", (event) => {
      if (!data || motion) return;
      const { lane, block } = locate(event);
      if (block !== under) {
        under = block;
        draw();
      }
      const token = lane && lane.from === lane.to ? lane.from : null;
      put({ hover: token });
      // A folded block has no room for its numbers: they stand beside the pointer.
      tip.hidden = token === null || block === null || block === nowBlock();
      if (tip.hidden) return;
      tip.textContent = en.residual.readout(facts(block, token));
      const box = body.getBoundingClientRect();
      tip.style.top = `${event.clientY - box.top + 16}px`;
      tip.style.left = `${Math.max(0, Math.min(box.width - tip.offsetWidth, event.clientX - box.left - tip.offsetWidth / 2))}px`;
    });
    body.addEventListener("pointerleave", () => {
      under = null;
      tip.hidden = true;
      put({ hover: null });
      if (data) draw();
    });
    body.addEventListener("click", (event) => {
      if (!data) return;
      const { lane, block } = locate(event);
      if (lane && lane.from !== lane.to) put({ unfolded: true });
      else if (block !== null && block !== nowBlock()) goBlock(block);
      else if (lane) choose(send, { token: lane.from });
    });

    function prepare() {
      // One measure for the stream and for what is written into it, over all blocks, so that thicknesses compare.
      const all = new Float32Array([...data.resid_norm, ...data.attn_norm, ...data.mlp_norm]);
      scaled = { ...fit(all), strip: fit(data.resid_strip) };
      const [rows, cols] = data.resid_strip.shape;
      strip = picture(data.resid_strip, rows, cols, { kind: "signed", limit: scaled.strip.limit, maxCols: 128 });
    }

    listen(draw);
    onTheme(() => {
      described = null;
      if (data) prepare();
      draw();
    });
    onTurn(() => {
      place = null;
      draw();
    });
    new ResizeObserver(() => {
      place = null;
      draw();
    }).observe(slot);
    return {
      update(next) {
        data = next;
        described = null;
        adopt(next);
        prepare();
        draw();
      },
    };
  },
};
