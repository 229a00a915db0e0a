// Options of looking at an agent's memory and of flossing it; left out, neither takes place and a run is as it was without them.
import { option } from "@throughline/lab";
import { z } from "zod";

const whole = z.int().min(0).optional();
const count = z.int().min(1).optional();

/** Part of the options of `cec/source`; names are those of `flossing/train` where the meaning is the same. */
export const memoryOptions = {
  dynamicsEvery: option(
    whole,
    "Interval of measurements of the memory's Lyapunov spectrum and of its gradient norm by lag; left out or 0: never.",
    "updates",
  ),
  k: option(
    count,
    "Number of Lyapunov exponents of the memory, from the largest, that are measured and that flossing pushes to 0; left out: 16, or the size of the memory's state if that is less.",
  ),
  flossBefore: option(whole, "Gradient steps of flossing the memory before training; left out or 0: none."),
  flossEvery: option(
    whole,
    "Interval of flossing the memory during training; left out or 0: never.",
    "updates",
  ),
  flossSteps: option(count, "Gradient steps of each flossing during training; left out: 50."),
  flossLength: option(
    count,
    "Longest trajectory of flossing and of measurements, within one episode; left out: 55.",
    "steps",
  ),
  flossLr: option(
    z.number().positive().optional(),
    "Learning rate of flossing's Adam; left out: 0.001, as in flossing/train.",
  ),
} as const;

/** Values of these options. */
interface Asked {
  readonly memory: "lstm" | "gru";
  readonly units: number;
  readonly dynamicsEvery?: number | undefined;
  readonly flossBefore?: number | undefined;
  readonly flossEvery?: number | undefined;
}

/** Numbers in the state of an agent's memory. */
export function memorySize({ memory, units }: Pick<Asked, "memory" | "units">): number {
  return memory === "lstm" ? 2 * units : units;
}

/** True if the memory is measured or flossed at all. */
export function caresForMemory({ dynamicsEvery = 0, flossBefore = 0, flossEvery = 0 }: Asked): boolean {
  return dynamicsEvery + flossBefore + flossEvery > 0;
}

/** Values of the other options where the memory is measured or flossed; none where it is not, so that a run is what it was. */
export function memoryDefaults(asked: Asked) {
  if (!caresForMemory(asked)) return { values: {}, from: "" };
  const flosses = (asked.flossBefore ?? 0) + (asked.flossEvery ?? 0) > 0;
  return {
    values: {
      ...{ k: Math.min(16, memorySize(asked)), flossLength: 55 },
      ...(flosses && { flossLr: 1e-3 }),
      ...((asked.flossEvery ?? 0) > 0 && { flossSteps: 50 }),
    },
    from: "the agent's memory",
  };
}

/** Sentences on options that do not go together. */
export function memoryProblems(config: Asked & { readonly k?: number | undefined }): string[] {
  const size = memorySize(config);
  if (config.k === undefined || config.k <= size) return [];
  return [`k is ${config.k}, accepted: at most the size of the memory's state, ${size}`];
}
