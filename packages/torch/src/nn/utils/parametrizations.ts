// Weight norm and spectral norm (`torch.nn.utils.parametrizations`).
import { noGrad } from "../../autograd.js";
import { wholeNumber } from "../../checks/index.js";
import { call } from "../../dispatch.js";
import { scope } from "../../memory.js";
import type { Tensor } from "../../tensor/index.js";
import { ConvTranspose } from "../conv-transpose.js";
import { normalize } from "../functional/norm.js";
import type { AnyModule } from "../module.js";
import { refuse } from "../options.js";
import { Buffer, Parameter } from "../parameter.js";
import { Parametrization, registerParametrization } from "./parametrize.js";

class WeightNorm extends Parametrization {
  readonly dim: number;

  constructor(dim: number) {
    super();
    this.dim = dim;
  }

  override forward(length?: Tensor, direction?: Tensor): Tensor {
    return call("aten::_weight_norm", direction, length, this.dim);
  }

  override rightInverse(weight: Tensor): Tensor[] {
    return [call("aten::norm_except_dim", weight, 2, this.dim), weight];
  }
}

/** Options of `weightNorm`. */
export interface WeightNormOptions {
  /** The parameter. Default `"weight"`. */
  readonly name?: string;
  /** The dimension along which every place has a length of its own; null: one length for all. Default 0. */
  readonly dim?: number | null;
}

/**
 * The weight of `module` as length times direction, w = g · v / ‖v‖, which are learned apart (Salimans and Kingma 2016):
 * g is `parametrizations.weight.original0` and v `original1`. The weight does not change at first.
 * @returns the module
 * @throws TorchError if the module has no such parameter.
 */
export function weightNorm<M extends AnyModule>(module: M, options: WeightNormOptions = {}): M {
  const { name = "weight", dim = 0 } = options;
  return registerParametrization(module, name, new WeightNorm(dim ?? -1));
}

class SpectralNorm extends Parametrization {
  readonly dim: number;
  readonly powerIterations: number;
  readonly eps: number;
  readonly _u: Buffer | null = null;
  readonly _v: Buffer | null = null;

  constructor(weight: Tensor, powerIterations: number, dim: number, eps: number) {
    super();
    this.dim = dim;
    this.powerIterations = powerIterations;
    this.eps = eps;
    if (weight.ndim < 2) return;
    const [u, v] = scope(() =>
      noGrad(() => {
        const [rows, columns] = this.matrix(weight).shape;
        const draw = (size: number | undefined): Buffer =>
          new Buffer(normalize(call<Tensor>("aten::new_empty", weight, [size]).normal_(), { dim: 0, eps }));
        return [draw(rows), draw(columns)] as const;
      }),
    );
    this._u = u;
    this._v = v;
    scope(() => this.iterate(this.matrix(weight), 15));
  }

  /** [size along `dim`, everything else] */
  private matrix(weight: Tensor): Tensor {
    return this.dim === 0 ? weight.flatten(1) : weight.movedim(this.dim, 0).flatten(1);
  }

  /** Brings u and v nearer to the largest singular value's vectors. */
  private iterate(matrix: Tensor, times: number): void {
    const { _u: u, _v: v, eps } = this;
    if (u === null || v === null) return;
    noGrad(() => {
      for (let i = 0; i < times; i++) {
        u.copy_(normalize(matrix.mv(v), { dim: 0, eps }));
        v.copy_(normalize(matrix.mH.mv(u), { dim: 0, eps }));
      }
    });
  }

  override forward(weight?: Tensor): Tensor {
    const w = weight!;
    return scope(() => {
      if (this._u === null || this._v === null) return normalize(w, { dim: 0, eps: this.eps });
      const matrix = this.matrix(w);
      if (this.training) this.iterate(matrix, this.powerIterations);
      // Copies, as the next use changes u and v before this one is differentiated.
      return w.div(this._u.clone().dot(matrix.mv(this._v.clone())));
    });
  }

  override rightInverse(weight: Tensor): Tensor[] {
    return [weight];
  }
}

/** Options of `spectralNorm`. */
export interface SpectralNormOptions {
  /** The parameter. Default `"weight"`. */
  readonly name?: string;
  /** Steps of the power method at each use in training. Default 1. */
  readonly nPowerIterations?: number;
  /** Least length that is divided by. Default 1e-12. */
  readonly eps?: number;
  /** The dimension of the outputs. Default 0, of transposed convolutions 1. */
  readonly dim?: number | null;
}

/**
 * The weight of `module` divided by its largest singular value, so that it stretches nothing (Miyato et al. 2018). The power
 * method finds it: each use in training makes `nPowerIterations` steps of it, use in evaluation none. The learned parameter is
 * `parametrizations.weight.original`, the vectors are the buffers `parametrizations.weight.0._u` and `_v`.
 * @returns the module
 * @throws TorchError if the module has no such parameter, or for fewer than one step.
 */
export function spectralNorm<M extends AnyModule>(module: M, options: SpectralNormOptions = {}): M {
  const { name = "weight", nPowerIterations = 1, eps = 1e-12 } = options;
  wholeNumber("spectralNorm: nPowerIterations", nPowerIterations, 1);
  const weight = (module as unknown as Record<string, unknown>)[name];
  if (!(weight instanceof Parameter))
    throw refuse("spectralNorm", `${module.constructor.name} has no parameter ${JSON.stringify(name)}`);
  const transposed = module instanceof ConvTranspose;
  const dim = options.dim ?? (transposed ? 1 : 0);
  return registerParametrization(module, name, new SpectralNorm(weight, nPowerIterations, dim, eps));
}
