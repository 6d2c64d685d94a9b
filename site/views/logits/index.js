// The next token: the likeliest candidates of the whole vocabulary, and what is left for all others.
import { become, h, pale, setText, unchanged } from "../../lib/dom.js";
import { colour, onTheme } from "../../lib/colour.js";
import { enoughDigits, integer, number, probability, rounded } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { coloured, formula, frac, row, sub, sum, sup, tied } from "../../lib/math.js";
import { canvas } from "../../lib/heat.js";
import { lanes, onTurn, turned } from "../../widgets/lanes.js";
import { note } from "../../widgets/note.js";
import { adopt, listen, outrun } from "../../state/choices.js";
import { apart, divergence, outcomeTable } from "../../widgets/outcome.js";
import { opener } from "../../widgets/part_opener.js";
import { curve } from "../../widgets/stream.js";
import strings from "../../strings/index.js";

const [HEAD, LINE, FAN] = [72, 24, 48]; // as in the style sheets

export default {
  create(slot, send) {
    const title = h("span", { class: "head-title" }, opener(send, "unembedding", strings.logits.heading));
    const context = h("span", { class: "head-small" });
    const after = h("p", { class: "overview-head" }, title, context);
    const list = h("ol", { class: "candidates" });
    const foot = h("div", { class: "candidates-foot" });
    slot.append(after, list, foot);
    const fan = canvas(slot);
    fan.element.classList.add("fan");
    const words = note(slot, strings.logits.title);
    words.explain(...strings.logits.explain);
    let pointed = 0; // the candidate under the pointer, else the first
    const same = unchanged();
    let data = null;

    const bar = (share) => {
      const element = h("span", { class: "candidate-bar" });
      element.style.setProperty("--share", share);
      return element;
    };
    const line = (name, { text, prob }, most, rank) =>
      h(
        name,
        { class: "candidate" },
        token(text, "span"),
        bar(prob / most),
        h("span", { class: "candidate-p", text: probability(prob) }),
        rank,
      );

    const draw = frame(() => {
      if (!data) return false;
      // Shown for another token than the chosen one: grey until Python has answered.
      pale(slot, outrun(data));
      return drawFan();
    }, slot);

    /** From the chosen token's path to every candidate, as wide as its probability, or as that moves. */
    function drawFan() {
      if (turned()) return;
      const layout = lanes(slot.parentElement, data.labels.length);
      const lane = layout.lanes[layout.laneOf(data.token)];
      const from = HEAD + lane.at + lane.size * 0.66; // where the stream lies in its lane
      if (same(data, from)) return false;
      const shares = data.moved?.map(({ before, after }) => Math.abs(after - before)) ?? data.top.map(({ prob }) => prob);
      const context = fan.size(FAN, Math.max(from, HEAD + shares.length * LINE) + LINE);
      shares.forEach((prob, index) => {
        context.strokeStyle = colour("residual", 0.2 + 0.5 * prob);
        context.lineWidth = Math.max(0.5, prob * 10);
        curve(context, 0, from, FAN, HEAD + index * LINE + LINE / 2);
      });
    }

    function build() {
      if (data.moved) return buildMoved();
      const { top, rest, entropy, n_vocab, target, labels } = data;
      const most = Math.max(...top.map(({ prob }) => prob), 1e-30);
      become(context, strings.logits.after[0], token(labels[data.token]), strings.logits.after[1]);
      become(list, ...top.map((entry) => line("li", entry, most)));
      const follows = target && line("p", target, most);
      if (target) {
        follows.classList.add("target");
        follows.prepend(h("span", { class: "target-label", text: strings.logits.follows }));
      }
      become(
        foot,
        ...[
          n_vocab > top.length &&
            h(
              "p",
              { class: "candidate rest" },
              h("span", { text: strings.logits.rest(integer(n_vocab - top.length)) }),
              h("span"),
              h("span", { class: "candidate-p", text: probability(rest) }),
            ),
          follows,
          h("p", { class: "legend", text: strings.logits.scale(probability(most)) }),
        ].filter(Boolean),
      );
      words.say(
        ...strings.logits.says({
          token: { token: labels[data.token] },
          top: { token: top[0].text },
          prob: probability(top[0].prob),
          rest: probability(rest),
          others: n_vocab > top.length ? integer(n_vocab - top.length) : null,
          bits: number(entropy),
        }),
        ...(target
          ? strings.logits.really({
              target: { token: target.text },
              prob: probability(target.prob),
              rank: target.rank,
              all: integer(n_vocab),
            })
          : []),
      );
      pointed = 0;
      softmax();
      words.table(() => ({
        caption: strings.logits.caption(labels[data.token]),
        columns: strings.logits.columns,
        rows: [...top, ...(target ? [target] : [])].map((entry) => [
          { token: entry.text },
          entry.id,
          number(entry.logit, 5),
          probability(entry.prob),
        ]),
      }));
    }

    /** softmax with the numbers of a candidate: the sum follows from its logit and its probability. */
    function softmax() {
      const { logit, prob } = data.top[pointed];
      const all = logit - Math.log(prob);
      const digits = enoughDigits((n) => probability(Math.exp(rounded(logit, n) - rounded(all, n))) === probability(prob));
      words.formulas(
        formula(
          sub("p", "i"),
          "=",
          frac(sup("e", sub("logit", "i")), row(sum("j"), sup("e", sub("logit", "j")))),
          ",",
          tied(
            "one",
            row(frac(sup("e", number(logit, digits)), sup("e", number(all, digits))), "=", coloured("chosen", probability(prob))),
          ),
        ),
      );
    }
    function point(at) {
      const next = data?.moved || !data?.top[at] ? 0 : at;
      if (next === pointed || !data || data.moved) return;
      pointed = next;
      softmax();
    }
    const lineOf = (event) => [...list.children].indexOf(event.target.closest("li"));
    list.addEventListener("pointerover", (event) => {
      point(lineOf(event));
      words.ties.light(lineOf(event) < 0 ? null : "one");
    });
    list.addEventListener("pointerleave", () => {
      point(0);
      words.ties.light(null);
    });
    words.ties.follow((key) => list.children[pointed]?.classList.toggle("lit", key !== null));

    /** Of a changed model: the tokens whose probability it moves most. */
    function buildMoved() {
      const { moved, labels, kl } = data;
      const text = strings.whatif.chances;
      const by = ({ before, after }) => Math.abs(after - before);
      const most = Math.max(...moved.map(by));
      become(context, text.after[0], token(labels[data.token]), text.after[1]);
      become(
        list,
        ...moved.map((one) => {
          const { before, after } = apart(one);
          const element = line("li", { text: one.text, prob: by(one) }, most || 1);
          element.classList.add(one.after < one.before ? "falls" : "rises");
          setText(element.querySelector(".candidate-p"), `${before} → ${after}`);
          return element;
        }),
      );
      become(foot, h("p", { class: "legend", text: most ? text.scale(probability(most)) : "" }));
      const [first] = moved;
      const at = { token: labels[data.token] };
      if (by(first) === 0) words.say(...text.same(at));
      else
        words.say(
          ...text.says({
            token: at,
            first: { token: first.text },
            moves: first.after < first.before ? text.falls : text.rises,
            ...apart(first),
          }),
        );
      words.formulas(divergence(kl));
      words.table(() => outcomeTable(moved));
    }

    const again = () => {
      same.forget();
      draw();
    };
    listen(draw, ["token", "unfolded"]);
    onTheme(again);
    onTurn(again);
    return {
      update(next) {
        data = next;
        adopt(next);
        build();
        draw();
      },
    };
  },
};
