// Activations that act on each element by itself, as layers.
import type { Tensor } from "../tensor/index.js";
import type { InplaceOptions } from "./functional/activation.js";
import * as functional from "./functional/activation.js";
import { Module } from "./module.js";
import { type FactoryOptions, refuse } from "./options.js";
import { fullParameter, type Parameter } from "./parameter.js";
import { float } from "./text.js";

/** Shared part of activations that can overwrite their argument. */
abstract class Inplace extends Module {
  /** True if the argument is overwritten and returned. */
  readonly inplace: boolean;

  /** @param options `inplace`: default false. */
  constructor(options: InplaceOptions = {}) {
    super();
    this.inplace = options.inplace ?? false;
  }

  override extraRepr(): string {
    return this.inplace ? "inplace=True" : "";
  }
}

/** Options as they are printed with a layer, followed by `inplace` if it is set. */
function shown(values: Readonly<Record<string, number>>, inplace = false): string {
  const parts = Object.entries(values).map(([name, value]) => `${name}=${float(value)}`);
  return [...parts, ...(inplace ? ["inplace=True"] : [])].join(", ");
}

/** max(0, x) */
export class ReLU extends Inplace {
  override forward(x: Tensor): Tensor {
    return functional.relu(x, this);
  }
}

/** min(max(0, x), 6) */
export class ReLU6 extends Inplace {
  override forward(x: Tensor): Tensor {
    return functional.relu6(x, this);
  }
}

/** x where x > 0, else negativeSlope · x */
export class LeakyReLU extends Inplace {
  readonly negativeSlope: number;

  /** @param options `negativeSlope`: default 0.01. */
  constructor(options: InplaceOptions & { readonly negativeSlope?: number } = {}) {
    super(options);
    this.negativeSlope = options.negativeSlope ?? 0.01;
  }

  override forward(x: Tensor): Tensor {
    return functional.leakyRelu(x, this);
  }

  override extraRepr(): string {
    return shown({ negative_slope: this.negativeSlope }, this.inplace);
  }
}

/** x where x > 0, else a · x; a is uniform on [lower, upper] in training, and their mean in evaluation */
export class RReLU extends Inplace {
  readonly lower: number;
  readonly upper: number;

  /** @param options `lower`: default 1/8; `upper`: default 1/3. */
  constructor(options: InplaceOptions & { readonly lower?: number; readonly upper?: number } = {}) {
    super(options);
    this.lower = options.lower ?? 1 / 8;
    this.upper = options.upper ?? 1 / 3;
  }

  override forward(x: Tensor): Tensor {
    return functional.rrelu(x, this);
  }

  override extraRepr(): string {
    return shown({ lower: this.lower, upper: this.upper }, this.inplace);
  }
}

/** x where x > 0, else alpha · (eˣ − 1) */
export class ELU extends Inplace {
  readonly alpha: number;

  /** @param options `alpha`: default 1. */
  constructor(options: InplaceOptions & { readonly alpha?: number } = {}) {
    super(options);
    this.alpha = options.alpha ?? 1;
  }

  override forward(x: Tensor): Tensor {
    return functional.elu(x, this);
  }

  override extraRepr(): string {
    return shown({ alpha: this.alpha }, this.inplace);
  }
}

/** elu scaled so that mean 0 and variance 1 are kept (Klambauer et al. 2017) */
export class SELU extends Inplace {
  override forward(x: Tensor): Tensor {
    return functional.selu(x, this);
  }
}

/** max(0, x) + min(0, alpha · (e^(x/alpha) − 1)) */
export class CELU extends Inplace {
  readonly alpha: number;

  /** @param options `alpha`: default 1. */
  constructor(options: InplaceOptions & { readonly alpha?: number } = {}) {
    super(options);
    this.alpha = options.alpha ?? 1;
  }

  override forward(x: Tensor): Tensor {
    return functional.celu(x, this);
  }

  override extraRepr(): string {
    return shown({ alpha: this.alpha }, this.inplace);
  }
}

/** x cut to [minVal, maxVal] */
export class Hardtanh extends Inplace {
  readonly minVal: number;
  readonly maxVal: number;

  /** @param options `minVal`: default −1; `maxVal`: default 1. */
  constructor(options: InplaceOptions & { readonly minVal?: number; readonly maxVal?: number } = {}) {
    super(options);
    this.minVal = options.minVal ?? -1;
    this.maxVal = options.maxVal ?? 1;
    if (!(this.minVal < this.maxVal))
      throw refuse("Hardtanh", `minVal ${this.minVal} must be below maxVal ${this.maxVal}`);
  }

  override forward(x: Tensor): Tensor {
    return functional.hardtanh(x, this);
  }

  override extraRepr(): string {
    return shown({ min_val: this.minVal, max_val: this.maxVal }, this.inplace);
  }
}

/** x where x > 0, else weight · x, with a learned weight for all or for each channel (dimension 1) */
export class PReLU extends Module {
  readonly numParameters: number;
  weight: Parameter;

  /**
   * @param options `numParameters`: 1 (default) or the number of channels; `init`: their initial value, default
   * 0.25.
   */
  constructor(options: FactoryOptions & { readonly numParameters?: number; readonly init?: number } = {}) {
    super();
    this.numParameters = options.numParameters ?? 1;
    this.weight = fullParameter([this.numParameters], options.init ?? 0.25, options);
  }

  override forward(x: Tensor): Tensor {
    return functional.prelu(x, this.weight);
  }

  override extraRepr(): string {
    return `num_parameters=${this.numParameters}`;
  }
}

/** x where x > threshold, else value */
export class Threshold extends Inplace {
  readonly threshold: number;
  readonly value: number;

  constructor(threshold: number, value: number, options: InplaceOptions = {}) {
    super(options);
    this.threshold = threshold;
    this.value = value;
  }

  override forward(x: Tensor): Tensor {
    return functional.threshold(x, this.threshold, this.value, this);
  }

  override extraRepr(): string {
    return `threshold=${this.threshold}, value=${this.value}${this.inplace ? ", inplace=True" : ""}`;
  }
}
