// Actions of several numbers: a mixture of Gaussians.
import { type Generator, nn, noGrad, randn, scope, type Tensor } from "@throughline/torch";
import { Mlp } from "../nn/mlp.js";
import { inSingle } from "../nn/single.js";
import type { ActionDistribution } from "./sequence-policy.js";

/** Standard deviation of what is drawn in an evaluation, in place of the Gaussians' own. */
const LOW_NOISE = 1e-4;

/** Smallest standard deviation. */
const LEAST = 1e-4;

/** A mixture of K diagonal Gaussians over D numbers for each of [B, T] steps. */
export class ContinuousActions implements ActionDistribution {
  /** [B, T, K], not normalised */
  readonly logits: Tensor;
  /** [B, T, K, D], from −1 to 1 */
  readonly means: Tensor;
  /** [B, T, K, D] */
  readonly scales: Tensor;

  constructor(logits: Tensor, means: Tensor, scales: Tensor) {
    this.logits = logits;
    this.means = means;
    this.scales = scales;
  }

  /** log Σ_k w_k Π_d N(a_d; μ_kd, σ_kd) */
  logProb(actions: Tensor): Tensor {
    return scope(() => {
      const [means, scales] = [inSingle(this.means), inSingle(this.scales)];
      const apart = actions.unsqueeze(-2).sub(means).div(scales);
      const each = apart
        .square()
        .mul(0.5)
        .add(scales.log())
        .add(0.5 * Math.log(2 * Math.PI));
      return inSingle(this.logits)
        .logSoftmax(-1)
        .sub(each.sum({ dim: -1 }))
        .logsumexp(-1);
    });
  }

  /** The "low-noise evaluation" of RoboMimic: a Gaussian by its weight, then its mean and noise of 10⁻⁴. */
  best(generator?: Generator): Tensor {
    return this.draw(generator, LOW_NOISE);
  }

  sample(generator?: Generator): Tensor {
    return this.draw(generator);
  }

  /** Mean of the mixture, [B, T, D]. */
  mean(): Tensor {
    return scope(() =>
      inSingle(this.logits).softmax(-1).unsqueeze(-1).mul(inSingle(this.means)).sum({ dim: -2 }),
    );
  }

  /** Mean of the most probable Gaussian, [B, T, D]. */
  mode(): Tensor {
    return scope(() => this.chosen(this.means, this.logits.argmax({ dim: -1 })));
  }

  /** @param scale standard deviation in place of the Gaussians' own */
  private draw(generator?: Generator, scale?: number): Tensor {
    return scope(() =>
      noGrad(() => {
        const weights = inSingle(this.logits).softmax(-1);
        const places = weights.shape.slice(0, -1);
        const which = weights.flatten(0, -2).multinomial(1, { generator }).reshape(places);
        const mean = this.chosen(inSingle(this.means), which);
        const noise = randn(mean.shape, { generator, dtype: mean.dtype, device: mean.device });
        return mean.add(noise.mul(scale ?? this.chosen(inSingle(this.scales), which)));
      }),
    );
  }

  /** Those of one Gaussian of each step. @param of [B, T, K, D] @param which int64 [B, T] @returns [B, T, D] */
  private chosen(of: Tensor, which: Tensor): Tensor {
    const index = which
      .unsqueeze(-1)
      .unsqueeze(-1)
      .expand([...which.shape, 1, of.size(-1)]);
    return of.gather(-2, index).squeeze(-2);
  }
}

/** Three MLPs E → hidden → …: weights, tanh of the means (their last layer has gain 0.01), and softplus + 10⁻⁴ of the scales. */
export class ContinuousHead extends nn.Module<[x: Tensor], ContinuousActions> {
  readonly modes: number;
  readonly _logits_mlp: Mlp;
  readonly _mean_mlp: Mlp;
  readonly _scale_mlp: Mlp;

  constructor(width: number, hidden: number, modes: number, dimensions: number, generator?: Generator) {
    super();
    this.modes = modes;
    this._logits_mlp = new Mlp([width, hidden, modes], { generator });
    this._mean_mlp = new Mlp([width, hidden, modes * dimensions], { gain: 0.01, generator });
    this._scale_mlp = new Mlp([width, hidden, modes * dimensions], { generator });
  }

  /** @param x [B, T, E] */
  override forward(x: Tensor): ContinuousActions {
    return mixtureOf(
      this._logits_mlp.forward(x),
      this._mean_mlp.forward(x).unflatten(-1, [this.modes, -1]),
      this._scale_mlp.forward(x).unflatten(-1, [this.modes, -1]),
    );
  }
}

/** The mixture that a head's raw numbers mean. @param logits [..., K] @param means before tanh @param scales before softplus, [..., K, D] */
export function mixtureOf(logits: Tensor, means: Tensor, scales: Tensor): ContinuousActions {
  return scope(
    () =>
      new ContinuousActions(
        logits,
        inSingle(means).tanh(),
        nn.functional.softplus(inSingle(scales)).add(LEAST),
      ),
  );
}
