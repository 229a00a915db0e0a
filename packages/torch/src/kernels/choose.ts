// Level of the kernels that a library of operators uses. A library decides once, when it is first asked or first runs one.
import { TorchError } from "../errors.js";
import type { UntypedNamespace } from "../ops/index.js";
import type { KernelLevel } from "./levels.js";

/**
 * Level that a library's kernels use on this processor: the best that it has, unless THROUGHLINE_KERNELS asks for a lesser one.
 * @param operators of the library, as `loadOperators` gives them; it registers `kernel_level() -> str` among them
 * @throws TorchError if THROUGHLINE_KERNELS names no level that this processor has
 */
export function levelInUse(operators: UntypedNamespace): KernelLevel {
  return operators.kernelLevel!() as KernelLevel;
}

/**
 * Has a library's kernels use a level in this process; `auto` leaves them as they are. Must come before anything that runs
 * kernels of the library. Leaves the environment as it was.
 * @returns the level in use
 * @throws TorchError `torch/library` if the library uses another level already; TorchError if the processor does not have it
 */
export function chooseLevel(operators: UntypedNamespace, wanted: KernelLevel | "auto"): KernelLevel {
  if (wanted === "auto") return levelInUse(operators);
  const level = withVariable(wanted, () => levelInUse(operators));
  if (level === wanted) return level;
  throw new TorchError(
    "torch/library",
    `the kernels of this process use ${level} already; start another process for ${wanted}`,
  );
}

/** Runs `work` with THROUGHLINE_KERNELS set. */
function withVariable<T>(value: string, work: () => T): T {
  const { THROUGHLINE_KERNELS: before } = process.env;
  process.env.THROUGHLINE_KERNELS = value;
  try {
    return work();
  } finally {
    if (before === undefined) delete process.env.THROUGHLINE_KERNELS;
    else process.env.THROUGHLINE_KERNELS = before;
  }
}
