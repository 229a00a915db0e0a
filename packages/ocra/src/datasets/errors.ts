import { LabError } from "@throughline/lab";

/** Data that cannot be made, read or used: one sentence that says what was given and what is accepted, or one a problem. */
export class OcraDataError extends LabError {
  /** @param code `objects`, `puzzles`, `argument`, `files`: becomes `ocra/objects` and so on. */
  constructor(code: string, message: string, options: { cause?: unknown } = {}) {
    super(`ocra/${code}`, message, options);
    this.name = "OcraDataError";
  }
}
