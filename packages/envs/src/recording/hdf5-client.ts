// HDF5 files are read in a thread of their own, a new one for each: the library, which is C compiled to WebAssembly, may abort at a damaged
// file, never come to an end with it, or read every later file wrongly. The thread is ended, and the file refused.
import { Worker } from "node:worker_threads";
import { EnvError } from "../errors.js";
import type { SourceCalls, SourceOptions } from "./hdf5-source.js";

/** What the thread is started with. */
export interface ThreadData {
  readonly file: string;
  readonly options: SourceOptions;
}

/** Message to the thread. */
export interface ThreadCall {
  readonly call: keyof SourceCalls;
  /** Number of the episode that is asked for. */
  readonly index: number;
}

/** Message from the thread. */
export type ThreadResponse = { readonly result: unknown } | { readonly refusal: string };

/** Milliseconds that an answer may take: an episode is read in less than one second. */
const PATIENCE = 120_000;

/** A file in robomimic's form, read by a thread. */
export class Hdf5Client {
  readonly #file: string;
  readonly #patience: number;
  readonly #thread: Worker;
  /** Who waits for an answer. */
  #waiting: ((response: ThreadResponse) => void) | undefined;
  /** Why there will be no more answers. */
  #ended: string | undefined;

  /** @param patience milliseconds that an answer may take */
  constructor(file: string, options: SourceOptions = {}, patience = PATIENCE) {
    this.#file = file;
    this.#patience = patience;
    const workerData: ThreadData = { file, options };
    // What the library prints of a damaged file is no output of ours.
    this.#thread = new Worker(new URL("./hdf5-thread.js", import.meta.url), {
      ...{ workerData, stdout: true, stderr: true, execArgv: [] },
    });
    this.#thread.on("message", (response: ThreadResponse) => this.#answer(response));
    this.#thread.on("error", ({ message }) =>
      this.#end(`the HDF5 library failed: ${message.split("\n")[0]}`),
    );
    this.#thread.on("exit", () => this.#end("the HDF5 library ended"));
  }

  /** @throws EnvError `envs/store` for what cannot be read, and for what the thread refuses */
  async ask<Call extends keyof SourceCalls>(call: Call, index = 0): Promise<SourceCalls[Call]> {
    if (this.#ended !== undefined) throw new EnvError("store", this.#ended);
    const answered = new Promise<ThreadResponse>((resolve) => {
      this.#waiting = resolve;
    });
    this.#thread.postMessage({ call, index } satisfies ThreadCall);
    const tooLong = (): void => this.#end(`the HDF5 library took more than ${this.#patience / 1000} s`);
    const timer = setTimeout(tooLong, this.#patience);
    const response = await answered;
    clearTimeout(timer);
    if ("result" in response) return response.result as SourceCalls[Call];
    throw new EnvError("store", response.refusal);
  }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #end(problem: string): void {
    this.#ended ??= `${this.#file} cannot be read: ${problem}`;
    this.#answer({ refusal: this.#ended });
  }

  #answer(response: ThreadResponse): void {
    this.#waiting?.(response);
    this.#waiting = undefined;
  }
}
