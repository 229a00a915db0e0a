// What is trained on, and in which setting.

/** The families of data; each has displays of its own, and one pre-trained autoencoder for all of its tasks. */
export const suites = ["art", "svrt", "clevr"] as const;
export type Suite = (typeof suites)[number];

/** `paper`: the published setting. `laptop`: ours, for two cores. `smoke`: proves plumbing. */
export const settings = ["paper", "laptop", "smoke"] as const;
export type Setting = (typeof settings)[number];

/** Part of a schedule with one learning rate. */
export interface Phase {
  readonly steps: number;
  readonly lr: number;
}

/**
 * The learning rate of a step: that of its phase; while the step's number i = 1, 2, … is below `warmup`, i / warmup of it.
 * Source: the authors' warm-up formula, lr = base · (i / warmup) with i the optimiser's step.
 */
export function learningRate(step: number, phases: readonly Phase[], warmup: number): number {
  let end = 0;
  const phase = phases.find(({ steps }) => {
    end += steps;
    return step < end;
  });
  const { lr } = phase ?? phases.at(-1)!;
  return lr * Math.min(1, (step + 1) / Math.max(1, warmup));
}

/** Steps of all phases. */
export function stepsOf(phases: readonly Phase[]): number {
  return phases.reduce((total, { steps }) => total + steps, 0);
}
