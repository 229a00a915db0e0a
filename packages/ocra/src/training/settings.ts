// How training goes: initial weights, learning rates.

/** How an encoder's convolutions start. `pytorch`: as layers are made. `he`: normal with variance 2 / fan in, biases 0. */
export const initialisations = ["pytorch", "he"] as const;
export type Initialisation = (typeof initialisations)[number];

/** Part of a schedule with one learning rate. */
export interface Phase {
  readonly steps: number;
  readonly lr: number;
}

/** How the learning rate changes over training. */
export interface Schedule {
  readonly phases: readonly Phase[];
  /** Steps of linear warm-up. */
  readonly warmup: number;
  /** `cosine`: half a period of a cosine over all steps takes it to 0. Default `none`. */
  readonly decay?: "none" | "cosine";
}

/**
 * The learning rate of a step: that of its phase; while the step's number i = 1, 2, … is below `warmup`, i / warmup of it.
 * Source: the authors' warm-up formula, lr = base · (i / warmup) with i the optimiser's step.
 */
export function learningRate(step: number, { phases, warmup, decay = "none" }: Schedule): number {
  let end = 0;
  const phase = phases.find(({ steps }) => {
    end += steps;
    return step < end;
  });
  const { lr } = phase ?? phases.at(-1)!;
  const total = stepsOf(phases);
  const left = decay === "none" ? 1 : (1 + Math.cos((Math.PI * Math.min(step, total)) / total)) / 2;
  return lr * left * Math.min(1, (step + 1) / Math.max(1, warmup));
}

/** Steps of all phases. */
export function stepsOf(phases: readonly Phase[]): number {
  return phases.reduce((total, { steps }) => total + steps, 0);
}
