// Problems of CLEVR-ART as rows of object numbers: drawn anew, or read from the authors' tables.

import { Random } from "@throughline/lab/random";
import { io, scope, type Tensor } from "@throughline/torch";
import { checkOptions, oneOf, type Rules, required, whole } from "@throughline/torch/checks";
import { identityProblems, identitySpace } from "../art/identity-rules.js";
import { type ProblemRow, withObjects } from "../art/problem-table.js";
import { rmtsProblems } from "../art/rmts.js";
import { OcraDataError } from "../datasets/errors.js";
import { clevrNumber, clevrObjects, clevrTestObjects, clevrTrainObjects } from "./attributes.js";
import { type ClevrTaskName, rowLength } from "./layouts.js";
import { solveClevr } from "./solve.js";

/** Split of the problems. */
export interface ClevrTableOptions {
  readonly split: "train" | "test";
  readonly count: number;
  readonly seed: number;
}

/**
 * Problems of the split's 8 objects, drawn as those of ART with the `full_space` method. Object numbers are places in
 * `clevrObjects`.
 */
export function clevrProblems(task: ClevrTaskName, options: ClevrTableOptions): ProblemRow[] {
  const rules: Rules<ClevrTableOptions> = {
    split: required(oneOf(["train", "test"], "train")),
    count: required(whole(1, 1)),
    seed: required(whole(0, 0)),
  };
  const { split, count, seed } = checkOptions("clevrProblems", rules, options);
  const objects = (split === "train" ? clevrTrainObjects : clevrTestObjects).map(clevrNumber);
  const draw = task === "rmts" ? rmtsProblems : identityProblems;
  const random = new Random("clevr table", task, split, seed);
  return withObjects(draw(objects.length, count, "full_space", random), objects);
}

/** The most problems of a split: identity rules list theirs once; match-to-sample's are topped up with repetitions. */
export function clevrLimit(task: ClevrTaskName): number {
  return task === "identity-rules" ? identitySpace(clevrTrainObjects.length) : 1_000_000;
}

/**
 * The problems of a published table: an `.npz` file with `x` [N, 6 or 9, 4], numbers of colour, shape, size and material,
 * and `y` [N], the right answer.
 * @throws OcraDataError ocra/files if it holds something else, or a problem that breaks the rules
 */
export function readClevrTable(task: ClevrTaskName, path: string): ProblemRow[] {
  const length = rowLength(task);
  return scope(() => {
    const { x, y } = io.loadNpz(path);
    const count = y?.shape[0];
    if (x?.shape.join() !== [count, length, 4].join() || y?.shape.length !== 1) {
      const found = [x, y].map((array) => (array === undefined ? "none" : `[${array.shape.join(", ")}]`));
      refuse(
        path,
        `holds x ${found[0]} and y ${found[1]}; a table of ${task} has x [N, ${length}, 4], y [N]`,
      );
    }
    const attributes = numbers(x);
    return numbers(y).map((target, at) => {
      const objects = Array.from({ length }, (_, cell) => {
        const start = 4 * (at * length + cell);
        return objectNumber(attributes.slice(start, start + 4));
      });
      const solution = objects.includes(-1) ? null : solveClevr(task, objects);
      if (solution?.target !== target) {
        refuse(
          path,
          `has a problem ${at} that breaks the rules of ${task}, or whose answer is not ${target}`,
        );
      }
      return { objects, ...solution };
    });
  });
}

function numbers(tensor: Tensor): number[] {
  return Array.from(tensor.toTypedArray() as ArrayLike<number | bigint>, Number);
}

function objectNumber(attributes: readonly number[]): number {
  return clevrObjects.findIndex((object) => object.every((value, i) => value === attributes[i]));
}

function refuse(path: string, reason: string): never {
  throw new OcraDataError("files", `${path} ${reason}`);
}
