// Tensors from JavaScript values: numbers, nested lists, typed arrays.
import { show } from "../checks/show.js";
import { attempt, wrap } from "../dispatch.js";
import { type DType, dtypeCode, isComplex, isFloatingPoint } from "../dtype.js";
import { TorchError } from "../errors.js";
import { native } from "../native.js";
import type { Complex, TypedArray } from "./base.js";
import type { Tensor } from "./index.js";

type Leaf = number | bigint | boolean | Complex;
type Kind = "numbers" | "booleans" | "bigints" | "complex numbers";

const inferred: Readonly<Record<Kind, DType>> = {
  numbers: "float32",
  booleans: "bool",
  bigints: "int64",
  "complex numbers": "complex64",
};

/** A CPU tensor of nested lists, or of one value. `dtype`: default by the kind of the elements. */
export function tensorFromList(value: unknown, dtype: DType | undefined): Tensor {
  const shape = shapeOf(value);
  const leaves: unknown[] = [];
  let kind: Kind | undefined;
  const add = (leaf: unknown): void => {
    const own = kindOf(leaf);
    kind ??= own;
    if (own !== kind) {
      throw new TorchError("torch/argument", `tensor: the list mixes ${kind} and ${own}; give it one kind`);
    }
    leaves.push(leaf);
  };
  if (shape.length === 0) add(value);
  else flatten(value, shape, [], add);
  return store(leaves as Leaf[], shape, dtype ?? inferred[kind ?? "numbers"]);
}

function shapeOf(value: unknown): number[] {
  const shape: number[] = [];
  for (let node = value; Array.isArray(node); node = node[0]) {
    shape.push(node.length);
    if (shape.length > 64)
      throw new TorchError("torch/argument", "tensor: lists are nested more than 64 deep");
  }
  return shape;
}

function flatten(
  node: unknown,
  shape: readonly number[],
  path: number[],
  add: (leaf: unknown) => void,
): void {
  const length = shape[path.length];
  if (!Array.isArray(node) || node.length !== length) throw ragged(path, `a list of ${length}`, node);
  const last = path.length === shape.length - 1;
  for (let i = 0; i < length; i++) {
    const item: unknown = node[i];
    if (!last) {
      path.push(i);
      flatten(item, shape, path, add);
      path.pop();
    } else if (Array.isArray(item)) {
      throw ragged([...path, i], "one element", item);
    } else {
      add(item);
    }
  }
}

function ragged(path: readonly number[], expected: string, found: unknown): TorchError {
  const got = Array.isArray(found) ? `a list of ${found.length}` : show(found);
  return new TorchError(
    "torch/argument",
    `tensor: the lists are ragged: at [${path.join("][")}] expected ${expected}, as before it, got ${got}`,
  );
}

function kindOf(leaf: unknown): Kind {
  if (typeof leaf === "number") return "numbers";
  if (typeof leaf === "boolean") return "booleans";
  if (typeof leaf === "bigint") return "bigints";
  if (
    typeof leaf === "object" &&
    leaf !== null &&
    typeof (leaf as Complex).re === "number" &&
    typeof (leaf as Complex).im === "number"
  ) {
    return "complex numbers";
  }
  throw new TorchError(
    "torch/argument",
    `tensor: ${show(leaf)} is not an element; accepted: numbers, booleans, bigints, {re, im}, and lists of them (tensors are joined by stack() and cat())`,
  );
}

function store(leaves: readonly Leaf[], shape: readonly number[], dtype: DType): Tensor {
  if (isComplex(dtype)) {
    const pairs = leaves.flatMap((leaf) =>
      typeof leaf === "object" ? [leaf.re, leaf.im] : [Number(leaf), 0],
    );
    return fromData(
      dtype === "complex64" ? Float32Array.from(pairs) : Float64Array.from(pairs),
      shape,
      dtype,
    );
  }
  if (typeof leaves[0] === "object") {
    throw new TorchError("torch/argument", `tensor: complex numbers do not fit dtype ${dtype}`);
  }
  const reals = leaves as readonly (number | bigint | boolean)[];
  if (dtype === "bool")
    return fromData(
      Uint8Array.from(reals, (leaf) => (leaf ? 1 : 0)),
      shape,
      dtype,
    );
  if (dtype === "float64") return fromData(filled(new Float64Array(reals.length), reals), shape, dtype);
  if (isFloatingPoint(dtype)) {
    const single = fromData(filled(new Float32Array(reals.length), reals), shape, "float32");
    return dtype === "float32" ? single : cast(single, dtype);
  }
  const wide = fromData(
    BigInt64Array.from(reals, (leaf) => whole(leaf, dtype)),
    shape,
    "int64",
  );
  return dtype === "int64" ? wide : cast(wide, dtype);
}

function filled<A extends Float32Array | Float64Array>(
  data: A,
  leaves: readonly (number | bigint | boolean)[],
): A {
  for (let i = 0; i < leaves.length; i++) data[i] = Number(leaves[i]);
  return data;
}

const limits: Partial<Record<DType, readonly [bigint, bigint]>> = {
  uint8: [0n, 255n],
  int8: [-128n, 127n],
  int16: [-32768n, 32767n],
  int32: [-2147483648n, 2147483647n],
  int64: [-(1n << 63n), (1n << 63n) - 1n],
};

function whole(leaf: number | bigint | boolean, dtype: DType): bigint {
  if (typeof leaf === "number" && !Number.isInteger(leaf)) {
    throw new TorchError("torch/argument", `tensor: ${leaf} is not a whole number, as dtype ${dtype} needs`);
  }
  const value = BigInt(leaf);
  const [least, greatest] = limits[dtype]!;
  if (value < least || value > greatest) {
    throw new TorchError("torch/argument", `tensor: ${leaf} does not fit ${dtype} (${least} to ${greatest})`);
  }
  return value;
}

function cast(tensor: Tensor, dtype: DType): Tensor {
  const result = tensor.to({ dtype });
  tensor.dispose();
  return result;
}

/** @internal A CPU tensor holding a copy of a typed array. */
export function fromData(data: TypedArray, shape: readonly number[], dtype: DType): Tensor {
  return wrap(attempt("tensor", () => native.fromBytes(data, shape, dtypeCode(dtype))));
}

/** The dtype whose elements a typed array holds. @throws TorchError for arrays that no dtype has. */
export function dtypeOfArray(data: ArrayBufferView): DType {
  if (data instanceof Float32Array) return "float32";
  if (data instanceof Float64Array) return "float64";
  if (data instanceof BigInt64Array) return "int64";
  if (data instanceof Int32Array) return "int32";
  if (data instanceof Int16Array) return "int16";
  if (data instanceof Int8Array) return "int8";
  if (data instanceof Uint8Array) return "uint8";
  throw new TorchError(
    "torch/argument",
    `tensor: no dtype has the elements of ${show(data)}; accepted: Float64Array, Float32Array, BigInt64Array, Int32Array, Int16Array, Int8Array, Uint8Array`,
  );
}
