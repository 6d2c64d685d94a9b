// The spine of the figure: one path per token from the embedding to the last norm. Its thickness is the norm of the
// residual stream; what attention and MLP of every block write branches off and is added back, in the same measure.
import { attribute, become, calm, check, h, radios, setText, widthOf } from "../../lib/dom.js";
import { fit, onTheme } from "../../lib/colour.js";
import { number } from "../../lib/format.js";
import { frame } from "../../lib/scheduler.js";
import { canvas, picture } from "../../lib/heat.js";
import { GUTTER, lanes, onTurn, turned } from "../../widgets/lanes.js";
import { coloured, formula, row, sub, tied } from "../../lib/math.js";
import { note } from "../../widgets/note.js";
import { opener } from "../../widgets/part_opener.js";
import { drawSpine, leftOut } from "./spine.js";
import { between, columns, interior } from "../../widgets/stream.js";
import { adopt, choose, chosen, listen, put, state } from "../../state/choices.js";
import strings from "../../strings/index.js";

const UNFOLD_MS = 240;
const DEPTH_TURNED = 560;
const OPENS = { embed: "embedding", stream: "layernorm", attention: "attention", mlp: "mlp", final: "unembedding" };

export default {
  create(slot, send) {
    const head = h("div", { class: "stream-head" });
    const blocks = h("div", { class: "stream-blocks", role: "radiogroup", "aria-label": strings.residual.blocks });
    const steps = [
      [-1, "‹", strings.residual.previous],
      [1, "›", strings.residual.next],
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
        h("span", { class: `stream-number at-${name}` }, opener(send, part, strings.residual[name]), h("span")),
      ]),
    );
    const headOf = h("span");
    const heads = [
      [-1, "‹", strings.residual.previousHead],
      [1, "›", strings.residual.nextHead],
    ].map(([by, text, label]) =>
      h("button", { type: "button", class: "step", "aria-label": label, text, onclick: () => goHead(by) }),
    );
    numbers.attention.append(h("span", { class: "head-steps" }, heads[0], headOf, heads[1]));
    const body = h("div", { class: "stream-body" });
    head.append(blocks, ...steps, ...Object.values(numbers));
    slot.append(head, body);
    const legends = document.getElementById("legends") ?? slot.appendChild(h("div"));
    const words = note(slot, strings.residual.title);
    words.explain(...strings.residual.explain);
    const drawing = canvas(body);
    let data = null;
    let radiosOf = [];
    let place = null; // where columns are on the screen now; moves towards the chosen block
    let motion = null;
    let strip = null;
    let scaled = null;
    let under = null; // block under the pointer
    let described = null;
    let filled = null; // what the formulas are of
    let drawnLanes = 0;
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
    const size = widthOf(slot, () => again());
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
        place && place.starts.length === to.starts.length && place.starts.some((x, i) => Math.abs(x - to.starts[i]) > 2);
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
      if (!data) return false;
      settle();
      drawHead();
      drawBody();
      say();
    }, slot);
    const say = frame(() => {
      const formulasChanged = formulas();
      return describe() !== false || formulasChanged;
    }, words.place);
    words.ties.follow((key) => {
      for (const [name, element] of Object.entries(numbers)) element.classList.toggle("lit", name === key);
    });

    function drawHead() {
      if (radiosOf.length !== data.n_layer) {
        radiosOf = Array.from({ length: data.n_layer }, (_, b) =>
          h("div", { role: "radio", class: "block", "aria-label": strings.residual.block(b + 1, data.n_layer) }, h("span")),
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
        setText(radio.firstChild, b === open ? strings.residual.block(b + 1, data.n_layer) : (b + 1) % every ? "" : String(b + 1));
        radio.classList.toggle("under", b === under);
      });
      const [x0, x1] = [place.starts[open], place.starts[open + 1]];
      steps.forEach((button, i) => {
        attribute(button, "aria-disabled", (i ? open === data.n_layer - 1 : open === 0) || null); // keeps the focus
        Object.assign(
          button.style,
          turned() ? { top: `${x1 - 34}px`, left: `${i * 36 - 8}px` } : { left: `${i ? x1 - 24 : x0}px`, top: "0" },
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
      setText(headOf, strings.residual.head(nowHead() + 1, data.n_head));
      heads.forEach((button, i) =>
        attribute(button, "aria-disabled", (i ? nowHead() === data.n_head - 1 : nowHead() === 0) || null),
      );
      say("mlp", inside.read2, inside.add, `+ ${number(norm("mlp_norm", open, token))}`);
      say("final", place.starts.at(-1), place.end);
      for (const element of Object.values(numbers)) element.hidden = Boolean(motion);
    }

    function drawBody() {
      const layout = lanes(slot.parentElement, T());
      drawnLanes = layout.lanes.length;
      const [depth, breadth] = [Math.ceil(place.end), layout.total];
      const context = turned() ? drawing.size(breadth, depth) : drawing.size(depth, breadth);
      // Everything is drawn as if depth ran to the right; turned, x and y change places.
      if (turned()) {
        const { a } = context.getTransform();
        context.setTransform(0, a, a, 0, 0, 0);
      }
      Object.assign(slot.style, turned() ? { minWidth: `${GUTTER + breadth}px` } : { minWidth: "" });
      head.style.height = turned() ? `${depth}px` : "";
      drawSpine(context, {
        data,
        layout,
        place,
        depth,
        breadth,
        open: nowBlock(),
        head: nowHead(),
        token: chosen(T()),
        hover: hovered(),
        limit: scaled.limit,
        strip,
        fresh: state.block === data.block,
        moving: Boolean(motion),
      });
    }

    const facts = (b, token) => ({
      block: b + 1,
      before: number(norm("resid_norm", b, token)),
      attention: number(norm("attn_norm", b, token)),
      mlp: number(norm("mlp_norm", b, token)),
      after: number(norm("resid_norm", b + 1, token)),
    });

    /** Of the token and the block under the pointer: norms add up only where vectors point the same way, so none is a sum. */
    function formulas() {
      const [block, token] = [under ?? nowBlock(), hovered() ?? chosen(T())];
      const key = `${data.version}/${block}/${token}`;
      if (key === filled) return false;
      filled = key;
      const { before, attention, mlp, after } = facts(block, token);
      const by = data.shows === "difference" ? ["Δ"] : [];
      const normOf = (name, part, value, meaning) => {
        const inside = tied(part, row("‖", ...by, sub(name, `${block + 1}, ${token + 1}`), "‖", "=", value));
        return meaning ? coloured(meaning, inside) : inside;
      };
      words.formulas(
        formula(
          "resid_mid",
          "=",
          tied("stream", "resid_pre"),
          "+",
          tied("attention", coloured("attention", row("Attn", "(", "ln1", ")"))),
        ),
        formula("resid_post", "=", "resid_mid", "+", tied("mlp", coloured("mlp", row("MLP", "(", "ln2", ")")))),
        formula(normOf("resid_pre", "stream", before), ", ", normOf("attn_out", "attention", attention, "attention")),
        formula(
          normOf("mlp_out", "mlp", mlp, "mlp"),
          ", ",
          normOf("resid_post", block + 1 === data.n_layer ? "final" : "stream", after),
        ),
      );
      return true;
    }

    function describe() {
      const [open, token] = [nowBlock(), chosen(T())];
      const key = `${data.version}/${open}/${token}/${state.head}/${strip?.width}/${drawnLanes}`;
      if (key === described) return false;
      described = key;
      const difference = data.shows === "difference";
      words.say(
        ...(difference ? strings.whatif.stream : strings.residual.says)({
          ...facts(open, token),
          token: { token: data.labels[token] },
        }),
      );
      words.table(() => ({
        caption: strings.residual.caption(data.labels[token]),
        columns: strings.residual.columns,
        rows: Array.from({ length: data.n_layer }, (_, b) => Object.values(facts(b, token))),
      }));
      const limit = number(scaled.strip.largest && scaled.strip.limit); // of nothing but zeros there is no scale
      const pooled = data.resid_strip.shape[1] / (strip?.width ?? 1);
      become(
        legends,
        h(
          "span",
          {},
          h("i", { class: "swatch wedge" }),
          strings.residual.thickness(number(scaled.largest && scaled.limit)) +
            (scaled.beyond ? strings.residual.broken(scaled.beyond, number(scaled.largest)) : ""),
        ),
        h("span", {}, h("i", { class: "swatch writes" }), strings.residual.writes),
        h(
          "span",
          {},
          h("i", { class: "swatch line" }),
          (data.shows === "difference" ? strings.whatif.gains : strings.residual.ribbons)(state.head + 1) +
            strings.residual.faint(...leftOut(drawnLanes)),
        ),
        h(
          "span",
          {},
          h("i", { class: "swatch ramp signed" }),
          strings.residual.strip(limit) + (pooled > 1 ? strings.residual.pooled(Math.ceil(pooled)) : ""),
        ),
      );
    }

    /** Which of the open block's parts is under the pointer, by the names of `numbers`. */
    const regionAt = (event) => {
      const box = drawing.element.getBoundingClientRect();
      const depth = turned() ? event.clientY - box.top : event.clientX - box.left;
      const open = nowBlock();
      const {
        strip: [, strip],
        attention,
        add,
      } = interior(place.starts[open], place.starts[open + 1]);
      if (depth < place.starts[open] || depth >= place.starts[open + 1]) return null;
      return depth < strip ? "stream" : depth < attention ? "attention" : depth < add ? "mlp" : null;
    };
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
      words.ties.light(block === null ? null : regionAt(event));
      const token = lane && lane.from === lane.to ? lane.from : null;
      put({ hover: token });
      // A folded block has no room for its numbers: they stand beside the pointer.
      tip.hidden = token === null || block === null || block === nowBlock();
      if (tip.hidden) return;
      tip.textContent = strings.residual.readout(facts(block, token));
      const box = body.getBoundingClientRect();
      tip.style.top = `${event.clientY - box.top + 16}px`;
      tip.style.left = `${Math.max(0, Math.min(box.width - tip.offsetWidth, event.clientX - box.left - tip.offsetWidth / 2))}px`;
    });
    body.addEventListener("pointerleave", () => {
      under = null;
      tip.hidden = true;
      words.ties.light(null);
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

    listen(draw, ["token", "block", "head", "hover", "unfolded"]);
    onTheme(() => {
      described = null;
      if (data) prepare();
      draw();
    });
    const again = () => {
      place = null;
      draw();
    };
    onTurn(again);
    return {
      update(next) {
        data = next;
        described = filled = null;
        adopt(next);
        prepare();
        draw();
      },
    };
  },
};
