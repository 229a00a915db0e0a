import { LabError } from "@throughline/lab";
import type { ErrorDetails } from "@throughline/torch/errors";

/** The codes of this package without their room, `ocra/`, with whose fault each is. */
export const ocraFaults = {
  argument: "input",
  checkpoint: "input",
  files: "input",
  fonts: "environment",
  objects: "input",
  pretrained: "input",
  puzzles: "input",
} as const;

/** Options, data, puzzles or weights that cannot be used: one sentence that says what was given and what is accepted. */
export class OcraDataError extends LabError {
  /** @param kind becomes the code `ocra/argument` and so on */
  constructor(kind: keyof typeof ocraFaults, message: string, details: ErrorDetails = {}) {
    super(`ocra/${kind}`, message, { ...details, fault: ocraFaults[kind] });
  }
}

/** `ocra/files`, for stores of samples. */
export const filesError = (message: string, cause?: unknown): OcraDataError =>
  new OcraDataError("files", message, { cause });
