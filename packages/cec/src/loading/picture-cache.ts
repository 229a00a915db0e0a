// Observations of episodes, decoded once and kept in memory that all threads share.

/** Memory of one episode: nothing, being filled by some thread, or filled. */
const EMPTY = 0;
const FILLING = 1;
const FILLED = 2;

/** A cache as it is sent to a thread. */
export interface SharedCache {
  /** Memory of each episode; null for those that the budget has no room for. */
  readonly memory: readonly (SharedArrayBuffer | null)[];
  readonly states: SharedArrayBuffer;
}

/** @param bytes of each episode @param budget bytes of all that are kept; those that come first have room */
export function makeCache(bytes: readonly number[], budget: number): SharedCache {
  let left = budget;
  const memory = bytes.map((size) => {
    if (size > left) return null;
    left -= size;
    return new SharedArrayBuffer(size);
  });
  return { memory, states: new SharedArrayBuffer(4 * bytes.length) };
}

/** One thread's view of a cache. */
export class PictureCache {
  readonly #memory: SharedCache["memory"];
  readonly #states: Int32Array;

  constructor({ memory, states }: SharedCache) {
    this.#memory = memory;
    this.#states = new Int32Array(states);
  }

  /**
   * Bytes of an episode. Two threads that want the same one at the same time both decode it, so that none waits.
   * @param decode gives them, if they are not in memory
   */
  get(episode: number, decode: () => Uint8Array): Uint8Array {
    const memory = this.#memory[episode];
    if (memory === null || memory === undefined) return decode();
    const states = this.#states;
    if (Atomics.load(states, episode) === FILLED) return new Uint8Array(memory);
    const isMine = Atomics.compareExchange(states, episode, EMPTY, FILLING) === EMPTY;
    const bytes = decode();
    if (isMine) {
      new Uint8Array(memory).set(bytes);
      Atomics.store(states, episode, FILLED);
    }
    return bytes;
  }
}
