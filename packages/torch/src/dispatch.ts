// Calls of operators: from TypeScript to libtorch's dispatcher and back.
import { show, shownAs } from "./checks/show.js";
import { dtypeCode, dtypeOfCode, shortName } from "./dtype.js";
import { isTorchCode, TorchError } from "./errors.js";
import { beginScope, endScope, Handle, isHandle } from "./handle.js";
import { NativeFailure, type NativeOperator, native } from "./native.js";
import { type Check, Given } from "./ops/checks/given.js";
import { checkOf } from "./ops/checks/index.js";
import { refusalOf } from "./ops/refused.js";
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
/** Registers the Tensor class with the dispatcher; called once by tensor/index.ts. */
export function setTensorClass(make: (handle: number) => Tensor): void {
  construct = make;
}

/** The Tensor that owns a native handle. */
export function wrap(handle: number): Tensor {
  return construct(handle);
}

/** An operator as `call` uses it: its schema, parsed once. */
interface Operator {
  readonly schema: NativeOperator;
  readonly id: number;
  /** The first letter of each argument's code. */
  readonly kinds: readonly string[];
  /** True if the result is one new tensor, the usual case. */
  readonly makesTensor: boolean;
  /** Checks the arguments of the few operators that do not check them themselves. */
  readonly check: Check | undefined;
}

const operators = new Map<string, Operator>();

function find(name: string): Operator {
  const known = operators.get(name);
  if (known !== undefined) return known;
  const refusal = refusalOf(name);
  if (refusal !== undefined) {
    throw new TorchError("torch/refused", `${name}: cannot be called from TypeScript: ${refusal}`, {
      op: name,
    });
  }
  const dot = name.indexOf(".", name.indexOf("::"));
  const schema = attempt(name, () =>
    dot < 0 ? native.findOperator(name, "") : native.findOperator(name.slice(0, dot), name.slice(dot + 1)),
  );
  const { returns } = schema;
  const operator = {
    schema,
    id: schema.id,
    kinds: schema.args.map((arg) => arg.code[0]!),
    makesTensor: returns.length === 1 && returns[0]!.code === "T" && returns[0]!.alias < 0,
    check: checkOf(name, schema.args),
  };
  operators.set(name, operator);
  return operator;
}

/**
 * Finds an operator by its qualified name, such as `aten::add.Tensor`. @throws TorchError `torch/unknown-operator`,
 * `torch/refused`.
 */
export function findOperator(name: string): NativeOperator {
  return find(name).schema;
}

/**
 * Calls an operator with positional arguments in its schema's order; `undefined` takes the schema's default.
 * The result is the operator's: a tensor, a list, a tuple as a list, a number, or nothing. An in-place operator returns
 * the very tensor it was given.
 */
export function call<R = Tensor>(name: string, ...args: unknown[]): R {
  const operator = operators.get(name) ?? find(name);
  let result: unknown;
  try {
    if (operator.check !== undefined) check(operator.check, operator.schema.args, args);
    result = run(operator, args);
    result =
      !operator.makesTensor || result === null
        ? decodeAll(result, operator.schema.returns, args)
        : construct(result as number);
  } catch (error) {
    throw explain(error, name, args, operator.schema);
  }
  if (observer !== undefined) observer(name, args, result);
  return result as R;
}

/** Function that is told of each call that succeeded, but for those that it makes itself. */
export type CallObserver = (name: string, args: readonly unknown[], result: unknown) => void;

let observer: CallObserver | undefined;

/** Runs `work`, and tells `watch` of every operator that is called meanwhile. */
export function observing<T>(watch: CallObserver, work: () => T): T {
  const before = observer;
  observer = (name, args, result) => {
    const own = observer;
    observer = undefined;
    try {
      watch(name, args, result);
    } finally {
      observer = own;
    }
  };
  try {
    return work();
  } finally {
    observer = before;
  }
}

function check(condition: Check, schema: NativeOperator["args"], args: readonly unknown[]): void {
  beginScope();
  try {
    condition(new Given(schema, args, call));
  } finally {
    endScope();
  }
}

function run(op: Operator, args: readonly unknown[]): unknown {
  const { id } = op;
  // Most operators take few arguments, and a call with its arguments written out is much faster than a spread.
  switch (args.length) {
    case 1:
      return native.callOperator(id, encode(args[0], op, 0));
    case 2:
      return native.callOperator(id, encode(args[0], op, 0), encode(args[1], op, 1));
    case 3:
      return native.callOperator(id, encode(args[0], op, 0), encode(args[1], op, 1), encode(args[2], op, 2));
    default:
      return native.callOperator(id, ...args.map((arg, i) => encode(arg, op, i)));
  }
}

function decodeAll(result: unknown, returns: NativeOperator["returns"], args: readonly unknown[]): unknown {
  if (returns.length === 1) return decode(result, returns[0]!, args);
  if (returns.length === 0) return undefined;
  return (result as unknown[]).map((item, i) => decode(item, returns[i]!, args));
}

function encode(value: unknown, op: Operator, index: number): unknown {
  if (value === undefined || value === null) return value;
  switch (op.kinds[index]) {
    case "T":
      if (value instanceof Handle) return value.handle;
      throw wrongType(op, index, "a Tensor", value);
    case "G":
      if (value instanceof Handle) return value.handle;
      throw wrongType(op, index, "a Generator", value);
    case "d":
      return dtypeCode(value);
    case "m":
      return named(value, memoryFormats, "memory format", op, index);
    case "l":
      return named(value, layouts, "layout", op, index);
    case "[":
      return encodeList(value, op, index);
    default:
      return value;
  }
}

function encodeList(value: unknown, op: Operator, index: number): unknown {
  const tensors = op.schema.args[index]!.code[1] === "T";
  if (Array.isArray(value)) return tensors ? value.map((item) => encodeElement(item, op, index)) : value;
  if (tensors) throw wrongType(op, index, "a list of Tensors", value);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView))
    return Array.from(value as unknown as ArrayLike<unknown>);
  return value; // one number may stand for int[2]; the native side decides
}

function encodeElement(item: unknown, op: Operator, index: number): number | null | undefined {
  if (item === undefined || item === null) return item;
  if (item instanceof Handle) return item.handle;
  throw wrongType(op, index, "a list of Tensors", item);
}

function wrongType(op: Operator, index: number, expected: string, value: unknown): TorchError {
  const name = op.schema.args[index]?.name ?? index;
  return new TorchError("torch/argument", `argument '${name}': expected ${expected}, got ${show(value)}`);
}

function named(
  value: unknown,
  names: readonly (string | undefined)[],
  what: string,
  op: Operator,
  index: number,
): number {
  const code = typeof value === "string" ? names.indexOf(value) : -1;
  if (code < 0) throw wrongType(op, index, `a ${what} (${names.filter(Boolean).join(", ")})`, value);
  return code;
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
 * Runs a native call; a failure of libtorch becomes a TorchError that starts with `name`. An error thrown by a hook
 * or a custom function passes through unchanged.
 */
export function attempt<R>(name: string, run: () => R): R {
  try {
    return run();
  } catch (error) {
    throw error instanceof NativeFailure ? explain(error, name) : error;
  }
}

function explain(error: unknown, name: string, args?: readonly unknown[], op?: NativeOperator): TorchError {
  const code = error instanceof TorchError && isTorchCode(error.code) ? error.code : "torch/op";
  const reason = firstSentences(error instanceof Error ? error.message : show(error));
  const given =
    args === undefined || op === undefined ? "" : `; given ${showArguments(args, op) || "nothing"}`;
  return new TorchError(code, `${name}: ${reason}${given}`, { op: name, cause: error });
}

function showArguments(args: readonly unknown[], op: NativeOperator): string {
  const shown = args.map((arg, i) => (arg === undefined ? "" : `${op.args[i]?.name}: ${show(arg)}`));
  return shown.filter(Boolean).join(", ");
}

function firstSentences(message: string): string {
  const text = message.split("\nException raised")[0]!.trim();
  const missing = /^Could not run '[^']*' with arguments from the '([^']*)' backend/.exec(text);
  if (missing) return `libtorch has no kernel for it on ${missing[1]}`;
  if (/^could not create a primitive\b/.test(text))
    return 'oneDNN, which computes it, cannot do so on this processor in the dtype of autocast or of the tensors; call it on float32 tensors inside amp.autocast({ device: "cpu", enabled: false }, …)';
  if (text.includes("Set allow_unused=True"))
    return "an input took no part in computing the outputs; gradOrNull gives null for it";
  return text.length > 600 ? `${text.slice(0, 600)}…` : text;
}

/**
 * The handle of a tensor given to a function that is not an operator.
 * @param what the argument is, for the error.
 */
export function handleOf(value: unknown, name: string, what: string): number {
  if (isHandle(value)) return value.handle;
  throw new TorchError("torch/argument", `${name}: expected a Tensor as ${what}, got ${show(value)}`, {
    op: name,
  });
}

/** Same as `handleOf`, for each tensor of a list. */
export function handlesOf(values: unknown, name: string, what: string): number[] {
  if (!Array.isArray(values)) {
    throw new TorchError(
      "torch/argument",
      `${name}: expected a list of Tensors as ${what}, got ${show(values)}`,
      { op: name },
    );
  }
  return values.map((value) => handleOf(value, name, what));
}

Object.defineProperty(Handle.prototype, shownAs, {
  value(this: Handle): string {
    return showHandle(this);
  },
});

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
