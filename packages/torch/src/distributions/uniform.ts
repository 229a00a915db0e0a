// Even numbers between two bounds.
import { empty } from "../creation.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, checkHolds, interval, lessThan, real } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { checkedParameters } from "./parameters.js";

/** Even on [low, high). `torch.distributions.Uniform`. */
export class Uniform extends Distribution {
  override readonly hasRsample = true;
  readonly low: Tensor;
  readonly high: Tensor;

  /**
   * @param low [...batchShape], below `high`
   * @param high [...batchShape]
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(low: number | Tensor, high: number | Tensor, options: DistributionOptions = {}) {
    const own = checkedParameters("Uniform", { low, high }, { low: real, high: real }, options);
    super(own.low.shape, [], options);
    this.low = own.low;
    this.high = own.high;
    if (this.validateArgs) checkHolds("Uniform: low", this.low, lessThan(this.high));
  }

  override get support(): Constraint {
    return interval(this.low, this.high);
  }

  override get mean(): Tensor {
    return scope(() => this.low.add(this.high).div(2));
  }

  /** NaN: all values are as probable. */
  override get mode(): Tensor {
    return scope(() => this.high.mul(Number.NaN));
  }

  override get stddev(): Tensor {
    return scope(() => this.width().div(Math.sqrt(12)));
  }

  override get variance(): Tensor {
    return scope(() => this.width().square().div(12));
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.low;
    const whole = this.extendedShape(shape);
    return scope(() =>
      empty(whole, { dtype, device }).uniform_(0, 1, { generator }).mul(this.width()).add(this.low),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const inside = value.ge(this.low).logicalAnd(value.lt(this.high));
      return inside.to(this.low.dtype).log().sub(this.width().log());
    });
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => value.sub(this.low).div(this.width()).clamp({ min: 0, max: 1 }));
  }

  override icdf(value: Tensor): Tensor {
    return scope(() => value.mul(this.width()).add(this.low));
  }

  override entropy(): Tensor {
    return scope(() => this.width().log());
  }

  private width(): Tensor {
    return this.high.sub(this.low);
  }
}
