// Weights computed from other parameters at each use (`torch.nn.utils.parametrize`).
import { noGrad } from "../../autograd.js";
import { show } from "../../checks/show.js";
import { scope } from "../../memory.js";
import { Tensor } from "../../tensor/index.js";
import { ModuleDict } from "../containers.js";
import { type AnyModule, type Member, Module } from "../module.js";
import { refuse } from "../options.js";
import { Parameter } from "../parameter.js";

/** A formula for a weight. Parameters and buffers that it needs besides the originals are its own. */
export abstract class Parametrization extends Module<Tensor[], Tensor> {
  /** The weight from the originals, at each use. */
  abstract override forward(...originals: Tensor[]): Tensor;

  /** The originals from which `forward` makes `weight`, or one near it. */
  abstract rightInverse(weight: Tensor): Tensor[];
}

/**
 * The originals of one weight and its formulas, under PyTorch's keys: `original`, or `original0`, `original1`, …, and the
 * formulas "0", "1", … in the order in which they are applied.
 */
export class ParametrizationList extends Module<[], Tensor> {
  readonly steps: Parametrization[];
  readonly originals: Parameter[];

  /** @internal */
  constructor(step: Parametrization, originals: readonly Tensor[]) {
    super();
    this.steps = [step];
    this.originals = originals.map((tensor) => new Parameter(tensor));
  }

  override members(): Member[] {
    const names = this.originals.length === 1 ? [""] : this.originals.map((_, i) => String(i));
    return [
      ...this.originals.map((original, i): Member => [`original${names[i]}`, original]),
      ...this.steps.map((step, i): Member => [String(i), step]),
    ];
  }

  /** The weight. */
  override forward(): Tensor {
    const [first, ...rest] = this.steps;
    return scope(() => {
      let weight = first!.forward(...this.originals);
      for (const step of rest) weight = step.forward(weight);
      return weight;
    });
  }

  /** Sets the originals so that the weight becomes `weight`, or near it. */
  assign(weight: Tensor): void {
    scope(() =>
      noGrad(() => {
        let values = [weight];
        for (const step of this.steps.toReversed()) values = step.rightInverse(values[0]!);
        this.originals.forEach((original, i) => {
          original.copy_(values[i]!);
        });
      }),
    );
  }
}

type Lists = Record<string, ParametrizationList>;
type Parametrized = AnyModule & { parametrizations?: ModuleDict<Lists> };

function listsOf(module: Parametrized): Lists | undefined {
  return module.parametrizations instanceof ModuleDict ? module.parametrizations.items : undefined;
}

function listOf(lists: Lists | undefined, name: string): Lists[string] | undefined {
  return lists !== undefined && Object.hasOwn(lists, name) ? lists[name] : undefined;
}

/** True if the weight `name` of a module, or, without a name, any, is computed by a parametrization. */
export function isParametrized(module: AnyModule, name?: string): boolean {
  const lists = listsOf(module);
  if (lists === undefined) return false;
  return name === undefined ? Object.keys(lists).length > 0 : Object.hasOwn(lists, name);
}

/**
 * From now on the weight `name` of `module` is what `formula` makes of new parameters, which start so that it stays as it
 * is. They are under `parametrizations.<name>.original…` in the state dict. An optimiser must be made afterwards.
 * @returns the module
 * @throws TorchError if the module has no such parameter.
 */
export function registerParametrization<M extends AnyModule>(
  module: M,
  name: string,
  formula: Parametrization,
): M {
  const holder = module as Parametrized & Record<string, unknown>;
  const lists = listsOf(holder);
  const known = listOf(lists, name);
  if (known !== undefined) {
    scope(() => {
      const now = known.forward().detach();
      known.steps.push(formula);
      known.assign(now);
    });
    return module;
  }
  const weight = holder[name];
  if (!(weight instanceof Parameter)) {
    const names = module.namedParameters({ recurse: false }).map(([own]) => own);
    throw refuse(
      "registerParametrization",
      `${module.constructor.name} has no parameter ${show(name)}, only ${names.join(", ") || "none"}`,
    );
  }
  const originals = scope(() => noGrad(() => formula.rightInverse(weight.detach()).map((t) => t.clone())));
  const list = new ParametrizationList(formula, originals);
  for (const original of originals) original.dispose();
  if (!weight.requiresGrad) list.requiresGrad_(false);
  weight.dispose();
  Reflect.deleteProperty(holder, name);
  // `this`, so that it works in a copy of the module too; not enumerable, so that it is no member.
  Object.defineProperty(holder, name, {
    configurable: true,
    enumerable: false,
    get(this: Parametrized): Tensor {
      return listsOf(this)![name]!.forward();
    },
    set(this: Parametrized, value: unknown) {
      if (!(value instanceof Tensor)) throw refuse(name, `expects a Tensor, got ${show(value)}`);
      listsOf(this)![name]!.assign(value);
    },
  });
  if (lists === undefined) holder.parametrizations = new ModuleDict<Lists>({ [name]: list });
  else lists[name] = list;
  return module;
}

/**
 * Makes the weight `name` an ordinary parameter again, with its value of now.
 * @returns the module
 * @throws TorchError if it is not parametrized.
 */
export function removeParametrizations<M extends AnyModule>(module: M, name: string): M {
  const holder = module as Parametrized & Record<string, unknown>;
  const lists = listsOf(holder);
  const list = listOf(lists, name);
  if (lists === undefined || list === undefined)
    throw refuse("removeParametrizations", `${show(name)} of ${module.constructor.name} is not parametrized`);
  const requiresGrad = list.originals[0]!.requiresGrad;
  const weight = scope(
    () =>
      new Parameter(
        noGrad(() => list.forward().detach().clone()),
        { requiresGrad },
      ),
  );
  Reflect.deleteProperty(holder, name);
  holder[name as keyof typeof holder] = weight as never;
  list.dispose();
  Reflect.deleteProperty(lists, name);
  if (Object.keys(lists).length === 0) Reflect.deleteProperty(holder, "parametrizations");
  return module;
}
