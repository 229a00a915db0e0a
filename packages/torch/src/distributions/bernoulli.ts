// A coin.
import { noGrad } from "../autograd.js";
import { call } from "../dispatch.js";
import { broadcastShapes } from "../joining.js";
import { scope } from "../memory.js";
import { binaryCrossEntropyWithLogits } from "../nn/functional/index.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { boolean, type Constraint } from "./constraints.js";
import { Distribution } from "./distribution.js";
import { enumerate } from "./enumerate.js";
import { type BinaryOptions, binaryParameters } from "./parameters.js";

/** 1 with probability `probs`, else 0, in the dtype of the parameter. `torch.distributions.Bernoulli`. */
export class Bernoulli extends Distribution {
  override readonly hasEnumerateSupport = true;
  readonly probs: Tensor;
  /** log(p / (1 − p)); from `probs`, of probabilities a rounding error away from 0 and 1 at least. */
  readonly logits: Tensor;

  /** @throws TorchError `torch/argument` unless exactly one parameter is given, with such values */
  constructor(options: BinaryOptions) {
    const { probs, logits } = binaryParameters("Bernoulli", options);
    super(probs.shape, [], options);
    this.probs = probs;
    this.logits = logits;
  }

  override get support(): Constraint {
    return boolean;
  }

  override get mean(): Tensor {
    return call("aten::alias", this.probs);
  }

  override get variance(): Tensor {
    return scope(() => this.probs.mul(this.probs.rsub(1)));
  }

  /** 0 or 1, or NaN where both are as probable. */
  override get mode(): Tensor {
    const { probs } = this;
    return scope(() => probs.ge(0.5).to(probs.dtype).maskedFill(probs.eq(0.5), Number.NaN));
  }

  override sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    return scope(() => noGrad(() => this.probs.expand(whole).bernoulli(options)));
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const shape = broadcastShapes(value.shape, this.batchShape);
      const target = value.to(this.logits.dtype).expand(shape);
      return binaryCrossEntropyWithLogits(this.logits.expand(shape), target, { reduction: "none" }).neg();
    });
  }

  override entropy(): Tensor {
    return scope(() => binaryCrossEntropyWithLogits(this.logits, this.probs, { reduction: "none" }));
  }

  override enumerateSupport(expand = true): Tensor {
    return enumerate(2, this.batchShape, expand, this.probs);
  }
}
