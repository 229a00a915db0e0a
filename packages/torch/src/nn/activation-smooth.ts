// Smooth, shrinking and softmax activations, as layers.
import type { Tensor } from "../tensor/index.js";
import type { InplaceOptions } from "./functional/activation.js";
import * as functional from "./functional/activation.js";
import { glu, logSoftmax, softmax, softmin } from "./functional/softmax.js";
import { Module } from "./module.js";
import { float, python } from "./text.js";

/** x · Φ(x), Φ the normal distribution function (Hendrycks and Gimpel 2016) */
export class GELU extends Module {
  readonly approximate: "none" | "tanh";

  /** @param options `approximate`: `"none"` (default) or `"tanh"`, a formula that is close and faster. */
  constructor(options: { readonly approximate?: "none" | "tanh" } = {}) {
    super();
    this.approximate = options.approximate ?? "none";
  }

  override forward(x: Tensor): Tensor {
    return functional.gelu(x, this);
  }

  override extraRepr(): string {
    return `approximate=${python(this.approximate)}`;
  }
}

/** Shared part of activations that can overwrite their argument. */
abstract class Inplace extends Module {
  /** True if the argument is overwritten and returned. */
  readonly inplace: boolean;

  /** @param options `inplace`: default false. */
  constructor(options: InplaceOptions = {}) {
    super();
    this.inplace = options.inplace ?? false;
  }
}

/** x · sigmoid(x), also called swish */
export class SiLU extends Inplace {
  override forward(x: Tensor): Tensor {
    return functional.silu(x, this);
  }

  override extraRepr(): string {
    return this.inplace ? "inplace=True" : "";
  }
}

/** x · tanh(softplus(x)) (Misra 2019) */
export class Mish extends Inplace {
  override forward(x: Tensor): Tensor {
    return functional.mish(x, this);
  }

  override extraRepr(): string {
    return this.inplace ? "inplace=True" : "";
  }
}

/** x · relu6(x + 3) / 6 */
export class Hardswish extends Inplace {
  override forward(x: Tensor): Tensor {
    return functional.hardswish(x, this);
  }
}

/** relu6(x + 3) / 6 */
export class Hardsigmoid extends Inplace {
  override forward(x: Tensor): Tensor {
    return functional.hardsigmoid(x, this);
  }
}

/** 1 / (1 + e⁻ˣ) */
export class Sigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return functional.sigmoid(x);
  }
}

/** The hyperbolic tangent. */
export class Tanh extends Module {
  override forward(x: Tensor): Tensor {
    return functional.tanh(x);
  }
}

/** log(1 / (1 + e⁻ˣ)) */
export class LogSigmoid extends Module {
  override forward(x: Tensor): Tensor {
    return functional.logsigmoid(x);
  }
}

/** x / (1 + |x|) */
export class Softsign extends Module {
  override forward(x: Tensor): Tensor {
    return functional.softsign(x);
  }
}

/** x − tanh(x) */
export class Tanhshrink extends Module {
  override forward(x: Tensor): Tensor {
    return functional.tanhshrink(x);
  }
}

/** log(1 + e^(beta·x)) / beta, and x itself where beta · x > threshold */
export class Softplus extends Module {
  readonly beta: number;
  readonly threshold: number;

  /** @param options `beta`: default 1; `threshold`: default 20. */
  constructor(options: { readonly beta?: number; readonly threshold?: number } = {}) {
    super();
    this.beta = options.beta ?? 1;
    this.threshold = options.threshold ?? 20;
  }

  override forward(x: Tensor): Tensor {
    return functional.softplus(x, this);
  }

  override extraRepr(): string {
    return `beta=${float(this.beta)}, threshold=${float(this.threshold)}`;
  }
}

/** Shared part of the two shrinking activations. */
abstract class Shrink extends Module {
  readonly lambd: number;

  /** @param options `lambd`: half the width of what becomes 0, default 0.5. */
  constructor(options: { readonly lambd?: number } = {}) {
    super();
    this.lambd = options.lambd ?? 0.5;
  }

  override extraRepr(): string {
    return float(this.lambd);
  }
}

/** x moved towards 0 by `lambd`, and 0 where |x| ≤ lambd */
export class Softshrink extends Shrink {
  override forward(x: Tensor): Tensor {
    return functional.softshrink(x, this);
  }
}

/** x where |x| > lambd, else 0 */
export class Hardshrink extends Shrink {
  override forward(x: Tensor): Tensor {
    return functional.hardshrink(x, this);
  }
}

/** Shared part of activations along one dimension. */
abstract class Along extends Module {
  readonly dim: number;

  constructor(dim: number) {
    super();
    this.dim = dim;
  }

  override extraRepr(): string {
    return `dim=${this.dim}`;
  }
}

/** eˣ / Σ eˣ along `dim` */
export class Softmax extends Along {
  override forward(x: Tensor): Tensor {
    return softmax(x, this.dim);
  }
}

/** e⁻ˣ / Σ e⁻ˣ along `dim` */
export class Softmin extends Along {
  override forward(x: Tensor): Tensor {
    return softmin(x, this.dim);
  }
}

/** log(softmax(x)) along `dim` */
export class LogSoftmax extends Along {
  override forward(x: Tensor): Tensor {
    return logSoftmax(x, this.dim);
  }
}

/** Softmax over the channels of [N, C, H, W] or [C, H, W]. */
export class Softmax2d extends Module {
  override forward(x: Tensor): Tensor {
    return softmax(x, -3);
  }
}

/** a · sigmoid(b), where a and b are x's halves along `dim` */
export class GLU extends Along {
  /** @param dim default −1. */
  constructor(dim = -1) {
    super(dim);
  }

  override forward(x: Tensor): Tensor {
    return glu(x, this);
  }
}
