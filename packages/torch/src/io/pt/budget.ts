import type { Refuse } from "../../files/refuse.js";
import type { PyContainer } from "./objects.js";

/** Largest depth of nested containers below the outermost. */
export const deepest = 200;

/** Limits on the work that a small file can cause. Exceeding one is an `io/limit` error. */
export class Budget {
  #operations = 10_000_000;
  #containers = 1_000_000;
  #copied: number;
  #tensorBytes: number;
  readonly #refuse: Refuse;

  /**
   * @param pickleSize bytes; copies made while reading may add up to 4 times this and 1 MiB
   * @param tensorBytes what all tensors together may take once they are contiguous
   */
  constructor(pickleSize: number, tensorBytes: number, refuse: Refuse) {
    this.#copied = 4 * pickleSize + 2 ** 20;
    this.#tensorBytes = tensorBytes;
    this.#refuse = refuse;
  }

  /** Counts one pickle instruction. */
  step(): void {
    if (--this.#operations < 0)
      throw this.#refuse("limit", "its pickle has more than 10 million instructions");
  }

  /**
   * Counts a container that was made, or grew; refused before there are too many, or before it is too deep to read
   * out.
   */
  container({ depth }: PyContainer, isNew: boolean): void {
    if (depth > deepest + 1) throw this.#refuse("limit", `is nested more than ${deepest} levels deep`);
    if (isNew && --this.#containers < 0)
      throw this.#refuse("limit", "its pickle has more than a million lists, tuples, dicts and sets");
  }

  /** Checks the number of open marks. */
  marks(open: number): void {
    if (open > 5 * deepest) throw this.#refuse("limit", `is nested more than ${deepest} levels deep`);
  }

  /** Counts bytes, or items, that an instruction copies. */
  copy(amount: number): void {
    this.#copied -= amount;
    if (this.#copied < 0) throw this.#refuse("limit", "its pickle copies the same data again and again");
  }

  /** Counts the bytes of a tensor. */
  tensor(bytes: number): void {
    this.#tensorBytes -= bytes;
    if (this.#tensorBytes < 0) {
      throw this.#refuse(
        "limit",
        "its tensors, views written out, take more bytes than the limit for this file; raise maxBytes if you trust it",
      );
    }
  }
}
