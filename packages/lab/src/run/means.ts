// Means of metrics between two rows of a log.

/** Running means of metrics between two logged rows. If tracked, they are part of checkpoints. */
export class RunningMeans<Name extends string> {
  readonly #names: readonly Name[];
  #sums: Record<Name, number>;
  #count = 0;

  /** @param names of the values; `count` is reserved */
  constructor(...names: readonly Exclude<Name, "count">[]) {
    this.#names = names;
    this.#sums = this.#fill(() => 0);
  }

  /** Adds one value of each name. */
  add(values: Readonly<Record<Name, number>>): void {
    for (const name of this.#names) this.#sums[name] += values[name];
    this.#count += 1;
  }

  /** Returns the means of the values since the last call, NaN if there are none, and resets them. */
  take(): Record<Name, number> {
    const means = this.#fill((name) => this.#sums[name] / this.#count);
    this.#sums = this.#fill(() => 0);
    this.#count = 0;
    return means;
  }

  stateDict(): Readonly<Record<string, number>> {
    return { ...this.#sums, count: this.#count };
  }

  loadStateDict(state: Readonly<Record<string, number>>): void {
    this.#sums = this.#fill((name) => Number(state[name]));
    this.#count = Number(state.count);
  }

  #fill(value: (name: Name) => number): Record<Name, number> {
    return Object.fromEntries(this.#names.map((name) => [name, value(name)])) as Record<Name, number>;
  }
}
