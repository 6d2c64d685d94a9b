// Drawing in pieces, so that the page answers between them, what is in the window first.

// A piece of drawing, and the browser's layout and paint of it, which are a piece of their own and often the longer one: where
// they take longer than PAINT_MS, as on a busy machine, pieces get smaller, else slowly larger. After a rest, when the reader
// has chosen something, what the page knows itself comes soon, as a small piece, and Python's answer whole, as a large one.
const [MIN_MS, FIRST_MS, SECOND_MS, MAX_MS, PAINT_MS, REST_MS] = [4, 12, 24, 16, 30, 250];
const LATER_MS = 250; // so long after the last that was asked for, what is out of the window is drawn
let piece = 0; // ms of drawing
let rested = false; // whether the piece in hand is the first one after a rest
let last = -REST_MS; // when a piece was last on the screen
const queue = []; // what is to be drawn, in the order in which it was asked for: {draw, place, cost: ms the last time}
let asked = false; // for a piece of drawing
let painting = false; // one is being drawn, or not yet on the screen
const away = new Set(); // of the places of draws those that are out of the window
let later = 0; // a timer: then what is away is drawn too
let all = false; // it has come

function drawQueue() {
  asked = false;
  if (painting || !queue.length) return;
  if (!all && queue.every(({ place }) => away.has(place))) return wait();
  painting = true; // what this asks for is drawn with it or after it
  const began = performance.now();
  rested = began - last > REST_MS;
  if (rested) piece = FIRST_MS;
  let job = takeNext();
  const seen = !away.has(job.place);
  let now = began;
  let changed = false;
  const one = () => {
    changed = job.draw() !== false || changed;
    const end = performance.now();
    job.cost = end - now;
    now = end;
  };
  try {
    one();
    // What is out of the window waits until what is in it is on the screen.
    while ((job = takeNext(({ cost, place }) => now - began + cost < piece && seen === !away.has(place)))) one();
  } catch (error) {
    changed = true; // no other draw is lost
    throw error;
  } finally {
    if (changed) requestAnimationFrame(painted);
    else {
      painting = false;
      begin();
    }
  }
}

/** Takes the first draw of what is in the window out of the queue, else the first of all; none where it is not `fit`. */
function takeNext(fit = (/** @type {{cost: number, place: Element | null}} */ _job) => true) {
  const at = Math.max(
    0,
    queue.findIndex(({ place }) => !away.has(place)),
  );
  return queue[at] && fit(queue[at]) ? queue.splice(at, 1)[0] : null;
}

function begin() {
  if (asked || painting || !queue.length) return;
  asked = true;
  setTimeout(drawQueue);
}

function wait() {
  clearTimeout(later);
  later = setTimeout(() => {
    all = true;
    drawQueue();
  }, LATER_MS);
}

/** In the frame that brings a piece onto the screen. */
function painted() {
  const from = performance.now();
  // A timer set in a frame has its turn when that has been painted.
  setTimeout(() => {
    last = performance.now();
    if (last - from > PAINT_MS) piece = Math.max(MIN_MS, piece / 2);
    else piece = rested ? SECOND_MS : Math.min(MAX_MS, piece + 1);
    painting = false;
    drawQueue();
  });
}

let watcher = null;
function watch(place) {
  watcher ??= new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) away[isIntersecting ? "delete" : "add"](target);
    begin(); // the reader may have scrolled to what waits
  });
  watcher.observe(place);
}

/**
 * Run `draw` once, soon, however often it is asked for: after what the browser is doing now, and not before what was drawn
 * last is on the screen. Draws that together take too long are spread over several frames, so that the page answers
 * between them. Where `place`, the element drawn into, is out of the window, `draw` waits for those of what is in it, and until
 * nothing more has been asked for in a while: a choice, or a text that grows, then costs the page what the reader sees of it.
 * A draw that returns false has changed nothing, and no frame is waited for.
 */
export function frame(draw, place = null) {
  let waits = false;
  if (place) watch(place);
  const job = {
    place,
    cost: 0,
    draw() {
      waits = false;
      return draw();
    },
  };
  return () => {
    if (away.has(place)) all = false;
    if (waits) return;
    waits = true;
    queue.push(job);
    begin();
  };
}

/** Whether all that was asked for is drawn and on the screen: tests and benchmarks wait for it. */
export const resting = () => !queue.length && !painting && !asked;

/** Run `read` when the frame is on the screen: to measure then costs no layout. */
export const afterFrame = (read) => requestAnimationFrame(() => setTimeout(read));
