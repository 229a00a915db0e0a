// Least memory that a run takes.
import { type MemoryNeed, NUMBERS_OF_A_WEIGHT } from "@throughline/lab";
import type { TrainConfig } from "./options.js";

const gates = { pre: 1, post: 1, gru: 3, lstm: 4 } as const;

/** The recurrent weights. */
export function weightsMemory(
  { units, cell }: Pick<TrainConfig, "units" | "cell">,
  bytes: number,
): MemoryNeed {
  return {
    what: `the recurrent weights of ${units} units (--units)`,
    bytes: gates[cell] * units ** 2 * NUMBERS_OF_A_WEIGHT * bytes,
  };
}

/** Weights, and the states of a training step, which the backward pass needs. */
export function trainingMemory(config: TrainConfig): MemoryNeed[] {
  const { batch, length, units, precision, task, data, epochs } = config;
  const bytes = precision === "float64" ? 8 : 4;
  const needs = [weightsMemory(config, bytes)];
  // Sequences of a file are as long as the file says.
  if (epochs === 0 || data !== undefined || task === "data" || task === "psmnist") return needs;
  const what = `the states of ${batch} sequences of ${length} steps (--batch, --length)`;
  return [...needs, { what, bytes: batch * length * units * bytes }];
}
