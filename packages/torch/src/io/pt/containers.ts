import { quote, type Refuse } from "../../files/refuse.js";
import type { Budget } from "./budget.js";
import { PyDict, PyList, PySet, PyTuple, type PyValue } from "./objects.js";

type Call = (args: readonly PyValue[]) => PyValue;

/** Python's own constructors that torch.save refers to, by dotted name; `__builtin__` is protocol 2's name for `builtins`. */
export function containerCalls(budget: Budget, refuse: Refuse): ReadonlyMap<string, Call> {
  const bad = (name: string) => refuse("format", `its pickle calls ${quote(name)} with unexpected arguments`);
  const builtins: [string, Call][] = [
    ["set", (args) => makeSet(args, budget) ?? raise(bad("set"))],
    ["frozenset", (args) => makeSet(args, budget) ?? raise(bad("frozenset"))],
    ["bytes", (args) => makeBytes(args) ?? raise(bad("bytes"))],
    ["bytearray", (args) => makeBytes(args) ?? raise(bad("bytearray"))],
    ["complex", (args) => makeComplex(args) ?? raise(bad("complex"))],
  ];
  return new Map<string, Call>([
    ...["builtins", "__builtin__"].flatMap((module) =>
      builtins.map(([name, call]): [string, Call] => [`${module}.${name}`, call]),
    ),
    ["collections.OrderedDict", (args) => makeDict(args, budget) ?? raise(bad("collections.OrderedDict"))],
    ["collections.Counter", (args) => makeDict(args, budget) ?? raise(bad("collections.Counter"))],
    ["_codecs.encode", (args) => encode(args, budget) ?? raise(bad("_codecs.encode"))],
    ["torch.Size", (args) => makeSize(args, budget) ?? raise(bad("torch.Size"))],
    ["torch.device", (args) => makeDevice(args) ?? raise(bad("torch.device"))],
  ]);
}

function raise(error: Error): never {
  throw error;
}

function sequence(value: PyValue | undefined): readonly PyValue[] | undefined {
  return value instanceof PyList || value instanceof PyTuple ? value.items : undefined;
}

function makeSet(args: readonly PyValue[], budget: Budget): PySet | undefined {
  const items = args.length === 0 ? [] : sequence(args[0]);
  if (!items || args.length > 1) return undefined;
  budget.copy(items.length);
  const set = new PySet();
  for (const item of items) set.add(item);
  return set;
}

/** Makes a dict from nothing, a dict, or pairs. */
function makeDict(args: readonly PyValue[], budget: Budget): PyDict | undefined {
  const [from] = args;
  if (args.length > 1) return undefined;
  const pairs =
    from === undefined
      ? []
      : from instanceof PyDict
        ? from.keys.map((key, at) => [key, from.values[at]!])
        : pairsOf(from);
  if (!pairs) return undefined;
  budget.copy(2 * pairs.length);
  const dict = new PyDict();
  for (const [key, value] of pairs) dict.set(key!, value!);
  return dict;
}

function pairsOf(value: PyValue): (readonly PyValue[])[] | undefined {
  const pairs = sequence(value)?.map(sequence);
  return pairs?.every((pair) => pair?.length === 2) ? (pairs as (readonly PyValue[])[]) : undefined;
}

// Bytes are never changed here, so a bytearray may share them.
function makeBytes(args: readonly PyValue[]): Uint8Array | undefined {
  if (args.length === 0) return new Uint8Array(0);
  return args.length === 1 && args[0] instanceof Uint8Array ? args[0] : undefined;
}

function makeComplex([re, im, ...rest]: readonly PyValue[]): PyValue | undefined {
  return typeof re === "number" && typeof im === "number" && rest.length === 0
    ? { kind: "complex", re, im }
    : undefined;
}

/** Bytes as protocol 2 writes them: text whose characters are the bytes. */
function encode([text, encoding]: readonly PyValue[], budget: Budget): Uint8Array | undefined {
  if (typeof text !== "string" || encoding !== "latin1") return undefined;
  budget.copy(text.length);
  return /[^\0-\xff]/.test(text) ? undefined : new Uint8Array(Buffer.from(text, "latin1"));
}

function makeSize([sizes, ...rest]: readonly PyValue[], budget: Budget): PyTuple | undefined {
  const items = sequence(sizes);
  if (!items?.every((size) => typeof size === "number") || rest.length > 0) return undefined;
  budget.copy(items.length);
  return new PyTuple([...items]);
}

function makeDevice([type, index, ...rest]: readonly PyValue[]): PyValue | undefined {
  if (typeof type !== "string" || rest.length > 0) return undefined;
  if (index === undefined) return { kind: "device", name: type };
  return Number.isSafeInteger(index) ? { kind: "device", name: `${type}:${index}` } : undefined;
}
