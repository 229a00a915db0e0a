import type { Refuse } from "../../files/refuse.js";
import type { PyValue } from "./objects.js";

/** The pickle machine's stack, with marks; nothing below the last mark can be taken. */
export class Stack {
  readonly #values: PyValue[] = [];
  readonly #marks: number[] = [];
  readonly #refuse: Refuse;

  constructor(refuse: Refuse) {
    this.#refuse = refuse;
  }

  push(value: PyValue): void {
    this.#values.push(value);
  }

  /** @returns how many marks there are now */
  mark(): number {
    return this.#marks.push(this.#values.length);
  }

  pop(): PyValue {
    this.#need(1);
    return this.#values.pop()!;
  }

  top(): PyValue {
    this.#need(1);
    return this.#values.at(-1)!;
  }

  /** The last `count` values, in the order they were pushed. */
  take(count: number): PyValue[] {
    this.#need(count);
    return this.#values.splice(this.#values.length - count);
  }

  /** Everything above the last mark, and the mark. */
  takeToMark(): PyValue[] {
    const mark = this.#marks.pop();
    if (mark === undefined) throw this.#refuse("format", "its pickle takes from a mark that was never set");
    return this.#values.splice(mark);
  }

  /** POP: drops a value, or a mark that has nothing above it. */
  drop(): void {
    if (this.#marks.at(-1) === this.#values.length) this.#marks.pop();
    else this.pop();
  }

  #need(count: number): void {
    if (this.#values.length - (this.#marks.at(-1) ?? 0) < count) {
      throw this.#refuse("format", "its pickle takes from an empty stack");
    }
  }
}
