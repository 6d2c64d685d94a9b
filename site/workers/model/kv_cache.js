// Keeps keys and values of the computed positions for the runs that continue behind them: (layer, head, position, d_head).
// A cache never changes what it says and can be used any number of times.

const ROOM = 64; // positions kept free behind a text at most: few copies while it grows, few positions fed in vain

/**
 * Keeps them in memory, in arrays with room for more. Any number of caches show the first positions of the same arrays; only
 * the cache that ends where the written positions end may write behind them, any other is copied first.
 */
export class GrowingCache {
  static outputs = ["k", "v"]; // of a run, which `followed` takes

  constructor(Tensor, shape, arrays, length) {
    this.Tensor = Tensor;
    this.shape = shape;
    this.arrays = arrays;
    this.length = length;
  }

  /** Makes the cache of no positions. */
  static empty(Tensor, { n_layer, n_head, d_head }) {
    const none = new Float32Array(0);
    return new GrowingCache(Tensor, [n_layer, n_head, d_head], { k: none, v: none, room: 0, used: 0 }, 0);
  }

  /** The tensors to feed: past_k and past_v, of at least `length` positions. */
  get feeds() {
    const [layers, heads, wide] = this.shape;
    const { k, v, room } = this.arrays;
    const tensor = (array) => new this.Tensor("float32", array, [layers, heads, room, wide]);
    return { past_k: tensor(k), past_v: tensor(v) };
  }

  /** Returns a cache of the first `length` positions of this one and the `count` that a run behind them computed. */
  followed(length, count, outputs) {
    const [layers, heads, wide] = this.shape;
    const total = length + count;
    let { arrays } = this;
    const copied = arrays.used !== length || total > arrays.room;
    if (copied) {
      const room = (Math.floor(total / ROOM) + 1) * ROOM;
      const fresh = () => new Float32Array(layers * heads * room * wide);
      arrays = { k: fresh(), v: fresh(), room, used: 0 };
    }
    for (const name of ["k", "v"]) {
      const [to, from, more] = [arrays[name], this.arrays[name], outputs[name].data];
      for (let row = 0; row < layers * heads; row++) {
        const start = row * arrays.room * wide;
        if (copied) {
          const old = row * this.arrays.room * wide;
          to.set(from.subarray(old, old + length * wide), start);
        }
        to.set(more.subarray(row * count * wide, (row + 1) * count * wide), start + length * wide);
      }
    }
    arrays.used = total;
    return new GrowingCache(this.Tensor, this.shape, arrays, total);
  }

  dispose() {} // the memory is JavaScript's own
}

/** Keeps them on the GPU: what a run returns is fed to the next one, and never comes to the CPU. */
export class GpuCache {
  static outputs = ["present_k", "present_v"];

  constructor(k, v, length, exclusively) {
    this.k = k;
    this.v = v;
    this.length = length;
    this.exclusively = exclusively;
  }

  static empty(Tensor, { n_layer, n_head, d_head }, exclusively) {
    const none = () => new Tensor("float32", new Float32Array(0), [n_layer, n_head, 0, d_head]);
    return new GpuCache(none(), none(), 0, exclusively);
  }

  get feeds() {
    return { past_k: this.k, past_v: this.v };
  }

  followed(length, count, { present_k, present_v }) {
    return new GpuCache(present_k, present_v, length + count, this.exclusively);
  }

  dispose() {
    // In turn with the runs: one that waits may still need it.
    this.exclusively(() => [this.k, this.v].forEach((tensor) => tensor.location === "gpu-buffer" && tensor.dispose()));
  }
}
