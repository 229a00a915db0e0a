// Random closed outlines, and their copies that are scaled, turned or mirrored.
import type { Random } from "@throughline/lab/random";
import { Stamp } from "./stamp.js";

/** A change of an outline about its centre: mirrored first (x → −x), then scaled, then turned. */
export interface Change {
  readonly scale?: number;
  /** Radians, from the x axis towards the y axis (clockwise on the screen, where y points down). */
  readonly rotation?: number;
  readonly mirrored?: boolean;
}

/** A closed curve around (0, 0), in pixels, and what was done to the random curve that it comes from. */
export class Outline {
  /** The random curve that this is a copy of: outlines of one `source` differ by scale, rotation and mirroring alone. */
  readonly source: Outline;
  readonly scale: number;
  readonly rotation: number;
  readonly mirrored: boolean;
  /** The corners' coordinates; neighbours are at most about ¼ pixel apart at scale 1. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  #stamp: Stamp | undefined;

  constructor(x: Float64Array, y: Float64Array, source?: Outline, change: Change = {}) {
    this.x = x;
    this.y = y;
    this.source = source ?? this;
    this.scale = change.scale ?? 1;
    this.rotation = change.rotation ?? 0;
    this.mirrored = change.mirrored ?? false;
  }

  /** The pixels that it covers when its centre is at a whole pixel. */
  get stamp(): Stamp {
    this.#stamp ??= new Stamp(this.x, this.y);
    return this.#stamp;
  }

  /** A changed copy of the random curve that this outline comes from. */
  copy(change: Change): Outline {
    const { x, y } = this.source;
    const { scale = 1, rotation = 0, mirrored = false } = change;
    const cos = scale * Math.cos(rotation);
    const sin = scale * Math.sin(rotation);
    const flip = mirrored ? -1 : 1;
    return new Outline(
      x.map((px, i) => flip * px * cos - y[i]! * sin),
      x.map((px, i) => flip * px * sin + y[i]! * cos),
      this.source,
      change,
    );
  }
}

/** Signs of the four anchors: (+,+), (−,+), (−,−), (+,−). */
const quadrants = [
  [1, 1],
  [-1, 1],
  [-1, -1],
  [1, -1],
] as const;

/** Consecutive corners are joined once both their coordinates differ by no more than this. */
const finest = 0.25;

/** Corners of two successive levels, written in turn: made once, since most curves are discarded early. */
const levels: [Float64Array, Float64Array] = [new Float64Array(1 << 13), new Float64Array(1 << 13)];

/**
 * A random closed curve that stays between the circles of radius `inner` and `outer` around its centre.
 *
 * One anchor in each quadrant, uniform in the part of it between the circles; then every stretch longer than ¼ pixel is
 * halved at its middle, moved to a point uniform in the disc of a fifth of its length (drawn again while outside the
 * outer circle). A corner inside the inner circle discards the whole curve, anchors included. At last the curve is
 * turned by a uniform angle.
 *
 * Stretches are halved level by level rather than depth first: the same distribution, but what will be discarded is
 * discarded sooner.
 */
export function randomOutline(rng: Random, outer: number, inner: number): Outline {
  let level = 0;
  let count = anchors(rng, levels[0]!, outer, inner);
  for (;;) {
    const corners = levels[level % 2]!;
    level++;
    if (levels[level % 2]!.length < 2 * count) levels[level % 2] = new Float64Array(4 * count);
    const now = halve(rng, corners, count, levels[level % 2]!, outer, inner);
    if (now === count) return turned(corners, count, 2 * Math.PI * rng.unit());
    count = now > 0 ? now : anchors(rng, levels[level % 2]!, outer, inner);
  }
}

/** Writes the anchors as x₀, y₀, x₁, y₁, …; returns how many numbers these are. */
function anchors(rng: Random, corners: Float64Array, outer: number, inner: number): number {
  let count = 0;
  for (const [signX, signY] of quadrants) {
    let x: number;
    let y: number;
    let square: number;
    do {
      x = outer * rng.unit();
      y = outer * rng.unit();
      square = x * x + y * y;
    } while (square > outer * outer || square < inner * inner);
    corners[count++] = signX * x;
    corners[count++] = signY * y;
  }
  return count;
}

/**
 * Writes the corners of the next level to `finer`.
 * @param length how many numbers of `corners` count
 * @returns how many numbers were written: `length` if no stretch is long; 0 if a new corner is inside the inner circle
 */
function halve(
  rng: Random,
  corners: Float64Array,
  length: number,
  finer: Float64Array,
  outer: number,
  inner: number,
): number {
  let count = 0;
  for (let i = 0; i < length; i += 2) {
    const x = corners[i]!;
    const y = corners[i + 1]!;
    const j = i + 2 === length ? 0 : i + 2;
    const dx = corners[j]! - x;
    const dy = corners[j + 1]! - y;
    finer[count++] = x;
    finer[count++] = y;
    if (Math.abs(dx) <= finest && Math.abs(dy) <= finest) continue;
    const reach = Math.sqrt(dx * dx + dy * dy) / 5;
    let middleX: number;
    let middleY: number;
    let square: number;
    do {
      let u: number;
      let v: number;
      do {
        u = rng.bits() / 2 ** 31 - 1;
        v = rng.bits() / 2 ** 31 - 1;
      } while (u * u + v * v > 1);
      middleX = x + dx / 2 + reach * u;
      middleY = y + dy / 2 + reach * v;
      square = middleX * middleX + middleY * middleY;
    } while (square >= outer * outer);
    if (square < inner * inner) return 0;
    finer[count++] = middleX;
    finer[count++] = middleY;
  }
  return count;
}

function turned(corners: Float64Array, length: number, angle: number): Outline {
  const x = new Float64Array(length / 2);
  const y = new Float64Array(length / 2);
  const cos = Math.cos(angle);
  const sin = Math.sin(angle);
  for (let i = 0; i < x.length; i++) {
    x[i] = corners[2 * i]! * cos - corners[2 * i + 1]! * sin;
    y[i] = corners[2 * i]! * sin + corners[2 * i + 1]! * cos;
  }
  return new Outline(x, y);
}
