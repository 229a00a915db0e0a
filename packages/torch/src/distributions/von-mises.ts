// Angles.
import { noGrad } from "../autograd.js";
import { rand, zeros } from "../creation.js";
import { call } from "../dispatch.js";
import { where } from "../joining.js";
import { scope } from "../memory.js";
import { i0e, i1e } from "../special.js";
import type { Tensor } from "../tensor/index.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, positive, real } from "./constraints.js";
import { Distribution, type DistributionOptions } from "./distribution.js";
import { checkedParameters } from "./parameters.js";

/**
 * Angles in radians with the density e^(κ cos(x − loc)) / (2π I₀(κ)), κ = `concentration`. `torch.distributions.VonMises`,
 * whose Bessel functions are approximations good to 10⁻⁷; here they are libtorch's.
 */
export class VonMises extends Distribution {
  readonly loc: Tensor;
  readonly concentration: Tensor;

  /**
   * @param loc [...batchShape], radians
   * @param concentration above 0: [...batchShape]
   * @throws TorchError `torch/argument` for other parameters
   */
  constructor(loc: number | Tensor, concentration: number | Tensor, options: DistributionOptions = {}) {
    const sets = { loc: real, concentration: positive };
    const own = checkedParameters("VonMises", { loc, concentration }, sets, options);
    super(own.loc.shape, [], options);
    this.loc = own.loc;
    this.concentration = own.concentration;
  }

  override get support(): Constraint {
    return real;
  }

  /** The circular mean, `loc`. */
  override get mean(): Tensor {
    return call("aten::alias", this.loc);
  }

  override get mode(): Tensor {
    return this.mean;
  }

  /** The circular variance, 1 − I₁(κ) / I₀(κ). */
  override get variance(): Tensor {
    return scope(() => i1e(this.concentration).div(i0e(this.concentration)).rsub(1));
  }

  /** By rejection from a wrapped Cauchy distribution (Best and Fisher 1979), in float64. @returns angles in [−π, π) */
  override sample(shape: readonly number[] = [], { generator }: GeneratorOptions = {}): Tensor {
    const whole = this.extendedShape(shape);
    return scope(() =>
      noGrad(() => {
        const { dtype, device } = this.loc;
        const [loc, kappa] = [this.loc.double(), this.concentration.double()];
        const r = proposal(kappa);
        let angles = zeros(whole, { dtype: "float64", device });
        let done = zeros(whole, { dtype: "bool", device });
        while (!done.all().item()) {
          const [next, accepted] = scope(() => attempt(whole, device, kappa, r, generator));
          angles = where(accepted, next, angles);
          done = done.logicalOr(accepted);
        }
        return angles
          .add(Math.PI)
          .add(loc)
          .remainder(2 * Math.PI)
          .sub(Math.PI)
          .to(dtype);
      }),
    );
  }

  override logProb(value: Tensor): Tensor {
    this.checkValue(value);
    return scope(() => {
      const { loc, concentration } = this;
      const off = value.sub(loc).cos().sub(1).mul(concentration);
      return off.sub(i0e(concentration).log()).sub(Math.log(2 * Math.PI));
    });
  }
}

/** The proposal's parameter, (1 + ρ²) / 2ρ; for κ near 0 its limit, 1/κ + κ. */
function proposal(kappa: Tensor): Tensor {
  const tau = kappa.square().mul(4).add(1).sqrt().add(1);
  const rho = tau.sub(tau.mul(2).sqrt()).div(kappa.mul(2));
  const r = rho.square().add(1).div(rho.mul(2));
  return where(kappa.lt(1e-5), kappa.reciprocal().add(kappa), r);
}

/** Angles from the proposal, and which of them are taken. */
function attempt(
  shape: readonly number[],
  device: string,
  kappa: Tensor,
  r: Tensor,
  generator: GeneratorOptions["generator"],
): [Tensor, Tensor] {
  const [u, height, side] = rand([3, ...shape], { dtype: "float64", device, generator }).unbind() as [
    Tensor,
    Tensor,
    Tensor,
  ];
  const z = u.mul(Math.PI).cos();
  const f = r.mul(z).add(1).div(r.add(z));
  const c = kappa.mul(r.sub(f));
  const surely = c.mul(c.rsub(2)).sub(height).gt(0);
  const accepted = surely.logicalOr(c.div(height).log().add(1).sub(c).ge(0));
  return [side.sub(0.5).sign().mul(f.acos()), accepted];
}
