// Containers: modules that hold others by name.

import { show } from "../checks/show.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type AnyModule, type Member, Module } from "./module.js";
import { refuse } from "./options.js";
import type { Parameter } from "./parameter.js";

type ArgsOf<M> = M extends { forward(...args: infer Args): unknown } ? Args : never;
type OutOf<M> = M extends { forward(...args: never[]): infer Out } ? Out : never;
type First<L extends readonly AnyModule[]> = L extends readonly [infer F, ...unknown[]] ? F : L[number];
type Last<L extends readonly AnyModule[]> = L extends readonly [...unknown[], infer F] ? F : L[number];

/** Argument of a chain of layers: that of its first layer. */
export type ChainArgs<L extends readonly AnyModule[]> = L extends readonly [] ? [Tensor] : ArgsOf<First<L>>;
/** Result of a chain of layers: that of its last layer. */
export type ChainOut<L extends readonly AnyModule[]> = L extends readonly [] ? Tensor : OutOf<Last<L>>;
/** The chain itself if every layer accepts the output of the one before; a layer that does not becomes `never`. */
export type Chain<L extends readonly AnyModule[]> = L extends readonly [infer A, infer B, ...infer Rest]
  ? [OutOf<A>] extends ArgsOf<B>
    ? B extends AnyModule
      ? Rest extends readonly AnyModule[]
        ? readonly [A, ...Chain<readonly [B, ...Rest]>]
        : never
      : never
    : readonly [A, never]
  : L;

/**
 * Layers in sequence: each takes the output of the one before. Their names are "0", "1", ….
 * Intermediate results are released when `forward` returns; autograd keeps what it needs.
 */
export class Sequential<const L extends readonly AnyModule[] = readonly Module[]> extends Module<
  ChainArgs<L>,
  ChainOut<L>
> {
  readonly layers: L;

  /** Checks at compile time that each layer accepts the output of the one before. */
  constructor(...layers: L & Chain<L>) {
    super();
    this.layers = layers;
  }

  override members(): Member[] {
    return [...this.layers.map((layer, i): Member => [String(i), layer]), ...this.ownMembers("layers")];
  }

  override forward(...args: ChainArgs<L>): ChainOut<L> {
    return scope(() => {
      let values: unknown[] = args;
      for (const layer of this.layers as readonly Module<unknown[], unknown>[]) {
        values = [layer.forward(...values)];
      }
      return values[0] as ChainOut<L>;
    });
  }
}

/** Throws: a container is not a layer, and its modules are called by name. */
function noForward(name: string): never {
  throw refuse(name, "has no forward; call the modules in it");
}

/** A list of modules, named "0", "1", …; iterate over it, or read `items`. */
export class ModuleList<M extends AnyModule = Module> extends Module<never[], never> implements Iterable<M> {
  readonly items: M[];

  constructor(modules: Iterable<M> = []) {
    super();
    this.items = [...modules];
  }

  get length(): number {
    return this.items.length;
  }

  /** The module at `index`; negative counts from the last. @throws TorchError if there is none. */
  at(index: number): M {
    const found = this.items.at(index);
    if (found === undefined) throw refuse("ModuleList", `has ${this.length} modules, none at ${index}`);
    return found;
  }

  /** Adds modules at the end. */
  append(...modules: M[]): this {
    this.items.push(...modules);
    return this;
  }

  [Symbol.iterator](): IterableIterator<M> {
    return this.items[Symbol.iterator]();
  }

  override members(): Member[] {
    return [...this.items.map((item, i): Member => [String(i), item]), ...this.ownMembers("items")];
  }

  override forward(): never {
    return noForward("ModuleList");
  }

  override get foldsEqualChildren(): boolean {
    return true;
  }
}

/** Members by name. */
abstract class Dict<T extends Readonly<Record<string, AnyModule | Parameter>>> extends Module<
  never[],
  never
> {
  readonly items: T;

  constructor(members: T) {
    super();
    this.items = { ...members };
  }

  /** The name of the class, for messages. */
  protected abstract get kind(): string;

  /** The member called `name`. @throws TorchError if there is none. */
  get<K extends keyof T & string>(name: K): T[K] {
    if (Object.hasOwn(this.items, name)) return this.items[name];
    throw refuse(this.kind, `has no ${show(name)}, only ${Object.keys(this.items).join(", ")}`);
  }

  override members(): Member[] {
    return [...Object.entries(this.items), ...this.ownMembers("items")];
  }

  override forward(): never {
    return noForward(this.kind);
  }
}

/** Modules by name. */
export class ModuleDict<T extends Record<string, AnyModule> = Record<string, Module>> extends Dict<T> {
  protected override get kind(): string {
    return "ModuleDict";
  }
}

/** One parameter in the text of a container. */
function parameterLine(name: string | number, { dtype, shape }: Parameter): string {
  return `  (${name}): Parameter containing: [torch.${dtype} of size ${shape.join("x")}]`;
}

/** A list of parameters, named "0", "1", …; iterate over it, or read `items`. */
export class ParameterList extends Module<never[], never> implements Iterable<Parameter> {
  readonly items: Parameter[];

  constructor(parameters: Iterable<Parameter> = []) {
    super();
    this.items = [...parameters];
  }

  get length(): number {
    return this.items.length;
  }

  /** The parameter at `index`; negative counts from the last. @throws TorchError if there is none. */
  at(index: number): Parameter {
    const found = this.items.at(index);
    if (found === undefined) throw refuse("ParameterList", `has ${this.length} parameters, none at ${index}`);
    return found;
  }

  [Symbol.iterator](): IterableIterator<Parameter> {
    return this.items[Symbol.iterator]();
  }

  override members(): Member[] {
    return [...this.items.map((item, i): Member => [String(i), item]), ...this.ownMembers("items")];
  }

  override forward(): never {
    return noForward("ParameterList");
  }

  override extraRepr(): string {
    return this.items.map((item, i) => parameterLine(i, item)).join("\n");
  }
}

/** Parameters by name. */
export class ParameterDict<T extends Record<string, Parameter> = Record<string, Parameter>> extends Dict<T> {
  protected override get kind(): string {
    return "ParameterDict";
  }

  override extraRepr(): string {
    return Object.entries(this.items)
      .map(([name, item]) => parameterLine(name, item))
      .join("\n");
  }
}
