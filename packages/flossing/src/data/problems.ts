// All that is wrong with data, said at once.

import type { TorchError } from "@throughline/torch";
import { problemList } from "@throughline/torch/checks";
import { FlossingError } from "../errors.js";

/** Collects sentences; the same kind of problem is said with its first places and a count. */
export class Problems {
  readonly #what: string;
  readonly #list: string[] = [];

  /** @param what the file, or the function that was called */
  constructor(what: string) {
    this.#what = what;
  }

  get any(): boolean {
    return this.#list.length > 0;
  }

  add(sentence: string): void {
    this.#list.push(sentence);
  }

  /** One sentence for many places, such as lines of a file. */
  addAt(places: readonly (string | number)[], sentence: (shown: string) => string): void {
    if (places.length === 0) return;
    const shown = places.slice(0, 3).join(", ");
    this.add(sentence(places.length > 3 ? `${shown} and ${places.length - 3} more` : shown));
  }

  /** @throws TorchError `flossing/data` with everything that was added, if anything was */
  check(): void {
    if (this.any) throw this.error();
  }

  /** Error with all problems that were added. */
  error(): TorchError {
    return new FlossingError("flossing/data", `${this.#what}: ${problemList(this.#list)}`);
  }
}
