// Less memory for more time: activations are thrown away and computed again when the backward pass needs them.
import { enableGrad, isGradEnabled } from "./autograd.js";
import { show } from "./checks/show.js";
import { attempt, call, wrap } from "./dispatch.js";
import { TorchError } from "./errors.js";
import { scope } from "./memory.js";
import { within } from "./mode.js";
import { native } from "./native.js";
import { moved, replay, type Surroundings, surroundings } from "./replay.js";
import { Tensor } from "./tensor/index.js";

/** Results that a checkpointed function may return. */
export type CheckpointOutput = Tensor | readonly Tensor[];

/**
 * Computes `fn(...inputs)` without keeping what its backward pass needs: that is computed again, from the inputs, when
 * the backward pass comes to it (`torch.utils.checkpoint.checkpoint`, reentrant). Default random streams and autocast
 * are then set to where they were, so that dropout falls on the same elements.
 *
 * `backward` gives gradients to the inputs and to every leaf that `fn` uses, such as a module's parameters. What has a
 * graph of its own must be an input. Checkpoints may contain checkpoints.
 *
 * @param fn must give the same result each time it is called; may be called as often as the graph is gone through.
 * @param inputs tensors that gradients flow to, and anything else that `fn` takes.
 * @returns what `fn` returns: a tensor, or a list of them.
 * @throws TorchError `torch/async-mode` if `fn` is asynchronous; `torch/argument` if it returns something else; in the
 * backward pass `torch/autograd` if `createGraph` is set, or if `fn` returned other shapes the second time.
 * Note that `grad` and `backward({ inputs })` fill the `grad` of the leaves used in `fn` too.
 * @example
 * for (const block of blocks) x = checkpoint((input) => block.forward(input), x);
 */
export function checkpoint<Inputs extends readonly unknown[], Output extends CheckpointOutput>(
  fn: (...inputs: Inputs) => Output,
  ...inputs: Inputs
): Output {
  return scope(() => {
    if (!isGradEnabled()) return run(fn, inputs);
    const tensors = inputs.filter((input) => input instanceof Tensor);
    const before = surroundings(tensors.map((tensor) => tensor.device).filter((device) => device !== "cpu"));
    // Recorded, so that operators take the same path as in the second computation, and so that it shows whether `fn`
    // uses leaves that require gradients. The record goes with this scope.
    const result = enableGrad(() => run(fn, leaves(inputs)));
    const outputs = asList(result);
    const detached = outputs.map((output) => output.detach());
    if (!outputs.some((output) => output.requiresGrad)) return restored(result, detached) as Output;
    const second: Second = {
      fn: fn as unknown as Second["fn"],
      inputs: inputs.map((input) => (input instanceof Tensor ? input.requiresGrad : input)),
      isTensor: inputs.map((input) => input instanceof Tensor),
      surroundings: moved(before),
      shapes: outputs.map((output) => output.shape),
    };
    const plain = detached.filter((_, i) => !outputs[i]!.requiresGrad);
    return restored(result, record(second, tensors, detached, plain)) as Output;
  });
}

/** State that is kept for the second computation, besides the input tensors. */
interface Second {
  readonly fn: (...inputs: unknown[]) => CheckpointOutput;
  /** The inputs; in place of a tensor, whether it required a gradient. */
  readonly inputs: readonly unknown[];
  readonly isTensor: readonly boolean[];
  readonly surroundings: Surroundings;
  readonly shapes: readonly number[][];
}

/** Puts one node into the graph, between `tensors` and `outputs`. */
function record(second: Second, tensors: Tensor[], outputs: Tensor[], plain: Tensor[]): Tensor[] {
  // Without an input that requires a gradient no node would be made; the leaves that `fn` uses need one.
  const anchor = call("aten::empty.memory_format", [0], "float32").requiresGrad_();
  const handles = (list: readonly Tensor[]): number[] => list.map((tensor) => tensor.handle);
  const made = attempt("checkpoint", () =>
    native.applyFunction(
      handles([anchor, ...tensors]),
      (given) => {
        native.saveForBackward(given.slice(1));
        native.markNonDifferentiable(handles(plain));
        return handles(outputs);
      },
      (gradients, saved) => [null, ...backward(second, gradients, saved)],
    ),
  );
  return made.map(wrap);
}

// The gradients that the last backward call handed over. libtorch has taken them by the time of the next, and they would
// otherwise stay until the end of the caller's scope: one for each checkpoint, each as large as an activation.
let handedOver: Tensor[] = [];

function backward(second: Second, gradients: (number | null)[], saved: (number | null)[]): (number | null)[] {
  for (const tensor of handedOver) tensor.dispose();
  handedOver = [];
  if (isGradEnabled()) {
    throw new TorchError(
      "torch/autograd",
      "checkpoint: gradients with createGraph were asked for, but what was computed again has no graph to give them; " +
        "call the function without checkpoint for second derivatives",
      { op: "checkpoint" },
    );
  }
  const result = scope(() => recompute(second, gradients, saved));
  for (const handle of [...gradients, ...saved]) if (handle !== null) native.release(handle);
  handedOver = result.filter((gradient) => gradient !== null);
  return result.map((gradient) => gradient?.handle ?? null);
}

function recompute(
  second: Second,
  gradients: readonly (number | null)[],
  saved: readonly (number | null)[],
): (Tensor | null)[] {
  const tensors = saved.map((handle, i) => {
    const required = second.inputs.filter((_, j) => second.isTensor[j])[i] as boolean;
    return call("aten::detach", wrap(handle!)).requiresGrad_(required);
  });
  let next = 0;
  const inputs = second.inputs.map((input, i) => (second.isTensor[i] ? tensors[next++] : input));
  const result = replay(second.surroundings, () => enableGrad(() => asList(run(second.fn, inputs))));
  const shapes = result.map((output) => output.shape);
  if (JSON.stringify(shapes) !== JSON.stringify(second.shapes)) {
    throw new TorchError(
      "torch/autograd",
      `checkpoint: the function returned shapes ${JSON.stringify(second.shapes)} first and ${JSON.stringify(shapes)} when ` +
        "it was called again; it must do the same each time",
      { op: "checkpoint" },
    );
  }
  const reached = result.flatMap((output, i) =>
    output.requiresGrad && gradients[i] != null ? [{ output: output.handle, gradient: gradients[i]! }] : [],
  );
  if (reached.length > 0) {
    attempt("checkpoint", () =>
      native.backward(
        reached.map(({ output }) => output),
        reached.map(({ gradient }) => gradient),
        false,
        false,
        [],
      ),
    );
  }
  return tensors.map((tensor) => (tensor.requiresGrad ? tensor.grad : null));
}

function run<Inputs extends readonly unknown[], Output>(
  fn: (...inputs: Inputs) => Output,
  inputs: Inputs,
): Output {
  const nothing = (): void => undefined;
  const result = within("checkpoint", nothing, nothing, () => fn(...inputs));
  const list: unknown[] = Array.isArray(result) ? result : [result];
  if (list.length > 0 && list.every((item) => item instanceof Tensor)) return result;
  throw new TorchError(
    "torch/argument",
    `checkpoint: the function returned ${show(result)}, accepted: a tensor or a list of tensors`,
    { op: "checkpoint" },
  );
}

/** The inputs outside their graph: tensors that require gradients become leaves. */
function leaves<Inputs extends readonly unknown[]>(inputs: Inputs): Inputs {
  return inputs.map((input) =>
    input instanceof Tensor ? input.detach().requiresGrad_(input.requiresGrad) : input,
  ) as unknown as Inputs;
}

function asList(output: CheckpointOutput): Tensor[] {
  return output instanceof Tensor ? [output] : [...output];
}

function restored(like: CheckpointOutput, tensors: Tensor[]): CheckpointOutput {
  return like instanceof Tensor ? tensors[0]! : tensors;
}
