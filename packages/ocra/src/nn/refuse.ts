// The error for what a model of this package does not accept.
import { TorchError } from "@throughline/torch";

/** One sentence: who refuses, what was given, what is accepted. */
export function refuse(who: string, reason: string): TorchError {
  return new TorchError("torch/argument", `${who}: ${reason}`, { op: who });
}
