// Errors of this package.
import { LabError } from "@throughline/lab";
import type { ErrorDetails } from "@throughline/torch/errors";

/** The codes of this package without their room, `envs/`, with whose fault each is. */
export const envFaults = {
  action: "input",
  closed: "input",
  contract: "input",
  damaged: "input",
  died: "environment",
  disk: "environment",
  ended: "input",
  film: "input",
  hung: "environment",
  id: "input",
  "no-observations": "input",
  option: "input",
  physics: "environment",
  player: "input",
  python: "environment",
  raised: "environment",
  record: "input",
  replay: "input",
  reset: "input",
  scene: "input",
  space: "input",
  store: "input",
  terminal: "input",
} as const;

/** An environment was asked for what it cannot do: one sentence that says what was given and what is accepted. */
export class EnvError extends LabError {
  /** @param kind becomes the code `envs/action` and so on */
  constructor(kind: keyof typeof envFaults, message: string, details: ErrorDetails = {}) {
    super(`envs/${kind}`, message, { ...details, fault: envFaults[kind] });
  }
}
