// Base of every tensor: identity, metadata, its data in JavaScript, memory, and its place in the autograd graph.
import { constants } from "node:buffer";
import { getHeapStatistics } from "node:v8";
import { show } from "../checks/show.js";
import { attempt, call, handleOf, handlesOf, type Layout, type MemoryFormat, wrap } from "../dispatch.js";
import { type DType, dtypeCode, dtypeOfCode, itemSize } from "../dtype.js";
import { TorchError } from "../errors.js";
import { Handle, holdHook, moveOut } from "../handle.js";
import { scope } from "../memory.js";
import { native } from "../native.js";
import type { Tensor } from "./index.js";

/** A complex number. */
export interface Complex {
  readonly re: number;
  readonly im: number;
}
/** Operand in place of a number; a whole number is an integer scalar, as `2` is in Python. */
export type Scalar = number | bigint | boolean | Complex;
/** Nested lists of elements, as `toArray` returns them. */
export type NestedArray<T> = T | NestedArray<T>[];
/** The typed arrays that tensors exchange data with. */
export type TypedArray =
  | Float64Array
  | Float32Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint16Array;

type ElementArray = new (buffer: ArrayBuffer) => TypedArray;
// Complex numbers are pairs (re, im); bool is one byte; float16 and bfloat16 are given as their 16 bits.
const arrays: Readonly<Record<DType, ElementArray>> = {
  float64: Float64Array,
  float32: Float32Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: BigInt64Array,
  int32: Int32Array,
  int16: Int16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  complex64: Float32Array,
  complex128: Float64Array,
};

export abstract class TensorBase extends Handle {
  /** @internal */
  protected get self(): Tensor {
    return this as unknown as Tensor;
  }

  /** The size of each dimension. */
  get shape(): number[] {
    return native.shape(this.handle);
  }

  /** The size of dimension `dim`; negative counts from the last. @throws TorchError if there is none. */
  size(dim: number): number {
    const { shape } = this;
    const size = Number.isInteger(dim) && dim >= -shape.length ? shape.at(dim) : undefined;
    if (size === undefined) {
      throw new TorchError(
        "torch/argument",
        `size: dimension ${show(dim)} of a tensor with ${shape.length} dimensions`,
      );
    }
    return size;
  }

  /** Distance in memory, in elements, of neighbours along each dimension. */
  get strides(): number[] {
    return native.strides(this.handle);
  }

  /** Number of dimensions. */
  get ndim(): number {
    return native.dim(this.handle);
  }

  /** Number of elements. */
  get numel(): number {
    return native.numel(this.handle);
  }

  /** The element type. */
  get dtype(): DType {
    return dtypeOfCode(native.dtype(this.handle));
  }

  /** Device of the tensor: `cpu`, `cuda:0`, `mps:0` … */
  get device(): string {
    return native.device(this.handle);
  }

  /** Layout of the elements: `strided` unless sparse. */
  get layout(): Layout {
    return (
      ["strided", "sparse_coo", "sparse_csr", "strided", "sparse_csc", "sparse_bsr", "sparse_bsc"] as const
    )[native.layout(this.handle)]!;
  }

  /** True if elements lie in memory in row-major order, or in the order of `memoryFormat`. */
  isContiguous(memoryFormat: MemoryFormat = "contiguous_format"): boolean {
    return native.isContiguous(
      this.handle,
      memoryFormat === "channels_last" ? 2 : memoryFormat === "channels_last_3d" ? 3 : 0,
    );
  }

  /** True if both name the same native tensor (not merely equal elements). */
  isSame(other: Tensor): boolean {
    return native.isSame(this.handle, handleOf(other, "isSame", "other"));
  }

  /** Number of times the tensor was changed in place. */
  get version(): number {
    return native.version(this.handle);
  }

  /** The address of the first element, for telling whether two tensors share memory. */
  get dataPointer(): number {
    return native.dataPointer(this.handle);
  }

  /**
   * The only element, as a JavaScript number; bool gives a boolean. int64 beyond ±2⁵³ comes as a bigint. @throws
   * TorchError if there is not exactly one.
   */
  item(): number {
    return attempt("item", () => native.item(this.handle)) as number;
  }

  /** The only element of an int64 tensor, exactly. */
  itemBigInt(): bigint {
    return BigInt(attempt("item", () => native.item(this.handle)) as number | bigint | boolean);
  }

  /** The only element of a complex tensor. */
  itemComplex(): Complex {
    const value = attempt("item", () => native.item(this.handle));
    return typeof value === "object" ? value : { re: Number(value), im: 0 };
  }

  /** The elements, row-major, as a copy: one little-endian byte run of `numel × itemSize(dtype)` bytes. */
  toBytes(): Uint8Array {
    return new Uint8Array(copyBytes(this.self, "toBytes"));
  }

  /**
   * The elements, row-major, as a copy in the typed array of the dtype: int64 as BigInt64Array, bool as Uint8Array,
   * complex as pairs (re, im), float16 and bfloat16 as their bits in a Uint16Array (cast to float32 for their values).
   */
  toTypedArray(): TypedArray {
    return new arrays[this.dtype](copyBytes(this.self, "toTypedArray"));
  }

  /**
   * The tensor's own memory as a typed array (types as in `toTypedArray`): what is written to one is read from the
   * other, without a copy. The array may outlive the tensor. Autograd does not see writes made through it.
   * @throws TorchError unless the tensor is dense, contiguous and on the CPU.
   */
  memory(): TypedArray {
    refuseOversize(this.self, "memory");
    return new arrays[this.dtype](attempt("memory", () => native.viewBytes(this.handle)));
  }

  /**
   * The elements as nested lists of numbers; bool as booleans, complex as {re, im}, int64 beyond ±2⁵³ as bigint.
   * @throws TorchError `torch/memory` if lists and elements would not fit in what is left of JavaScript's heap.
   */
  toArray(): NestedArray<number> {
    const { shape, dtype } = this;
    refuseManyLists(shape);
    return nest(elements(this.self, dtype), shape) as NestedArray<number>;
  }

  /** Takes this tensor out of every scope: it lives until `dispose()` or until the collector finds it dead. */
  keep(): Tensor {
    moveOut(this);
    return this.self;
  }

  /** @internal Gives the tensor (detached, not copied) to another thread; see `Tensor.receive`. */
  share(): number {
    return native.share(this.handle);
  }

  // ── autograd ────────────────────────────────────────────────────────────────────────────────────────────────

  /** True if gradients are computed for this tensor. Setting it needs a leaf of floating or complex dtype. */
  get requiresGrad(): boolean {
    return native.requiresGrad(this.handle);
  }
  set requiresGrad(on: boolean) {
    attempt("requiresGrad", () => native.setRequiresGrad(this.handle, on));
  }

  /** Sets `requiresGrad` and returns this tensor. */
  requiresGrad_(on = true): Tensor {
    this.requiresGrad = on;
    return this.self;
  }

  /** True if this is a leaf of the graph: made by the user, or not requiring gradients. */
  get isLeaf(): boolean {
    return native.isLeaf(this.handle);
  }

  /** True if the tensor was made in inference mode. */
  get isInference(): boolean {
    return native.isInference(this.handle);
  }

  /** The name of the graph node that made this tensor, such as `AddBackward0`; null for a leaf. */
  get gradFn(): string | null {
    return native.gradFunctionName(this.handle);
  }

  /**
   * The gradient that `backward` has accumulated; null before. Each reading gives a new Tensor over the same
   * memory.
   */
  get grad(): Tensor | null {
    const handle = native.getGrad(this.handle);
    return handle === null ? null : wrap(handle);
  }
  set grad(gradient: Tensor | null) {
    const handle = gradient === null ? null : handleOf(gradient, "grad", "the gradient");
    attempt("grad", () => native.setGrad(this.handle, handle));
  }

  /** Keeps the gradient of a tensor that is not a leaf, so that `grad` has it after `backward`. */
  retainGrad(): void {
    attempt("retainGrad", () => native.retainGrad(this.handle));
  }

  /**
   * Accumulates d this / d leaf into the `grad` of every leaf (or of `inputs` only).
   * @param gradient the gradient of this tensor; may be left out for one element (then 1).
   * @param options `retainGraph`: keep the graph for another pass (default: as `createGraph`); `createGraph`: make the
   * gradients differentiable (default false).
   */
  backward(
    gradient?: Tensor,
    options: { retainGraph?: boolean; createGraph?: boolean; inputs?: readonly Tensor[] } = {},
  ): void {
    const { createGraph = false, retainGraph = createGraph, inputs = [] } = options;
    const gradients = gradient === undefined ? [] : [handleOf(gradient, "backward", "the gradient")];
    const leaves = handlesOf(inputs, "backward", "inputs");
    attempt("backward", () => native.backward([this.handle], gradients, retainGraph, createGraph, leaves));
  }

  /** The same memory outside the graph. */
  detach(): Tensor {
    return call("aten::detach", this);
  }

  /** Takes this tensor itself out of the graph. */
  detach_(): Tensor {
    return call("aten::detach_", this);
  }

  /**
   * Registers `hook`, which every backward pass calls with this tensor's gradient. A tensor that it returns
   * replaces the gradient. It is not called where no gradient arrives. The gradients belong to the scope around the
   * backward pass; `keep` what you store. The hook lasts as long as the tensor or a graph that it is part of; it
   * may use the tensor itself.
   * @returns a function that removes the hook.
   */
  registerHook(hook: (gradient: Tensor) => Tensor | undefined): () => void {
    const run = nativeHook(hook);
    const position = attempt("registerHook", () => native.addHook(this.handle, run));
    const letGo = holdHook(this, run);
    return () => {
      letGo();
      if (!this.isDisposed) native.removeHook(this.handle, position);
    };
  }

  /** @internal Takes over `source`'s memory, dtype and device, and stays the same leaf. */
  setData(source: Tensor): void {
    const handle = handleOf(source, "setData", "the source");
    attempt("setData", () => native.setData(this.handle, handle));
  }
}

function copyBytes(tensor: Tensor, name: string): ArrayBuffer {
  refuseOversize(tensor, name);
  return scope(() => native.toBytes(dense(tensor).handle));
}

function refuseOversize(tensor: Tensor, name: string): void {
  const bytes = tensor.numel * itemSize(tensor.dtype);
  if (bytes <= constants.MAX_LENGTH) return;
  throw new TorchError(
    "torch/argument",
    `${name}: the tensor has ${bytes} bytes, and a JavaScript buffer holds ${constants.MAX_LENGTH} at most; split it, for example with narrow()`,
    { op: name },
  );
}

// Least memory that V8 needs, in bytes: of a list, and of an element, which stands in its list and in the flat one.
const LIST_BYTES = 32;
const ELEMENT_BYTES = 16;

/** Throws where nested lists would exhaust the heap, because V8 then ends the process. */
function refuseManyLists(shape: readonly number[]): void {
  let lists = 0;
  let inner = 1;
  for (const size of shape) {
    lists += inner;
    inner *= size;
  }
  const bytes = lists * LIST_BYTES + inner * ELEMENT_BYTES;
  if (bytes < 2 ** 26) return; // any heap has that, and asking takes longer than a small tensor
  const { heap_size_limit, used_heap_size } = getHeapStatistics();
  const left = heap_size_limit - used_heap_size;
  if (bytes < left / 2) return;
  throw new TorchError(
    "torch/memory",
    `toArray: ${lists} lists of ${inner} elements in all do not fit in JavaScript's memory; split the tensor, or use toTypedArray()`,
    { op: "toArray" },
  );
}

// Outside of `registerHook`: a function made there would keep its `this` alive for as long as the graph.
function nativeHook(
  hook: (gradient: Tensor) => Tensor | undefined,
): (gradient: number) => number | undefined {
  return (gradient) => {
    const replacement: unknown = hook(wrap(gradient));
    return replacement === undefined
      ? undefined
      : handleOf(replacement, "registerHook", "what the hook returns");
  };
}

/** The tensor itself if its memory can be read as it lies, else a copy that can. */
function dense(tensor: Tensor): Tensor {
  let plain: Tensor = tensor.layout === "strided" ? tensor : call("aten::to_dense", tensor);
  if (plain.device !== "cpu") plain = call("aten::to.device", plain, "cpu", plain.dtype);
  return call("aten::contiguous", call("aten::resolve_neg", call("aten::resolve_conj", plain)));
}

function elements(tensor: Tensor, dtype: DType): unknown[] {
  if (dtype === "float16" || dtype === "bfloat16") {
    const single: Tensor = call("aten::to.dtype", tensor, "float32");
    const values = elements(single, "float32");
    single.dispose();
    return values;
  }
  const flat = tensor.toTypedArray() as ArrayLike<number | bigint>;
  switch (dtype) {
    case "bool":
      return Array.from(flat, (value) => value !== 0);
    case "int64":
      return Array.from(flat, (value) => (Number.isSafeInteger(Number(value)) ? Number(value) : value));
    case "complex64":
    case "complex128":
      return Array.from({ length: flat.length / 2 }, (_, i) => ({ re: flat[2 * i], im: flat[2 * i + 1] }));
    default:
      return Array.from(flat);
  }
}

function nest(flat: unknown[], shape: readonly number[]): unknown {
  if (shape.length === 0) return flat[0];
  const build = (dim: number, offset: number, size: number): unknown[] => {
    const length = shape[dim]!;
    const step = length === 0 ? 0 : size / length;
    if (dim === shape.length - 1) return flat.slice(offset, offset + length);
    return Array.from({ length }, (_, i) => build(dim + 1, offset + i * step, step));
  };
  return build(0, 0, flat.length);
}

/**
 * A CPU tensor holding a copy of `bytes` (little-endian, row-major).
 * @throws TorchError unless there are exactly `product(shape) × itemSize(dtype)` bytes.
 */
export function fromBytes(
  bytes: ArrayBuffer | ArrayBufferView,
  shape: readonly number[],
  dtype: DType,
): Tensor {
  return wrap(attempt("fromBytes", () => native.fromBytes(bytes, shape, dtypeCode(dtype))));
}

/** @internal Takes over a tensor that another thread gave away by `share()`. */
export function receive(token: number): Tensor {
  return wrap(attempt("receive", () => native.receive(token)));
}
