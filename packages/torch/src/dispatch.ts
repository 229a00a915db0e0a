// From a TypeScript call to libtorch's dispatcher and back.
import { dtypeCode, dtypeOfCode, shortName } from "./dtype.js";
import { TorchError } from "./errors.js";
import { Handle } from "./handle.js";
import { type NativeOperator, native } from "./native.js";
import type { Tensor } from "./tensor/index.js";

/** Memory formats as PyTorch names them; `torch.channels_last` is `"channels_last"`. */
export type MemoryFormat = "contiguous_format" | "preserve_format" | "channels_last" | "channels_last_3d";
/** Layouts as PyTorch names them. */
export type Layout = "strided" | "sparse_coo" | "sparse_csr" | "sparse_csc" | "sparse_bsr" | "sparse_bsc";

const memoryFormats: readonly MemoryFormat[] = [
  "contiguous_format",
  "preserve_format",
  "channels_last",
  "channels_last_3d",
];
const layouts: readonly (Layout | undefined)[] = [
  "strided",
  "sparse_coo",
  "sparse_csr",
  undefined,
  "sparse_csc",
  "sparse_bsr",
  "sparse_bsc",
];

let construct: (handle: number) => Tensor;
/** Tells the dispatcher which class a tensor is made of; called once by tensor/index.ts. */
export function setTensorClass(make: (handle: number) => Tensor): void {
  construct = make;
}

/** The Tensor that owns a native handle. */
export function wrap(handle: number): Tensor {
  return construct(handle);
}

const operators = new Map<string, NativeOperator>();

/** Looks an operator up by its qualified name, such as `aten::add.Tensor`. @throws TorchError `torch/unknown-operator`. */
export function findOperator(name: string): NativeOperator {
  const known = operators.get(name);
  if (known !== undefined) return known;
  const dot = name.indexOf(".", name.indexOf("::"));
  const found =
    dot < 0
      ? attempt(name, () => native.findOperator(name, ""))
      : attempt(name, () => native.findOperator(name.slice(0, dot), name.slice(dot + 1)));
  operators.set(name, found);
  return found;
}

/**
 * Calls an operator with positional arguments in its schema's order; `undefined` takes the schema's default.
 * The result is the operator's: a tensor, a list, a tuple as a list, a number, or nothing. An in-place operator returns
 * the very tensor it was given.
 */
export function call<R = Tensor>(name: string, ...args: unknown[]): R {
  return invoke(name, operators.get(name) ?? findOperator(name), args) as R;
}

function invoke(name: string, op: NativeOperator, args: unknown[]): unknown {
  const specs = op.args;
  if (args.length > specs.length) {
    throw new TorchError(
      "torch/argument",
      `${name}: takes at most ${specs.length} arguments, got ${args.length}`,
      { op: name },
    );
  }
  const encoded = new Array<unknown>(args.length);
  let result: unknown;
  try {
    for (let i = 0; i < args.length; i++) encoded[i] = encode(args[i], specs[i]!.code, specs[i]!.name);
    result = native.callOperator(op.id, ...encoded);
  } catch (error) {
    throw explain(error, name, args, op);
  }
  const { returns } = op;
  if (returns.length === 1) return decode(result, returns[0]!, args);
  if (returns.length === 0) return undefined;
  return (result as unknown[]).map((item, i) => decode(item, returns[i]!, args));
}

function encode(value: unknown, code: string, name: string): unknown {
  if (value === undefined || value === null) return value;
  switch (code.charCodeAt(0)) {
    case 84: // T
    case 71: // G
      if (value instanceof Handle) return value.handle;
      throw new TorchError(
        "torch/argument",
        `argument '${name}': expected a ${code[0] === "T" ? "Tensor" : "Generator"}, got ${show(value)}`,
      );
    case 100: // d
      return dtypeCode(value);
    case 109: // m
      return named(value, memoryFormats, "memory format", name);
    case 108: // l
      return named(value, layouts, "layout", name);
    case 91: // [
      return encodeList(value, code, name);
    default:
      return value;
  }
}

function encodeList(value: unknown, code: string, name: string): unknown {
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<unknown>);
  if (!Array.isArray(value)) {
    if (code.charCodeAt(1) !== 84) return value; // one number may stand for int[2]; the native side decides
    throw new TorchError(
      "torch/argument",
      `argument '${name}': expected a list of Tensors, got ${show(value)}`,
    );
  }
  if (code.charCodeAt(1) !== 84) return value;
  return value.map((item) => encode(item, "T", name));
}

function named(
  value: unknown,
  names: readonly (string | undefined)[],
  what: string,
  argument: string,
): number {
  const index = typeof value === "string" ? names.indexOf(value) : -1;
  if (index < 0) {
    throw new TorchError(
      "torch/argument",
      `argument '${argument}': ${show(value)} is not a ${what}; accepted: ${names.filter(Boolean).join(", ")}`,
    );
  }
  return index;
}

function decode(
  value: unknown,
  result: NativeOperator["returns"][number],
  args: readonly unknown[],
): unknown {
  if (result.alias >= 0) return args[result.alias];
  const { code } = result;
  if (code.charCodeAt(0) === 84) return value === null ? null : construct(value as number);
  if (code.startsWith("[T"))
    return (value as (number | null)[]).map((item) => (item === null ? null : construct(item)));
  if (code.charCodeAt(0) === 100 && typeof value === "number") return dtypeOfCode(value);
  return value;
}

/**
 * Runs a native call; a failure of libtorch's becomes a TorchError that starts with `name`, and what a hook or a custom
 * function threw passes through as it is.
 */
export function attempt<R>(name: string, run: () => R): R {
  try {
    return run();
  } catch (error) {
    throw isNative(error) ? explain(error, name) : error;
  }
}

function isNative(error: unknown): boolean {
  return (
    error instanceof Error &&
    !(error instanceof TorchError) &&
    "code" in error &&
    String(error.code).startsWith("torch/")
  );
}

function explain(error: unknown, name: string, args?: readonly unknown[], op?: NativeOperator): TorchError {
  const code =
    error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "torch/op";
  const reason = firstSentences(error instanceof Error ? error.message : String(error));
  const given =
    args === undefined || op === undefined
      ? ""
      : `; given ${args.map((arg, i) => `${op.args[i]?.name}: ${show(arg)}`).join(", ") || "nothing"}`;
  return new TorchError(code, `${name}: ${reason}${given}`, { op: name, cause: error });
}

function firstSentences(message: string): string {
  const text = message.split("\nException raised")[0]!.trim();
  const missing = /^Could not run '[^']*' with arguments from the '([^']*)' backend/.exec(text);
  if (missing) return `libtorch has no kernel for it on ${missing[1]}`;
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

/** A value as messages show it: tensors as `f32[8,64]`, long lists and texts cut short. */
export function show(value: unknown): string {
  if (value instanceof Handle) return showHandle(value);
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "bigint") return `${value}n`;
  if (Array.isArray(value)) {
    const head = value.slice(0, 8).map((item) => (Array.isArray(item) ? "[…]" : show(item)));
    return `[${head.join(", ")}${value.length > 8 ? `, … ${value.length} in all` : ""}]`;
  }
  if (typeof value === "function") return "a function";
  if (typeof value === "symbol") return "a symbol";
  if (typeof value === "object" && value !== null) {
    try {
      return `a ${value.constructor?.name ?? "object"}`;
    } catch {
      return "an object";
    }
  }
  return Object.is(value, -0) ? "-0" : String(value);
}

function showHandle(value: Handle): string {
  if (value.isDisposed) return "a disposed tensor";
  try {
    const device = native.device(value.handle);
    const dtype = shortName(dtypeOfCode(native.dtype(value.handle)));
    return `${dtype}[${native.shape(value.handle).join(",")}]${device === "cpu" ? "" : ` on ${device}`}`;
  } catch {
    return value.constructor.name;
  }
}
