// Messages between the main thread and its workers.
import { type Fault, TorchError } from "../../errors.js";
import type { Task } from "../maker.js";
import type { Packet } from "./packet.js";

/** Start data of a worker. */
export interface Brief {
  /** The dataset's module, as a URL. */
  readonly module: string;
  readonly exportName: string;
  readonly options: Packet;
  readonly collateName: string | undefined;
  readonly seed: number;
  readonly dropLast: boolean;
  readonly name: string;
  /** One 32-bit word: not 0 once the work is wanted no longer. */
  readonly stop: SharedArrayBuffer;
}

/** Message to a worker: a batch to make, or the end. */
export type Request = { readonly id: number; readonly task: Task } | "stop";

/** Message from a worker: a batch, the end of a stream (null), or an error. */
export type Reply = {
  readonly id: number;
  readonly batch?: Packet | null;
  readonly failure?: Failure;
};

/** An exception, as it can be sent. */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Code of a TorchError. */
  readonly code: string | undefined;
  readonly fault: Fault | undefined;
  readonly cause: Failure | undefined;
}

export function packFailure(thrown: unknown): Failure {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return {
    name: error.name,
    message: error.message,
    stack: error.stack,
    code: error instanceof TorchError ? error.code : undefined,
    fault: error instanceof TorchError ? error.fault : undefined,
    cause: error.cause === undefined ? undefined : packFailure(error.cause),
  };
}

/** The exception again, with the stack of the thread it was thrown in. */
export function unpackFailure({ name, message, stack, code, fault, cause }: Failure): Error {
  const options = cause === undefined ? {} : { cause: unpackFailure(cause) };
  const error =
    code === undefined || fault === undefined
      ? new Error(message, options)
      : new TorchError(code, message, { ...options, fault });
  error.name = name;
  if (stack !== undefined) error.stack = stack;
  return error;
}
