// Errors of this package.
import { LabError } from "@throughline/lab";
import type { ErrorDetails } from "@throughline/torch/errors";

/** The codes of this package without their room, `cec/`, with whose fault each is. */
export const cecFaults = {
  checkpoint: "input",
  convert: "input",
  curriculum: "input",
  data: "input",
  evaluation: "input",
  history: "input",
  model: "input",
  policy: "input",
  "self-check": "input",
} as const;

/** Refusal of what does not make what was asked for: one sentence, and where it helps a picture of the numbers. */
export class CecError extends LabError {
  /** @param kind becomes the code `cec/history` and so on */
  constructor(kind: keyof typeof cecFaults, message: string, details: ErrorDetails = {}) {
    super(`cec/${kind}`, message, { ...details, fault: cecFaults[kind] });
  }
}
