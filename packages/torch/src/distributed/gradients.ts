// Gradients of all ranks as one.
import { call } from "../dispatch.js";
import { keep, scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { ProcessGroup } from "./process-group.js";

/**
 * Replaces the gradients of parameters by their sums over all ranks, in one all-reduce. A parameter without a gradient on any
 * rank stays so; one without on some ranks counts there as 0.
 * @param parameters the same on all ranks, in the same order
 * @param also tensors that are summed in passing, such as losses
 * @throws TorchError `torch/distributed`
 */
export async function sumGradients(
  group: ProcessGroup,
  parameters: readonly Tensor[],
  also: readonly Tensor[] = [],
): Promise<void> {
  const { gradients, found } = scope(() => {
    const had = parameters.map(({ grad }) => grad);
    const filled = had.map((grad, at) => plain(grad ?? call("aten::zeros_like", parameters[at]!)));
    const flags = call("aten::zeros", [parameters.length], "float32");
    for (const [at, grad] of had.entries()) if (grad !== null) flags.select(0, at).fill_(1);
    return keep({ gradients: filled, found: flags });
  });
  try {
    await group.allReduce([...gradients, found, ...also]);
    const counts = found.toTypedArray() as Float32Array;
    scope(() => {
      for (const [at, parameter] of parameters.entries())
        if (counts[at]! > 0 && parameter.grad === null) parameter.grad = gradients[at]!;
    });
  } finally {
    for (const gradient of gradients) gradient.dispose();
    found.dispose();
  }
}

/** The same memory without history. */
const plain = (tensor: Tensor): Tensor => call("aten::detach", tensor);
