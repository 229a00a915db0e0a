// Errors of this package: one sentence that says what was given and what is accepted.

import type { TorchError } from "@throughline/torch";
import { FlossingError } from "../errors.js";

/** The error for an argument that `who` does not accept. */
export function refuse(who: string, reason: string): TorchError {
  return new FlossingError("flossing/argument", `${who}: ${reason}`, { op: who });
}

/** The error for a computation that left the finite numbers or cannot go on. */
export function diverged(who: string, reason: string): TorchError {
  return new FlossingError("flossing/diverged", `${who}: ${reason}`, { op: who });
}
