// Every operator of libtorch by name, with PyTorch's schemas as TypeScript signatures.
import { show } from "../checks/show.js";
import { call, findOperator } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { native } from "../native.js";
import type { Aten } from "./aten.generated.js";
import { toAten, toCamel } from "./names.js";

export type { Aten } from "./aten.generated.js";

type Operation = (...args: unknown[]) => unknown;
/** An operator of a namespace without generated types; its named overloads are properties. */
export type UntypedOperator = Operation & { readonly [overload: string]: Operation };
/** Operators by their camelCase names. */
export interface UntypedNamespace {
  readonly [operator: string]: UntypedOperator;
}

/** Access to every operator by name; see `ops`. */
export interface Ops {
  /** The operators of namespace `aten`, typed. */
  readonly aten: Aten;
  /** The operators of any other namespace, such as a library loaded with `loadLibrary`; what they take is checked when called. */
  namespace(name: string): UntypedNamespace;
}

/**
 * Every operator of libtorch by name: `ops.aten.tanh(x)`, and with a named overload `ops.aten.add.Tensor(x, y, { alpha: 2 })`.
 *
 * Names are ATen's in camelCase (`ops.aten.maxPool2dWithIndices`), leading and trailing underscores kept; overloads keep
 * ATen's names. Arguments come in the schema's order, `undefined` takes the schema's default, and keyword-only arguments
 * are one options object after the last positional one. Several results come as a tuple; in-place and `out` variants
 * return the very tensor they were given. Custom libraries: `ops.namespace("mylib").myOperator(x)`.
 *
 * @throws TorchError `torch/unknown-operator` when a name that libtorch does not have is read.
 */
export const ops: Ops = {
  aten: namespace("aten") as unknown as Aten,
  namespace,
};

// Base name → overloads, of every operator registered when it was made.
let known: Map<string, string[]> | undefined;

function overloadsOf(qualified: string): readonly string[] | undefined {
  if (known?.has(qualified)) return known.get(qualified);
  known = new Map(); // a library may have been loaded since
  for (const name of native.operatorNames()) {
    const dot = name.indexOf(".", name.indexOf("::"));
    const base = dot < 0 ? name : name.slice(0, dot);
    const list = known.get(base) ?? [];
    list.push(dot < 0 ? "" : name.slice(dot + 1));
    known.set(base, list);
  }
  return known.get(qualified);
}

// Only the first look at a name reaches the proxy, which leaves a plain property behind.
function namespace(name: string): UntypedNamespace {
  if (typeof name !== "string")
    throw new TorchError("torch/argument", `ops.namespace: expected a name, got ${show(name)}`);
  const found: Record<string, UntypedOperator> = Object.create(
    new Proxy(Object.prototype, {
      get(inherited, key, receiver) {
        if (typeof key === "symbol" || key === "then" || key === "toJSON" || key in inherited) {
          return Reflect.get(inherited, key, receiver);
        }
        const value = operator(name, key);
        Object.defineProperty(found, key, { value, enumerable: true });
        return value;
      },
    }),
  );
  return found;
}

function operator(namespace: string, name: string): UntypedOperator {
  const qualified = `${namespace}::${toAten(name)}`;
  const overloads = overloadsOf(qualified);
  if (overloads === undefined) {
    throw new TorchError("torch/unknown-operator", `ops: libtorch has no operator ${qualified}`, {
      op: qualified,
    });
  }
  const base: Operation = overloads.includes("")
    ? bind(qualified)
    : () => {
        throw new TorchError(
          "torch/unknown-operator",
          `${qualified}: it has no default overload; name one of ${overloads.join(", ")}`,
          { op: qualified },
        );
      };
  for (const overload of overloads) {
    if (overload === "") continue;
    Object.defineProperty(base, overload, { value: bind(`${qualified}.${overload}`), enumerable: true });
  }
  return base as UntypedOperator;
}

/** A function that puts the options object's values at their places in the schema. */
function bind(qualified: string): Operation {
  let positional = -1;
  let keywords: Map<string, number>;
  return (...args) => {
    if (positional < 0) {
      const { args: schema } = findOperator(qualified);
      keywords = new Map(schema.flatMap(({ name, kwargOnly }, i) => (kwargOnly ? [[toCamel(name), i]] : [])));
      positional = schema.length - keywords.size;
    }
    if (args.length <= positional) return call(qualified, ...args);
    const options = args[positional];
    if (args.length > positional + 1 || keywords.size === 0)
      return refuse(qualified, positional, keywords, args.length);
    if (options === undefined) return call(qualified, ...args.slice(0, positional));
    return call(qualified, ...placed(qualified, args, positional, keywords, options));
  };
}

function placed(
  qualified: string,
  args: readonly unknown[],
  positional: number,
  keywords: ReadonlyMap<string, number>,
  options: unknown,
): unknown[] {
  const all = args.slice(0, positional);
  const accepted = [...keywords.keys()].join(", ");
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw new TorchError("torch/argument", `${qualified}: expected an object of options (${accepted}) last`, {
      op: qualified,
    });
  }
  let entries: [string, unknown][];
  try {
    entries = Object.entries(options);
  } catch (cause) {
    throw new TorchError("torch/argument", `${qualified}: its options cannot be read`, {
      op: qualified,
      cause,
    });
  }
  for (const [key, value] of entries) {
    const place = keywords.get(key);
    if (place === undefined) {
      throw new TorchError("torch/argument", `${qualified}: has no option '${key}'; accepted: ${accepted}`, {
        op: qualified,
      });
    }
    all[place] = value;
  }
  return Array.from(all);
}

function refuse(
  qualified: string,
  positional: number,
  keywords: ReadonlyMap<string, number>,
  given: number,
): never {
  const options = keywords.size === 0 ? "" : ` and an object of options (${[...keywords.keys()].join(", ")})`;
  throw new TorchError(
    "torch/argument",
    `${qualified}: takes at most ${positional} arguments${options}, got ${given} arguments`,
    { op: qualified },
  );
}
