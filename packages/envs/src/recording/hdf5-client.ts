// HDF5 files are read in a thread of their own: the library, which is C compiled to WebAssembly, may abort at a damaged file, or never
// come to an end with it. Then the thread is ended, and the file refused.
import { Worker } from "node:worker_threads";
import { EnvError } from "../errors.js";
import type { SourceCalls, SourceOptions } from "./hdf5-source.js";

/** Message to the thread. */
export type ThreadCall =
  | { readonly call: "open"; readonly file: string; readonly options: SourceOptions }
  | { readonly call: "close" }
  | { readonly call: keyof SourceCalls; readonly index: number };

/** Message from the thread. */
export type ThreadResponse =
  | { readonly result: unknown }
  | {
      readonly kind: "store" | "disk";
      readonly message: string;
      /** False if the library itself failed: its memory may be spoilt, and the thread is not used again. */
      readonly isWhole: boolean;
    };

/** Milliseconds that an answer may take: an episode is read in less than one second. */
const PATIENCE = 120_000;

/** A thread whose file is closed, for the next one: loading the library takes longer than reading a small file. */
let idle: Thread | undefined;

/** A file in robomimic's form, read by a thread. */
export class Hdf5Client {
  readonly #thread: Thread;

  private constructor(thread: Thread) {
    this.#thread = thread;
  }

  /** @param patience milliseconds that an answer may take @throws EnvError `envs/store` for a file that cannot be opened */
  static async open(file: string, options: SourceOptions = {}, patience = PATIENCE): Promise<Hdf5Client> {
    const thread = idle?.isWhole ? idle : new Thread();
    idle = undefined;
    const client = new Hdf5Client(thread);
    try {
      await thread.begin(file, patience, options);
      return client;
    } catch (error) {
      await client.close();
      throw error;
    }
  }

  /** @throws EnvError `envs/store` for what cannot be read, and for what the thread refuses */
  async ask<Call extends keyof SourceCalls>(call: Call, index = 0): Promise<SourceCalls[Call]> {
    return (await this.#thread.ask({ call, index })) as SourceCalls[Call];
  }

  async close(): Promise<void> {
    await this.#thread.ask({ call: "close" }).catch(() => undefined);
    if (this.#thread.isWhole && idle === undefined) idle = this.#thread;
    else await this.#thread.end();
  }
}

/** The thread and who waits for its answer. It keeps no process alive by itself. */
class Thread {
  /** False once it has ended, or the library has failed. */
  isWhole = true;
  readonly #worker: Worker;
  #file = "";
  #patience = PATIENCE;
  #waiting: ((response: ThreadResponse) => void) | undefined;

  constructor() {
    // What the library prints of a damaged file is no output of ours.
    const url = new URL("./hdf5-thread.js", import.meta.url);
    this.#worker = new Worker(url, { stdout: true, stderr: true, execArgv: [] });
    this.#worker.unref();
    this.#worker.on("message", (response: ThreadResponse) => this.#answer(response));
    this.#worker.on("error", (error) =>
      this.#fail(`the HDF5 library gave up at it: ${error.message.split("\n")[0]}`),
    );
    this.#worker.on("exit", () => this.#fail("the HDF5 library gave up at it"));
  }

  async begin(file: string, patience: number, options: SourceOptions): Promise<void> {
    this.#file = file;
    this.#patience = patience;
    await this.ask({ call: "open", file, options });
  }

  async ask(call: ThreadCall): Promise<unknown> {
    if (!this.isWhole) throw new EnvError("store", `${this.#file}: the HDF5 library has given it up`);
    const answered = new Promise<ThreadResponse>((resolve) => {
      this.#waiting = resolve;
    });
    this.#worker.ref();
    this.#worker.postMessage(call);
    const tooLong = (): void => this.#fail("the HDF5 library does not come to an end with it");
    const timer = setTimeout(tooLong, this.#patience);
    const response = await answered;
    clearTimeout(timer);
    this.#worker.unref();
    if ("result" in response) return response.result;
    this.isWhole &&= response.isWhole;
    throw new EnvError(response.kind, response.message);
  }

  async end(): Promise<void> {
    this.isWhole = false;
    await this.#worker.terminate();
  }

  #fail(problem: string): void {
    this.#answer({ kind: "store", message: `${this.#file} cannot be read: ${problem}`, isWhole: false });
    this.isWhole = false;
  }

  #answer(response: ThreadResponse): void {
    this.#waiting?.(response);
    this.#waiting = undefined;
  }
}
