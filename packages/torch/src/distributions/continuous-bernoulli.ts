// Numbers between 0 and 1 with an exponential density.
import { empty } from "../creation.js";
import { where } from "../joining.js";
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, unitInterval } from "./constraints.js";
import { Distribution } from "./distribution.js";
import { type BinaryOptions, binaryParameters, clampProbs } from "./parameters.js";

/** |logits| below which series are used, whose next term is below 10⁻¹⁴ of the result. */
const SMALL = 0.25;

/**
 * Density proportional to p^x (1 − p)^(1 − x) on [0, 1], p = `probs` (Loaiza-Ganem and Cunningham 2019): e^(lx) with
 * l = `logits`. `torch.distributions.ContinuousBernoulli`; near p = ½ the series here are exact, where PyTorch's are cut earlier.
 */
export class ContinuousBernoulli extends Distribution {
  override readonly hasRsample = true;
  /** A rounding error away from 0 and 1 at least. */
  readonly probs: Tensor;
  readonly logits: Tensor;

  /** @throws TorchError `torch/argument` unless exactly one of `probs` and `logits` is given, with such values */
  constructor(options: BinaryOptions) {
    const own = binaryParameters("ContinuousBernoulli", options);
    super(own.probs.shape, [], options);
    this.probs = scope(() => clampProbs(own.probs));
    this.logits = own.logits;
  }

  override get support(): Constraint {
    return unitInterval;
  }

  /** 1 / (1 − e^(−l)) − 1 / l */
  override get mean(): Tensor {
    return scope(() =>
      this.pieces([1 / 2, 1 / 12, 0, -1 / 720, 0, 1 / 30240, 0, -1 / 1209600, 0, 1 / 47900160], (l) =>
        l.neg().expm1().neg().reciprocal().sub(l.reciprocal()),
      ),
    );
  }

  /** 1 / l² − 1 / (2 sinh(l / 2))² */
  override get variance(): Tensor {
    return scope(() =>
      this.pieces([1 / 12, 0, -1 / 240, 0, 1 / 6048, 0, -1 / 172800, 0, 1 / 5322240], (l) =>
        l.square().reciprocal().sub(l.div(2).sinh().mul(2).square().reciprocal()),
      ),
    );
  }

  /** log ((e^l − 1) / l): log p(x) = l x − this. */
  logNorm(): Tensor {
    const series = [0, 1 / 2, 1 / 24, 0, -1 / 2880, 0, 1 / 181440, 0, -1 / 9676800, 0, 1 / 479001600];
    return scope(() =>
      this.pieces(series, (l) => {
        const size = l.abs();
        return size.neg().expm1().neg().log().sub(size.log()).add(l.relu());
      }),
    );
  }

  override rsample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const { dtype, device } = this.probs;
    const whole = this.extendedShape(shape);
    return scope(() => this.icdf(empty(whole, { dtype, device }).uniform_(0, 1, { generator })));
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => value.mul(this.logits).sub(this.logNorm()));
  }

  override cdf(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() =>
      this.mirrored(value.clamp({ min: 0, max: 1 }), (inside, l) => l.mul(inside).expm1().div(l.expm1())),
    );
  }

  override icdf(value: Tensor): Tensor {
    return scope(() => this.mirrored(value, (p, l) => p.mul(l.expm1()).log1p().div(l)));
  }

  override entropy(): Tensor {
    return scope(() => this.logNorm().sub(this.mean.mul(this.logits)));
  }

  /** A power series of l where it is small, else a closed form. */
  private pieces(series: readonly number[], closed: (l: Tensor) => Tensor): Tensor {
    const { logits } = this;
    const isSmall = logits.abs().lt(SMALL);
    const near = logits.maskedFill(isSmall.logicalNot(), 0);
    const sum = series.reduceRight<Tensor>((value, factor) => value.mul(near).add(factor), near.mul(0));
    return where(isSmall, sum, closed(logits.maskedFill(isSmall, 1)));
  }

  /** A function of x and −|l|; for l above 0 by its mirror image, 1 − f(1 − x), and x itself for l = 0. */
  private mirrored(x: Tensor, f: (x: Tensor, l: Tensor) => Tensor): Tensor {
    const { logits } = this;
    const isZero = logits.eq(0);
    const below = logits.maskedFill(isZero, 1).abs().neg();
    const isAbove = logits.gt(0);
    const found = f(where(isAbove, x.rsub(1), x), below);
    return where(isZero, x, where(isAbove, found.rsub(1), found));
  }
}
