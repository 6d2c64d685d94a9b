// Draws one head's scores and weights as four squares, a stage each: side by side, or, where there is no room, the opened one alone.
import { colour, fit } from "../../lib/colour.js";
import { enlarged, h, setText } from "../../lib/dom.js";
import { picture, sharpness } from "../../lib/heat.js";
import strings from "../../strings/index.js";
import { LABEL, matrix, sideIn } from "../../widgets/matrix.js";
import { legend } from "../../widgets/note.js";
import { STAGES } from "./arithmetic.js";
import { matrixLit } from "./links.js";

const words = strings.attention;
const GAP = 24; // between the squares
const LEAST = 2.5; // px of a cell: with smaller cells one square is shown at a time
const ALONE = 480; // px of the side of a single square
const AROUND = 240; // px above and below it in a presentation
const MATRICES = STAGES.slice(0, 4);

export class Matrices {
  #images = new Map(); // of one version of the numbers

  /** text(place): its number; labels(): the tokens; choose(place), point(place or null): see reading.js. */
  constructor({ text, labels, choose, point }) {
    this.element = h("div", { class: "matrices" });
    this.squares = MATRICES.map((stage) => {
      const caption = h("p", { class: "head-small" });
      const figure = h("div", { class: "stage-figure" }, caption);
      this.element.append(figure);
      const cell = (query, key) => ({
        activation: stage === "softmax" ? "pattern" : "attn_scores",
        at: [query, key],
        key: stage,
        place: { stage, query, key },
        text: words.cell(labels()[query], labels()[key], words.stages[stage], text({ stage, query, key })),
      });
      const square = matrix(figure, {
        label: `${words.stages[stage]}: ${words.matrix}`,
        cell,
        choose: ({ place }) => choose(place),
        point: (found) => point(found?.place ?? null),
      });
      const scale = legend();
      figure.append(scale.element);
      return { stage, figure, caption, square, scale };
    });
  }
  get focused() {
    return this.squares.some(({ square }) => square.focused);
  }
  /** Drops the pictures: the numbers or the colours have changed. */
  forget() {
    this.#images = new Map();
  }

  #image(stage, side, { data, head, own, sink }) {
    const n = data.labels.length;
    const pixels = Math.ceil(side * sharpness());
    const key = `${data.version}/${data.block}/${data.head}/${stage === "softmax" && sink ? "changed" : stage}/${n > pixels ? pixels : ""}`;
    if (!this.#images.has(key)) {
      const amount = stage === "softmax";
      const values = amount ? head.weights : stage === "scores" ? own.allProducts() : data.attn_scores;
      const scaled = amount ? { limit: 1, beyond: 0, largest: 1 } : fit(values);
      const blank = amount || stage === "masked" ? (q, k) => head.masked(q, k) : null;
      const options = {
        kind: amount ? "amount" : "signed",
        limit: scaled.limit,
        root: amount,
        maxRows: pixels,
        maxCols: pixels,
        blank,
      };
      this.#images.set(key, { scaled, shown: picture(values, n, n, options) });
    }
    return this.#images.get(key);
  }

  /**
   * numbers: {data, head, own, sink}; read: the place that is read; stage: the opened one; step: the player's, null at the end; row: the
   * chosen query; near: the query under the pointer elsewhere; lit: the part of the formulas under the pointer.
   */
  draw(width, { numbers, read, stage, step, row, near, lit, scaleName }) {
    const n = numbers.data.labels.length;
    const room = (width - LABEL - 3 * GAP) / 4;
    // A presentation shows one stage at a time, as large as the window allows.
    const together = enlarged() === 1 && width >= 640 && room / n >= LEAST;
    const alone = enlarged() === 1 ? ALONE : Math.max(160, Math.min(ALONE, innerHeight / enlarged() - AROUND));
    const active = stage === "values" ? "softmax" : stage;
    this.element.classList.toggle("together", together);
    for (const { stage: kind, figure, caption, square, scale } of this.squares) {
      figure.hidden = !together && kind !== active;
      figure.classList.toggle("is-active", kind === stage);
      if (figure.hidden) continue;
      const names = !together || kind === MATRICES[0];
      const side = sideIn(together ? room : Math.min(width - LABEL, alone), n);
      const { shown, scaled } = this.#image(kind, side, numbers);
      caption.style.marginLeft = scale.element.style.marginLeft = names ? `${LABEL}px` : "";
      const pooled = n > shown.width ? `, ${strings.vectors.pooled(Math.ceil(n / shown.width))}` : "";
      const named = kind === "softmax" && numbers.sink ? words.captions.changed : words.captions[kind];
      setText(caption, `${kind === "scaled" ? named(scaleName) : named}${pooled}`);
      square.draw({
        labels: numbers.data.labels,
        side,
        names,
        images: [{ image: shown }],
        row,
        query: read.query,
        key: read.key,
        near,
        lit: lit && matrixLit(lit, kind, !together, read),
        cover: step && ((context, size) => cover(context, size, kind, step, row, n)),
      });
      if (kind === "softmax") scale.show("amount", ...words.range.weights, words.rooted);
      else scale.showFit(scaled);
    }
  }
}

/** Pales what the player has not reached yet: other rows, later stages, later cells. */
function cover(context, size, stage, step, query, n) {
  const [here, there] = [STAGES.indexOf(stage), STAGES.indexOf(step.stage)];
  const done = here < there ? n : here === there ? step.done : 0;
  context.fillStyle = colour("paper", 0.75);
  context.fillRect(0, 0, n * size, query * size);
  context.fillRect(0, (query + 1) * size, n * size, (n - query - 1) * size);
  context.fillStyle = colour("paper", 0.9);
  context.fillRect(done * size, query * size, (n - done) * size, size);
}
