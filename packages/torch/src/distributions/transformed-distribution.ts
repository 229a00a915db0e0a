// Distributions of functions of random variables.
import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, independent } from "./constraints.js";
import { aliased, Distribution, type DistributionOptions, sumRightmost } from "./distribution.js";
import { Independent } from "./independent.js";
import { refuse } from "./parameters.js";
import { Transform } from "./transform.js";
import { ComposeTransform, signOf } from "./transform-compose.js";

interface Plan {
  readonly base: Distribution;
  readonly batchShape: readonly number[];
  readonly eventShape: readonly number[];
}

/**
 * The distribution of y = f(x), x from a base distribution: log p(y) = log p(x) − log |det dy/dx|.
 * It owns the base; the tensors of the transforms stay the caller's.
 * `torch.distributions.TransformedDistribution`.
 * @example
 * const skewed = new TransformedDistribution(new Normal(0, 1), [new ExpTransform()]); // LogNormal(0, 1)
 */
export class TransformedDistribution<Base extends Distribution = Distribution> extends Distribution {
  override readonly hasRsample: boolean;
  /** The base, for the shape that the transforms need: expanded, or with batch dimensions as its event. */
  readonly baseDist: Base | Independent<Base>;
  readonly transforms: readonly Transform[];

  /**
   * @param transforms applied one after the other, the first first
   * @throws TorchError `torch/argument` if the base has fewer dimensions than they need
   */
  constructor(base: Base, transforms: Transform | readonly Transform[], options: DistributionOptions = {}) {
    const list = transforms instanceof Transform ? [transforms] : transforms;
    const { base: baseDist, batchShape, eventShape } = plan(base, list);
    super(batchShape, eventShape, options);
    this.baseDist = baseDist as Base | Independent<Base>;
    this.transforms = scope(() => list.map(aliased));
    this.hasRsample = baseDist.hasRsample;
  }

  override get support(): Constraint {
    const last = this.transforms.at(-1);
    if (last === undefined) return this.baseDist.support;
    return independent(last.codomain, this.eventShape.length - (last.codomain.eventDim ?? 0));
  }

  /** @throws TorchError `torch/distribution`: it has no closed form in general */
  override get mean(): Tensor {
    throw this.lacks("no mean in closed form; that of draws is an estimate");
  }

  /** @throws TorchError `torch/distribution`: it has no closed form in general */
  override get variance(): Tensor {
    throw this.lacks("no variance in closed form; that of draws is an estimate");
  }

  override sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    return scope(() => noGrad(() => this.transformed(this.baseDist.sample(shape, options))));
  }

  override rsample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    return scope(() => this.transformed(this.baseDist.rsample(shape, options)));
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      let dims = this.eventShape.length;
      let change: Tensor | undefined;
      let y = value;
      for (const transform of this.transforms.toReversed()) {
        const x = transform.inverse(y);
        const inner = transform.domain.eventDim ?? 0;
        dims += inner - (transform.codomain.eventDim ?? 0);
        const term = sumRightmost(transform.logAbsDetJacobian(x, y), dims - inner);
        change = change === undefined ? term : change.add(term);
        y = x;
      }
      const base = sumRightmost(this.baseDist.logProb(y), dims - this.baseDist.eventShape.length);
      return change === undefined ? base : base.sub(change);
    });
  }

  override cdf(value: Tensor): Tensor {
    return scope(() => {
      const x = this.transforms.reduceRight((y, transform) => transform.inverse(y), value);
      return this.turned(this.baseDist.cdf(x));
    });
  }

  override icdf(value: Tensor): Tensor {
    return scope(() => this.transformed(this.baseDist.icdf(this.turned(value))));
  }

  private transformed(x: Tensor): Tensor {
    return this.transforms.reduce((value, transform) => transform.forward(value), x);
  }

  /** p, or 1 − p where the transforms fall. */
  private turned(p: Tensor): Tensor {
    const sign = signOf(this.transforms);
    return sign === 1 ? p.clone() : p.sub(0.5).mul(sign).add(0.5);
  }
}

function plan(base: Distribution, transforms: readonly Transform[]): Plan {
  const who = "TransformedDistribution";
  if (!(base instanceof Distribution))
    throw refuse(who, `the base is ${show(base)}, accepted: a distribution`);
  if (!Array.isArray(transforms) || !transforms.every((part) => part instanceof Transform))
    throw refuse(who, `transforms is ${show(transforms)}, accepted: a transform or a list of them`);
  const whole = new ComposeTransform(transforms);
  const shape = [...base.batchShape, ...base.eventShape];
  const [before, after] = [whole.domain.eventDim ?? 0, whole.codomain.eventDim ?? 0];
  if (shape.length < before) {
    throw refuse(
      who,
      `the base has the shape [${shape}], accepted: ${before} dimensions at least, which the transforms need`,
    );
  }
  const result = whole.forwardShape(shape);
  const needed = whole.inverseShape(result);
  const own = base.eventShape.length;
  const expanded =
    String(needed) === String(shape) ? base : base.expand(needed.slice(0, needed.length - own));
  const reinterpreted = before - own;
  const cut = result.length - Math.max(after, own + after - before);
  return {
    base: reinterpreted > 0 ? new Independent(expanded, reinterpreted, { validateArgs: false }) : expanded,
    batchShape: result.slice(0, cut),
    eventShape: result.slice(cut),
  };
}
