// A simulation in a thread of its own, which this thread waits for when it wants a result: WebAssembly can only be loaded
// asynchronously, and environments answer at once; and several of them compute side by side.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { type EngineCode, mujocoCode } from "../physics/mujoco.js";
import type { ManipulationId } from "../tasks/tasks.js";
import type { CallArguments, CallName, CallResult } from "./handlers.js";

/** Places of the numbers that both threads see: messages sent to the simulation, and from it. */
export const at = { asked: 0, answered: 1 } as const;

/** What the thread is started with. */
export interface ThreadData {
  readonly id: ManipulationId;
  readonly code: EngineCode;
  readonly counts: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** Message to the thread; without a call it ends. */
export interface Request {
  readonly call?: { readonly name: CallName; readonly args: readonly unknown[] };
}

/** Message from the thread. */
export type Response = { readonly result: unknown } | { readonly error: string };

/** A simulation of a task. Calls go one by one; between `begin` and `end` this thread is free. */
export class SimulationHost {
  readonly #port: MessagePort;
  readonly #counts = new Int32Array(new SharedArrayBuffer(8));
  #isClosed = false;

  constructor(id: ManipulationId) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const workerData: ThreadData = {
      ...{ id, code: mujocoCode(), counts: this.#counts.buffer as SharedArrayBuffer, port: port2 },
    };
    const options = { workerData, transferList: [port2], execArgv: [] };
    // It keeps no process alive.
    new Worker(new URL("./simulation-thread.js", import.meta.url), options).unref();
    port1.unref();
  }

  /** Sends a call. */
  begin<Name extends CallName>(name: Name, ...args: CallArguments<Name>): void {
    this.#send({ call: { name, args } });
  }

  /** Waits for the result of the call that was sent. @throws Error of the thread */
  end<Name extends CallName>(): CallResult<Name> {
    const { answered, asked } = at;
    while (this.#counts[answered] !== this.#counts[asked])
      Atomics.wait(this.#counts, answered, this.#counts[answered]!);
    const response = receiveMessageOnPort(this.#port)!.message as Response;
    if ("error" in response) throw new Error(`MuJoCo: ${response.error}`);
    return response.result as CallResult<Name>;
  }

  /** A call and its result. */
  call<Name extends CallName>(name: Name, ...args: CallArguments<Name>): CallResult<Name> {
    this.begin(name, ...args);
    return this.end<Name>();
  }

  /** Frees the simulation and ends the thread; a second call does nothing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#send({});
    this.end();
    this.#port.close();
  }

  #send(request: Request): void {
    this.#port.postMessage(request);
    Atomics.add(this.#counts, at.asked, 1);
    Atomics.notify(this.#counts, at.asked);
  }
}
