// Dropout layers: active in training only.
import { numberBetween } from "../checks/index.js";
import { call } from "../dispatch.js";
import type { Tensor } from "../tensor/index.js";
import { Module } from "./module.js";
import { python } from "./text.js";

/** Shared part of dropout layers. */
abstract class DropoutBase extends Module {
  /** The probability that an element (or channel) is dropped. */
  readonly p: number;
  readonly inplace: boolean;
  protected abstract readonly operator: string;

  /** @param p default 0.5; @param options `inplace`: default false. @throws TorchError unless 0 ≤ p ≤ 1. */
  constructor(p = 0.5, options: { readonly inplace?: boolean } = {}) {
    super();
    this.p = numberBetween(`${new.target.name}: p`, p, 0, 1);
    this.inplace = options.inplace ?? false;
  }

  override forward(x: Tensor): Tensor {
    return call(this.inplace ? `${this.operator}_` : this.operator, x, this.p, this.training);
  }

  override extraRepr(): string {
    return `p=${python(this.p)}, inplace=${python(this.inplace)}`;
  }
}

/** Elements become 0 with probability p; the others are divided by 1 − p (Srivastava et al. 2014). */
export class Dropout extends DropoutBase {
  protected override readonly operator: string = "aten::dropout";
}

/** Same as `Dropout`, of whole channels; [N, C, L]. */
export class Dropout1d extends DropoutBase {
  protected override readonly operator: string = "aten::feature_dropout";
}

/** Same as `Dropout`, of whole channels; [N, C, H, W]. */
export class Dropout2d extends DropoutBase {
  protected override readonly operator: string = "aten::feature_dropout";
}

/** Same as `Dropout`, of whole channels; [N, C, D, H, W]. */
export class Dropout3d extends DropoutBase {
  protected override readonly operator: string = "aten::feature_dropout";
}

/** Dropout that keeps mean and variance of what `SELU` gives (Klambauer et al. 2017). */
export class AlphaDropout extends DropoutBase {
  protected override readonly operator: string = "aten::alpha_dropout";
}

/** Same as `AlphaDropout`, of whole channels; [N, C, *]. */
export class FeatureAlphaDropout extends DropoutBase {
  protected override readonly operator: string = "aten::feature_alpha_dropout";
}
