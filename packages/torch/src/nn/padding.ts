// Padding layers.
import { show } from "../checks/show.js";
import { isWhole } from "../checks/values.js";
import type { Tensor } from "../tensor/index.js";
import { type PadMode, pad } from "./functional/image.js";
import { Module } from "./module.js";
import { refuse } from "./options.js";
import { python } from "./text.js";

/** One number for both sides, or (left, right). */
export type Padding1 = number | readonly [number, number];
/** One number for all four sides, or (left, right, top, bottom). */
export type Padding2 = number | readonly [number, number, number, number];
/** One number for all six sides, or (left, right, top, bottom, front, back). */
export type Padding3 = number | readonly [number, number, number, number, number, number];

/** Shared part of padding layers: `padding` widens the last 1, 2 or 3 dimensions; negative numbers cut. */
abstract class Pad<Given extends number | readonly number[]> extends Module {
  /** (before, after) for the last dimension, then for the one before it, and so on. */
  readonly padding: readonly number[];
  protected abstract readonly mode: PadMode;

  /** @internal */
  protected constructor(dims: 1 | 2 | 3, padding: Given) {
    super();
    const given: number | readonly number[] = padding;
    const list = typeof given === "number" ? new Array<number>(2 * dims).fill(given) : [...given];
    const largest = Number.MAX_SAFE_INTEGER;
    if (list.length !== 2 * dims || !list.every((size) => isWhole(size, -largest, largest))) {
      const accepted = `a whole number or ${2 * dims} of them`;
      throw refuse(new.target.name, `padding is ${show(padding)}, accepted: ${accepted}`);
    }
    this.padding = list;
  }

  /**
   * @param x [..., C, *] with 1, 2 or 3 dimensions for *, a batch before C or none
   * @throws TorchError if a border is wider than the mode can fill.
   */
  override forward(x: Tensor): Tensor {
    return pad(x, this.padding, { mode: this.mode });
  }

  override extraRepr(): string {
    return python(this.padding);
  }
}

abstract class Pad1 extends Pad<Padding1> {
  constructor(padding: Padding1) {
    super(1, padding);
  }
}

abstract class Pad2 extends Pad<Padding2> {
  constructor(padding: Padding2) {
    super(2, padding);
  }
}

abstract class Pad3 extends Pad<Padding3> {
  constructor(padding: Padding3) {
    super(3, padding);
  }
}

/** Zeros around [N, C, L] or [C, L]. */
export class ZeroPad1d extends Pad1 {
  protected override readonly mode: PadMode = "constant";
}

/** Zeros around [N, C, H, W] or [C, H, W]. */
export class ZeroPad2d extends Pad2 {
  protected override readonly mode: PadMode = "constant";
}

/** Zeros around [N, C, D, H, W] or [C, D, H, W]. */
export class ZeroPad3d extends Pad3 {
  protected override readonly mode: PadMode = "constant";
}

/** The mirror image around [N, C, L] or [C, L], without the edge itself; narrower than the input. */
export class ReflectionPad1d extends Pad1 {
  protected override readonly mode: PadMode = "reflect";
}

/** Same as `ReflectionPad1d` around [N, C, H, W] or [C, H, W]. */
export class ReflectionPad2d extends Pad2 {
  protected override readonly mode: PadMode = "reflect";
}

/** Same as `ReflectionPad1d` around [N, C, D, H, W] or [C, D, H, W]. */
export class ReflectionPad3d extends Pad3 {
  protected override readonly mode: PadMode = "reflect";
}

/** The edge's own values around [N, C, L] or [C, L]. */
export class ReplicationPad1d extends Pad1 {
  protected override readonly mode: PadMode = "replicate";
}

/** Same as `ReplicationPad1d` around [N, C, H, W] or [C, H, W]. */
export class ReplicationPad2d extends Pad2 {
  protected override readonly mode: PadMode = "replicate";
}

/** Same as `ReplicationPad1d` around [N, C, D, H, W] or [C, D, H, W]. */
export class ReplicationPad3d extends Pad3 {
  protected override readonly mode: PadMode = "replicate";
}

/** The values of the other end around [N, C, L] or [C, L], as on a ring; at most as wide as the input. */
export class CircularPad1d extends Pad1 {
  protected override readonly mode: PadMode = "circular";
}

/** Same as `CircularPad1d` around [N, C, H, W] or [C, H, W]. */
export class CircularPad2d extends Pad2 {
  protected override readonly mode: PadMode = "circular";
}

/** Same as `CircularPad1d` around [N, C, D, H, W] or [C, D, H, W]. */
export class CircularPad3d extends Pad3 {
  protected override readonly mode: PadMode = "circular";
}

/** Shared part of layers that pad with one value. */
abstract class ConstantPad<Given extends number | readonly number[]> extends Pad<Given> {
  protected override readonly mode: PadMode = "constant";
  readonly value: number;

  /** @internal */
  protected constructor(dims: 1 | 2 | 3, padding: Given, value: number) {
    super(dims, padding);
    this.value = value;
  }

  override forward(x: Tensor): Tensor {
    return pad(x, this.padding, { mode: "constant", value: this.value });
  }

  override extraRepr(): string {
    return `padding=${python(this.padding)}, value=${python(this.value)}`;
  }
}

/** `value` around [N, C, L] or [C, L]. */
export class ConstantPad1d extends ConstantPad<Padding1> {
  constructor(padding: Padding1, value: number) {
    super(1, padding, value);
  }
}

/** `value` around [N, C, H, W] or [C, H, W]. */
export class ConstantPad2d extends ConstantPad<Padding2> {
  constructor(padding: Padding2, value: number) {
    super(2, padding, value);
  }
}

/** `value` around [N, C, D, H, W] or [C, D, H, W]. */
export class ConstantPad3d extends ConstantPad<Padding3> {
  constructor(padding: Padding3, value: number) {
    super(3, padding, value);
  }
}
