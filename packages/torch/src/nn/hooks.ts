// Functions that run before and after a module's forward (`Module.registerForwardHook`, `registerForwardPreHook`).
import { show } from "../checks/show.js";
import type { AnyModule } from "./module.js";
import { refuse } from "./options.js";

/** Options of hooks on modules. */
export interface HookOptions {
  /** True to run before the hooks that are there already. Default false. */
  readonly prepend?: boolean;
}

/**
 * Hook after the `forward` of a module of type M. Its types come from M itself, so that modules of other arguments still
 * count as modules.
 */
export type ForwardHook<M extends AnyModule> = (
  module: M,
  args: Parameters<M["forward"]>,
  output: ReturnType<M["forward"]>,
) => ReturnType<M["forward"]> | undefined;

/** Hook before the `forward` of a module of type M. */
export type ForwardPreHook<M extends AnyModule> = (
  module: M,
  args: Parameters<M["forward"]>,
) => readonly Parameters<M["forward"]>[number][] | Parameters<M["forward"]>[0] | undefined;

type Before = (module: AnyModule, args: unknown[]) => unknown;
type After = (module: AnyModule, args: unknown[], output: unknown) => unknown;
interface Entry<Hook> {
  readonly hook: Hook;
}
/** Plain lists of plain entries, which `Module.clone` copies: the copy has the same hooks, to be removed on their own. */
interface Hooks {
  before: Entry<Before>[];
  after: Entry<After>[];
  /** The module's own `forward`, if it is a field and no method. */
  readonly own: ((...args: unknown[]) => unknown) | undefined;
}

const key = Symbol("hooks");
type Hooked = AnyModule & { [key]?: Hooks };

/** The hooks of a module; the first call puts a `forward` over its class's that runs them. */
function hooksOf(module: Hooked): Hooks {
  if (Object.hasOwn(module, key)) return module[key]!;
  const field = Object.getOwnPropertyDescriptor(module, "forward")?.value as Hooks["own"];
  const hooks: Hooks = { before: [], after: [], own: field };
  // Neither is enumerable, so that both stay out of the members.
  Object.defineProperty(module, key, { value: hooks, configurable: true });
  Object.defineProperty(module, "forward", {
    value: forward,
    configurable: true,
    writable: true,
    enumerable: false,
  });
  return hooks;
}

function forward(this: Hooked, ...args: unknown[]): unknown {
  const { before, after, own } = this[key]!;
  let given = args;
  for (const { hook } of [...before]) {
    const replaced = hook(this, given);
    if (replaced !== undefined) given = Array.isArray(replaced) ? replaced : [replaced];
  }
  const plain = own ?? (Object.getPrototypeOf(this) as { forward: Before }).forward;
  let output = Reflect.apply(plain as (...args: unknown[]) => unknown, this, given);
  for (const { hook } of [...after]) {
    const replaced = hook(this, given, output);
    if (replaced !== undefined) output = replaced;
  }
  return output;
}

/** Adds a hook; returns what takes it away again. @throws TorchError if `hook` is not a function. */
export function addHook(
  kind: "before" | "after",
  module: AnyModule,
  hook: unknown,
  options: HookOptions,
): () => void {
  const name = kind === "before" ? "registerForwardPreHook" : "registerForwardHook";
  if (typeof hook !== "function") throw refuse(name, `expects a function, got ${show(hook)}`);
  const hooks = hooksOf(module);
  const entry = { hook } as Entry<Before> & Entry<After>;
  const list: Entry<unknown>[] = hooks[kind];
  if (options.prepend) list.unshift(entry);
  else list.push(entry);
  return () => {
    const place = list.indexOf(entry);
    if (place >= 0) list.splice(place, 1);
  };
}
