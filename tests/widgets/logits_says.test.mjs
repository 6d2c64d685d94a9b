// site/views/logits/draw_said.js: what the overview's last step says of the draw.
import assert from "node:assert/strict";
import { test } from "node:test";

import "./dom.mjs";

const { drawSaid } = await import("../../site/views/logits/draw_said.js");

const TOP = [
  { id: 5, text: "·man", prob: 0.07 },
  { id: 9, text: "·king", prob: 0.04 },
];
const DRAWN = {
  id: 7,
  text: "·king",
  prob: 0.05,
  first: { id: 5, share: 0.12 },
  temperature: 0.8,
  left: 40,
  of: 4096,
  likeliest: false,
};
const LISTED = "·man 7.0\u00a0%, ·king 4.0\u00a0% … ";
const said = (drawn, isLast = true) =>
  drawSaid(TOP, isLast, drawn)
    .map((part) => part.token ?? part)
    .join("");

test("the step says by which probabilities a piece is drawn", () => {
  assert.match(
    said(DRAWN),
    /^One piece is drawn by chance\. ·man has 7\.0\s%; at temperature 0\.8 among the 40 likeliest, 12\.0\s%\.$/,
  );
  assert.match(said({ ...DRAWN, left: 4096 }), /; at temperature 0\.8, 12/);
  assert.match(said({ ...DRAWN, temperature: 1 }), /; among the 40 likeliest, 12/);
});

test("where the model's own probabilities are drawn by, or none are known, it says no other", () => {
  assert.equal(said({ ...DRAWN, temperature: 1, left: 4096 }), LISTED + "One piece is drawn by chance.");
  assert.equal(said(null), LISTED + "One piece is drawn by chance.");
  assert.equal(
    said({ ...DRAWN, first: { id: 9, share: 0.5 } }),
    LISTED + "One piece is drawn by chance.",
    "the draw is still of another text",
  );
});

test("nothing is drawn where the likeliest is taken, or inside the text", () => {
  assert.equal(said({ ...DRAWN, likeliest: true }), LISTED + "The likeliest, ·man, is taken.");
  assert.match(said(DRAWN, false), /only at the end/);
});
