// Errors of this package.
import { TorchError, type TorchErrorDetails } from "@throughline/torch/errors";

/** The codes of this package, with whose fault each is. */
export const flossingFaults = {
  "flossing/argument": "input",
  "flossing/checkpoint": "input",
  "flossing/data": "input",
  "flossing/diverged": "input",
  "flossing/not-finite": "input",
} as const;

/** Every failure of this package that the engine does not have. */
export class FlossingError extends TorchError {
  constructor(code: keyof typeof flossingFaults, message: string, details: TorchErrorDetails = {}) {
    super(code, message, { ...details, fault: flossingFaults[code] });
  }
}
