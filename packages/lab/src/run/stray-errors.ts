// Unhandled errors during a run: of a promise that is not awaited, of a timer, of an event. They are the
// run's own, so it stops and has failed.
import type { StopRequest } from "./stop.js";

/** Listens for them until `close`. */
export class StrayErrors {
  readonly #stop: StopRequest;
  readonly #note: (text: string) => void;
  #first: { readonly thrown: unknown } | undefined;
  readonly #hear = (thrown: unknown): void => {
    this.#note(`unhandled error: ${thrown instanceof Error ? thrown.stack : String(thrown)}`);
    this.#first ??= { thrown };
    this.#stop.make("an error that nobody caught");
  };

  /** @param note is told of each; @param stop is made at the first */
  constructor(stop: StopRequest, note: (text: string) => void) {
    this.#stop = stop;
    this.#note = note;
    process.on("uncaughtException", this.#hear);
    process.on("unhandledRejection", this.#hear);
  }

  /** True if there was one. */
  get any(): boolean {
    return this.#first !== undefined;
  }

  /** Throws the first one, if there was any. */
  check(): void {
    if (this.#first !== undefined) throw this.#first.thrown;
  }

  close(): void {
    process.off("uncaughtException", this.#hear);
    process.off("unhandledRejection", this.#hear);
  }
}
