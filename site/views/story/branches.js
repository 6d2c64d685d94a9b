// Holds the nodes of a story as a tree: which follows which, and the ways from one to another.
import contract from "../../generated/contract.js";

export const PROMPT = contract.story_root; // the node that stands for the prompt

/** @typedef {{node: number, id: number, parent: number, prob: number, kind: string, text: string, end: boolean}} Generated */
/**
 * @typedef {Omit<import("../../generated/contract").StoryShown, "prompt"> & {prompt: {id: number, text: string}[],
 *   nodes: Generated[]}} Story
 */

/** Makes one entry per token of Python's columns. @param {import("../../generated/contract").StoryShown} data @returns {Story} */
export function expanded(data) {
  const { texts, prompt, ids, parents, probs, how, kinds, end } = data;
  const node = (id, at) => {
    const [parent, prob, kind] = [parents[at], probs[at], kinds[how[at]]];
    return { node: at, id, parent, prob, kind, text: texts[id], end: id === end };
  };
  return { ...data, prompt: Array.from(prompt, (id) => ({ id, text: texts[id] })), nodes: Array.from(ids, node) };
}

/** Returns whether two stories go on from the same text. */
export const samePrompt = (a, b) => a.prompt.length === b.prompt.length && a.prompt.every(({ id }, i) => id === b.prompt[i].id);

export class Branches {
  #nexts = new Map();

  /** @param {Story} story */
  constructor(story) {
    this.story = story;
    for (const { node, parent } of story.nodes) {
      if (!this.#nexts.has(parent)) this.#nexts.set(parent, []);
      this.#nexts.get(parent).push(node);
    }
  }
  /** @returns {number | null} */
  parent(node) {
    return node === PROMPT ? null : this.story.nodes[node].parent;
  }
  /** Returns the nodes that follow it. @returns {number[]} */
  nexts(node) {
    return this.#nexts.get(node) ?? [];
  }
  /** Returns the number of a node's token, counted from the first one typed. */
  place(node) {
    let n = this.story.n_prompt;
    for (let at = node; at !== PROMPT; at = this.parent(at)) n += 1;
    return n;
  }

  /** Returns the node at the same place in the branch beside this one: the next branch (way 1) or the one before (-1). */
  beside(node, way) {
    for (let [at, depth] = [node, 0]; at !== PROMPT; at = this.parent(at), depth++) {
      const all = this.nexts(this.parent(at));
      let other = all[all.indexOf(at) + way];
      if (other === undefined) continue;
      for (; depth > 0 && this.nexts(other).length; depth--) [other] = this.nexts(other);
      return other;
    }
    return null;
  }
  /** Returns the node that follows: along the way that the text takes, else the first. */
  onward(node) {
    const nexts = this.nexts(node);
    return nexts.find((next) => this.story.path.includes(next)) ?? nexts[0];
  }
  last(node) {
    while (this.nexts(node).length) node = this.onward(node);
    return node;
  }

  /** Returns for every node how many tokens were generated up to it, and the bits that they cost. */
  costs() {
    const costs = [];
    for (const { node, parent, prob } of this.story.nodes) {
      const { length, bits } = costs[parent] ?? { length: 0, bits: 0 };
      costs[node] = { length: length + 1, bits: bits - Math.log2(prob) };
    }
    return costs;
  }
}
