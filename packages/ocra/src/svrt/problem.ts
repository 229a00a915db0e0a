// Definition of a problem, and the loop that draws pictures of it.

import type { Random } from "@throughline/lab/random";
import { Drawing, type Placement, side } from "./drawing.js";
import type { Outline } from "./outline.js";

/** Label of a picture: the side of the rule it is on. */
export type Label = 0 | 1;

/** One of the 23 problems. */
export interface SvrtProblem {
  readonly number: number;
  /** Kind of the problem: outlines must be compared ("same-different"), or only places and sizes ("spatial-relation"). */
  readonly kind: "same-different" | "spatial-relation";
  /** Content of pictures of label 0 and of label 1. */
  readonly rule: readonly [string, string];
}

/** Rules for drawing pictures of a problem. */
export interface SvrtGenerator extends SvrtProblem {
  /**
   * The outlines of one picture.
   * @param coin tossed once for each picture: problems with two kinds of pictures of one label have both as often, however
   * much easier one kind is to fit
   */
  outlines(rng: Random, label: Label, coin: boolean): Outline[];
  /** Places the outlines; false if they did not fit this time. */
  arrange(drawing: Drawing, outlines: readonly Outline[], rng: Random, label: Label, coin: boolean): boolean;
  /** Number of arrangements that are tried before new outlines are drawn. Default 1. */
  readonly tries?: number;
}

/** A picture and how it came about. */
export interface SvrtPicture {
  readonly problem: number;
  readonly label: Label;
  /** [128, 128]: 255 = white, 0 = a line. */
  readonly pixels: Uint8Array;
  /** The outlines and where their centres are. */
  readonly placements: readonly Placement[];
}

/** No picture has been seen to need a thousandth of this. */
const patience = 1e7;

/** Draws a picture of the problem; what it shows depends on the stream alone. */
export function drawPicture(problem: SvrtGenerator, label: Label, rng: Random): SvrtPicture {
  const drawing = new Drawing();
  const { tries = 1 } = problem;
  const coin = rng.below(2) === 1;
  for (let attempt = 0; attempt < patience; attempt++) {
    const outlines = problem.outlines(rng, label, coin);
    for (let i = 0; i < tries; i++) {
      drawing.clear();
      if (!problem.arrange(drawing, outlines, rng, label, coin)) continue;
      const pixels = drawing.ink.map((ink) => (ink === 1 ? 0 : 255));
      return { problem: problem.number, label, pixels, placements: [...drawing.placements] };
    }
  }
  throw new Error(`SVRT problem ${problem.number}, label ${label}: no picture in ${patience} attempts`);
}

/** A place anywhere in the frame. */
export function anywhere(rng: Random): [x: number, y: number] {
  return [rng.below(side), rng.below(side)];
}

/** A place at least 10 pixels from the frame: 10 … 117. */
export function inset(rng: Random): [x: number, y: number] {
  return [10 + rng.below(side - 20), 10 + rng.below(side - 20)];
}

/** True if two of the places are closer than `reach` in both coordinates. */
export function cluttered(places: readonly (readonly [number, number])[], reach: number): boolean {
  return places.some(([x, y], i) =>
    places.slice(0, i).some(([a, b]) => Math.abs(x - a) < reach && Math.abs(y - b) < reach),
  );
}

/** Draws outline i at place i; false at the first that overwrites. */
export function placeAll(
  drawing: Drawing,
  outlines: readonly Outline[],
  places: readonly (readonly [number, number])[],
): boolean {
  return places.every(([x, y], i) => drawing.place(outlines[i]!, x, y));
}
