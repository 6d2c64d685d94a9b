// Draws blocks x heads: a small picture of every head's pattern, with room for a line below each.
import { colour } from "../../lib/colour.js";
import { fontFamily, h } from "../../lib/dom.js";
import { picture, sharpness } from "../../lib/heat.js";
import { gridCanvas } from "../../widgets/grid_canvas.js";
import { same } from "./likeness.js";

const [LEFT, TOP] = [24, 20]; // room for the blocks' and the heads' numbers
const LINE = 16; // the room below a picture that is wide enough for words
const [SMALL, LEAST, WIDEST] = [32, 14, 128]; // sides of a picture: the least with words below, the least, the most
const TALL = 840; // height that all rows share

export class Atlas {
  #now = { blocks: 1, heads: 1, px: 24, gap: 8, line: LINE };
  #pictures = { key: "", canvas: null };
  #under = null; // [block, head] under the pointer

  /** cell(block, head) -> Cell; act(block, head, key: "click", "Enter" or " "); over([block, head] or null): what is under the pointer. */
  constructor(host, { label, cell, act, over }) {
    this.element = h("div", { class: "atlas" });
    host.append(this.element);
    this.grid = gridCanvas(this.element, {
      label,
      cell,
      locate: (x, y) => {
        const { px, gap, line, blocks, heads } = this.#now;
        const [head, block] = [Math.floor((x - LEFT) / (px + gap)), Math.floor((y - TOP) / (px + gap + line))];
        return block >= 0 && head >= 0 && block < blocks && head < heads ? [block, head] : null;
      },
      box: (block, head) => ({ x: this.#x(head), y: this.#y(block), width: this.#now.px, height: this.#now.px }),
      point: (_, place) => {
        this.#under = this.grid.focused ? null : place;
        over(place);
      },
      choose: (_, [block, head], key) => act(block, head, key),
      move: null,
    });
  }
  #x(head) {
    return LEFT + head * (this.#now.px + this.#now.gap);
  }
  #y(block) {
    return TOP + block * (this.#now.px + this.#now.gap + this.#now.line);
  }
  /** Whether there are words below the pictures. */
  get lined() {
    return this.#now.line > 0;
  }
  /** Drops the pictures: colours have changed. */
  forget() {
    this.#pictures = { key: "", canvas: null };
  }

  /** Returns all pictures on one canvas, made again only when they or their size change. */
  #allPictures({ thumbs, key, limit }) {
    const ratio = sharpness();
    const [blocks, heads, n] = thumbs.shape;
    const { px, gap } = this.#now;
    const name = `${key}/${px}/${gap}/${ratio}`;
    if (this.#pictures.key === name) return this.#pictures.canvas;
    const whole = document.createElement("canvas");
    Object.assign(whole, { width: Math.ceil(this.#x(heads) * ratio), height: Math.ceil(this.#y(blocks) * ratio) });
    const context = whole.getContext("2d");
    context.scale(ratio, ratio);
    context.strokeStyle = colour("rule");
    // All patterns, one below the other, are a single picture, of which every head shows its part.
    const side = Math.min(n, Math.ceil(px * ratio));
    const all = picture(thumbs, blocks * heads * n, n, {
      ...(limit ? { kind: "signed", limit } : { kind: "amount", limit: 1, root: true }),
      maxRows: blocks * heads * side,
      maxCols: side,
      blank: (row, to) => to > row % n && thumbs[row * n + to] === 0,
    });
    context.imageSmoothingEnabled = false;
    for (let at = 0; at < blocks * heads; at++) {
      const [left, top] = [this.#x(at % heads), this.#y(Math.floor(at / heads))];
      context.drawImage(all, 0, at * side, side, side, left, top, px, px);
      context.strokeRect(left - 0.5, top - 0.5, px + 1, px + 1);
    }
    this.#pictures = { key: name, canvas: whole };
    return whole;
  }

  #lay([blocks, heads], room) {
    const fits = (gap) => Math.floor((room - LEFT) / heads) - gap;
    const gap = fits(8) >= SMALL ? 8 : 4;
    const high = Math.max(40, Math.floor(TALL / blocks) - gap - LINE);
    const px = Math.max(LEAST, Math.min(WIDEST, high, fits(gap)));
    this.#now = { blocks, heads, px, gap, line: px >= SMALL ? LINE : 0 };
    const [width, height] = [this.#x(heads), this.#y(blocks)];
    Object.assign(this.element.style, { width: `${width}px`, height: `${height}px` });
    return /** @type {[number, number]} */ ([width, height]);
  }

  /**
   * thumbs: (block, head, n, n), weights or, where there is a `limit`, differences up to it; key: what they depend on;
   * room: px; chosen: [block, head]; picked: the averaged heads;
   * lines: [{block, head, text}], written below pictures; lit: [[block, head]] that a part of the formulas stands for.
   */
  draw({ thumbs, key, limit = null, room, chosen, picked, lines, lit = [] }) {
    const size = this.#lay(thumbs.shape, room);
    const { blocks, heads, px } = this.#now;
    const context = this.grid.lay({ rows: blocks, columns: heads, width: px, height: px }, size);
    context.drawImage(this.#allPictures({ thumbs, key, limit }), 0, 0, ...size);
    this.#writeNumbers(context, this.#under ?? chosen);
    if (this.lined)
      for (const { block, head, text } of lines) write(context, text, this.#x(head) + px / 2, this.#y(block) + px + 10, "ink");
    for (const at of picked) this.#tick(context, at);
    this.#ring(context, chosen, "attention", picked.some((at) => same(at, chosen)) ? 1 : 2);
    if (this.#under && !same(this.#under, chosen)) this.#ring(context, this.#under, "ink", 1);
    for (const at of lit) this.#ring(context, at, "ink", 3);
    this.grid.follow(...chosen);
  }
  #writeNumbers(context, [block, head]) {
    const { blocks, heads, px } = this.#now;
    const number = (i, x, y, on, align) => write(context, String(i + 1), x, y, on ? "ink" : "muted", on ? "600" : "400", align);
    for (let i = 0; i < heads; i++) number(i, this.#x(i) + px / 2, 8, i === head, "center");
    for (let i = 0; i < blocks; i++) number(i, LEFT - 8, this.#y(i) + px / 2, i === block, "right");
  }
  #ring(context, [block, head], name, thick) {
    const { px } = this.#now;
    context.strokeStyle = colour(name);
    context.lineWidth = thick;
    const out = 1 + thick / 2; // a line of paper between the ring and the picture
    context.strokeRect(this.#x(head) - out, this.#y(block) - out, px + 2 * out, px + 2 * out);
  }
  /** Draws a ring and a tick: colour alone does not tell. */
  #tick(context, at) {
    this.#ring(context, at, "chosen", 2);
    const [right, top] = [this.#x(at[1]) + this.#now.px, this.#y(at[0])];
    context.beginPath();
    context.fillStyle = colour("chosen");
    context.fillRect(right - 12, top, 12, 12);
    context.moveTo(right - 9.5, top + 6);
    context.lineTo(right - 7, top + 8.5);
    context.lineTo(right - 2.5, top + 3);
    context.strokeStyle = colour("paper");
    context.lineWidth = 1.5;
    context.stroke();
  }
}

function write(context, text, x, y, name, weight = "400", align = "center") {
  Object.assign(context, {
    font: `${weight} 12px ${fontFamily()}`,
    fillStyle: colour(name),
    textAlign: align,
    textBaseline: "middle",
  });
  context.fillText(text, x, y);
}
