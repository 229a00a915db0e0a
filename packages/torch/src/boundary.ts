// Guard around the public functions. An argument of the wrong kind (missing, null for an options object, a number for a
// list) would surface as a TypeError or RangeError from deep inside; here it becomes a TorchError that names the
// function
// and the argument. A TorchError without a name gets the function's. Errors of the caller's own callbacks pass through.
// Unknown options, which JavaScript would ignore, are refused.
import { fileURLToPath } from "node:url";
import { show } from "./checks/show.js";
import { suggestion } from "./checks/suggest.js";
import { ThroughlineError, TorchError } from "./errors.js";
import { optionNames } from "./options.generated.js";

// biome-ignore lint/suspicious/noExplicitAny: every function there is
type AnyFunction = (...args: any[]) => unknown;

type Class = new (...args: unknown[]) => object;

const AsyncFunction = (async () => undefined).constructor;
// Places of this package's code in stack traces: compiled, or, under --enable-source-maps, as written.
const here: readonly string[] = [new URL(".", import.meta.url), new URL(".", import.meta.url)].flatMap(
  (url) => [url.href, fileURLToPath(url)],
);

/** The exports of a module with every function guarded, and every class's constructor, methods and setters. */
export function guardModule<M extends object>(module: M, prefix = ""): M {
  const guarded = Object.entries(module).map(([key, value]) => [key, guardExport(value, prefix + key)]);
  return Object.freeze(Object.fromEntries(guarded)) as M;
}

function guardExport(value: unknown, name: string): unknown {
  if (Object.prototype.toString.call(value) === "[object Module]")
    return guardModule(value as object, `${name}.`);
  if (isPlain(value)) guardMembers(value, name);
  if (typeof value !== "function") return value;
  if (isErrorClass(value)) return value;
  if (!isClass(value)) return guard(value as AnyFunction, name);
  guardMembers(value.prototype as object, name);
  guardMembers(value, name);
  return guardConstructor(value as Class, name);
}

/** An object that is written out, such as a constraint: its functions are public too. */
const isPlain = (value: unknown): value is object =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const isErrorClass = (value: { readonly prototype?: unknown }): boolean =>
  value === ThroughlineError || value.prototype instanceof ThroughlineError;

/** The class as `new` and `extends` use it; what it makes is an instance of both. */
function guardConstructor(type: Class, name: string): Class {
  const places = placesOf(`new ${name}`);
  const construct = (target: Class, args: unknown[], newTarget: Class): object => {
    try {
      if (places !== undefined) checkNames(name, places, args);
      return Reflect.construct(target, args, newTarget) as object;
    } catch (error) {
      throw atCaller(judged(error, `new ${name}`, args), construct);
    }
  };
  const guarded = new Proxy(type, {
    construct: construct as ProxyHandler<Class>["construct"] & {},
    apply() {
      throw new TorchError("torch/argument", `${name}: is a class; call it with new`, { op: name });
    },
  });
  Object.defineProperty(type.prototype, "constructor", {
    value: guarded,
    configurable: true,
    writable: true,
  });
  return guarded;
}

const isClass = (value: object): boolean => /^class\b/.test(Function.prototype.toString.call(value));
const done = new WeakSet<object>([Object.prototype, Function.prototype, Error.prototype, Error]);

/**
 * Guards the methods, getters and setters that an object has itself and those of its prototypes, which other
 * classes share.
 */
function guardMembers(object: object, owner: string): void {
  if (done.has(object)) return;
  done.add(object);
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
    if (key === "constructor" || key === "prototype" || !property.configurable) continue;
    const name = `${inheritedFrom(object) ?? owner}.${key}`;
    if (typeof property.value === "function" && !isClass(property.value))
      property.value = guard(property.value, name);
    if (property.get !== undefined) property.get = guard(property.get, name) as () => unknown;
    if (property.set !== undefined) property.set = guard(property.set, name);
    Object.defineProperty(object, key, property);
  }
  const parent: unknown = Object.getPrototypeOf(object);
  if (parent !== null && (typeof parent === "object" || typeof parent === "function"))
    guardMembers(parent, owner);
}

/** The name of the public base class whose prototype this is: its methods are named after it. */
function inheritedFrom(object: object): string | undefined {
  const { name } = object.constructor;
  return ["Module", "Optimizer", "Sampler", "LRScheduler", "Distribution"].includes(name) ? name : undefined;
}

function guard(run: AnyFunction, name: string): AnyFunction {
  const places = placesOf(name);
  const guarded: AnyFunction =
    run instanceof AsyncFunction
      ? async function (this: unknown, ...args) {
          try {
            if (places !== undefined) checkNames(name, places, args);
            return await run.apply(this, args);
          } catch (error) {
            throw judged(error, name, args);
          }
        }
      : function (this: unknown, ...args) {
          try {
            if (places !== undefined) checkNames(name, places, args);
            return run.apply(this, args);
          } catch (error) {
            throw atCaller(judged(error, name, args), guarded);
          }
        };
  Object.defineProperty(guarded, "name", { value: run.name, configurable: true });
  Object.defineProperty(guarded, "length", { value: run.length, configurable: true });
  return guarded;
}

/** The options that belong at one position of a callee's arguments. */
interface Place {
  readonly position: number;
  readonly names: ReadonlySet<string>;
}

function placesOf(name: string): readonly Place[] | undefined {
  const places = Object.hasOwn(optionNames, name) ? optionNames[name] : undefined;
  if (places === undefined) return undefined;
  return Object.entries(places).map(([position, names]) => ({
    position: Number(position),
    names: new Set(names.split(" ")),
  }));
}

/**
 * @throws TorchError `torch/argument` for a plain object, where options belong, that has a name which is none of
 * them.
 */
function checkNames(callee: string, places: readonly Place[], args: readonly unknown[]): void {
  // An index, and not an iterator: this runs at every call.
  for (let i = 0; i < places.length; i++) {
    const { position, names } = places[i]!;
    const options = args[position];
    if (options === undefined || typeof options !== "object" || options === null) continue;
    if (Object.getPrototypeOf(options) !== Object.prototype) continue;
    for (const name in options) if (!names.has(name)) throw unknownOption(callee, name, names);
  }
}

function unknownOption(callee: string, name: string, names: ReadonlySet<string>): TorchError {
  return new TorchError(
    "torch/argument",
    `${callee}: there is no option ${name}${suggestion(name, [...names])}`,
    {
      op: callee,
    },
  );
}

function judged(error: unknown, name: string, args: readonly unknown[]): unknown {
  if (error instanceof TorchError && error.op === undefined && isOurs(error))
    return Object.assign(error, { op: name });
  if (!isEngines(error) || !isOurs(error)) return error;
  const given = args.length === 0 ? "nothing" : args.map(show).join(", ");
  return new TorchError(
    "torch/argument",
    `${name}: cannot work with these arguments: ${given} (${error.message})`,
    {
      op: name,
      cause: error,
    },
  );
}

/**
 * An error whose stack begins at the call of `callee`, so that the user's own line comes first; the inner stack is in
 * `cause`. Internal errors keep the whole stack.
 */
function atCaller(error: unknown, callee: AnyFunction): unknown {
  if (error instanceof TorchError && error.fault !== "internal" && isOurs(error))
    Error.captureStackTrace(error, callee);
  return error;
}

const isEngines = (error: unknown): error is Error =>
  error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError;

/** True if the innermost frame with a file is one of this package's, and not of a callback's. */
function isOurs(error: Error): boolean {
  const frame = error.stack
    ?.split("\n")
    .find((line) => /^ +at .*(?:file:\/\/|[/\\]).*:\d+:\d+\)?$/.test(line));
  return frame !== undefined && here.some((folder) => frame.includes(folder));
}
