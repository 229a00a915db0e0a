import type { ErrorDetails } from "@throughline/torch/errors";
import { type LabCode, LabError } from "../errors.js";

/** Kinds of errors of a figure: a code `figure/…` without its prefix. */
export type FigureProblem = LabCode extends infer Code
  ? Code extends `figure/${infer Kind}`
    ? Kind
    : never
  : never;

/** A figure that cannot be drawn: one sentence that says which part of it, what was given and what is accepted. */
export class FigureError extends LabError {
  constructor(problem: FigureProblem, message: string, details?: ErrorDetails) {
    super(`figure/${problem}`, message, details);
  }
}
