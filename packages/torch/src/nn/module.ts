// The base of every layer and model.
import { inspect } from "node:util";
import { noGrad } from "../autograd.js";
import { call, type MemoryFormat } from "../dispatch.js";
import { type DType, isComplex, isFloatingPoint } from "../dtype.js";
import { dispose, scope } from "../memory.js";
import { within } from "../mode.js";
import type { Tensor } from "../tensor/index.js";
import { clone } from "./clone.js";
import { addHook, type ForwardHook, type ForwardPreHook, type HookOptions } from "./hooks.js";
import { refuse } from "./options.js";
import { Buffer, Parameter } from "./parameter.js";
import { type LoadOptions, type LoadResult, load, type StateDict } from "./state.js";
import { describe } from "./text.js";

/** Any module, with any arguments and result of `forward`. */
export type AnyModule = Module<never[], unknown>;

/** Member that a module holds under a name: a parameter, a buffer or a child. */
export type Member = readonly [name: string, value: Parameter | Buffer | AnyModule];

/** Options of `Module.to`; properties without an option are unchanged. */
export interface ToOptions {
  /** A floating or complex dtype; integer and bool tensors keep theirs. */
  readonly dtype?: DType;
  readonly device?: string;
  /** `channels_last` (of tensors with four dimensions) speeds convolutions up; `channels_last_3d` is for five. */
  readonly memoryFormat?: MemoryFormat;
}

/**
 * A layer or model: parameters, buffers and children in its fields, and `forward`.
 *
 * Each own field with a `Parameter`, a `Buffer` or a `Module` is a member, and the field's name is its key in the
 * state dict; hence the layers of this package name such fields exactly as PyTorch does (`weight_ih_l0`). `#private`
 * fields are not seen. Lists of modules belong in a `ModuleList`.
 *
 * @typeParam Args what `forward` takes; @typeParam Out what it returns.
 * @example
 * class Net extends nn.Module {
 *   hidden = new nn.Linear(784, 100);
 *   out = new nn.Linear(100, 10);
 *   forward(x: Tensor): Tensor {
 *     return this.out.forward(nn.functional.relu(this.hidden.forward(x)));
 *   }
 * }
 */
export abstract class Module<Args extends unknown[] = [Tensor], Out = Tensor> implements Disposable {
  /**
   * True if layers such as dropout and batch norm act as in training (the initial state), false if as in
   * evaluation; see `train`, `eval`.
   */
  training: boolean = true;

  /** Computes the module's output. */
  abstract forward(...args: Args): Out;

  /**
   * The parameters, buffers and children of this module itself, in the order of its fields. Containers override
   * this method.
   * @throws TorchError if a field is a plain array with members in it, which would be missed silently.
   */
  members(): Member[] {
    return this.ownMembers();
  }

  /** The members in the fields of this object, without those called `except`, which a container holds its own way. */
  protected ownMembers(...except: string[]): Member[] {
    const found: Member[] = [];
    for (const [name, value] of Object.entries(this)) {
      if (except.includes(name)) continue;
      if (isMember(value)) found.push([name, value]);
      else if (Array.isArray(value) && value.some(isMember)) {
        throw refuse(
          this.constructor.name,
          `the field '${name}' is an array of modules or parameters, which would not be found; ` +
            "wrap it: new ModuleList([...]) or new ParameterList([...])",
        );
      }
    }
    return found;
  }

  /** Every module in this one, itself first under the name "", each once. */
  namedModules(): [string, AnyModule][] {
    const found: [string, AnyModule][] = [];
    const seen = new Set<AnyModule>();
    const visit = (module: AnyModule, path: string, depth: number): void => {
      if (seen.has(module)) return;
      checkDepth(this, path, depth);
      seen.add(module);
      found.push([path, module]);
      for (const [name, child] of module.namedChildren()) visit(child, join(path, name), depth + 1);
    };
    visit(this, "", 0);
    return found;
  }

  /** Same as `namedModules`, without the names. */
  modules(): AnyModule[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** The modules directly in this one, with their names. */
  namedChildren(): [string, AnyModule][] {
    return this.members().filter((member): member is [string, AnyModule] => member[1] instanceof Module);
  }

  /** Same as `namedChildren`, without the names. */
  children(): AnyModule[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /**
   * Every parameter in this module and, unless `recurse` is false, in those in it; each once, so that a shared (tied)
   * parameter has the name that comes first.
   */
  namedParameters(options: { readonly recurse?: boolean } = {}): [string, Parameter][] {
    return collect(this, Parameter, options.recurse ?? true);
  }

  /** Same as `namedParameters`, without the names: what an optimiser takes. */
  parameters(options: { readonly recurse?: boolean } = {}): Parameter[] {
    return this.namedParameters(options).map(([, parameter]) => parameter);
  }

  /** Every buffer, as `namedParameters` gives parameters. */
  namedBuffers(options: { readonly recurse?: boolean } = {}): [string, Buffer][] {
    return collect(this, Buffer, options.recurse ?? true);
  }

  /** Same as `namedBuffers`, without the names. */
  buffers(options: { readonly recurse?: boolean } = {}): Buffer[] {
    return this.namedBuffers(options).map(([, buffer]) => buffer);
  }

  /** Sets `training` here and in every module in this one. */
  train(on = true): this {
    for (const module of this.modules()) module.training = on;
    return this;
  }

  /** `train(false)`: dropout passes everything, batch norm uses its running statistics. */
  eval(): this {
    return this.train(false);
  }

  /**
   * Runs `body` after `eval()`, then restores the mode of this module and of every module in it.
   * @returns what `body` returns
   * @throws TorchError `torch/async-mode` if `body` is asynchronous
   */
  evaluating<T>(body: () => T): T {
    const before = this.modules().map((module) => ({ module, training: module.training }));
    const putBack = (): void => {
      for (const { module, training } of before) module.training = training;
    };
    return within("evaluating", () => this.eval(), putBack, body);
  }

  /** Sets `requiresGrad` of every parameter; `requiresGrad_(false)` freezes them. */
  requiresGrad_(on = true): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = on;
    return this;
  }

  /** Drops every parameter's gradient, or fills it with zeros if `setToNone` is false. */
  zeroGrad(options: { readonly setToNone?: boolean } = {}): void {
    const { setToNone = true } = options;
    scope(() => {
      for (const parameter of this.parameters()) {
        const grad = setToNone ? null : parameter.grad;
        if (grad === null) parameter.grad = null;
        else call("aten::zero_", call("aten::detach_", grad));
      }
    });
  }

  /** Calls `fn` with every module in this one, children before their parent. */
  apply(fn: (module: AnyModule) => void): this {
    const visit = (module: AnyModule, depth: number): void => {
      checkDepth(this, "", depth);
      for (const child of module.children()) visit(child, depth + 1);
      fn(module);
    };
    visit(this, 0);
    return this;
  }

  /**
   * Converts parameters, buffers and gradients in place: they stay the same objects, so an optimiser that holds them
   * stays valid.
   * @throws TorchError if `dtype` is neither floating nor complex.
   */
  to(options: ToOptions): this {
    const { dtype } = options;
    if (dtype !== undefined && !isFloatingPoint(dtype) && !isComplex(dtype)) {
      throw refuse("to", `a module's dtype must be floating or complex, got ${dtype}`);
    }
    scope(() =>
      noGrad(() => {
        for (const tensor of [...this.parameters(), ...this.buffers()]) convert(tensor, options);
      }),
    );
    return this;
  }

  /**
   * Parameters and persistent buffers under PyTorch's keys, detached, sharing memory with the module: clone them to
   * keep the current values.
   */
  stateDict(): Record<string, Tensor> {
    return Object.fromEntries(this.stateEntries().map(([key, tensor]) => [key, tensor.detach()]));
  }

  /** @internal The tensors of the state dict themselves; a shared one under each of its keys. */
  stateEntries(prefix = "", depth = 0): [string, Parameter | Buffer][] {
    checkDepth(this, prefix, depth);
    const members = this.members();
    const own = members.filter(([, value]) => value instanceof Parameter);
    own.push(...members.filter(([, value]) => value instanceof Buffer && value.persistent));
    const entries = own.map(([name, value]) => [prefix + name, value] as [string, Parameter | Buffer]);
    for (const [name, value] of members) {
      if (value instanceof Module) entries.push(...value.stateEntries(`${prefix}${name}.`, depth + 1));
    }
    return entries;
  }

  /**
   * Copies the tensors in `state` into the parameters and buffers of the same keys. @returns the keys that only one
   * side has (both empty if `strict`). @throws TorchError `torch/state-dict` that lists every problem: shapes and
   * dtypes that differ and, if `strict`, keys that only one side has. The module is unchanged then.
   */
  loadStateDict(state: StateDict, options: LoadOptions = {}): LoadResult {
    return load(this, state, options);
  }

  /**
   * A deep copy: new tensors with the same elements; tied parameters stay tied, and no random numbers are drawn.
   * Not for classes with `#private` fields of their own. @throws TorchError beyond 1,000 objects in each other.
   */
  clone(): this {
    return clone(this, (value) => value instanceof Module);
  }

  /**
   * Runs `hook` after every `forward` of this module, however it is called, with the arguments and the output.
   * What it returns, unless undefined, takes the output's place. A copy made by `clone` has the hook too.
   * @param options `prepend`: run before the hooks that are there already. Default false.
   * @returns what takes the hook away again.
   * @throws TorchError if `hook` is not a function.
   */
  registerForwardHook<M extends AnyModule>(
    this: M,
    hook: ForwardHook<M>,
    options: HookOptions = {},
  ): () => void {
    return addHook("after", this, hook, options);
  }

  /**
   * As `registerForwardHook`, before `forward` and with its arguments. What it returns, unless undefined, takes their
   * place: a list of arguments, or the only one.
   */
  registerForwardPreHook<M extends AnyModule>(
    this: M,
    hook: ForwardPreHook<M>,
    options: HookOptions = {},
  ): () => void {
    return addHook("before", this, hook, options);
  }

  /** Releases every parameter and buffer. */
  dispose(): void {
    dispose([...this.parameters(), ...this.buffers()]);
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** Text between the parentheses when the module is printed. */
  extraRepr(): string {
    return "";
  }

  /** @internal True if equal neighbours among the children are printed as one. */
  get foldsEqualChildren(): boolean {
    return false;
  }

  /** The module and its children, as PyTorch prints them. */
  toString(): string {
    return describe(this);
  }
}

// Text for console.log.
Object.defineProperty(Module.prototype, inspect.custom, {
  value(this: AnyModule): string {
    return this.toString();
  },
});

function isMember(value: unknown): value is Parameter | Buffer | AnyModule {
  return value instanceof Parameter || value instanceof Buffer || value instanceof Module;
}

/** The tensors of one kind in `module`, each once. */
function collect<T extends Tensor>(
  module: AnyModule,
  kind: abstract new (data: Tensor) => T,
  recurse: boolean,
): [string, T][] {
  const found = new Map<T, string>();
  const modules: [string, AnyModule][] = recurse ? module.namedModules() : [["", module]];
  for (const [path, holder] of modules) {
    for (const [name, value] of holder.members()) {
      if (value instanceof kind && !found.has(value)) found.set(value, join(path, name));
    }
  }
  return Array.from(found, ([tensor, name]) => [name, tensor]);
}

/** Depth that only a module which contains itself reaches. */
const DEEPEST = 1000;

function checkDepth(module: AnyModule, path: string, depth: number): void {
  if (depth <= DEEPEST) return;
  const where = path === "" ? "" : `, at ${path.slice(0, 40)}…`;
  throw refuse(
    module.constructor.name,
    `modules are nested more than ${DEEPEST} deep${where}; a module that contains itself cannot be traversed`,
  );
}

function join(path: string, name: string): string {
  return path === "" ? name : `${path}.${name}`;
}

function convert(tensor: Tensor, options: ToOptions): void {
  const change = (source: Tensor): Tensor => {
    const { dtype } = source;
    const to = isFloatingPoint(dtype) || isComplex(dtype) ? options.dtype : undefined;
    const format = formatFor(source.ndim, options.memoryFormat);
    const { device } = options;
    const plain = call("aten::detach", source);
    return call("aten::to.dtype_layout", plain, to, undefined, device, undefined, false, false, format);
  };
  const { grad } = tensor;
  tensor.grad = null; // it must have the tensor's dtype and device whenever it is set
  tensor.setData(change(tensor));
  if (grad !== null) tensor.grad = change(grad);
}

function formatFor(dims: number, format: MemoryFormat | undefined): MemoryFormat | undefined {
  if (format === "channels_last") return dims === 4 ? format : undefined;
  return format === "channels_last_3d" && dims !== 5 ? undefined : format;
}
