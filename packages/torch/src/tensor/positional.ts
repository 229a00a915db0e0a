import { show } from "../checks/show.js";
import { TorchError } from "../errors.js";

/**
 * Refuses a number or a list where options belong: `x.sum(1)`, which is right in PyTorch, would otherwise pass for no
 * options in plain JavaScript and sum everything.
 */
export function refusePositional(method: string, options: unknown): void {
  if (typeof options === "object" && options !== null && !Array.isArray(options)) return;
  throw new TorchError(
    "torch/argument",
    `${method}: expected options such as { dim: 1 }, got ${show(options)}`,
    {
      op: method,
    },
  );
}
