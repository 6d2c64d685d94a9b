// Lists the draw's candidates, a column for each stage, and at the right has the canvas on which the random number falls.
import { colour } from "../../lib/colour.js";
import { h, setText } from "../../lib/dom.js";
import { canvas } from "../../lib/heat.js";
import { number } from "../../lib/format.js";

export const LINE = 28; // a line's height, as in style.css

/** One stage of one candidate: two texts, a bar, and a tick where the bar ended before. */
export class Stage {
  constructor(name) {
    this.left = h("span", { class: "phase-value" });
    this.right = h("span", { class: "phase-p" });
    this.element = h("span", { class: `phase phase-${name}` }, this.left, this.right, h("span", { class: "phase-bar" }));
  }
  /** lengths: of the bar (share) and of the one before it (before), 1 for the longest. marks: classes, on or off. */
  show(left, right, lengths, marks) {
    setText(this.left, left);
    setText(this.right, right);
    for (const [name, length] of Object.entries(lengths)) this.element.style.setProperty(`--${name}`, length);
    for (const [name, on] of Object.entries(marks)) this.element.classList.toggle(name, on);
  }
}

export class CandidateList {
  /** Lines on the screen; each is kept, since an element in focus must not be replaced. */
  lines = [];

  /** label: for a screen reader; heads: over the columns; line(): makes an empty line, {element}. */
  constructor(label, heads, line) {
    this.line = line;
    this.heads = h("p", { class: "draw draw-heads" }, h("span"), heads);
    this.list = h("ol", { class: "draws", "aria-label": label });
    this.body = h("div", { class: "draws-body" }, this.list);
    this.foot = h("div", { class: "draws-foot" });
    this.fan = canvas(this.body);
    this.fan.element.classList.add("draw-fan");
    // The number is not on the canvas: writing there makes the browser work out all styles at once.
    this.chance = h("span", { class: "draw-number", "aria-hidden": "true" });
    this.body.append(this.chance);
  }
  get elements() {
    return [this.heads, this.body, this.foot];
  }

  /** Shows a line for each entry. */
  show(entries, fill) {
    const { list, lines } = this;
    while (lines.length < entries.length) lines.push(this.line());
    lines.length = entries.length;
    entries.forEach((entry, index) => {
      fill(lines[index], entry, index);
      if (list.children[index] !== lines[index].element) list.append(lines[index].element);
    });
    while (list.childElementCount > entries.length) list.lastChild.remove();
  }

  /** Draws the piece of a bar that the random number would have to fall into, with a line between pieces that are high enough. */
  drawPiece(x, width, top, bottom) {
    this.fan.context.fillRect(x, top, width, Math.max(0.5, bottom - top - (bottom - top > 3 ? 1 : 0)));
  }
  /** Draws the random number: a line from `start` to the bar's end, an arrow head, and its text, for which `room` is the canvas's width. */
  drawChance(draw, start, end, room) {
    const { context } = this.fan;
    const height = this.lines.length * LINE;
    const y = draw * height;
    context.fillStyle = context.strokeStyle = colour("chosen");
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(start, y);
    context.lineTo(end, y);
    context.stroke();
    context.beginPath();
    context.moveTo(end, y);
    context.lineTo(end + 7, y - 4);
    context.lineTo(end + 7, y + 4);
    context.fill();
    if (this.chance.hidden) return;
    setText(this.chance, number(draw));
    this.chance.style.left = `calc(100% - ${room - end - 11}px)`;
    this.chance.style.top = `${Math.max(8, Math.min(height - 8, y)) - 8}px`;
  }
}
