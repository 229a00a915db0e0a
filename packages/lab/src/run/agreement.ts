// Ranks that work on one run stop at the same step: now and then they ask each other.
import type { distributed } from "@throughline/torch";
import type { Engine } from "./engine.js";

/** Seconds between two questions, so that asking costs nothing and Ctrl-C does not wait long. */
const EVERY = 0.2;
const MOST_STEPS = 10_000;

/** The question whether any rank was asked to stop. All ranks ask it before the same steps. */
export class Agreement {
  readonly #engine: Engine;
  readonly #group: distributed.ProcessGroup;
  #due = 0;
  #asked: { readonly step: number; readonly time: number } | undefined;

  constructor(engine: Engine, group: distributed.ProcessGroup) {
    this.#engine = engine;
    this.#group = group;
  }

  /** A loop begins with this step: it asks before it. */
  begin(step: number): void {
    this.#due = step;
    this.#asked = undefined;
  }

  /** True if the ranks ask each other before this step. */
  isDue(step: number): boolean {
    return step >= this.#due;
  }

  /**
   * Asks the others.
   * @param wants whether this rank was asked to stop
   * @returns whether any rank was
   */
  async ask(step: number, wants: boolean): Promise<boolean> {
    const time = performance.now() / 1000;
    const before = this.#asked;
    const pace = before === undefined ? EVERY : (time - before.time) / Math.max(1, step - before.step);
    this.#asked = { step, time };
    const { scope, keep, tensor } = this.#engine;
    const answer = scope(() => keep(tensor([wants ? 1 : 0, pace])));
    try {
      await this.#group.allReduce(answer, "max");
      // The slowest rank's pace, the same number on all.
      const [stop = 0, slowest = EVERY] = answer.toTypedArray() as Float32Array;
      this.#due = step + Math.min(MOST_STEPS, Math.max(1, Math.floor(EVERY / slowest)));
      return stop > 0;
    } finally {
      answer.dispose();
    }
  }
}
