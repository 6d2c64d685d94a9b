// site/widgets/definition.js: the words of the page explain themselves.
import assert from "node:assert/strict";
import { test } from "node:test";

import { blank, press } from "./dom.mjs";

const { default: strings } = await import("../../site/strings/en.js");
const { defineTerms, explained, meaningOf } = await import("../../site/widgets/definition.js");

// The field's words that a newcomer does not know, in the forms in which sentences use them.
const JARGON =
  "token tokens vocabulary vector vectors length lengths norm norms block blocks head heads attention MLP embedding embeddings stream logit logits softmax " +
  "query key value queries keys values score scores mask masked z temperature top-k top-p greedy seed matrix bias projection neuron neurons " +
  "activation unembedding entropy uncertainty bits nats cosine parameters int8 int4 fp32 float32 dropout induction context byte bytes merge merges";
const NAMES_OF_FORMULAS = new Set(["z"]); // explained where they stand

/** All texts of a nest of strings; functions are asked with names for their numbers. */
function texts(value) {
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.flatMap(texts);
  return value && typeof value === "object" ? Object.values(value).flatMap(texts) : [];
}

test("every word of the field that the page uses has a definition", () => {
  const all = texts({ ...strings, glossary: null }).join("\n");
  for (const word of JARGON.split(/\s+/)) {
    if (NAMES_OF_FORMULAS.has(word) || !new RegExp(`\\b${word}\\b`, "i").test(all)) continue;
    assert.ok(meaningOf(word), `${word} is used and explained nowhere`);
  }
});

test("a definition explains: it is a sentence, and no two terms share a form", () => {
  const seen = new Set();
  for (const [forms, meaning] of Object.entries(strings.glossary)) {
    assert.match(meaning, /^[A-Z0-9].*[.?!…]$/, forms);
    for (const form of forms.toLowerCase().split("|")) {
      assert.ok(!seen.has(form), form);
      seen.add(form);
    }
  }
});

const terms = (nodes) =>
  nodes
    .filter((node) => typeof node !== "string")
    .map((node) => (node.matches(".term") ? node : node.querySelector(".term")).textContent);
const whole = (nodes) => nodes.map((node) => node.textContent ?? node).join("");

test("a sentence keeps its text, and every term is one once", () => {
  const text = "Vectors: a vector of mlp_post, a block-wise Block, query and Query, int8.";
  const nodes = explained(text);
  assert.equal(whole(nodes), text);
  assert.deepEqual(terms(nodes), ["Vectors", "Block", "query", "int8"]);
});

test("no line ends between a term and the signs around it", () => {
  const nodes = explained("pieces (tokens), heads.");
  assert.equal(whole(nodes), "pieces (tokens), heads.");
  const kept = nodes.filter((node) => typeof node !== "string" && node.matches(".unbroken")).map((node) => node.textContent);
  assert.deepEqual(kept, ["(tokens),", "heads."]);
  assert.deepEqual(
    explained("the (bias).").map((node) => node.textContent ?? node),
    ["the ", "(bias)."],
  );
});

test("several parts of one sentence share what was explained", () => {
  const seen = new Set();
  assert.deepEqual(terms(explained("a head", seen)), ["head"]);
  assert.deepEqual(terms(explained("another head and a block", seen)), ["block"]);
});

test("a term says what it means in focus and when tapped, and Escape ends it", () => {
  const host = blank();
  host.append(...explained("one logit"));
  defineTerms();
  const [term, tip] = [host.querySelector(".term"), document.getElementById("definition")];
  term.focus();
  assert.match(tip.textContent, /^logit .*score/);
  assert.equal(term.getAttribute("aria-describedby"), "definition");
  press(term, "Escape");
  assert.equal(term.hasAttribute("aria-describedby"), false);
  term.click();
  assert.equal(term.getAttribute("aria-describedby"), "definition");
});
