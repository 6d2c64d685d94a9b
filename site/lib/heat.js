// Draws matrices and strips of numbers on canvases.
import { ramp } from "./colour.js";
import { enlarged } from "./dom.js";

/** Returns the screen's pixels per pixel of a figure, at most 3: more are not worth their memory. */
export const sharpness = () => Math.min(3, (devicePixelRatio || 1) * enlarged());

/** Adds a canvas to `host`; size() gives it `width` x `height` CSS pixels, sharp on any screen. Screen readers read a DOM layer instead. */
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

let scratch = null; // shared: making a canvas and its context costs more than drawing into it

/**
 * Makes a small picture of `values` (rows x cols from `offset`): one pixel per value, or, where there is less room than
 * values, per group of values, of which it shows the one farthest from 0. `paint` enlarges it without smoothing.
 * kind: 'signed' (-limit..limit), 'amount' (0..limit; with `root` by the square root, so that a weight of a hundredth still
 * shows), or the name of a colour (magnitudes 0..limit). `blank(row, col)` leaves a cell out.
 * element: a canvas to draw into, such as an earlier picture that is no longer needed.
 */
export function picture(values, rows, cols, options, element = document.createElement("canvas")) {
  const image = pixels(values, rows, cols, options);
  Object.assign(element, { width: image.width, height: image.height });
  element.getContext("2d").putImageData(image, 0, 0);
  return element;
}

/** Paints a picture that is not kept: `picture` and `paint` without a new canvas. */
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
  const colours = new Uint32Array(image.data.buffer);
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
      const plain = kind === "signed" ? (far / limit + 1) / 2 : kind === "amount" ? far / limit : Math.abs(far) / limit;
      const share = root ? Math.sqrt(Math.max(0, plain)) : plain;
      colours[y * width + x] = table[Math.max(0, Math.min(255, Math.round(share * 255)))];
    }
  }
  return image;
}

export function paint(context, image, x, y, width, height) {
  context.imageSmoothingEnabled = false;
  context.drawImage(image, x, y, width, height);
}
