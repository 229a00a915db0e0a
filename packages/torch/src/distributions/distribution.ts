// The base of all distributions.
import { noGrad } from "../autograd.js";
import { show } from "../checks/show.js";
import { isWhole } from "../checks/values.js";
import { call } from "../dispatch.js";
import { TorchError } from "../errors.js";
import { broadcastShapes } from "../joining.js";
import { dispose, scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { isTensor } from "../tensor/operand.js";
import type { GeneratorOptions } from "../tensor/random-fill.js";
import { type Constraint, checkHolds } from "./constraints.js";
import { Transform } from "./transform.js";

/** Options of every distribution. */
export interface DistributionOptions {
  /** True if parameters and values are checked, which synchronises with an accelerator. Default true. */
  readonly validateArgs?: boolean;
}

/**
 * Independent random variables, one for each place of `batchShape`, each of shape `eventShape`.
 * It owns its parameters: they live as long as the scope in which it was created, and `scope`, `keep` and `dispose` find
 * them in it. Tensors that its methods, `mean`, `variance`, `stddev` and `mode` return belong to the caller.
 * `torch.distributions.Distribution`.
 */
export abstract class Distribution implements Disposable {
  /** The shape of the parameters: as many distributions side by side. */
  readonly batchShape: readonly number[];
  /** The shape of one draw from one of them. */
  readonly eventShape: readonly number[];
  /** True if draws can be differentiated; see `rsample`. */
  readonly hasRsample: boolean = false;
  /** True if there are finitely many values; see `enumerateSupport`. */
  readonly hasEnumerateSupport: boolean = false;
  /** True if parameters and values are checked. */
  protected readonly validateArgs: boolean;

  /** Constructor for subclasses, which implement at least `support`, `mean`, `variance`, `logProb`, and `sample` or `rsample`. */
  protected constructor(
    batchShape: readonly number[],
    eventShape: readonly number[],
    options: DistributionOptions,
  ) {
    this.batchShape = batchShape;
    this.eventShape = eventShape;
    this.validateArgs = options.validateArgs ?? true;
  }

  /** The values that have a probability or a density. */
  abstract get support(): Constraint;

  /** [...batchShape, ...eventShape] */
  abstract get mean(): Tensor;

  /** [...batchShape, ...eventShape] */
  abstract get variance(): Tensor;

  /** √variance: [...batchShape, ...eventShape] */
  get stddev(): Tensor {
    return scope(() => this.variance.sqrt());
  }

  /** The most probable value: [...batchShape, ...eventShape]. @throws TorchError `torch/distribution` if unknown */
  get mode(): Tensor {
    throw this.lacks("no mode in closed form");
  }

  /**
   * Draws, not recorded for differentiation.
   * @param shape shape of the draws. Default [], one draw.
   * @returns [...shape, ...batchShape, ...eventShape]; the same seed gives PyTorch's numbers.
   */
  sample(shape: readonly number[] = [], options: GeneratorOptions = {}): Tensor {
    return noGrad(() => this.rsample(shape, options));
  }

  /**
   * Draws as a differentiable function of the parameters and of noise (reparameterised).
   * @param shape shape of the draws. Default [], one draw.
   * @returns [...shape, ...batchShape, ...eventShape]
   * @throws TorchError `torch/distribution` unless `hasRsample`
   */
  rsample(_shape: readonly number[] = [], _options: GeneratorOptions = {}): Tensor {
    throw this.lacks("no reparameterised draws; use sample, and logProb for a score-function gradient");
  }

  /**
   * The logarithm of the probability, or of the density, of values.
   * @param value broadcasts with [...batchShape, ...eventShape]
   * @returns the broadcast shape without the event's dimensions
   * @throws TorchError `torch/argument`, unless `validateArgs` is false, for values of another shape or that cannot occur
   */
  abstract logProb(value: Tensor): Tensor;

  /** −E[logProb], in nats: [...batchShape]. @throws TorchError `torch/distribution` if it has no closed form */
  entropy(): Tensor {
    throw this.lacks("no entropy in closed form; −logProb of draws has it as its mean");
  }

  /** e to the power of the entropy: the number of equally probable values that would have it. */
  perplexity(): Tensor {
    return scope(() => this.entropy().exp());
  }

  /**
   * The probability of values up to `value`.
   * @returns the broadcast shape
   * @throws TorchError `torch/distribution` if it has no closed form; `torch/argument` as `logProb`
   */
  cdf(_value: Tensor): Tensor {
    throw this.lacks("no cumulative distribution function in closed form");
  }

  /**
   * The value up to which the probability is `value`: the inverse of `cdf`.
   * @param value from 0 to 1; it broadcasts with the batch shape
   * @throws TorchError `torch/distribution` if it has no closed form
   */
  icdf(_value: Tensor): Tensor {
    throw this.lacks("no inverse of the cumulative distribution function in closed form");
  }

  /**
   * All possible values.
   * @param expand whether they are repeated for each place of the batch. Default true; if false, those dimensions are 1.
   * @returns [values, ...batchShape, ...eventShape]
   * @throws TorchError `torch/distribution` unless `hasEnumerateSupport`
   */
  enumerateSupport(_expand = true): Tensor {
    throw this.lacks("no list of all values");
  }

  /**
   * The same distribution for a larger batch, with parameters of its own in the same memory.
   * @param batchShape a shape to which the batch shape broadcasts
   * @throws TorchError `torch/argument` for another shape
   */
  expand(batchShape: readonly number[]): this {
    if (!Array.isArray(batchShape) || !broadcastsTo(this.batchShape, batchShape)) {
      throw this.refusal(
        `the batch shape is to be ${show(batchShape)}, accepted: a shape to which [${this.batchShape}] broadcasts`,
      );
    }
    return this.grown(batchShape);
  }

  /** The copy that `expand` makes: every tensor and distribution that it owns begins with the batch's dimensions. */
  protected grown(batchShape: readonly number[]): this {
    return scope(() => {
      const own = Object.entries(this).map(([name, value]) => [
        name,
        grow(value, this.batchShape, batchShape),
      ]);
      const copy = Object.assign(
        Object.create(Object.getPrototypeOf(this) as object) as this,
        Object.fromEntries(own),
      );
      return Object.assign(copy, { batchShape: [...batchShape] });
    });
  }

  /** Releases the parameters. */
  dispose(): void {
    dispose(Object.values(this));
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** The shape of draws. @throws TorchError `torch/argument` if `shape` is no shape */
  protected extendedShape(shape: readonly number[]): number[] {
    if (Array.isArray(shape) && shape.every((size) => isWhole(size, 0, Number.MAX_SAFE_INTEGER))) {
      return [...shape, ...this.batchShape, ...this.eventShape];
    }
    throw this.refusal(`the shape is ${show(shape)}, accepted: a list of whole numbers`);
  }

  /** @throws TorchError `torch/argument` for values that have no probability. */
  protected checkValue(value: Tensor): void {
    if (!isTensor(value)) throw this.refusal(`the value is ${show(value)}, accepted: a tensor`);
    if (!this.validateArgs) return;
    const expected = [...this.batchShape, ...this.eventShape];
    const event = value.shape.slice(Math.max(0, value.ndim - this.eventShape.length));
    if (String(event) !== String(this.eventShape) || !broadcasts(value.shape, expected)) {
      const rest = this.eventShape.length > 0 ? ` and ends in [${this.eventShape}]` : "";
      throw this.refusal(
        `the value is ${show(value)}, accepted: a tensor that broadcasts with [${expected}]${rest}`,
      );
    }
    checkHolds(`${this.constructor.name}: the value`, value, this.support);
  }

  protected refusal(reason: string): TorchError {
    return new TorchError("torch/argument", `${this.constructor.name}: ${reason}`);
  }

  protected lacks(what: string): TorchError {
    return new TorchError("torch/distribution", `${this.constructor.name}: has ${what}`);
  }
}

/** What a distribution owns, for a larger batch. */
function grow(value: unknown, from: readonly number[], to: readonly number[]): unknown {
  if (isTensor(value)) return call("aten::expand", value, [...to, ...value.shape.slice(from.length)]);
  if (value instanceof Distribution) return value.expand([...to, ...value.batchShape.slice(from.length)]);
  if (value instanceof Transform) return aliased(value);
  return Array.isArray(value) ? value.map((item) => grow(item, from, to)) : value;
}

/** A transform with tensors of its own in the same memory. */
export function aliased(transform: Transform): Transform {
  const own = Object.entries(transform).map(([name, value]) => [name, alias(value)]);
  return Object.assign(
    Object.create(Object.getPrototypeOf(transform) as object),
    Object.fromEntries(own),
  ) as Transform;
}

function alias(value: unknown): unknown {
  if (isTensor(value)) return call("aten::alias", value);
  if (value instanceof Distribution) return value.expand(value.batchShape);
  if (value instanceof Transform) return aliased(value);
  return Array.isArray(value) ? value.map(alias) : value;
}

/** True if `from` broadcasts to `to`, which stays as it is. */
function broadcastsTo(from: readonly number[], to: readonly number[]): boolean {
  return broadcasts(from, to) && String(broadcastShapes(from, to)) === String(to);
}

/** True if shapes broadcast. */
export function broadcasts(a: readonly number[], b: readonly number[]): boolean {
  const [x, y] = [a.toReversed(), b.toReversed()];
  return x.every((size, i) => size === 1 || (y[i] ?? 1) === 1 || size === y[i]);
}

/** The sum over the last `count` dimensions. */
export function sumRightmost(x: Tensor, count: number): Tensor {
  return count === 0 ? x : x.sum({ dim: Array.from({ length: count }, (_, i) => -1 - i) });
}
