// What src/explainer/runtimes/web.py reads from @huggingface/tokenizers: fields that its documentation does not name.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

// The package as the last build took it from npm, or the file that TOKENIZERS_MJS names.
const built = new URL("../../../dist/vendor/tokenizers.mjs", import.meta.url).href;
const found = await import(process.env.TOKENIZERS_MJS ?? built).catch(() => null);
const skip = found === null && "nothing is built";
const load = async (name) => {
  const file = new URL(`../../../export/checkpoints/${name}/tokenizer.json`, import.meta.url);
  const definition = JSON.parse(await readFile(file, "utf8"));
  return [definition, new found.Tokenizer(definition, {})];
};

test("merges, vocabulary and words are where web.py looks for them", { skip }, async () => {
  const [definition, tokenizer] = await load("storyteller");
  assert.deepEqual(JSON.parse(JSON.stringify(tokenizer.model.merges)), definition.model.merges);
  assert.deepEqual(Object.fromEntries(tokenizer.get_vocab(true)), definition.model.vocab);
  assert.equal(tokenizer.normalizer, null);
  assert.deepEqual(tokenizer.pre_tokenizer.pre_tokenize("It's  the\n\nnaïve 😀x1"), [
    "It",
    "'s",
    "Ġ",
    "Ġthe",
    "Ċ",
    "Ċ",
    "naÃ¯ve",
    "ĠðŁĺĢ",
    "x",
    "1",
  ]);
});

test("words are those that tokens do not reach across, merged as ranked", { skip }, async () => {
  const [, tokenizer] = await load("storyteller");
  const ranks = new Map(tokenizer.model.merges.map((pair, rank) => [pair.join(" "), rank]));
  const merged = (word) => {
    let pieces = [...word];
    for (;;) {
      const rank = (i) => ranks.get(`${pieces[i]} ${pieces[i + 1]}`) ?? Infinity;
      const best = Math.min(...pieces.slice(1).map((_, i) => rank(i)));
      if (best === Infinity) return pieces;
      const at = pieces.findIndex((_, i) => rank(i) === best);
      pieces = [...pieces.slice(0, at), pieces[at] + pieces[at + 1], ...pieces.slice(at + 2)];
    }
  };
  for (const text of ["Unbelievable hedgehogs, aaaaaaa!", "naïve 😀 مرحبا 你好", " \n\t x", "it's 12345 o'clock"]) {
    const pieces = tokenizer.pre_tokenizer.pre_tokenize(text).flatMap(merged);
    assert.deepEqual(
      pieces.map((piece) => tokenizer.token_to_id(piece)),
      tokenizer.encode(text).ids,
    );
  }
});

test("a normalizer is applied before the words are cut, and there may be no merges", { skip }, async () => {
  const [, tokenizer] = await load("sorter");
  assert.equal(tokenizer.normalizer.normalize("Cab, x:"), "cab:");
  assert.deepEqual(tokenizer.model.merges, []);
  assert.equal(tokenizer.get_vocab(true).get("<|endoftext|>"), 6);
});
