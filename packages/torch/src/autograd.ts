// Differentiation: gradients as values, modes, forward-mode derivatives, and functions with their own derivative.
import { attempt, call, handleOf, handlesOf, wrap } from "./dispatch.js";
import { TorchError } from "./errors.js";
import { within } from "./mode.js";
import { native } from "./native.js";
import type { Tensor } from "./tensor/index.js";

/** Options of `grad` and `vjp`. */
export interface GradOptions {
  /** Gradients of the outputs; default 1 for outputs of one element. */
  readonly gradOutputs?: readonly (Tensor | null)[];
  /** Keep the graph for another pass. Default: as `createGraph`. */
  readonly retainGraph?: boolean;
  /** Make the gradients differentiable themselves. Default false. */
  readonly createGraph?: boolean;
}

/**
 * Σ d outputs / d inputs, without touching any `grad` field.
 * @returns one tensor for each input, of its shape.
 * @throws TorchError if an input did not take part in computing the outputs; see `gradOrNull`.
 */
export function grad(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions = {},
): Tensor[] {
  return compute(outputs, inputs, options, false) as Tensor[];
}

/** Same as `grad`, with null for each input that did not take part in computing the outputs (`allow_unused=True`). */
export function gradOrNull(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions = {},
): (Tensor | null)[] {
  return compute(outputs, inputs, options, true);
}

function compute(
  outputs: Tensor | readonly Tensor[],
  inputs: readonly Tensor[],
  options: GradOptions,
  allowUnused: boolean,
): (Tensor | null)[] {
  const { createGraph = false, retainGraph = createGraph, gradOutputs = [] } = options;
  const list = handlesOf(Array.isArray(outputs) ? outputs : [outputs], "grad", "outputs");
  const leaves = handlesOf(inputs, "grad", "inputs");
  if (leaves.length === 0)
    throw new TorchError("torch/argument", "grad: expected at least one input", { op: "grad" });
  const given = gradOutputs.map((tensor) =>
    tensor === null ? null : handleOf(tensor, "grad", "gradOutputs"),
  );
  const result = attempt("grad", () =>
    native.grad(list, leaves, given, retainGraph, createGraph, allowUnused),
  );
  return result.map((handle) => (handle === null ? null : wrap(handle)));
}

function withGradMode<T>(name: string, on: boolean, body: () => T): T {
  let before = true;
  return within(
    name,
    () => {
      before = native.setGradMode(on);
    },
    () => native.setGradMode(before),
    body,
  );
}

/** Runs `body` without recording operations for differentiation. */
export function noGrad<T>(body: () => T): T {
  return withGradMode("noGrad", false, body);
}

/** Runs `body` recording operations again, inside `noGrad`. */
export function enableGrad<T>(body: () => T): T {
  return withGradMode("enableGrad", true, body);
}

/** True if operations are being recorded. */
export function isGradEnabled(): boolean {
  return native.gradMode();
}

/**
 * Runs `body` in inference mode: as `noGrad` but faster, because its tensors carry no version and can never take part
 * in a graph later.
 */
export function inferenceMode<T>(body: () => T): T {
  return within("inferenceMode", native.enterInference, native.exitInference, body);
}

/** True if inference mode is on. */
export function isInferenceMode(): boolean {
  return native.inferenceMode();
}

/**
 * Vector–Jacobian product in reverse mode: `cotangentᵀ · J` of `fn` at `inputs`.
 * @returns `fn`'s output and one tensor for each input.
 */
export function vjp(
  fn: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
  cotangent?: Tensor,
): { output: Tensor; gradients: Tensor[] } {
  return enableGrad(() => {
    const leaves = inputs.map((input) => input.detach().requiresGrad_());
    const output = fn(...leaves);
    const gradients = grad(output, leaves, cotangent === undefined ? {} : { gradOutputs: [cotangent] });
    return { output: output.detach(), gradients };
  });
}

/**
 * Jacobian–vector product in forward mode: `J · tangents` of `fn` at `primals`, in one pass and without a graph.
 * Differentiable in reverse mode with respect to everything that `primals` and `tangents` depend on.
 * @returns `fn`'s output and its tangent, of the output's shape (zeros where `fn` does not depend on the primals).
 * @throws TorchError if an operator in `fn` has no forward-mode derivative, or inside another `jvp`.
 */
export function jvp(
  fn: (...primals: Tensor[]) => Tensor,
  primals: readonly Tensor[],
  tangents: readonly Tensor[],
): { output: Tensor; tangent: Tensor } {
  if (primals.length !== tangents.length) {
    throw new TorchError(
      "torch/argument",
      `jvp: ${primals.length} primals and ${tangents.length} tangents; give one tangent for each primal`,
    );
  }
  if (isInferenceMode() || [...primals, ...tangents].some((tensor) => tensor.isInference)) {
    throw new TorchError(
      "torch/autograd",
      "jvp: inference mode keeps no tangents; leave it, and make primals and tangents outside of it",
    );
  }
  const level = attempt("jvp", () => native.enterDualLevel());
  try {
    const duals = primals.map((primal, i) => call("aten::_make_dual", primal, tangents[i], level));
    const [output, tangent] = call<[Tensor, Tensor | null]>("aten::_unpack_dual", fn(...duals), level);
    return { output, tangent: tangent ?? call("aten::zeros_like", output) };
  } finally {
    native.exitDualLevel(level);
  }
}

/** Context in which a custom function's `forward` tells autograd what to keep. */
export interface ForwardContext {
  /** Keeps inputs or outputs for `backward`, which gets them in the same order. */
  saveForBackward(...tensors: Tensor[]): void;
  /** Marks the inputs that `forward` changed in place. */
  markDirty(...tensors: Tensor[]): void;
  /** Marks the outputs without a derivative, such as integer ones. */
  markNonDifferentiable(...tensors: Tensor[]): void;
}

/** A function and its derivative, both in TypeScript. */
export interface FunctionDefinition<Inputs extends Tensor[]> {
  /** The outputs; runs without recording. */
  forward(context: ForwardContext, ...inputs: Inputs): Tensor | Tensor[];
  /**
   * One gradient for each input, or null where there is none.
   * @param saved what `forward` saved.
   * @param gradients those of the outputs; null where none reached an output.
   */
  backward(saved: Tensor[], ...gradients: (Tensor | null)[]): (Tensor | null) | (Tensor | null)[];
}

const context: ForwardContext = {
  saveForBackward: tell("saveForBackward"),
  markDirty: tell("markDirty"),
  markNonDifferentiable: tell("markNonDifferentiable"),
};

function tell(what: keyof ForwardContext): (...tensors: Tensor[]) => void {
  return (...tensors) => {
    const handles = handlesOf(tensors, what, "what is named");
    attempt(what, () => native[what](handles));
  };
}

/**
 * Makes a differentiable function out of a forward and a backward pass written in TypeScript
 * (`torch.autograd.Function`). `backward` runs in a scope of its own: `keep` what you store of it. If `backward` itself uses differentiable operations only, it can be differentiated again.
 *
 * @example
 * const square = customFunction<[Tensor]>({
 *   forward(context, x) { context.saveForBackward(x); return x.mul(x); },
 *   backward([x], gradient) { return gradient!.mul(x!).mul(2); },
 * });
 */
export function customFunction<Inputs extends Tensor[]>(
  definition: FunctionDefinition<Inputs>,
): (...inputs: Inputs) => Tensor[] {
  return (...inputs) => {
    const handles = handlesOf(inputs, "customFunction", "an input");
    const outputs = attempt("customFunction", () =>
      native.applyFunction(handles, nativeForward(definition), nativeBackward(definition, handles.length)),
    );
    return outputs.map(wrap);
  };
}

// The graph keeps these two functions; they must not see the inputs, which would then keep the graph.
function nativeForward<Inputs extends Tensor[]>(definition: FunctionDefinition<Inputs>) {
  return (inputs: number[]): number[] =>
    handlesOf(
      asList(definition.forward(context, ...(inputs.map(wrap) as Inputs))),
      "customFunction",
      "what forward returns",
    );
}

function nativeBackward<Inputs extends Tensor[]>(definition: FunctionDefinition<Inputs>, count: number) {
  return (gradients: (number | null)[], saved: (number | null)[]): (number | null)[] => {
    const result = asList(
      definition.backward(
        saved.map((handle) => wrap(handle!)),
        ...gradients.map((handle) => (handle === null ? null : wrap(handle))),
      ),
    );
    if (result.length !== count) {
      throw new TorchError(
        "torch/autograd",
        `customFunction: backward returned ${result.length} gradients for ${count} inputs`,
      );
    }
    return result.map((tensor) =>
      tensor === null || tensor === undefined
        ? null
        : handleOf(tensor, "customFunction", "what backward returns"),
    );
  };
}

function asList<T>(value: T | T[]): T[] {
  return Array.isArray(value) ? value : [value];
}
