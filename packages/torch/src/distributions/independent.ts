// Places of a batch as one event.

import { show } from "../checks/show.js";
import { isWhole } from "../checks/values.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, independent } from "./constraints.js";
import { Distribution, type DistributionOptions, sumRightmost } from "./distribution.js";
import { refuse } from "./parameters.js";

/**
 * A distribution whose last batch dimensions are taken as one event: log probabilities are summed over them.
 * `torch.distributions.Independent`.
 * @example
 * const policy = new Independent(new Normal(mean, deviation), 1); // mean: [batch, actions]; eventShape: [actions]
 */
export class Independent<Base extends Distribution = Distribution> extends Distribution {
  override readonly hasRsample: boolean;
  readonly baseDist: Base;
  override readonly hasEnumerateSupport: boolean;
  readonly reinterpretedBatchNdims: number;

  /**
   * @param reinterpretedBatchNdims that many of the last batch dimensions
   * @throws TorchError `torch/argument` if the base has fewer
   */
  constructor(baseDist: Base, reinterpretedBatchNdims: number, options: DistributionOptions = {}) {
    if (!(baseDist instanceof Distribution))
      throw refuse("Independent", `baseDist is ${show(baseDist)}, accepted: a distribution`);
    const { batchShape, eventShape } = baseDist;
    if (!isWhole(reinterpretedBatchNdims, 0, batchShape.length)) {
      throw refuse(
        "Independent",
        `reinterpretedBatchNdims is ${show(reinterpretedBatchNdims)}, accepted: a whole number from 0 to ${batchShape.length}, the base's batch dimensions`,
      );
    }
    const kept = batchShape.length - reinterpretedBatchNdims;
    super(batchShape.slice(0, kept), [...batchShape.slice(kept), ...eventShape], options);
    this.baseDist = baseDist;
    this.reinterpretedBatchNdims = reinterpretedBatchNdims;
    this.hasRsample = baseDist.hasRsample;
    this.hasEnumerateSupport = reinterpretedBatchNdims === 0 && baseDist.hasEnumerateSupport;
  }

  override get support(): Constraint {
    return independent(this.baseDist.support, this.reinterpretedBatchNdims);
  }

  override get mean(): Tensor {
    return this.baseDist.mean;
  }

  override get variance(): Tensor {
    return this.baseDist.variance;
  }

  override get mode(): Tensor {
    return this.baseDist.mode;
  }

  override sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    return this.baseDist.sample(shape, options);
  }

  override rsample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    return this.baseDist.rsample(shape, options);
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => sumRightmost(this.baseDist.logProb(value), this.reinterpretedBatchNdims));
  }

  override entropy(): Tensor {
    return scope(() => sumRightmost(this.baseDist.entropy(), this.reinterpretedBatchNdims));
  }

  override enumerateSupport(expand = true): Tensor {
    return this.hasEnumerateSupport ? this.baseDist.enumerateSupport(expand) : super.enumerateSupport();
  }
}
