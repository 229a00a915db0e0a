// Samples that depend on their generator, in several kinds, some slow; and ways to go wrong.
import { getNumThreads, rand, randint, randn, stack, tensor } from "@throughline/torch";

export default class Noise {
  constructor({ length = 20, slow = false, fail = {}, shared = null } = {}) {
    Object.assign(this, { length, slow, fail, shared });
  }

  get(index, rng) {
    if (index === this.fail.index) this[this.fail.how](index);
    // Early samples take longest, so that batches finish out of order.
    if (this.slow) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, index < 10 ? 15 : 1);
    return {
      image: randn([2, 3], { generator: rng }),
      pair: [index, rand([], { generator: rng, dtype: "float64" })],
      label: BigInt(index),
      name: `n${index}`,
      bytes: Uint8Array.of(index, randint(0, 256, [], { generator: rng }).item()),
      ok: index % 2 === 0,
      ...(this.shared === null ? {} : { shared: this.shared.sum() }),
    };
  }

  throws(index) {
    throw new RangeError(`nothing at ${index}`);
  }
  ragged() {
    this.get = (index, rng) => ({ ...Noise.prototype.get.call(this, index, rng), image: tensor([index]) });
  }
  exits() {
    process.exit(7);
  }
  crashes() {
    queueMicrotask(() => {
      throw new Error("out of the blue");
    });
  }
  hangs() {
    for (;;);
  }
}

/** Made by a function, in its own time. */
export async function later(options) {
  await new Promise((done) => setTimeout(done, 5));
  return new Noise(options);
}

/** Says where each batch's memory is, and on how many threads it was made. */
export function located(samples) {
  const images = stack(samples.map((sample) => sample.image));
  return { images, at: images.dataPointer, threads: getNumThreads() };
}

/** The address of memory that came with the options. */
export function sharedAt() {
  return { pointer: current.tensor.dataPointer };
}

let current;
export class Holder {
  constructor(options) {
    current = options;
    this.length = 4;
  }
  get(index) {
    return index;
  }
}

/** One large sample. */
export class Big {
  constructor() {
    this.length = 4;
  }
  get(_index, rng) {
    return rand([512, 1024], { generator: rng });
  }
}

export class Stream {
  constructor({ length = 11, failAt = -1 } = {}) {
    Object.assign(this, { length: undefined, count: length, failAt });
  }
  *iterate(rng) {
    for (let i = 0; i < this.count; i++) {
      if (i === this.failAt) throw new Error("the stream broke");
      yield [i, randn([2], { generator: rng })];
    }
  }
}

class Box {
  constructor(value) {
    this.value = value;
  }
}
export const boxed = (samples) => new Box(samples[0].image);
export const unclonable = (samples) => ({ image: samples[0].image, act: () => 1 });
export const number = 5;
export const wrong = () => ({ size: 3 });
export const fails = () => {
  throw new Error("no such folder");
};
