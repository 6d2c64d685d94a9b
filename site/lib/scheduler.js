// Draws in pieces, so that the page answers between them; what is in the window comes first.

// After a piece of drawing the browser lays it out and paints it, which often takes longer. Where that takes more than PAINT_MS,
// as on a busy machine, pieces get smaller, else slowly larger. After a rest, when the reader has chosen something, the first
// piece is small, so that what the page itself knows shows soon, and the second is large, so that Python's answer shows whole.
const [MIN_MS, FIRST_MS, SECOND_MS, MAX_MS, PAINT_MS, REST_MS] = [4, 12, 24, 16, 30, 250];
const LATER_MS = 250; // how long after the last request draws out of the window run
let piece = 0; // ms of drawing
let rested = false; // whether the current piece is the first one after a rest
let last = -REST_MS; // when a piece was last on the screen
const queue = []; // draws in the order of their requests: {draw, place, stage, cost: ms the last time}
let asked = false; // whether a piece has been asked for
let painting = false; // whether a piece is being drawn or is not yet on the screen
const away = new Set(); // the places of draws that are out of the window
let later = 0; // the timer after which these are drawn too
let all = false; // whether it has run out

function drawQueue() {
  asked = false;
  if (painting || !queue.length) return;
  if (!all && queue.every(({ place }) => away.has(place))) return wait();
  painting = true; // what is requested meanwhile is drawn with this piece or after it
  const began = performance.now();
  rested = began - last > REST_MS;
  if (rested) piece = FIRST_MS;
  let job = takeNext();
  const seen = !away.has(job.place);
  let now = began;
  let changed = false;
  const one = (next) => {
    changed = next.draw() !== false || changed;
    const end = performance.now();
    next.cost = end - now;
    now = end;
  };
  // Figures of one stage show old numbers or new ones, never some of each: they are drawn in one piece.
  const whole = () => {
    const { stage } = job;
    const others = stage ? queue.filter((other) => other.stage === stage) : []; // what these request comes in a later piece
    one(job);
    for (const other of others) one(queue.splice(queue.indexOf(other), 1)[0]);
  };
  try {
    whole();
    // Draws out of the window wait until those in it are on the screen.
    while ((job = takeNext(({ cost, place }) => now - began + cost < piece && seen === !away.has(place)))) whole();
  } catch (error) {
    changed = true; // the other draws still run
    throw error;
  } finally {
    if (changed) requestAnimationFrame(painted);
    else {
      painting = false;
      begin();
    }
  }
}

/** Takes the first draw in the window out of the queue, else the first of all; returns null where it is not `fit`. */
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

/** Measures layout and paint of a piece; runs in the frame that brings it onto the screen. */
function painted() {
  const from = performance.now();
  // A timer set in a frame runs after that frame has been painted.
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
    begin(); // the reader may have scrolled to a draw that waits
  });
  watcher.observe(place);
}

/**
 * Returns a function that requests `draw`. It runs once, soon, however often it is requested: after the browser's current work,
 * and not before the last piece is on the screen. Draws that together take too long are spread over several frames, so that the
 * page answers between them. While `place`, the element drawn into, is out of the window, `draw` waits for those in the window, and
 * until nothing more has been requested for LATER_MS: a choice, or a text that grows, then costs only what the reader sees of it.
 * A draw that returns false has changed nothing, and no frame is waited for. Draws of one `.stage` are never spread.
 */
export function frame(draw, place = null) {
  let waits = false;
  if (place) watch(place);
  const job = {
    place,
    stage: place?.closest?.(".stage") ?? null,
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

/** Returns whether all that was requested is on the screen: tests and benchmarks wait for it. */
export const resting = () => !queue.length && !painting && !asked;

/** Runs `read` when the frame is on the screen: measuring then costs no layout. */
export const afterFrame = (read) => requestAnimationFrame(() => setTimeout(read));
