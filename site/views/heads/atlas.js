// Blocks x heads: a small picture of every head's pattern, a line of room below each.
import { colour } from "../../lib/colour.js";
import { cursor } from "../../widgets/cursor.js";
import { h } from "../../lib/dom.js";
import { canvas, picture } from "../../lib/heat.js";

const [LEFT, TOP] = [24, 20]; // the blocks' and the heads' numbers
const LINE = 16; // below a picture, where it is wide enough for words
const [SMALL, LEAST, MOST] = [32, 14, 128]; // sides of a picture: with words below, at least, at most
const TALL = 840; // height that all rows share

/** read(block, head): one in words; act(block, head, key): click, Enter or Space; over([block, head] or null). */
export function atlas(host, { label, read, act, over }) {
  const element = h("div", { class: "atlas" });
  host.append(element);
  const drawing = canvas(element);
  let now = { blocks: 1, heads: 1, px: 24, gap: 8, line: LINE };
  let drawn = { key: "", picture: null };
  let under = null;
  let fontFamily = null;

  const x = (head) => LEFT + head * (now.px + now.gap);
  const y = (block) => TOP + block * (now.px + now.gap + now.line);
  const grid = cursor(element, {
    label,
    size: () => [now.blocks, now.heads],
    box: (block, head) => ({ x: x(head), y: y(block), width: now.px, height: now.px }),
    read,
    move: (block, head) => over([block, head]),
    enter: act,
  });
  const locate = (event) => {
    const box = drawing.element.getBoundingClientRect();
    const head = Math.floor((event.clientX - box.left - LEFT) / (now.px + now.gap));
    const block = Math.floor((event.clientY - box.top - TOP) / (now.px + now.gap + now.line));
    return block >= 0 && head >= 0 && block < now.blocks && head < now.heads ? [block, head] : null;
  };
  element.addEventListener("pointermove", (event) => {
    const at = locate(event);
    if (String(at) === String(under)) return;
    under = at;
    over(at);
  });
  element.addEventListener("pointerleave", () => {
    under = null;
    over(null);
  });
  element.addEventListener("click", (event) => {
    const at = locate(event);
    if (at) act(...at, "click");
  });

  /** All pictures on one canvas, made again only when they or their size change. */
  function pictures({ thumbs, key, limit }, ratio) {
    const [blocks, heads, n] = thumbs.shape;
    const name = `${key}/${now.px}/${now.gap}/${ratio}`;
    if (drawn.key === name) return drawn.picture;
    const whole = document.createElement("canvas");
    const [width, height] = [x(heads), y(blocks)];
    Object.assign(whole, { width: Math.ceil(width * ratio), height: Math.ceil(height * ratio) });
    const context = whole.getContext("2d");
    context.scale(ratio, ratio);
    context.strokeStyle = colour("rule");
    // All patterns one below the other as a single picture, of which every head shows its part.
    const side = Math.min(n, Math.ceil(now.px * ratio));
    const all = picture(thumbs, blocks * heads * n, n, {
      ...(limit ? { kind: "signed", limit } : { kind: "amount", limit: 1, root: true }),
      maxRows: blocks * heads * side,
      maxCols: side,
      blank: (row, key) => key > row % n && thumbs[row * n + key] === 0,
    });
    context.imageSmoothingEnabled = false;
    for (let at = 0; at < blocks * heads; at++) {
      const [left, top] = [x(at % heads), y(Math.floor(at / heads))];
      context.drawImage(all, 0, at * side, side, side, left, top, now.px, now.px);
      context.strokeRect(left - 0.5, top - 0.5, now.px + 1, now.px + 1);
    }
    drawn = { key: name, picture: whole };
    return whole;
  }

  return {
    element,
    /** Whether there are words below the pictures. */
    get lined() {
      return now.line > 0;
    },
    forget() {
      drawn = { key: "", picture: null };
    },
    /**
     * thumbs: (block, head, n, n), weights or, where there is a `limit`, differences up to it; key: what they depend on;
     * room: px; chosen: [block, head]; picked: those averaged;
     * lines: [{block, head, text}] below pictures; lit: [[block, head]] that a part of a formula stands for.
     */
    draw({ thumbs, key, limit = null, room, chosen, picked, lines, lit = [] }) {
      const [blocks, heads] = thumbs.shape;
      const fits = (gap) => Math.floor((room - LEFT) / heads) - gap;
      const gap = fits(8) >= SMALL ? 8 : 4;
      const high = Math.max(40, Math.floor(TALL / blocks) - gap - LINE);
      const px = Math.max(LEAST, Math.min(MOST, high, fits(gap)));
      now = { blocks, heads, px, gap, line: px >= SMALL ? LINE : 0 };
      const [width, height] = [x(heads), y(blocks)];
      Object.assign(element.style, { width: `${width}px`, height: `${height}px` });
      const context = drawing.size(width, height);
      const ratio = Math.min(3, devicePixelRatio || 1);
      context.drawImage(pictures({ thumbs, key, limit }, ratio), 0, 0, width, height);

      fontFamily ??= getComputedStyle(element).fontFamily;
      context.textAlign = "center";
      context.textBaseline = "middle";
      const write = (text, at, down, name, weight = "400", align = "center") => {
        context.font = `${weight} 12px ${fontFamily}`;
        context.fillStyle = colour(name);
        context.textAlign = align;
        context.fillText(text, at, down);
      };
      const [block, head] = under ?? chosen;
      for (let i = 0; i < heads; i++)
        write(String(i + 1), x(i) + px / 2, 8, i === head ? "ink" : "muted", i === head ? "600" : "400");
      for (let i = 0; i < blocks; i++)
        write(String(i + 1), LEFT - 8, y(i) + px / 2, i === block ? "ink" : "muted", i === block ? "600" : "400", "right");
      const ring = ([b, i], name, thick) => {
        context.strokeStyle = colour(name);
        context.lineWidth = thick;
        const out = 1 + thick / 2; // a line of paper between the ring and the picture
        context.strokeRect(x(i) - out, y(b) - out, px + 2 * out, px + 2 * out);
      };
      if (now.line) for (const { block: b, head: i, text } of lines) write(text, x(i) + px / 2, y(b) + px + 10, "ink");
      for (const at of picked) {
        ring(at, "chosen", 2);
        // A tick too: colour alone does not tell.
        context.beginPath();
        const [right, top] = [x(at[1]) + px, y(at[0])];
        context.fillStyle = colour("chosen");
        context.fillRect(right - 12, top, 12, 12);
        context.moveTo(right - 9.5, top + 6);
        context.lineTo(right - 7, top + 8.5);
        context.lineTo(right - 2.5, top + 3);
        context.strokeStyle = colour("paper");
        context.lineWidth = 1.5;
        context.stroke();
      }
      if (!picked.some(([b, i]) => b === chosen[0] && i === chosen[1])) ring(chosen, "attention", 2);
      else ring(chosen, "attention", 1);
      if (under && String(under) !== String(chosen)) ring(under, "ink", 1);
      for (const at of lit) ring(at, "ink", 3);
      if (!grid.focused) grid.place(...chosen);
      else grid.refresh();
    },
  };
}
