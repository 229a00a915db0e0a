// State trees as files hold them: tensors by name, and JSON with the names in their places.
import type { Tensor } from "@throughline/torch";
import { LabError } from "../errors.js";
import type { StateTree } from "./context.js";
import type { Engine } from "./engine.js";

/** Values that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const typedArrays = {
  Float64Array,
  Float32Array,
  BigInt64Array,
  BigUint64Array,
  Int32Array,
  Uint32Array,
  Int16Array,
  Uint16Array,
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
} as const;
type ArrayName = keyof typeof typedArrays;

const deepest = 200;

/**
 * Takes a tree apart: its tensors go into `tensors` under dotted names that begin with `name`, the rest is returned.
 * @throws LabError lab/state naming the place of what a checkpoint cannot hold
 */
export function flatten(engine: Engine, tree: StateTree, name: string, tensors: Map<string, Tensor>): Json {
  const put = (at: string, tensor: Tensor): string => {
    let free = at;
    for (let i = 2; tensors.has(free); i++) free = `${at}~${i}`;
    tensors.set(free, tensor);
    return free;
  };
  const encode = (value: unknown, at: string, depth: number): Json => {
    if (depth > deepest)
      throw new LabError("lab/state", `${at} is nested more than ${deepest} deep, or holds itself`);
    const inner = (part: unknown, key: unknown): Json => encode(part, `${at}.${String(key)}`, depth + 1);
    if (value === null || typeof value === "boolean" || typeof value === "string") return value;
    if (typeof value === "number") {
      return Number.isFinite(value) && !Object.is(value, -0) ? value : { $number: numberText(value) };
    }
    if (typeof value === "bigint") return { $bigint: String(value) };
    if (value === undefined) return { $undefined: true };
    if (value instanceof engine.Tensor) {
      const { device } = value;
      return device === "cpu" ? { $tensor: put(at, value) } : { $tensor: put(at, value), device };
    }
    if (Array.isArray(value)) return value.map(inner);
    if (value instanceof Map)
      return { $map: Array.from(value, ([key, part]) => [inner(key, "key"), inner(part, key)]) };
    if (value instanceof Set) return { $set: Array.from(value, inner) };
    const array = arrayName(value);
    if (array !== undefined) {
      const view = value as Uint8Array;
      const bytes = engine.fromBytes(view, [view.byteLength], "uint8");
      return { $array: put(at, bytes), type: array };
    }
    if (typeof value !== "object" || !isPlainObject(value)) throw unfit(value, at);
    const entries = Object.entries(value);
    if (entries.some(([key]) => key.startsWith("$"))) {
      return { $object: entries.map(([key, part]) => [key, inner(part, key)]) };
    }
    return Object.fromEntries(entries.map(([key, part]) => [key, inner(part, key)]));
  };
  return encode(tree, name, 0);
}

/** The tree that `flatten` took apart. Tensors are those given, on the device where they were. */
export function rebuild(skeleton: Json, tensors: Readonly<Record<string, Tensor>>): StateTree {
  const find = (name: Json): Tensor => {
    const tensor = typeof name === "string" ? tensors[name] : undefined;
    if (tensor === undefined)
      throw new LabError("lab/damaged", `the checkpoint has no tensor ${String(name)}`);
    return tensor;
  };
  const decode = (node: Json): unknown => {
    if (typeof node !== "object" || node === null) return node;
    if (isList(node)) return node.map(decode);
    const pairs = (list: Json): [unknown, unknown][] =>
      (list as readonly (readonly [Json, Json])[]).map(([key, part]) => [decode(key), decode(part)]);
    if (node.$tensor !== undefined) {
      const tensor = find(node.$tensor);
      return typeof node.device === "string" ? tensor.to(node.device) : tensor;
    }
    if (node.$array !== undefined) {
      const bytes = find(node.$array).toBytes();
      return new typedArrays[node.type as ArrayName](bytes.slice().buffer);
    }
    if (node.$number !== undefined) return Number(node.$number);
    if (node.$bigint !== undefined) return BigInt(node.$bigint as string);
    if (node.$undefined !== undefined) return undefined;
    if (node.$map !== undefined) return new Map(pairs(node.$map));
    if (node.$set !== undefined) return new Set((node.$set as readonly Json[]).map(decode));
    if (node.$object !== undefined) return Object.fromEntries(pairs(node.$object) as [string, unknown][]);
    return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, decode(part)]));
  };
  return decode(skeleton);
}

function isList(node: object): node is readonly Json[] {
  return Array.isArray(node);
}

function numberText(value: number): string {
  return Object.is(value, -0) ? "-0" : String(value);
}

function arrayName(value: unknown): ArrayName | undefined {
  if (!ArrayBuffer.isView(value)) return undefined;
  // A Buffer comes back as the Uint8Array that it is.
  const name = value instanceof Uint8Array ? "Uint8Array" : value.constructor.name;
  return name in typedArrays ? (name as ArrayName) : undefined;
}

function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function unfit(value: unknown, at: string): LabError {
  const what =
    typeof value === "object" && value !== null ? `a ${value.constructor.name}` : `a ${typeof value}`;
  return new LabError(
    "lab/state",
    `${at} is ${what}; a state holds tensors, typed arrays, numbers, strings, booleans, null, lists, maps and plain objects`,
  );
}
