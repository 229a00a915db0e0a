// Errors of the lab.
import { type ErrorDetails, type Fault, ThroughlineError } from "@throughline/torch/errors";

/** The codes of the lab, with whose fault each is. */
export const labFaults = {
  "lab/artifact": "input",
  "lab/busy": "input",
  "lab/changed": "input",
  "lab/config": "input",
  "lab/config-changed": "input",
  "lab/config-file": "input",
  "lab/damaged": "environment",
  "lab/device": "input",
  "lab/disk": "environment",
  "lab/ended": "input",
  "lab/exists": "input",
  "lab/experiment": "input",
  "lab/experiment-name": "input",
  "lab/figure": "input",
  "lab/export": "input",
  "lab/grid": "input",
  "lab/inputs": "input",
  "lab/launcher": "environment",
  "lab/load": "environment",
  "lab/lock-lost": "environment",
  "lab/locked": "environment",
  "lab/loop": "input",
  "lab/memory": "input",
  "lab/metric": "input",
  "lab/name": "input",
  "lab/no-run": "input",
  "lab/no-sweep": "input",
  "lab/not-finite": "input",
  "lab/preset": "input",
  "lab/query": "input",
  "lab/ranks": "input",
  "lab/random": "input",
  "lab/registry": "input",
  "lab/reproduction": "input",
  "lab/sample": "input",
  "lab/state": "input",
  "lab/stopped": "environment",
  "lab/summary": "input",
  "lab/sweep": "input",
  "lab/sweep-file": "input",
  "lab/table": "input",
  "lab/track": "input",
  "lab/unknown-experiment": "input",
  "figure/axis-label": "input",
  "figure/band": "input",
  "figure/categories": "input",
  "figure/channels": "input",
  "figure/count": "input",
  "figure/empty": "input",
  "figure/error-bar": "input",
  "figure/font": "environment",
  "figure/infinite": "input",
  "figure/json": "input",
  "figure/kind": "input",
  "figure/length": "input",
  "figure/level": "input",
  "figure/log": "input",
  "figure/name": "input",
  "figure/nested": "input",
  "figure/option": "input",
  "figure/range": "input",
  "figure/scale": "input",
  "figure/svg": "input",
} as const;

/** A code of the lab. */
export type LabCode = keyof typeof labFaults;

/** Every failure the lab knows. */
export class LabError extends ThroughlineError {
  constructor(code: LabCode, message: string, details?: ErrorDetails);
  /** Takes a code of another package, which says whose fault it is. */
  constructor(code: string, message: string, details: ErrorDetails & { readonly fault: Fault });
  constructor(
    code: string,
    message: string,
    { fault, ...details }: ErrorDetails & { readonly fault?: Fault } = {},
  ) {
    super(code, fault ?? (isLabCode(code) ? labFaults[code] : "internal"), message, details);
  }
}

function isLabCode(code: string): code is LabCode {
  return Object.hasOwn(labFaults, code);
}
