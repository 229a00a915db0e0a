// Samples that are slow to draw, kept for the next epoch.

/** Bytes that one memo may keep. */
const BUDGET = 192 * 2 ** 20;

/** Keeps what `draw` gives for each index as long as there is room, and draws the others again. */
export class Memo<T extends object> {
  readonly #kept = new Map<number, T>();
  readonly #draw: (index: number) => T;
  readonly #bytesOf: (value: T) => number;
  #room: number;

  /** @param budget bytes; default 192 MiB */
  constructor(draw: (index: number) => T, bytesOf: (value: T) => number, budget: number = BUDGET) {
    this.#draw = draw;
    this.#bytesOf = bytesOf;
    this.#room = budget;
  }

  /** Gets a value, drawn or cached. Callers must not change it, because it is given again. */
  get(index: number): Readonly<T> {
    const kept = this.#kept.get(index);
    if (kept !== undefined) return kept;
    const drawn = this.#draw(index);
    const bytes = this.#bytesOf(drawn);
    if (bytes <= this.#room) {
      this.#room -= bytes;
      this.#kept.set(index, drawn);
    }
    return drawn;
  }
}
