// Requests to a run to stop, and the error that its code gets then.
import { LabError } from "../errors.js";

/** Error that ends `run` when it is asked to stop. It is no failure; let it pass. */
export class RunStopped extends LabError {
  constructor(reason: string) {
    super("lab/stopped", `the run was asked to stop (${reason})`);
  }
}

/** A request to stop: made once, looked at between steps. */
export class StopRequest {
  readonly #controller = new AbortController();
  #reason: string | undefined;

  /** Reason of the stop; undefined until it is requested. */
  get reason(): string | undefined {
    return this.#reason;
  }

  /** Aborted when it is made. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Makes the request. Only the first counts. */
  make(reason: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = reason;
    this.#controller.abort(new RunStopped(reason));
  }

  /** @throws RunStopped if the request was made */
  check(): void {
    if (this.#reason !== undefined) throw new RunStopped(this.#reason);
  }
}
