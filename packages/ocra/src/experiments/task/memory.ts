// Least memory that a step of training on a task takes.
import { FLOAT32, type MemoryNeed, NUMBERS_OF_A_WEIGHT } from "@throughline/lab";
import { models } from "../../catalogue/model-names.js";
import { HEAD_DIM } from "../../nn/transformer.js";
import type { SlotAutoencoderConfig } from "../../slots/options.js";
import type { TaskConfig } from "./options.js";

const WEIGHT = NUMBERS_OF_A_WEIGHT * FLOAT32;
/** Width of the transformer's tokens. */
const TOKEN = 64;

/** Slots of a batch of problems, of one picture each at the least, and the weights of the transformer. */
export function taskMemory(
  { batch, depth, heads, mlpDim, model }: Pick<TaskConfig, "batch" | "depth" | "heads" | "mlpDim" | "model">,
  { slots, dim }: Pick<SlotAutoencoderConfig, "slots" | "dim">,
): MemoryNeed[] {
  const block = TOKEN * (4 * heads * HEAD_DIM + 2 * mlpDim);
  const problems = { what: `a step of ${batch} problems (--batch)`, bytes: batch * slots * dim * FLOAT32 };
  if (!models[model].transformer) return [problems];
  return [
    problems,
    { what: "the weights of the transformer (--depth, --heads, --mlp-dim)", bytes: depth * block * WEIGHT },
  ];
}
