// Derivatives compared with central differences: the test that every differentiable function must pass.
import { enableGrad, gradOrNull, jvp, noGrad } from "./autograd.js";
import { fromTypedArray, randn } from "./creation.js";
import { type DType, isComplex, isFloatingPoint } from "./dtype.js";
import { TorchError } from "./errors.js";
import { scope } from "./memory.js";
import { Generator } from "./random.js";
import type { Tensor } from "./tensor/index.js";

/** Options of `gradcheck` and `gradgradcheck`. */
export interface GradcheckOptions {
  /** Half the distance of the two points a difference is taken between. Default 1e-6. */
  readonly eps?: number;
  /** Accepted: |analytic − numeric| ≤ atol + rtol · |numeric|. Default 1e-5. */
  readonly atol?: number;
  /** See `atol`. Default 1e-3. */
  readonly rtol?: number;
  /** Check the forward-mode derivative (`jvp`) as well. Default false. */
  readonly forward?: boolean;
}

/** The entry of the Jacobian that deviates most, measured in tolerances. */
export interface GradcheckReport {
  /** Deviation in units of the tolerance; accepted up to 1. */
  readonly deviation: number;
  /** Mode in which it was found. */
  readonly mode: "reverse" | "forward";
  /** Number of the output, and of the element in it (row-major; complex elements count twice: re, im). */
  readonly output: readonly [number, number];
  /** Number of the input, and of the element in it. */
  readonly input: readonly [number, number];
  readonly analytic: number;
  readonly numeric: number;
}

type Differentiable = (...inputs: Tensor[]) => Tensor | readonly Tensor[];

/**
 * Compares the whole Jacobian of `fn` at `inputs` with central differences (fn(x + ε) − fn(x − ε)) / 2ε. Floating-point and
 * complex inputs are copied to float64 or complex128 and all differentiated; others are passed as they are. `fn` must be
 * deterministic and smooth at the inputs.
 * @returns the entry that deviates most.
 * @throws TorchError `torch/gradcheck` if an entry deviates by more than the tolerance, naming the worst one.
 */
export function gradcheck(
  fn: Differentiable,
  inputs: readonly Tensor[],
  options: GradcheckOptions = {},
): GradcheckReport {
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3, forward = false } = options;
  return scope(() => {
    const leaves = inputs.map(toLeaf);
    const checked = leaves.flatMap((leaf, i) => (leaf.requiresGrad ? [i] : []));
    if (checked.length === 0) {
      throw new TorchError("torch/gradcheck", "gradcheck: no input is floating point or complex");
    }
    const numeric = numericJacobian(fn, leaves, checked, eps);
    const tolerance = { atol, rtol };
    const reverse = worst("reverse", reverseJacobian(fn, leaves, checked), numeric, checked, tolerance);
    if (!forward) return reverse;
    const other = worst("forward", forwardJacobian(fn, leaves, checked), numeric, checked, tolerance);
    return other.deviation > reverse.deviation ? other : reverse;
  });
}

/**
 * `gradcheck` of the gradient: of (x, v) ↦ vᵀ · J(x), v random with a fixed seed, so that second derivatives are compared.
 * @throws as `gradcheck`; TorchError if a derivative cannot be differentiated.
 */
export function gradgradcheck(
  fn: Differentiable,
  inputs: readonly Tensor[],
  options: Omit<GradcheckOptions, "forward"> = {},
): GradcheckReport {
  return scope(() => {
    const generator = Generator.create({ seed: 0 });
    const cotangents = noGrad(() => outputsOf(fn, inputs.map(toLeaf))).map((output) =>
      randn(output.shape, { generator, dtype: output.dtype, device: output.device }),
    );
    const gradient = (...args: Tensor[]): Tensor[] =>
      enableGrad(() => {
        const points = args.slice(0, inputs.length);
        const pairs = outputsOf(fn, points)
          .map((output, i) => [output, args[inputs.length + i]!] as const)
          .filter(([output]) => output.requiresGrad);
        const gradients = gradOrNull(
          pairs.map(([output]) => output),
          points.filter((point) => point.requiresGrad),
          { gradOutputs: pairs.map(([, cotangent]) => cotangent), createGraph: true },
        );
        return gradients.filter((item) => item !== null);
      });
    return gradcheck(gradient, [...inputs, ...cotangents], options);
  });
}

function toLeaf(input: Tensor): Tensor {
  const { dtype } = input;
  const wide: DType = isComplex(dtype) ? "complex128" : isFloatingPoint(dtype) ? "float64" : dtype;
  const copy = input.detach().to({ dtype: wide, copy: true });
  return wide === "float64" || wide === "complex128" ? copy.requiresGrad_() : copy;
}

/** The outputs that can have a derivative. */
function outputsOf(fn: Differentiable, inputs: readonly Tensor[]): Tensor[] {
  const result = fn(...inputs);
  const list = Array.isArray(result) ? (result as readonly Tensor[]) : [result as Tensor];
  const outputs = list.filter(({ dtype }) => isFloatingPoint(dtype) || isComplex(dtype));
  if (outputs.length > 0) return outputs;
  throw new TorchError("torch/gradcheck", "gradcheck: no output is floating point or complex");
}

type Numbers = Float64Array;

/** The elements as float64; complex ones as pairs (re, im). */
function numbers(tensor: Tensor): Numbers {
  const wide = isComplex(tensor.dtype) ? tensor.to("complex128") : tensor.to("float64");
  return wide.toTypedArray() as Numbers;
}

/** Column for column: jacobian[input][element] holds the derivative of every output's elements. */
type Jacobian = readonly (readonly (readonly Numbers[])[])[];

function numericJacobian(
  fn: Differentiable,
  leaves: readonly Tensor[],
  checked: readonly number[],
  eps: number,
): Jacobian {
  const evaluate = (): Numbers[] => scope(() => noGrad(() => outputsOf(fn, leaves).map(numbers)));
  return checked.map((i) => {
    const leaf = leaves[i]!;
    const point = numbers(leaf);
    const moveTo = (element: number, value: number): void => {
      const moved = point.slice();
      moved[element] = value;
      scope(() => noGrad(() => leaf.copy_(fromTypedArray(moved, leaf.shape, { dtype: leaf.dtype }))));
    };
    const columns = Array.from(point, (value, element) => {
      moveTo(element, value + eps);
      const above = evaluate();
      moveTo(element, value - eps);
      const below = evaluate();
      return above.map((output, o) => output.map((entry, k) => (entry - below[o]![k]!) / (2 * eps)));
    });
    moveTo(0, point[0]!);
    return columns;
  });
}

function reverseJacobian(
  fn: Differentiable,
  leaves: readonly Tensor[],
  checked: readonly number[],
): Jacobian {
  const outputs = outputsOf(fn, leaves);
  const points = checked.map((i) => leaves[i]!);
  const sizes = outputs.map((output) => numbers(output.detach()).length);
  const jacobian = points.map((point) =>
    Array.from(numbers(point.detach()), () => sizes.map((size) => new Float64Array(size))),
  );
  outputs.forEach((output, o) => {
    if (!output.requiresGrad) return;
    for (let k = 0; k < sizes[o]!; k++) {
      scope(() => {
        const gradients = gradOrNull([output], points, {
          gradOutputs: [unit(output, k)],
          retainGraph: true,
        });
        gradients.forEach((gradient, i) => {
          if (gradient === null) return;
          numbers(gradient).forEach((entry, element) => {
            jacobian[i]![element]![o]![k] = entry;
          });
        });
      });
    }
  });
  return jacobian;
}

function forwardJacobian(
  fn: Differentiable,
  leaves: readonly Tensor[],
  checked: readonly number[],
): Jacobian {
  return checked.map((i) => {
    const point = leaves[i]!.detach();
    const others = leaves.map((leaf) => leaf.detach());
    const count = scope(() => noGrad(() => outputsOf(fn, others).length));
    return Array.from(numbers(point), (_, element) =>
      Array.from({ length: count }, (_unused, o) =>
        scope(() => {
          const along = (moving: Tensor): Tensor =>
            outputsOf(
              fn,
              others.map((other, j) => (j === i ? moving : other)),
            )[o]!;
          return numbers(jvp(along, [point], [unit(point, element)]).tangent);
        }),
      ),
    );
  });
}

/** 0 everywhere and 1 at one place of a tensor like `like`. */
function unit(like: Tensor, place: number): Tensor {
  const pairs = isComplex(like.dtype) ? 2 : 1;
  const values = new Float64Array(like.numel * pairs);
  values[place] = 1;
  return fromTypedArray(values, like.shape, { dtype: pairs === 2 ? "complex128" : "float64" }).to({
    dtype: like.dtype,
    device: like.device,
  });
}

function worst(
  mode: GradcheckReport["mode"],
  analytic: Jacobian,
  numeric: Jacobian,
  checked: readonly number[],
  tolerance: { atol: number; rtol: number },
): GradcheckReport {
  let found: GradcheckReport | undefined;
  numeric.forEach((columns, i) => {
    columns.forEach((outputs, element) => {
      outputs.forEach((entries, o) => {
        entries.forEach((expected, k) => {
          const got = analytic[i]![element]![o]![k]!;
          const off = Math.abs(got - expected) / (tolerance.atol + tolerance.rtol * Math.abs(expected));
          const deviation = Number.isNaN(off) ? Number.POSITIVE_INFINITY : off;
          if (found !== undefined && deviation <= found.deviation) return;
          const input = [checked[i]!, element] as const;
          found = { deviation, mode, output: [o, k], input, analytic: got, numeric: expected };
        });
      });
    });
  });
  if (found === undefined) throw new TorchError("torch/gradcheck", "gradcheck: the Jacobian has no entries");
  if (found.deviation > 1) throw mismatch(found);
  return found;
}

function mismatch(report: GradcheckReport): TorchError {
  const { mode, output, input, analytic, numeric, deviation } = report;
  return new TorchError(
    "torch/gradcheck",
    `gradcheck: the ${mode}-mode derivative of output ${output[0]} (element ${output[1]}) with respect to input ${input[0]} ` +
      `(element ${input[1]}) is ${analytic}, by central differences ${numeric}: ${deviation.toPrecision(3)} times the tolerance`,
  );
}
