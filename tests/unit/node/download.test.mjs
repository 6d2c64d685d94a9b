// site/workers/download.js against a server that fails in all the ways that servers do.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { test } from "node:test";

import { AppError, getFile, openModel, openStore } from "../../../site/workers/download.js";
import { sha256 } from "../../../site/workers/sha256.js";

const hex = (data) => createHash("sha256").update(data).digest("hex");
const file = (data, path = "part.bin") => ({ path, bytes: data.length, sha256: hex(data) });
const URL_ = "http://site.test/models/x/part.bin";

/** Answers every fetch with the next of `answers` (the last one again and again); counts them. */
function serve(answers) {
  const calls = [];
  globalThis.fetch = async (url, options) => {
    calls.push({ url: String(url), cache: options?.cache });
    const answer = answers[Math.min(calls.length, answers.length) - 1];
    if (answer instanceof Error) throw answer;
    return typeof answer === "number" ? new Response("", { status: answer }) : new Response(answer);
  };
  return calls;
}

/** Stands in for the Cache API: a Map that refuses to keep more than `room` bytes. */
function fakeCaches(room = Infinity) {
  const kept = new Map();
  const cache = {
    match: async (key) => kept.get(key)?.clone(),
    keys: async () => [...kept.keys()].map((url) => ({ url })),
    put: async (key, response) => {
      const copy = response.clone();
      if ((await copy.arrayBuffer()).byteLength > room) throw new DOMException("full", "QuotaExceededError");
      kept.set(key, response);
    },
    delete: async (key) => kept.delete(key),
  };
  return { kept, open: async () => cache };
}

test("sha256.js agrees with node's at every length around a block", () => {
  for (let n = 0; n < 200; n++) {
    const data = new Uint8Array(randomBytes(n));
    assert.equal(Buffer.from(sha256(data)).toString("hex"), hex(data));
  }
});

test("a file is got, counted and checked", async () => {
  const data = new Uint8Array(randomBytes(5000));
  serve([data]);
  let counted = 0;
  assert.deepEqual(await getFile(URL_, file(data), { onBytes: (n) => (counted += n) }), data);
  assert.equal(counted, data.length);
});

test("a damaged answer is asked for again, past the browser's cache, and counted once", async () => {
  const data = new Uint8Array(randomBytes(100));
  for (const bad of [new Uint8Array(100), data.slice(0, 99), new Uint8Array(101), new TypeError("network"), 503]) {
    const calls = serve([bad, data]);
    let counted = 0;
    await getFile(URL_, file(data), { onBytes: (n) => (counted += n) });
    assert.deepEqual([calls.length, calls[1].cache, counted], [2, "reload", 100]);
  }
});

test("what stays wrong ends in words for the reader", async () => {
  const data = new Uint8Array(randomBytes(10));
  for (const [answer, calls, words] of [
    [new Uint8Array(10), 3, /part\.bin arrived damaged 3 times/],
    [new TypeError("network"), 3, /connection failed 3 times/],
    [404, 1, /server has no part\.bin \(HTTP 404\)/],
  ]) {
    const made = serve([answer]);
    await assert.rejects(getFile(URL_, file(data)), (error) => {
      assert.ok(error instanceof AppError && error.stage === "model" && error.advice && error.retry);
      assert.match(error.message, words);
      return true;
    });
    assert.equal(made.length, calls);
  }
});

test("abort ends it at once", async () => {
  const controller = new AbortController();
  serve([new TypeError("network")]);
  const job = getFile(URL_, file(new Uint8Array(3)), { signal: controller.signal });
  controller.abort(new Error("the reader left"));
  await assert.rejects(job, /the reader left/);
});

test("a part once got is not fetched again, unless what was kept is damaged", async () => {
  const data = new Uint8Array(randomBytes(1000));
  const caches = fakeCaches();
  const store = await openStore(assert.fail, caches);
  const calls = serve([data]);
  await getFile(URL_, file(data), { store });
  const into = new Uint8Array(1000);
  let counted = 0;
  await getFile(URL_, file(data), { store, into, onBytes: (n) => (counted += n) });
  assert.deepEqual([calls.length, counted, into], [1, 1000, data]);
  for (const key of caches.kept.keys()) caches.kept.set(key, new Response(new Uint8Array(1000)));
  assert.deepEqual(await getFile(URL_, file(data), { store }), data);
  assert.equal(calls.length, 2);
});

test("no room: the model still loads, the reader is told once", async () => {
  const parts = [1, 2, 3].map(() => new Uint8Array(randomBytes(500)));
  const told = [];
  const store = await openStore((message) => told.push(message), fakeCaches(100));
  for (const data of parts) {
    serve([data]);
    assert.deepEqual(await getFile(URL_, file(data), { store }), data);
  }
  assert.equal(told.length, 1);
  assert.match(told[0], /no room/);
});

test("no Cache API, no store", async () => {
  assert.equal(await openStore(assert.fail, undefined), null);
  assert.equal(
    await openStore(assert.fail, {
      open: async () => {
        throw new Error("private window");
      },
    }),
    null,
  );
});

test("what no model of the site names any more is let go of, a half-got part with it", async () => {
  const caches = fakeCaches();
  const store = await openStore(assert.fail, caches);
  const [weights, tokenizer, graph, old, oldBegun, begun] = ["w", "t", "g", "old", "old2-begun", "w2-begun"];
  for (const name of [weights, tokenizer, graph, old, oldBegun, begun]) await store.put(name, new Uint8Array(3));
  const manifest = (part) => ({
    tokenizer: { sha256: tokenizer },
    weights: { parts: [{ sha256: part }] },
    graphs: { wasm: { trunk: { sha256: graph } } },
  });
  await store.clean([manifest("w"), manifest("w2")]);
  assert.deepEqual(
    [...caches.kept.keys()].map((url) => url.split("/").pop()),
    [weights, tokenizer, graph, begun],
  );
  await store.clean([]); // a site without models keeps none
  assert.equal(caches.kept.size, 0);
});

test("a whole model: parts in order, whichever comes first", async () => {
  const whole = new Uint8Array(randomBytes(10_000));
  const parts = [whole.slice(0, 4000), whole.slice(4000, 8000), whole.slice(8000)];
  const tokenizer = new TextEncoder().encode("{}");
  const graph = new TextEncoder().encode("onnx");
  const files = new Map([["t.json", tokenizer], ["g.onnx", graph], ...parts.map((part, i) => [`w${i}.bin`, part])]);
  const manifest = {
    weights: { bytes: 10_000, parts: parts.map((part, i) => file(part, `w${i}.bin`)) },
    tokenizer: file(tokenizer, "t.json"),
    graphs: { wasm: { trunk: file(graph, "g.onnx"), unembed: file(graph, "g.onnx") } },
  };
  let othersCame;
  const othersHaveCome = new Promise((resolve) => (othersCame = resolve));
  globalThis.fetch = async (url) => {
    const name = String(url).split("/").pop();
    if (name === "manifest.json") return Response.json(manifest);
    if (name === "w0.bin")
      await othersHaveCome; // the first part comes last
    else if (name === "w2.bin") queueMicrotask(othersCame);
    return new Response(files.get(name));
  };
  let last;
  const opened = await openModel("http://site.test/models/x/manifest.json", { onProgress: (loaded) => (last = loaded) });
  assert.deepEqual(await opened.weights, whole);
  assert.deepEqual(await opened.tokenizer, tokenizer);
  assert.deepEqual((await opened.graph("wasm")).unembed, graph);
  assert.equal(last, 10_000 + 2 + 2 * 4, "weights, tokenizer, both graphs");

  manifest.weights.bytes = 9_999;
  const damaged = await openModel("http://site.test/models/x/manifest.json");
  await assert.rejects(damaged.weights, /add up to 10000 bytes, not 9999/);
});
