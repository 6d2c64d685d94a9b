// The page draws by what Python defines (site/generated/contract.js), and has a word for all of it.
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";

const site = new URL("../../../site/", import.meta.url);
const contract = (await import("../../../site/generated/contract.js")).default;
const strings = (await import("../../../site/strings/index.js")).default;
const { state, adopt } = await import("../../../site/state/choices.js");
const { described, masked, part } = await import("../../../site/state/edits.js");
const { STAGES } = await import("../../../site/views/attention/arithmetic.js");
const { dot } = await import("../../../site/lib/dot_product.js");

test("the page's choices begin as Python's", () => {
  const own = ["part", "tokens", "taken", "hover", "drawn", "unfolded", "live", "waiting", "queued"];
  for (const [name, value] of Object.entries(state)) {
    if (!own.includes(name)) assert.equal(value, contract.choices[name].default, name);
  }
  for (const name of contract.mirrored) assert.ok(name in state, name);
});

test("what a view repeats of the choices is taken over, and nothing else is", () => {
  adopt({ matrix: "v", shows: "original", other: { text: "x" } });
  assert.equal(state.matrix, "v");
  assert.equal(state.shows, "changed");
});

test("a dot product has as many terms here as Python's have", () => {
  const ones = new Array(contract.limits.terms + 5).fill(1);
  assert.equal(dot(ones, ones, 5).terms.length, contract.limits.terms);
  assert.deepEqual(STAGES, contract.stages);
});

test("every part, role, sweep, mask and stage has words", () => {
  for (const name of contract.parts) assert.ok(strings[name].bar.name, name);
  for (const measure of contract.choices.measure.names) assert.ok(strings.maps.measures[measure], measure);
  for (const kind of contract.sweep_masks) assert.ok(strings.maps.masks[kind], kind);
  for (const [kind, text] of Object.entries(contract.first_masks)) {
    assert.ok(strings.whatif.mask.kinds[kind] && strings.whatif.mask.titles[kind], kind);
    assert.ok(strings.altered.masks[kind] && masked(text), kind);
  }
  for (const shows of contract.shows) assert.ok(strings.altered.shows[shows] && strings.altered.showsTitle[shows], shows);
});

test("the words for a mask of sinks say how many first tokens the sweep leaves in view", () => {
  const numbers = (text) => [...text.matchAll(/\d+/g)].map(Number);
  assert.deepEqual(numbers(strings.maps.masks.sinks), [contract.sinks]);
  const said = strings.maps.saysMasks({ base: "", size: "", window: "", sinks: "" });
  assert.deepEqual(numbers(said), [contract.sinks]);
});

test("every edit that Python reads has words", () => {
  const { means, norms, scaled, patched } = contract.edits;
  for (const name of new Set([...means, ...norms, ...scaled, ...patched, "pattern"])) {
    const at = contract.activations[name].axes.slice(0, -1).map(() => 0);
    assert.ok(part({ name, at }) && described({ name, at, value: "0" }), name);
  }
});

test("every part has its view, and every view that is always there is drawn", () => {
  const folders = readdirSync(new URL("views/", site), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const slots = folders.filter(({ name }) => readdirSync(new URL(`views/${name}/`, site)).includes("index.js"));
  assert.deepEqual(new Set(slots.map(({ name }) => name)), new Set(contract.slots));
  const always = contract.slots.filter((slot) => !contract.parts.includes(slot));
  const page = readFileSync(new URL("page/page.js", site), "utf8");
  assert.deepEqual(/const VIEWS = \{ (.*) \};/.exec(page)[1].split(", "), always);
});

test("an activation's formula names what it is computed of", async () => {
  class Node {
    constructor(name) {
      Object.assign(this, { name, parts: [], at: {} });
    }
    append(...parts) {
      this.parts.push(...parts);
    }
    setAttribute(name, value) {
      this.at[name] = value;
    }
    *all() {
      yield this;
      for (const part of this.parts) yield* part.all();
    }
    get text() {
      return this.textContent ?? this.parts.map(({ text }) => text).join("");
    }
  }
  Object.assign(globalThis, { Node, document: { createElementNS: (_, name) => new Node(name) } });
  const { pointFormula } = await import("../../../site/views/vectors/point_formulas.js");
  // Means and scales are no vectors, so they are not among the points: the formulas write them as μ and σ.
  const points = Object.keys(contract.activations).filter((name) => contract.activations[name].axes.at(-1) !== "1");
  for (const [name, { graph }] of Object.entries(contract.activations)) {
    if (graph !== "trunk" || !points.includes(name)) continue;
    const [formula] = pointFormula(name, "act");
    const tied = [...formula.all()].map((node) => node.at["data-tied"]).filter((key) => points.includes(key));
    const { of, by } = contract.computed[name];
    const expected = of.filter((each) => points.includes(each));
    assert.deepEqual(new Set(tied), new Set([name, ...expected]), name);
    const norm = contract.computed[name].operation === "normalise";
    const written = [...formula.all()]
      .filter((node) => node.name === "msub")
      .map((node) => node.parts.map(({ text }) => text).join("_"));
    for (const weight of norm ? [] : by) assert.ok(written.includes(weight), `${name} by ${weight}`);
  }
});

test("the map of masks has its rows in the order of the sweep's", () => {
  const maps = readdirSync(new URL("views/maps/", site)).filter((name) => name.endsWith(".js"));
  const source = maps.map((name) => readFileSync(new URL(`views/maps/${name}`, site), "utf8")).join("\n");
  assert.deepEqual(source.match(/contract\.sweep_masks.*/g), ["contract.sweep_masks;"]);
});

test("no module of the page repeats a list of the contract", () => {
  const lists = Object.values(contract).flatMap((value) => {
    const names = Array.isArray(value) ? value : Object.keys(value ?? {});
    return names.length > 2 && names.every((name) => typeof name === "string") ? [names] : [];
  });
  const found = [];
  for (const path of readdirSync(site, { recursive: true })) {
    if (!path.endsWith(".js") || /node_modules|generated|examples|words\.|^strings|^vendor/.test(path)) continue;
    const source = readFileSync(new URL(path, site), "utf8");
    for (const [text, inside] of source.matchAll(/\[((?:\s*"\w+",?)+)\s*\]/g)) {
      const names = inside.match(/\w+/g);
      if (lists.some((list) => list.length === names.length && list.every((name) => names.includes(name))))
        found.push(`${path}: ${text}`);
    }
  }
  assert.deepEqual(found, []);
});

// The page adopts what a view's data say under the name of a choice: an array there would become the reader's choice everywhere.
test("what a view shows under a choice's name is that choice, or the view takes over nothing", () => {
  const types = readFileSync(new URL("generated/contract.d.ts", site), "utf8");
  const lists = contract.mirrored.join("|");
  const strange = [];
  for (const view of contract.slots) {
    const [, shown] = types.match(new RegExp(`^  ${view}: (.*Shown.*);$`, "m"));
    for (const name of shown.split(" | ")) {
      const [, body] = types.match(new RegExp(`^export interface ${name}(?: extends [^{]*)? \\{(.*?)^\\}`, "ms"));
      if (new RegExp(`^  (?:${lists})\\??: .*(?:\\[\\]|Record<|Array).*;$`, "m").test(body)) strange.push(view);
    }
  }
  assert.deepEqual(strange, ["sampling"]);
  assert.match(readFileSync(new URL("views/sampling/index.js", site), "utf8"), /^ {2}adopt\(\) \{\}/m);
});
