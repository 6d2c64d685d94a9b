// Matrices and strips on canvas.
import { ramp } from "./colour.js";

/** Pixels of the screen to one of CSS; more than three are not worth their memory. */
export const sharpness = () => Math.min(3, devicePixelRatio || 1);

/** A canvas that fills `width` x `height` CSS pixels, sharp on any screen; hidden from readers: a DOM layer speaks. */
export function canvas(host) {
  const element = document.createElement("canvas");
  element.setAttribute("aria-hidden", "true");
  host.append(element);
  return {
    element,
    context: element.getContext("2d"),
    size(width, height) {
      const ratio = sharpness();
      const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
      if (element.width !== w || element.height !== h) Object.assign(element, { width: w, height: h });
      element.style.width = `${width}px`;
      element.style.height = `${height}px`;
      this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
      this.context.clearRect(0, 0, width, height);
      return this.context;
    },
  };
}

let scratch = null; // one for all: to make a canvas, and its context, costs more than to draw into it

/**
 * A small picture of `values` (rows x cols from `offset`): one pixel per value, or, where there is less room than
 * values, per group of values, of which the one farthest from 0 is shown. Draw it enlarged without smoothing, by `paint`.
 * kind: 'signed' (-limit..limit) or 'amount' (0..limit; with `root` by the square root,
 * so that a weight of a hundredth still shows). `blank(row, col)` leaves a cell out.
 * element: an earlier picture that is no longer wanted, to draw into.
 */
export function picture(values, rows, cols, options, element = document.createElement("canvas")) {
  const image = pixels(values, rows, cols, options);
  Object.assign(element, { width: image.width, height: image.height });
  element.getContext("2d").putImageData(image, 0, 0);
  return element;
}

/** A picture that is drawn once, at once, and not kept: `paint` without making a canvas. */
export function paintCells(context, values, rows, cols, options, x, y, width, height) {
  const image = pixels(values, rows, cols, options);
  scratch ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const { canvas } = scratch;
  if (canvas.width !== image.width || canvas.height !== image.height) {
    Object.assign(canvas, { width: image.width, height: image.height });
  }
  scratch.putImageData(image, 0, 0);
  context.imageSmoothingEnabled = false;
  context.drawImage(canvas, x, y, width, height);
}

function pixels(values, rows, cols, { kind, limit, offset = 0, maxRows = rows, maxCols = cols, blank = null, root = false }) {
  const [height, width] = [Math.max(1, Math.min(rows, Math.ceil(maxRows))), Math.max(1, Math.min(cols, Math.ceil(maxCols)))];
  const table = ramp(kind);
  const image = new ImageData(width, height);
  const words = new Uint32Array(image.data.buffer);
  for (let y = 0; y < height; y++) {
    const [r0, r1] = [Math.floor((y * rows) / height), Math.floor(((y + 1) * rows) / height)];
    for (let x = 0; x < width; x++) {
      const [c0, c1] = [Math.floor((x * cols) / width), Math.floor(((x + 1) * cols) / width)];
      let far = 0;
      for (let r = r0; r < r1; r++) {
        for (let c = c0, i = offset + r * cols + c0; c < c1; c++, i++) {
          if (Math.abs(values[i]) > Math.abs(far)) far = values[i];
        }
      }
      if (blank?.(r0, c0)) continue;
      const plain = kind === "signed" ? (far / limit + 1) / 2 : far / limit;
      const share = root ? Math.sqrt(Math.max(0, plain)) : plain;
      words[y * width + x] = table[Math.max(0, Math.min(255, Math.round(share * 255)))];
    }
  }
  return image;
}

export function paint(context, image, x, y, width, height) {
  context.imageSmoothingEnabled = false;
  context.drawImage(image, x, y, width, height);
}
