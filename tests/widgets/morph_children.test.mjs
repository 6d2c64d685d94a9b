// site/lib/dom.js: `morphChildren` changes what differs and keeps the nodes, with their focus and handlers.
import assert from "node:assert/strict";
import { test } from "node:test";

import { blank } from "./dom.mjs";

const { attribute, morphChildren, h, setText } = await import("../../site/lib/dom.js");

test("h leaves out what is not there, and takes text as text", () => {
  const element = h("p", { class: "a", title: null, hidden: true, lang: false, text: "<b>" }, null, false, undefined, [
    h("i"),
    "x",
  ]);
  assert.equal(element.outerHTML, '<p class="a" hidden="">&lt;b&gt;<i></i>x</p>');
});

test("nodes that stay are the same nodes, with new texts and attributes", () => {
  const host = blank();
  morphChildren(host, h("p", { class: "one", title: "old" }, "a", h("b", {}, "1")), "tail");
  const [paragraph, tail] = host.childNodes;
  const [text, bold] = paragraph.childNodes;
  morphChildren(host, h("p", { class: "two", lang: "en" }, "b", h("b", {}, "2"), h("i")), "end");
  assert.equal(host.innerHTML, '<p class="two" lang="en">b<b>2</b><i></i></p>end');
  assert.deepEqual([host.childNodes[0] === paragraph, host.childNodes[1] === tail], [true, true]);
  assert.deepEqual([paragraph.childNodes[0] === text, paragraph.childNodes[1] === bold], [true, true]);
});

test("what is too many goes, what is of another kind is replaced", () => {
  const host = blank();
  morphChildren(host, h("p"), h("b"), "text", h("i"));
  morphChildren(host, h("p"), h("u"));
  assert.equal(host.innerHTML, "<p></p><u></u>");
  morphChildren(host);
  assert.equal(host.childNodes.length, 0);
});

test("the handler of what is wanted takes the place of the old one, and is alone", () => {
  const host = blank();
  const heard = [];
  morphChildren(host, h("button", { onclick: () => heard.push("old"), onkeydown: () => heard.push("key") }));
  const [button] = host.children;
  morphChildren(host, h("button", { onclick: () => heard.push("new") }));
  assert.equal(host.firstChild, button);
  button.dispatchEvent(new Event("click"));
  button.dispatchEvent(new Event("keydown"));
  assert.deepEqual(heard, ["new"]);
  morphChildren(host, h("button"));
  button.dispatchEvent(new Event("click"));
  assert.deepEqual(heard, ["new"]);
  morphChildren(host, h("button", { onclick: () => heard.push("again") }));
  button.dispatchEvent(new Event("click"));
  assert.deepEqual(heard, ["new", "again"]);
});

test("the focus stays on a node that stays", () => {
  const host = blank();
  morphChildren(host, h("button", {}, "a"), h("button", {}, "b"));
  host.children[1].focus();
  morphChildren(host, h("button", {}, "c"), h("button", {}, "d"), h("button", {}, "e"));
  assert.equal(document.activeElement, host.children[1]);
  assert.equal(document.activeElement.textContent, "d");
});

test("what has a state of its own is not made like another: it is put in its place", () => {
  for (const name of ["canvas", "details", "input", "select", "textarea"]) {
    const host = blank();
    morphChildren(host, h(name, { class: "old" }));
    const [old] = host.children;
    const next = h(name, { class: "new" });
    morphChildren(host, next);
    assert.equal(host.firstChild, next, name);
    assert.notEqual(host.firstChild, old, name);
  }
});

test("attribute and setText change nothing where nothing changes", () => {
  const element = h("p", { "aria-label": "1" }, "text");
  const [node] = element.childNodes;
  setText(element, "other");
  assert.deepEqual([element.firstChild === node, node.data], [true, "other"]);
  attribute(element, "aria-label", 2);
  assert.equal(element.getAttribute("aria-label"), "2");
  attribute(element, "aria-label", false);
  assert.equal(element.hasAttribute("aria-label"), false);
});
