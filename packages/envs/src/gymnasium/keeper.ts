// A thread that keeps child processes while this one waits: it starts and reaps them, hears their last words, and ends those
// that take too long.
import { Worker } from "node:worker_threads";

/** Places of the whole numbers that a child's memory begins with. */
export const at = {
  state: 0,
  calls: 1,
  code: 2,
  signal: 3,
  error: 4,
  hung: 5,
  heard: 6,
  heardIn: 7,
} as const;
const NUMBERS = 8;
/** Bytes of a child's last words. */
export const HEARD = 2048;
export const state = { starting: 0, running: 1, ended: 2 } as const;

/** Message to the thread: a child to keep. */
export interface ChildOrder {
  readonly memory: SharedArrayBuffer;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** File descriptors that the child gets as 3, 4, … */
  readonly files: readonly number[];
  /** Milliseconds that a call may take. */
  readonly timeout: number;
}

/** Whole numbers of a child's memory. */
export const numbersOf = (memory: SharedArrayBuffer): Int32Array => new Int32Array(memory, 0, NUMBERS);
/** Bytes of a child's memory for its last words, or for why it could not be started. */
export const wordsOf = (memory: SharedArrayBuffer): Uint8Array => new Uint8Array(memory, NUMBERS * 4, HEARD);

/** End of a child. */
export interface ChildEnd {
  readonly code: number | undefined;
  /** Number of the signal that ended it. */
  readonly signal: number | undefined;
  /** True if it was ended because a call took too long. */
  readonly hung: boolean;
  /** Last line of its standard error since the call before this one ended; "" without any. */
  readonly lastLine: string;
}

let thread: Worker | undefined;

/** It keeps no process alive. */
function keeper(): Worker {
  if (thread !== undefined) return thread;
  thread = new Worker(new URL("./keeper-thread.js", import.meta.url), {
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4 },
  });
  thread.on("exit", () => {
    thread = undefined;
  });
  thread.unref();
  return thread;
}

/** A child process that is kept by the thread. */
export class KeptChild {
  readonly #memory = new SharedArrayBuffer(NUMBERS * 4 + HEARD);
  readonly #numbers: Int32Array = numbersOf(this.#memory);

  constructor(order: Omit<ChildOrder, "memory">) {
    keeper().postMessage({ ...order, memory: this.#memory } satisfies ChildOrder);
  }

  /** Waits until it runs. @returns the message of what stands in the way */
  started(): string | undefined {
    Atomics.wait(this.#numbers, at.state, state.starting);
    return this.#numbers[at.error] === 1 ? this.#words() : undefined;
  }

  /** A call begins; its time counts until `callEnds`. */
  callBegins(): void {
    Atomics.add(this.#numbers, at.calls, 1);
  }

  callEnds(): void {
    Atomics.add(this.#numbers, at.calls, 1);
  }

  /** Waits until it has ended and is reaped. */
  ended(): ChildEnd {
    const calls = this.#numbers[at.calls]!;
    this.callBegins(); // should it not end by itself
    if (calls % 2 !== 0) this.callBegins();
    while (Atomics.load(this.#numbers, at.state) !== state.ended)
      Atomics.wait(this.#numbers, at.state, state.running);
    const signal = this.#numbers[at.signal]!;
    return {
      code: signal === 0 ? this.#numbers[at.code] : undefined,
      signal: signal === 0 ? undefined : signal,
      hung: this.#numbers[at.hung] === 1,
      lastLine: (this.#numbers[at.heardIn]! >= calls - 1 ? this.#words() : "")
        .trimEnd()
        .split("\n")
        .at(-1)!
        .trim(),
    };
  }

  #words(): string {
    return new TextDecoder().decode(wordsOf(this.#memory).slice(0, this.#numbers[at.heard]));
  }
}
