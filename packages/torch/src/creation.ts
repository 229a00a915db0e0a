// Creation of tensors: from values, constant, evenly spaced, random.
import { call, type MemoryFormat } from "./dispatch.js";
import { type DType, itemSize } from "./dtype.js";
import { TorchError } from "./errors.js";
import { finish, window } from "./made.js";
import type { Generator } from "./random.js";
import type { Complex, NestedArray, Scalar, TypedArray } from "./tensor/base.js";
import type { Tensor } from "./tensor/index.js";
import { dtypeOfArray, fromData, tensorFromList } from "./tensor/literal.js";
import { isTensor, type Operand } from "./tensor/operand.js";

/** Properties of a new tensor. */
export interface TensorOptions {
  /** Element type. Default float32, unless the function states another. */
  readonly dtype?: DType;
  /** Default `cpu`. */
  readonly device?: string;
  /** True if gradients are to be computed for it. Default false. */
  readonly requiresGrad?: boolean;
}

/** Same as `TensorOptions`, for random tensors. */
export interface RandomOptions extends TensorOptions {
  /** Default: the device's default generator, which `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Same as `TensorOptions`, for tensors like another one: dtype, device and memory format default to that one's. */
export interface LikeOptions extends TensorOptions {
  readonly memoryFormat?: MemoryFormat;
}

/**
 * A tensor of `value`: numbers make float32, booleans bool, bigints int64, `{re, im}` complex64, a typed array its own
 * dtype; lists may be nested and must be regular and of one kind. `dtype` converts.
 * @throws TorchError for ragged or mixed lists, and for numbers that a whole-number dtype cannot hold exactly.
 */
export function tensor(
  value: NestedArray<number> | NestedArray<boolean> | NestedArray<bigint> | NestedArray<Complex> | TypedArray,
  options: TensorOptions = {},
): Tensor {
  const { dtype, device } = options;
  const plain = ArrayBuffer.isView(value)
    ? fromData(value as TypedArray, [(value as TypedArray).length], dtypeOfArray(value))
    : tensorFromList(value, dtype);
  if ((dtype === undefined || plain.dtype === dtype) && device === undefined) return finish(plain, options);
  const result = plain.to({ dtype, device });
  plain.dispose();
  return finish(result, options);
}

/**
 * A copy of a typed array as a tensor of `shape` (default: one dimension). `dtype` selects how it is read, the
 * inverse of `toTypedArray`: Uint8Array as bool, Uint16Array as float16 or bfloat16, pairs of floats as complex.
 * @throws TorchError if the element sizes differ or the number of elements is not that of `shape`.
 */
export function fromTypedArray(
  data: TypedArray,
  shape?: readonly number[],
  options: TensorOptions = {},
): Tensor {
  const dtype = options.dtype ?? dtypeOfArray(data);
  const size = itemSize(dtype);
  const pairs = dtype.startsWith("complex");
  if (data.BYTES_PER_ELEMENT * (pairs ? 2 : 1) !== size) {
    throw new TorchError(
      "torch/argument",
      `fromTypedArray: a ${data.constructor.name} does not hold elements of ${dtype}; use tensor() to convert`,
    );
  }
  const made = fromData(data, shape ?? [data.byteLength / size], dtype);
  if (options.device === undefined) return finish(made, options);
  const result = made.to({ device: options.device });
  made.dispose();
  return finish(result, options);
}

/** A tensor of `shape` filled with 0. */
export function zeros(shape: readonly number[], options: TensorOptions = {}): Tensor {
  return finish(call("aten::zeros", shape, options.dtype, undefined, options.device), options);
}

/** A tensor of `shape` filled with 1. */
export function ones(shape: readonly number[], options: TensorOptions = {}): Tensor {
  return finish(call("aten::ones", shape, options.dtype, undefined, options.device), options);
}

/** A tensor of `shape` with uninitialised memory (`torch.empty`). */
export function empty(
  shape: readonly number[],
  options: TensorOptions & { readonly memoryFormat?: MemoryFormat } = {},
): Tensor {
  const { dtype, device, memoryFormat } = options;
  return finish(
    call("aten::empty.memory_format", shape, dtype, undefined, device, undefined, memoryFormat),
    options,
  );
}

/** A tensor of `shape` filled with `value`; a number makes float32 (PyTorch makes whole ones int64). */
export function full(shape: readonly number[], value: Scalar, options: TensorOptions = {}): Tensor {
  const { dtype = dtypeOfScalar(value), device } = options;
  return finish(call("aten::full", shape, value, dtype, undefined, device), options);
}

function dtypeOfScalar(value: Scalar): DType {
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int64";
  return typeof value === "object" ? "complex64" : "float32";
}

/** The n × m matrix (m = n) with 1 on the diagonal and 0 elsewhere. */
export function eye(n: number, options?: TensorOptions): Tensor;
export function eye(n: number, m: number, options?: TensorOptions): Tensor;
export function eye(n: number, m: number | TensorOptions = n, more: TensorOptions = {}): Tensor {
  const columns = typeof m === "number" ? m : n;
  const options = typeof m === "number" ? more : m;
  return finish(call("aten::eye.m", n, columns, options.dtype, undefined, options.device), options);
}

/**
 * The numbers start, start + step, … before end (default start 0, step 1). Whole numbers make int64, others float32.
 * @throws TorchError if `step` is 0 or leads away from `end`.
 */
export function arange(end: number | bigint, options?: TensorOptions): Tensor;
export function arange(start: number | bigint, end: number | bigint, options?: TensorOptions): Tensor;
export function arange(
  start: number | bigint,
  end: number | bigint,
  step: number | bigint,
  options?: TensorOptions,
): Tensor;
export function arange(...args: (number | bigint | TensorOptions | undefined)[]): Tensor {
  const numbers = args.filter((arg) => typeof arg !== "object" && arg !== undefined);
  const options = (args.find((arg) => typeof arg === "object") ?? {}) as TensorOptions;
  const [start, end, step] = numbers.length === 1 ? [0, numbers[0]] : numbers;
  const name = "aten::arange.start_step";
  return finish(call(name, start, end, step, options.dtype, undefined, options.device), options);
}

/** `steps` numbers evenly spaced from `start` to `end`, both included. */
export function linspace(start: Operand, end: Operand, steps: number, options: TensorOptions = {}): Tensor {
  const name = spaced("aten::linspace", start, end);
  return finish(call(name, start, end, steps, options.dtype, undefined, options.device), options);
}

/** Name of the overload for ends that are numbers or tensors of one element. */
function spaced(name: string, start: Operand, end: Operand): string {
  if (!isTensor(start) && !isTensor(end)) return name;
  return `${name}.${isTensor(start) ? "Tensor" : "Scalar"}_${isTensor(end) ? "Tensor" : "Scalar"}`;
}

/** `steps` numbers: `base` (default 10) to powers evenly spaced from `start` to `end`, both included. */
export function logspace(
  start: Operand,
  end: Operand,
  steps: number,
  options: TensorOptions & { readonly base?: number } = {},
): Tensor {
  const { base, dtype, device } = options;
  const name = spaced("aten::logspace", start, end);
  return finish(call(name, start, end, steps, base, dtype, undefined, device), options);
}

function like(name: string, ...args: [...unknown[], LikeOptions]): Tensor {
  const options = args.pop() as LikeOptions;
  const { dtype, device, memoryFormat } = options;
  return finish(call(name, ...args, dtype, undefined, device, undefined, memoryFormat), options);
}

/** Zeros with the shape, dtype and device of `other`. */
export function zerosLike(other: Tensor, options: LikeOptions = {}): Tensor {
  return like("aten::zeros_like", other, options);
}

/** Ones with the shape, dtype and device of `other`. */
export function onesLike(other: Tensor, options: LikeOptions = {}): Tensor {
  return like("aten::ones_like", other, options);
}

/** Uninitialised memory with the shape, dtype and device of `other`. */
export function emptyLike(other: Tensor, options: LikeOptions = {}): Tensor {
  return like("aten::empty_like", other, options);
}

/** A tensor filled with `value`, with the shape, dtype and device of `other`. */
export function fullLike(other: Tensor, value: Scalar, options: LikeOptions = {}): Tensor {
  return like("aten::full_like", other, value, options);
}

/** Random numbers, uniform on [0, 1). */
export function rand(shape: readonly number[], options: RandomOptions = {}): Tensor {
  const { generator, dtype, device } = options;
  return finish(call("aten::rand.generator", shape, generator ?? null, dtype, undefined, device), options);
}

/** Normal random numbers with mean 0 and standard deviation 1. */
export function randn(shape: readonly number[], options: RandomOptions = {}): Tensor {
  const { generator, dtype, device } = options;
  return finish(call("aten::randn.generator", shape, generator ?? null, dtype, undefined, device), options);
}

/** Random whole numbers, uniform on [low, high) (default low 0), as int64. */
export function randint(high: number, shape: readonly number[], options?: RandomOptions): Tensor;
export function randint(low: number, high: number, shape: readonly number[], options?: RandomOptions): Tensor;
export function randint(
  first: number,
  second: number | readonly number[],
  third?: readonly number[] | RandomOptions,
  fourth?: RandomOptions,
): Tensor {
  const ranged = typeof second === "number";
  const [low, high, shape] = ranged ? [first, second, third] : [0, first, second];
  const options = ((ranged ? fourth : third) ?? {}) as RandomOptions;
  const { generator = null, dtype, device } = options;
  return finish(
    call("aten::randint.low_generator", low, high, shape, generator, dtype, undefined, device),
    options,
  );
}

/** The whole numbers 0 … n − 1 in random order, as int64. */
export function randperm(n: number, options: RandomOptions = {}): Tensor {
  const { generator = null, dtype, device } = options;
  return finish(call("aten::randperm.generator", n, generator, dtype, undefined, device), options);
}

/** `rand` with the shape, dtype and device of `other`. */
export function randLike(other: Tensor, options: LikeOptions & RandomOptions = {}): Tensor {
  return like("aten::rand_like.generator", other, options.generator ?? null, options);
}

/** `randn` with the shape, dtype and device of `other`. */
export function randnLike(other: Tensor, options: LikeOptions & RandomOptions = {}): Tensor {
  return like("aten::randn_like.generator", other, options.generator ?? null, options);
}

/** `randint` from [low, high) with the shape, dtype and device of `other`. */
export function randintLike(
  other: Tensor,
  low: number,
  high: number,
  options: LikeOptions & RandomOptions = {},
): Tensor {
  return like("aten::randint_like.low_generator_dtype", other, low, high, options.generator ?? null, options);
}

/** Normal random numbers with `mean` and `std`, each a number or a tensor; two numbers need a `shape`. */
export function normal(
  mean: number | Tensor,
  std: number | Tensor,
  options: RandomOptions & { readonly shape?: readonly number[] } = {},
): Tensor {
  const { generator = null, shape, dtype, device } = options;
  if (isTensor(mean)) {
    const name = isTensor(std) ? "aten::normal.Tensor_Tensor" : "aten::normal.Tensor_float";
    return finish(call(name, mean, std, generator), options);
  }
  if (isTensor(std)) return finish(call("aten::normal.float_Tensor", mean, std, generator), options);
  if (shape === undefined) {
    throw new TorchError("torch/argument", "normal: mean and std are both numbers; give the `shape` to fill");
  }
  const place: Tensor = call("aten::empty.memory_format", shape, dtype, undefined, device);
  return finish(place.normal_(mean, std, { generator: options.generator }), options);
}

/**
 * Binomial draws: successes in `count` trials of probability `prob`, element by element. Both are floating-point
 * tensors.
 */
export function binomial(
  count: Tensor,
  prob: Tensor,
  options: { readonly generator?: Generator } = {},
): Tensor {
  return call("aten::binomial", count, prob, options.generator);
}

/** The complex tensor real + i · imag of two floating-point tensors. */
export function complex(real: Tensor, imag: Tensor): Tensor {
  return call("aten::complex", real, imag);
}

/** The complex tensor abs · e^(i · angle) of two floating-point tensors, `angle` in radians. */
export function polar(abs: Tensor, angle: Tensor): Tensor {
  return call("aten::polar", abs, angle);
}

/** The row and column numbers of the lower triangle of a rows × columns matrix: [2, n], int64. */
export function trilIndices(
  rows: number,
  columns: number,
  options: TensorOptions & { readonly offset?: number } = {},
): Tensor {
  const { offset, dtype, device } = options;
  return finish(call("aten::tril_indices", rows, columns, offset, dtype, undefined, device), options);
}

/** The row and column numbers of the upper triangle of a rows × columns matrix: [2, n], int64. */
export function triuIndices(
  rows: number,
  columns: number,
  options: TensorOptions & { readonly offset?: number } = {},
): Tensor {
  const { offset, dtype, device } = options;
  return finish(call("aten::triu_indices", rows, columns, offset, dtype, undefined, device), options);
}

/** Options of window functions. */
export interface WindowOptions extends TensorOptions {
  /** True for one period of a periodic function (for spectra), false for a symmetric window. Default true. */
  readonly periodic?: boolean;
}

/** The Hann window sin²(πn / N). */
export function hannWindow(length: number, options: WindowOptions = {}): Tensor {
  return window("aten::hann_window.periodic", length, options);
}

/** The Hamming window 0.54 − 0.46 cos(2πn / N). */
export function hammingWindow(length: number, options: WindowOptions = {}): Tensor {
  return window("aten::hamming_window.periodic", length, options);
}

/** The Blackman window 0.42 − 0.5 cos(2πn / N) + 0.08 cos(4πn / N). */
export function blackmanWindow(length: number, options: WindowOptions = {}): Tensor {
  return window("aten::blackman_window.periodic", length, options);
}
