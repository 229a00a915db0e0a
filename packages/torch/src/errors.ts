// Errors of all packages. Free of the engine: `@throughline/torch/errors`.

/**
 * Whose fault an error is.
 *
 * - `input`: what was given (an argument, an option, a file, a name) is not accepted; give something else
 * - `environment`: the machine, another process or the surroundings stand in the way (disk, memory, a lock, set-up)
 * - `internal`: a mistake of Throughline's own; report it
 */
export type Fault = "input" | "environment" | "internal";

/** Further facts of an error. */
export interface ErrorDetails {
  /** Underlying error: the operating system's, libtorch's. */
  readonly cause?: unknown;
}

/** Every failure that a package of Throughline knows: one clear sentence, or one a problem. */
export class ThroughlineError extends Error {
  /** Stable, `room/kind`, such as `io/truncated`; docs/errors.md has all. */
  readonly code: string;
  /** Whose it is. */
  readonly fault: Fault;

  constructor(code: string, fault: Fault, message: string, { cause }: ErrorDetails = {}) {
    super(typeof message === "string" ? message : "no message", cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.code = code;
    this.fault = fault;
  }
}

/** The codes of this package, with whose fault each is. */
export const torchFaults = {
  "torch/amp": "input",
  "torch/argument": "input",
  "torch/async-mode": "input",
  "torch/async-scope": "input",
  "torch/autograd": "input",
  "torch/disposed": "input",
  "torch/distributed": "environment",
  "torch/distribution": "input",
  "torch/dtype": "input",
  "torch/gradcheck": "input",
  "torch/half-lstm": "environment",
  "torch/handles": "input",
  "torch/index": "input",
  "torch/library": "input",
  "torch/memory": "environment",
  "torch/nonfinite": "input",
  "torch/op": "input",
  "torch/refused": "input",
  "torch/scope": "internal",
  "torch/setup": "environment",
  "torch/state-dict": "input",
  "torch/unknown-operator": "input",
  "data/collate": "input",
  "data/module": "input",
  "data/sample": "input",
  "data/state": "input",
  "data/transfer": "input",
  "data/worker": "environment",
  "io/argument": "input",
  "io/dtype": "input",
  "io/format": "input",
  "io/limit": "input",
  "io/missing": "input",
  "io/onnx": "input",
  "io/open": "input",
  "io/truncated": "input",
  "io/unsafe": "input",
  "io/write": "environment",
} as const;

/** A code of this package. */
export type TorchCode = keyof typeof torchFaults;

/** True if a text is a code of this package. */
export function isTorchCode(code: unknown): code is TorchCode {
  return typeof code === "string" && Object.hasOwn(torchFaults, code);
}

/** Further facts of a TorchError. */
export interface TorchErrorDetails extends ErrorDetails {
  /** The operator or function that failed. */
  readonly op?: string;
}

/** Every failure of this package. */
export class TorchError extends ThroughlineError {
  /** The operator or function that failed. */
  readonly op: string | undefined;

  constructor(code: TorchCode, message: string, details?: TorchErrorDetails);
  /** Accepts a code of another package, with its fault. */
  constructor(code: string, message: string, details: TorchErrorDetails & { readonly fault: Fault });
  constructor(
    code: string,
    message: string,
    { op, fault, cause }: TorchErrorDetails & { readonly fault?: Fault } = {},
  ) {
    super(code, fault ?? (isTorchCode(code) ? torchFaults[code] : "internal"), message, { cause });
    this.op = op;
  }
}
