// A simulation in a thread of its own, which this thread waits for when it wants a result: WebAssembly can only be loaded
// asynchronously, and environments answer at once; and several of them compute side by side.
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from "node:worker_threads";
import { EnvError } from "../../errors.js";
import { type EngineCode, mujocoCode } from "../physics/mujoco.js";
import type { ManipulationId } from "../tasks/tasks.js";
import type { CallArguments, CallName, CallResult } from "./handlers.js";

/** Places of the numbers that both threads see: messages sent to the other thread, and from it. */
export const at = { asked: 0, answered: 1 } as const;

/** What the thread is started with. */
export interface ThreadData {
  readonly code: EngineCode;
  readonly counts: SharedArrayBuffer;
  readonly port: MessagePort;
}

/** Message to the thread: begin with a task, do something with its simulation, free it, or end. */
export type Request =
  | { readonly kind: "open"; readonly id: ManipulationId }
  | { readonly kind: "call"; readonly name: CallName; readonly args: readonly unknown[] }
  | { readonly kind: "free" }
  | { readonly kind: "end" };

/** Message from the thread. */
export type Response = { readonly result: unknown } | { readonly error: string };

/**
 * The next message of a port, waited for.
 * @param place of the number that grows after each message
 */
export function nextMessage(port: MessagePort, counts: Int32Array, place: number): unknown {
  for (;;) {
    const count = Atomics.load(counts, place);
    const received = receiveMessageOnPort(port);
    if (received !== undefined) return received.message;
    Atomics.wait(counts, place, count);
  }
}

/** A thread with the engine, which is asked one thing after the other. It keeps no process alive. */
class EngineThread {
  readonly #port: MessagePort;
  readonly #counts = new Int32Array(new SharedArrayBuffer(8));

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    const counts = this.#counts.buffer as SharedArrayBuffer;
    const workerData: ThreadData = { code: mujocoCode(), counts, port: port2 };
    const options = { workerData, transferList: [port2], execArgv: [] };
    new Worker(new URL("./simulation-thread.js", import.meta.url), options).unref();
    port1.unref();
  }

  send(request: Request): void {
    this.#port.postMessage(request);
    Atomics.add(this.#counts, at.asked, 1);
    Atomics.notify(this.#counts, at.asked);
  }

  /** Waits for the answer to what was sent. @throws EnvError `envs/physics` */
  receive(): unknown {
    const response = nextMessage(this.#port, this.#counts, at.answered) as Response;
    if ("error" in response) throw new EnvError("physics", `MuJoCo: ${response.error}`);
    return response.result;
  }

  end(): void {
    this.send({ kind: "end" });
    this.#port.close();
  }
}

/** Threads without a simulation: starting one takes longer than a hundred actions. */
const idle: EngineThread[] = [];
const MOST_IDLE = 4;

/** A simulation of a task. Calls go one by one; between `begin` and `end` this thread is free. */
export class SimulationHost {
  #thread: EngineThread | undefined;

  constructor(id: ManipulationId) {
    this.#thread = idle.pop() ?? new EngineThread();
    this.#thread.send({ kind: "open", id });
  }

  /** Sends a call. */
  begin<Name extends CallName>(name: Name, ...args: CallArguments<Name>): void {
    this.#thread!.send({ kind: "call", name, args });
  }

  /** Waits for the result of the call that was sent. @throws EnvError `envs/physics` */
  end<Name extends CallName>(): CallResult<Name> {
    return this.#thread!.receive() as CallResult<Name>;
  }

  /** A call and its result. */
  call<Name extends CallName>(name: Name, ...args: CallArguments<Name>): CallResult<Name> {
    this.begin(name, ...args);
    return this.end<Name>();
  }

  /** Frees the simulation; a second call does nothing. */
  close(): void {
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread === undefined) return;
    thread.send({ kind: "free" });
    thread.receive();
    if (idle.length < MOST_IDLE) idle.push(thread);
    else thread.end();
  }
}
