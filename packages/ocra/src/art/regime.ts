// A regime: which objects are held out, and how many problems of them there are.

import { Random } from "@throughline/lab/random";
import { OcraDataError } from "../datasets/errors.js";
import { distributionObjects, distributionProblems, distributionSpace } from "./distribution-of-3.js";
import {
  identityObjects,
  identityProblems,
  identitySpace,
  identitySubsampleLimit,
} from "./identity-rules.js";
import { type GeneratorMethod, type ProblemRow, rowKey, withObjects } from "./problem-table.js";
import { rmtsObjects, rmtsProblems, rmtsSpace, rmtsSubsampleLimit } from "./rmts.js";
import { sameDifferentProblems, sharedSameDifferentProblems } from "./same-different.js";

export const artTaskNames = ["same-different", "rmts", "distribution-of-3", "identity-rules"] as const;
export type ArtTaskName = (typeof artTaskNames)[number];

/** Parameters that decide the problems of a set. */
export interface Regime {
  readonly task: ArtTaskName;
  /** All objects, 100 in the paper. */
  readonly objects: number;
  /** Number of objects that only test problems have; 0: both splits have all. */
  readonly m: number;
  readonly split: "train" | "test";
  readonly seed: number;
  /** Undefined: the paper's. */
  readonly count: number | undefined;
  /** No more than this, where `count` is undefined. */
  readonly atMost: number | undefined;
  readonly method: GeneratorMethod;
}

/** The paper's largest set. */
const most = 10_000;

/** Objects that one problem needs. */
export const neededObjects: Readonly<Record<ArtTaskName, number>> = {
  "same-different": 2,
  rmts: rmtsObjects,
  "distribution-of-3": distributionObjects,
  "identity-rules": identityObjects,
};

/** The objects a split may use, in the order of their numbers: a function of (objects, m, seed) for all tasks. */
export function splitObjects({
  objects,
  m,
  split,
  seed,
}: Pick<Regime, "objects" | "m" | "split" | "seed">): number[] {
  const order = new Random("art/objects", seed).shuffle(Array.from({ length: objects }, (_, i) => i));
  const chosen = m === 0 ? order : split === "test" ? order.slice(0, m) : order.slice(m);
  return chosen.sort((a, b) => a - b);
}

/**
 * The problems of a regime, as many as the paper's table of set sizes says unless `count` is given.
 * @throws OcraDataError ocra/argument if it has fewer problems than `count`
 */
export function regimeProblems(regime: Regime): ProblemRow[] {
  const objects = splitObjects(regime);
  const rows = regime.m === 0 ? sharedProblems(regime, objects.length) : ownProblems(regime, objects.length);
  return withObjects(rows, objects);
}

function stream({ task, m, seed }: Regime, split: string): Random {
  return new Random("art/problems", task, m, seed, split);
}

/** Problems of objects that the other split does not have. */
function ownProblems(regime: Regime, n: number): ProblemRow[] {
  const { task, split, method } = regime;
  const random = stream(regime, split);
  switch (task) {
    case "same-different":
      return cut(sameDifferentProblems(n, most, random), regime);
    case "rmts": {
      const available = method === "subsample" ? rmtsSubsampleLimit(n) : rmtsSpace(n);
      return rmtsProblems(n, wanted(regime, available, method === "full_space"), method, random);
    }
    case "distribution-of-3":
      return distributionProblems(n, wanted(regime, distributionSpace(n)), random);
    case "identity-rules": {
      const available = method === "subsample" ? identitySubsampleLimit(n) : identitySpace(n);
      return identityProblems(n, wanted(regime, available), method, random);
    }
  }
}

/** Problems of the same objects in both splits: none of the test problems is a training problem. */
function sharedProblems(regime: Regime, n: number): ProblemRow[] {
  const { task, split } = regime;
  const random = stream(regime, "both");
  switch (task) {
    case "same-different":
      return cut(sharedSameDifferentProblems(n, split, random), regime);
    case "distribution-of-3": {
      const half = Math.floor(distributionSpace(n) / 2);
      const all = distributionProblems(n, 2 * Math.min(half, most), random);
      return cut(split === "train" ? all.slice(0, all.length / 2) : all.slice(all.length / 2), regime);
    }
    default: {
      const [draw, limit] =
        task === "rmts"
          ? [rmtsProblems, rmtsSubsampleLimit(n)]
          : [identityProblems, identitySubsampleLimit(n)];
      const half = Math.floor(limit / 2);
      const training = draw(n, Math.min(most, half), "subsample", random);
      if (split === "train") return cut(training, regime);
      return draw(n, wanted(regime, half), "subsample", random, new Set(training.map(rowKey)));
    }
  }
}

/** `count`, or the paper's number. @param repeats whether there may be more than are available. */
function wanted(regime: Regime, available: number, repeats = false): number {
  const { count, atMost = most } = regime;
  if (count === undefined) return Math.min(most, atMost, available);
  if (count > available && !repeats) refuse(regime, available);
  return count;
}

function cut(rows: readonly ProblemRow[], regime: Regime): ProblemRow[] {
  const { atMost = rows.length, count = Math.min(rows.length, atMost) } = regime;
  if (count > rows.length) refuse(regime, rows.length);
  return rows.slice(0, count);
}

function refuse({ task, m, split, count }: Regime, available: number): never {
  throw new OcraDataError(
    "argument",
    `art/${task}: count is ${count}; at m = ${m} the ${split} split has ${available} problems`,
  );
}
