// How a change of the model moves the draw of the next token: what each token has of it untouched and changed, which tokens
// come in and which go out, and where one random number falls in both.
import contract from "../../generated/contract.js";
import { attribute, become, h, setText } from "../../lib/dom.js";
import { colour, onTheme } from "../../lib/colour.js";
import { integer, number, probability } from "../../lib/format.js";
import { token } from "../../widgets/token.js";
import { frame } from "../../lib/scheduler.js";
import { canvas } from "../../lib/heat.js";
import { onTurn, turned } from "../../widgets/lanes.js";
import { formula, sub, sum } from "../../lib/math.js";
import { apart } from "../../widgets/outcome.js";
import { goOn } from "../../state/choices.js";
import strings from "../../strings/index.js";

const LINE = 28; // a row's height, as in style.css
const [LISTED, MOVED] = [16, 3]; // rows before the reader asks for more; of these, at least, that come in and that go out
const words = strings.sampling.apart;
const HOW = contract.share_kinds;

/** The change of a probability, in percentage points. */
const points = (by, digits) => `${by > 0 ? "+" : ""}${number(by * 100, digits)}`;

/**
 * Adds the figure to `slot`, which shows it in place of all but what `stays` while the data are a difference. said: the
 * slot's note. -> {update(next)}: true where `next` is a difference, and drawn here.
 */
export function drawDifference(slot, said, send) {
  const [before, after, drawHead] = [h("span"), h("span"), h("span", { class: "phase-draw" })];
  const heads = h("p", { class: "draw draw-heads" }, h("span"), before, after, h("span", { text: words.difference }), drawHead);
  const list = h("ol", { class: "draws", "aria-label": words.rows });
  const body = h("div", { class: "draws-body" }, list);
  const foot = h("div", { class: "draws-foot" });
  const scale = h("span");
  const more = h("button", { type: "button", class: "link", onclick: () => ((all = !all), draw()) });
  slot.append(h("div", { class: "difference-figure" }, heads, body, foot, h("p", { class: "legend" }, scale, more)));
  const fan = canvas(body);
  fan.element.classList.add("draw-fan");
  const chance = h("span", { class: "draw-number", "aria-hidden": "true" });
  body.append(chance);
  let data = null;
  let all = false; // all rows that Python lists
  const lines = []; // one per row, kept: what has the focus must not be replaced

  const likeliest = () => data.likeliest;

  /** The rows to show: what is drawn, some that come in and go out, and then what moves most. */
  function listing() {
    const { apart: rows, drawn } = data;
    if (all || rows.length <= LISTED) return rows;
    const some = (how) => rows.filter((row) => row.how === how).slice(0, MOVED);
    const first = [...rows.filter(({ id }) => drawn.includes(id)), ...some("enters"), ...some("leaves"), ...rows];
    const kept = new Set([...new Set(first)].slice(0, LISTED));
    return rows.flatMap((row, at) => (kept.has(row) ? [{ ...row, gap: at > 0 && !kept.has(rows[at - 1]) }] : []));
  }

  function line() {
    const take = h("button", { type: "button", class: "take", onclick: () => goOn(send, made.id, made.node) });
    const stages = ["before", "after", "by"].map((name) => {
      const [left, right] = [h("span", { class: "phase-value" }), h("span", { class: "phase-p" })];
      return { left, right, element: h("span", { class: `phase phase-${name}` }, left, right, h("span", { class: "phase-bar" })) };
    });
    const made = {
      id: null,
      take,
      stages,
      element: h(
        "li",
        { class: "draw" },
        take,
        stages.map(({ element }) => element),
      ),
    };
    return made;
  }

  function fill(made, row, most, farthest) {
    const { element, take, stages } = made;
    const share = apart(row);
    const [was, now] = data.drawn.map((id) => id === row.id);
    made.node = data.node;
    if (made.id !== row.id) {
      made.id = row.id;
      become(take, token(row.text));
      for (const name of ["title", "aria-label"]) attribute(take, name, strings.sampling.takes(row.text));
    }
    element.classList.toggle("gap", Boolean(row.gap));
    element.classList.toggle("draws-now", now);
    const show = ({ element: stage, left, right }, value, text, bars, marks) => {
      setText(left, value);
      setText(right, text);
      for (const [name, x] of Object.entries(bars)) stage.style.setProperty(`--${name}`, x);
      for (const [name, on] of Object.entries(marks)) stage.classList.toggle(name, on);
    };
    const [before, after] = [row.before / most, row.after / most];
    show(stages[0], was ? words.drawn : "", share.before, { share: before }, { "is-drawn": was });
    show(
      stages[1],
      now ? words.drawn : "",
      share.after,
      { share: after, before },
      { "is-drawn": now, moved: Math.abs(after - before) > 1 / 60 },
    );
    const how = (turned() ? words.short : words.how)[row.how];
    show(stages[2], how, points(row.by), { share: Math.abs(row.by) / (farthest || 1) }, { falls: row.by < 0 });
  }

  const draw = frame(() => {
    if (!data) return false;
    const shown = listing();
    const most = Math.max(...shown.flatMap((row) => [row.before, row.after]), 1e-30);
    const farthest = Math.max(...shown.map(({ by }) => Math.abs(by)));
    const [was, now] = data.left.map(integer);
    become(before, ...words.before(h("b", { text: was })));
    become(after, ...words.after(h("b", { text: now })));
    setText(drawHead, likeliest() ? strings.sampling.notDrawn : turned() ? number(data.draw) : strings.sampling.heads.draw);
    while (lines.length < shown.length) lines.push(line());
    lines.length = shown.length;
    shown.forEach((row, index) => {
      fill(lines[index], row, most, farthest);
      if (list.children[index] !== lines[index].element) list.append(lines[index].element);
    });
    while (list.childElementCount > shown.length) list.lastChild.remove();
    summarise(shown);
    setText(scale, words.scale(probability(most), farthest ? number(farthest * 100) : null));
    more.hidden = data.apart.length <= LISTED;
    setText(more, all ? strings.sampling.fewer : strings.sampling.all(integer(data.apart.length)));
    drawFan(shown);
  });

  /** What is not in the rows, so that the columns add up. */
  function summarise(shown) {
    const entry = (how) => {
      const rows = shown.filter((row) => row.how === how);
      const { n } = data.groups[how];
      // Of what Python lists the rows that are not shown, and what it does not list: never 1 less what is shown, which is noise.
      const others = data.apart.filter((row) => row.how === how && !shown.some(({ id }) => id === row.id));
      const [before, after] = ["before", "after"].map((side, at) =>
        others.reduce((total, row) => total + row[side], data.groups[how].rest[at]),
      );
      const share = apart({ before, after });
      return (
        n > rows.length &&
        h(
          "p",
          { class: "draw" },
          h("span", { class: "foot-name", text: words.others[how](integer(n - rows.length)) }),
          h("span", { class: "phase-before", text: share.before }),
          h("span", { class: "phase-after", text: share.after }),
          h("span", { class: "phase-by", text: points(after - before) }),
        )
      );
    };
    become(foot, ...HOW.map(entry).filter(Boolean));
    foot.hidden = !foot.childElementCount;
  }

  /** The draw as two bars from 0 to 1, untouched and changed, and how every row's share goes over from one to the other. */
  function drawFan(shown) {
    const [width, bar, label] = turned() ? [48, 10, 10] : [104, 14, 44];
    const height = shown.length * LINE;
    const context = fan.size(width, height);
    const at = [turned() ? 0 : 4, width - label - bar];
    context.fillStyle = colour("residual-soft", 0.5);
    for (const x of at) context.fillRect(x, 0, bar, height);
    for (const row of shown) {
      const [[from, to], [start, end]] = row.spans.map((span) => span.map((share) => share * height));
      const [left, right] = [at[0] + bar, at[1]];
      const middle = (left + right) / 2;
      const drawn = data.drawn.map((id) => id === row.id);
      context.fillStyle = drawn[1]
        ? colour("chosen", 0.3)
        : row.by === 0
          ? colour("residual", 0.2)
          : colour(row.by < 0 ? "signed-1" : "signed-3", 0.35);
      context.beginPath();
      context.moveTo(left, from);
      context.bezierCurveTo(middle, from, middle, start, right, start);
      context.lineTo(right, end);
      context.bezierCurveTo(middle, end, middle, to, left, to);
      context.fill();
      [
        [from, to],
        [start, end],
      ].forEach(([top, bottom], side) => {
        if (bottom === top) return;
        context.fillStyle = colour(drawn[side] ? "chosen" : "residual");
        context.fillRect(at[side], top, bar, Math.max(0.5, bottom - top - (bottom - top > 3 ? 1 : 0)));
      });
    }
    chance.hidden = likeliest() || turned();
    if (likeliest()) return;
    const [y, x] = [data.draw * height, at[1] + bar];
    context.fillStyle = context.strokeStyle = colour("chosen");
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(at[0] - 2, y);
    context.lineTo(x, y);
    context.stroke();
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + 7, y - 4);
    context.lineTo(x + 7, y + 4);
    context.fill();
    if (turned()) return;
    setText(chance, number(data.draw));
    chance.style.left = `calc(100% - ${width - x - 11}px)`;
    chance.style.top = `${Math.max(8, Math.min(height - 8, y)) - 8}px`;
  }

  function describe() {
    const { apart: rows, drawn, groups, left, moved, n_vocab, seed } = data;
    const [was, now] = drawn.map((id) => rows.find((row) => row.id === id));
    const named = { was: { token: was.text }, now: { token: now.text } };
    if (likeliest()) said.say(...words.saysGreedy(named, was === now), words.step);
    else {
      const first = (how) => rows.find((row) => row.how === how);
      const group = (how) => groups[how].n > 0 && { n: integer(groups[how].n), first: { token: first(how).text } };
      said.say(
        ...words.saysLeft({
          all: integer(n_vocab),
          left: left.map(integer),
          whole: left.every((n) => n === n_vocab),
          enters: group("enters"),
          leaves: group("leaves"),
        }),
        words.saysMoved(moved === 0 ? null : probability(moved)),
        ...words.saysDraw(
          {
            draw: number(data.draw, 4),
            seed: String(seed),
            ...named,
            ...(was === now ? apart(was) : { before: probability(was.before), after: probability(now.after) }),
          },
          was === now,
        ),
        words.step,
      );
    }
    said.formulas(formula("moved", "=", "½", sum("i"), "|", sub("q", "i"), "\u2212", sub("p", "i"), "|", "=", probability(moved)));
    said.table(() => ({
      caption: words.caption(integer(rows.length)),
      columns: words.columns,
      rows: rows.map((row) => {
        const share = apart(row);
        return [
          { token: row.text },
          row.id,
          share.before,
          share.after,
          points(row.by, 5),
          words.how[row.how],
          ...row.spans.map(([, end]) => number(end, 5)),
        ];
      }),
    }));
  }

  onTheme(draw);
  onTurn(draw);
  return {
    update(next) {
      data = next.apart ? next : null;
      slot.classList.toggle("is-difference", Boolean(data));
      if (!data) return false;
      describe();
      draw();
      return true;
    },
  };
}
