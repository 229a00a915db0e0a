// Building blocks of checks: conditions on the arguments of one call.
import type { Handle } from "../../handle.js";
import { native } from "../../native.js";
import { type Check, type Given, type GivenTensor, refuse, text } from "./given.js";

export type Size = (given: Given) => number | undefined;

const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, i) => size === b[i]);
/** c10's number of the layout. */
const SPARSE_COO = 1;
const onMeta = (tensor: GivenTensor): boolean => native.device(tensor.handle.handle) === "meta";

/** All of several conditions. */
export function all(...checks: readonly Check[]): Check {
  return (given) => {
    for (const check of checks) check(given);
  };
}

/** The tensors have one shape. Those that are not given do not count. */
export function sameShape(...names: readonly string[]): Check {
  return (given) => {
    const tensors = names.map((name) => [name, given.tensor(name)] as const);
    const first = tensors.find(([, tensor]) => tensor !== undefined);
    for (const [name, tensor] of tensors) {
      if (tensor !== undefined && !equal(tensor.shape, first![1]!.shape)) {
        refuse(name, `has shape ${text(tensor.shape)}, but ${first![0]} has ${text(first![1]!.shape)}`);
      }
    }
  };
}

/** The tensor has from `least` to `most` dimensions. */
export function rank(name: string, least: number, most: number = least): Check {
  return (given) => {
    const dims = given.tensor(name)?.shape.length;
    if (dims !== undefined && (dims < least || dims > most)) {
      refuse(name, `needs ${least === most ? least : `${least} to ${most}`} dimensions, has ${dims}`);
    }
  };
}

/** The tensor has at least `least` rows. */
export function rows(name: string, least: number): Check {
  return (given) => {
    const first = given.tensor(name)?.shape[0];
    if (first !== undefined && first < least) refuse(name, `needs at least ${least} rows, has ${first}`);
  };
}

/** The tensors have elements. */
export function nonEmpty(...names: readonly string[]): Check {
  return (given) => {
    for (const name of names) {
      if (given.tensor(name)?.numel === 0)
        refuse(name, `has no elements (shape ${text(given.tensor(name)!.shape)})`);
    }
  };
}

/** The tensors are dense and contiguous vectors of `size` elements. */
export function vectors(size: Size, ...names: readonly string[]): Check {
  return (given) => {
    const wanted = size(given);
    for (const name of names) {
      const tensor = given.tensor(name);
      if (tensor === undefined || wanted === undefined) continue;
      if (tensor.shape.length !== 1 || tensor.numel !== wanted) {
        refuse(name, `needs shape [${wanted}], has ${text(tensor.shape)}`);
      }
      requireContiguous(name, tensor);
    }
  };
}

function requireContiguous(name: string, tensor: GivenTensor): void {
  const { handle } = tensor.handle;
  if (native.layout(handle) !== 0 || !native.isContiguous(handle, 0))
    refuse(name, "needs to be dense and contiguous");
}

/** The tensors are dense and contiguous. */
export function contiguous(...names: readonly string[]): Check {
  return (given) => {
    for (const name of names) {
      const tensor = given.tensor(name);
      if (tensor !== undefined) requireContiguous(name, tensor);
    }
  };
}

/** None of the tensors that results are written into is a compressed sparse one, whose parts would no longer belong together. */
export function uncompressed(...names: readonly string[]): Check {
  return (given) => {
    for (const name of names) {
      for (const { handle, numel } of [given.tensor(name) ?? [], given.tensors(name)].flat()) {
        const layout = native.layout(handle.handle);
        if (layout !== 0 && layout !== SPARSE_COO && numel > 0)
          refuse(name, "is a compressed sparse tensor, into which results are not written");
      }
    }
  };
}

/** The tensor has `size` elements. */
export function elements(size: Size, ...names: readonly string[]): Check {
  return (given) => {
    const wanted = size(given);
    for (const name of names) {
      const tensor = given.tensor(name);
      if (tensor !== undefined && wanted !== undefined && tensor.numel !== wanted) {
        refuse(name, `needs ${wanted} elements, has ${tensor.numel}`);
      }
    }
  };
}

/** Every element of a tensor of integers is from `least` to below `end`; `except` values are let through. */
export function within(name: string, least: number, end: Size, except?: Size): Check {
  return (given) => {
    const tensor = given.tensor(name);
    const limit = end(given);
    if (tensor === undefined || limit === undefined || tensor.numel === 0 || onMeta(tensor)) return;
    let [low, high] = given.range(tensor);
    const free = except?.(given);
    if (free !== undefined && (low < least || high >= limit)) {
      const rest = { ...tensor, handle: without(given, tensor, free) };
      if (native.numel(rest.handle.handle) === 0) return;
      [low, high] = given.range(rest);
    }
    if (low < least || high >= limit) {
      refuse(name, `has elements from ${low} to ${high}, needs ${least} to ${limit - 1}`);
    }
  };
}

function without(given: Given, tensor: GivenTensor, value: number): Handle {
  return given.call(
    "aten::masked_select",
    tensor.handle,
    given.call("aten::ne.Scalar", tensor.handle, value),
  ) as Handle;
}

/** A number, or each of a list of numbers, is from `least` to `most`. */
export function between(name: string, least: number, most: number): Check {
  return (given) => {
    for (const value of given.integers(name) ?? []) {
      if (!(value >= least && value <= most))
        refuse(name, `needs to be from ${least} to ${most}, is ${value}`);
    }
  };
}

/** The tensors are not sparse. */
export function strided(...names: readonly string[]): Check {
  return (given) => {
    for (const name of names) {
      const tensor = given.tensor(name);
      if (tensor !== undefined && native.layout(tensor.handle.handle) !== 0)
        refuse(name, "needs to be dense, is sparse");
    }
  };
}

/** A list has at most `most` elements. */
export function atMostElements(name: string, most: number): Check {
  return (given) => {
    const length = given.lists().find(([list]) => list === name)?.[1] ?? 0;
    if (length > most) refuse(name, `has ${length} elements; at most ${most} are accepted`);
  };
}

/** No element of a floating-point tensor is NaN; with `infinite` false, none is infinite either. */
export function noNaN(name: string, infinite: boolean): Check {
  return (given) => {
    const tensor = given.tensor(name);
    if (tensor === undefined || tensor.numel === 0 || onMeta(tensor)) return;
    const bad = infinite
      ? given.call("aten::isnan", tensor.handle)
      : given.call("aten::logical_not", given.call("aten::isfinite", tensor.handle));
    const found = given.call("aten::any", bad) as Handle;
    if (native.item(found.handle) === true) refuse(name, infinite ? "has a NaN" : "has a NaN or an infinity");
  };
}

/** The gradient has the shape of what `forward` makes of the arguments named. Runs it on tensors without memory. */
export function likeForward(gradient: string, forward: string, ...names: readonly string[]): Check {
  return (given) => {
    const grad = given.tensor(gradient);
    if (grad === undefined) return;
    const made = given.call(forward, ...names.map((name) => weightless(given, given.value(name))));
    const result = (Array.isArray(made) ? made[0] : made) as Handle;
    const shape = native.shape(result.handle);
    if (!equal(shape, grad.shape)) {
      refuse(
        gradient,
        `has shape ${text(grad.shape)}, but ${forward.slice("aten::".length)} gives ${text(shape)}`,
      );
    }
  };
}

function weightless(given: Given, value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("handle" in value)) return value;
  const tensor = value as Handle;
  return given.call("aten::empty.memory_format", native.shape(tensor.handle), "float32", undefined, "meta");
}

/** The size of a tensor along a dimension; undefined if it has no such dimension. */
export function size(name: string, dim: number): Size {
  return (given) => given.tensor(name)?.shape.at(dim);
}

/** The product of a tensor's last `count` sizes: the positions in a plane or a volume. */
export function positions(name: string, count: number): Size {
  return (given) =>
    given
      .tensor(name)
      ?.shape.slice(-count)
      .reduce((a, b) => a * b, 1);
}

/** True if the dtype is an integer's or bool. */
export function isWhole(tensor: GivenTensor): boolean {
  const dtype = native.dtype(tensor.handle.handle); // c10's numbers
  return dtype <= 4 || dtype === 11;
}

export const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);
