// The options that every run has, whatever the experiment.
import { availableParallelism } from "node:os";
import { z } from "zod";
import { type ConfigShape, option } from "./option.js";

/** Options of the lab: always present, never declared by an experiment. */
export const labOptions: ConfigShape = {
  seed: option(z.int().min(0).default(0), "Seed of every source of randomness."),
  device: option(
    z
      .string()
      .regex(/^(cpu|cuda|mps)(:[0-9]+)?$/)
      .default("cpu"),
    "Device of tensors: cpu, cuda, cuda:1, mps.",
  ),
  threads: option(
    z
      .int()
      .min(1)
      .max(1024)
      .default(() => defaultThreads().value),
    "Threads of one operation on the CPU; default: the number that suits the experiment, at most all that the process may use.",
    "threads",
  ),
};

/** All cores that the process may use, or fewer if `OMP_NUM_THREADS` says so. */
export function defaultThreads(): { value: number; source: string } {
  const asked = Number(process.env.OMP_NUM_THREADS);
  if (Number.isInteger(asked) && asked >= 1 && asked <= 1024)
    return { value: asked, source: "OMP_NUM_THREADS" };
  return { value: availableParallelism(), source: "default" };
}
