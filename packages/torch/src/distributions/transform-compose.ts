// Transforms one after the other.
import { scope } from "../memory.js";
import type { Tensor } from "../tensor/index.js";
import { type Constraint, independent, real } from "./constraints.js";
import { sumRightmost } from "./distribution.js";
import { Transform } from "./transform.js";

const dimsOf = ({ eventDim = 0 }: Constraint): number => eventDim;

/** Transforms one after the other, the first first. `torch.distributions.ComposeTransform`. */
export class ComposeTransform extends Transform {
  readonly parts: readonly Transform[];

  constructor(parts: readonly Transform[]) {
    super();
    this.parts = parts;
  }

  /** The first one's, with as many dimensions as the part needs that takes the largest events. */
  override get domain(): Constraint {
    const { parts } = this;
    if (parts.length === 0) return real;
    const first = parts[0]!.domain;
    const needed = parts.reduceRight(
      (dims, part) => {
        const [before, after] = [dimsOf(part.domain), dimsOf(part.codomain)];
        return Math.max(dims + before - after, before);
      },
      dimsOf(parts.at(-1)!.codomain),
    );
    return independent(first, needed - dimsOf(first));
  }

  override get codomain(): Constraint {
    const { parts } = this;
    if (parts.length === 0) return real;
    const last = parts.at(-1)!.codomain;
    const needed = parts.reduce((dims, part) => {
      const [before, after] = [dimsOf(part.domain), dimsOf(part.codomain)];
      return Math.max(dims + after - before, after);
    }, dimsOf(parts[0]!.domain));
    return independent(last, needed - dimsOf(last));
  }

  override get bijective(): boolean {
    return this.parts.every((part) => part.bijective);
  }

  override get sign(): number | Tensor {
    return signOf(this.parts);
  }

  override get inv(): Transform {
    return new ComposeTransform(this.parts.map((part) => part.inv).toReversed());
  }

  override forward(x: Tensor): Tensor {
    return scope(() => this.parts.reduce((value, part) => part.forward(value), x.clone()));
  }

  override inverse(y: Tensor): Tensor {
    return scope(() => this.parts.reduceRight((value, part) => part.inverse(value), y.clone()));
  }

  override logAbsDetJacobian(x: Tensor, y: Tensor): Tensor {
    return scope(() => {
      let dims = dimsOf(this.domain);
      let sum = x.newZeros([]);
      let value = x;
      for (const [i, part] of this.parts.entries()) {
        const next = i === this.parts.length - 1 ? y : part.forward(value);
        sum = sum.add(sumRightmost(part.logAbsDetJacobian(value, next), dims - dimsOf(part.domain)));
        dims += dimsOf(part.codomain) - dimsOf(part.domain);
        value = next;
      }
      return this.parts.length === 0 ? x.newZeros(x.shape) : sum;
    });
  }

  override forwardShape(shape: readonly number[]): readonly number[] {
    return this.parts.reduce((now, part) => part.forwardShape(now), shape);
  }

  override inverseShape(shape: readonly number[]): readonly number[] {
    return this.parts.reduceRight((now, part) => part.inverseShape(now), shape);
  }

  override equals(other: Transform): boolean {
    return other instanceof ComposeTransform && sameTransforms(this.parts, other.parts);
  }
}

/** The product of the signs. */
export function signOf(parts: readonly Transform[]): number | Tensor {
  return scope(() => {
    let product: number | Tensor = 1;
    for (const { sign } of parts) {
      if (typeof sign !== "number") product = sign.mul(product);
      else product = typeof product === "number" ? product * sign : product.mul(sign);
    }
    return product;
  });
}

/** True if each is known to be the same function as its counterpart. */
export function sameTransforms(a: readonly Transform[], b: readonly Transform[]): boolean {
  return a.length === b.length && a.every((part, i) => part.equals(b[i]!));
}

/** y = x. `torch.distributions.identity_transform`. */
export const identityTransform: Transform = new ComposeTransform([]);
