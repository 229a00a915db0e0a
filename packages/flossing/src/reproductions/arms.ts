// The ways of training that the paper compares.
import type { ReproductionCell } from "@throughline/lab";

/** One way of training: what it is called, and the options that make it. */
export interface Arm {
  readonly name: string;
  readonly overrides: Readonly<Record<string, unknown>>;
}

/** No flossing. */
export const none: Arm = { name: "no flossing", overrides: { flossBefore: 0, flossDuring: "none" } };
/** 500 steps before training (released code: Ep 500, Ni 0). */
export const pre: Arm = { name: "preflossing", overrides: { flossBefore: 500, flossDuring: "none" } };
/** The same, and 500 steps before epochs 100 and 200 (released code: Ef 100, Ni 2, Ei 500). */
export const during: Arm = {
  name: "flossing before and during",
  overrides: { flossBefore: 500, flossDuring: "at" },
};

export const arms: readonly Arm[] = [none, pre, during];

/** Options that smoke runs shrink so that they end in seconds. */
const smoke = { flossSteps: 2, flossAt: [5] };

/** The training run of an arm. */
export function trainingCell(
  preset: string,
  arm: Arm,
  seed: number,
  overrides: Readonly<Record<string, unknown>>,
): ReproductionCell {
  const all = { ...arm.overrides, ...overrides };
  if (preset !== "smoke") return { experiment: "flossing/train", overrides: all, seed };
  const { flossBefore, epochs, k } = all;
  const shrunk = {
    ...(Number(flossBefore) > 0 ? { flossBefore: 5 } : {}),
    ...(epochs === undefined ? {} : { epochs: 20 }),
    ...(k === undefined ? {} : { k: Math.min(Number(k), 8) }),
  };
  return { experiment: "flossing/train", overrides: { ...all, ...smoke, ...shrunk }, seed };
}
