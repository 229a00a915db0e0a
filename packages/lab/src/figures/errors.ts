import { LabError } from "../errors.js";

/** A figure that cannot be drawn: one sentence that says which part of it, what was given and what is accepted. */
export class FigureError extends LabError {
  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(`figure/${code}`, message, options);
    this.name = "FigureError";
  }
}
