// The 23 problems, by number.
import { OcraDataError } from "../../datasets/errors.js";
import type { SvrtGenerator, SvrtProblem } from "../problem.js";
import { problem12, problem17 } from "./circle.js";
import { problem3, problem11 } from "./contact.js";
import { problem6, problem13 } from "./distance.js";
import { problem2, problem4, problem8, problem23 } from "./inside.js";
import { problem9, problem14, problem22 } from "./line.js";
import { problem16, problem18, problem20 } from "./mirror.js";
import { problem19, problem21 } from "./scale.js";
import { problem1, problem5, problem7 } from "./sets.js";
import { problem10, problem15 } from "./square.js";

const generators: readonly SvrtGenerator[] = [
  problem1,
  problem2,
  problem3,
  problem4,
  problem5,
  problem6,
  problem7,
  problem8,
  problem9,
  problem10,
  problem11,
  problem12,
  problem13,
  problem14,
  problem15,
  problem16,
  problem17,
  problem18,
  problem19,
  problem20,
  problem21,
  problem22,
  problem23,
];

/** All problems of the Synthetic Visual Reasoning Test, in order: problem n is at n − 1. */
export const svrtProblems: readonly SvrtProblem[] = generators;

/** Rules for drawing pictures of problem `number`. @throws OcraDataError ocra/argument unless it is from 1 to 23. */
export function svrtGenerator(number: number): SvrtGenerator {
  const found = generators[number - 1];
  if (found !== undefined) return found;
  throw new OcraDataError(
    "argument",
    `SVRT has no problem ${String(number)}; accepted: a whole number from 1 to 23`,
  );
}
