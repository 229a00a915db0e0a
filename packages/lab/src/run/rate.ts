// Recent speed of a loop, and its remaining time.

const span = 10_000;

/** Steps a second over about the last ten seconds. */
export class Rate {
  readonly #times: number[];
  readonly #steps: number[];

  constructor(now: number, step: number) {
    this.#times = [now];
    this.#steps = [step];
  }

  /** Steps a second at `step`; undefined before the second step. */
  at(now: number, step: number): number | undefined {
    const before = this.#times[0]!;
    const rate =
      step > this.#steps[0]! && now > before ? ((step - this.#steps[0]!) * 1000) / (now - before) : undefined;
    if (now - this.#times.at(-1)! >= span / 20 && step > this.#steps.at(-1)!) {
      this.#times.push(now);
      this.#steps.push(step);
    }
    // The oldest mark stays until the next one is old enough, so that slow steps have a rate as well.
    while (this.#times.length > 1 && now - this.#times[1]! >= span) {
      this.#times.shift();
      this.#steps.shift();
    }
    return rate;
  }
}
