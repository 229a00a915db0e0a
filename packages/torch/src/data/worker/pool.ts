// Worker threads that make batches, seen from the main thread.
import { Worker } from "node:worker_threads";
import { TorchError } from "../../errors.js";
import { getNumThreads, setNumThreads } from "../../runtime.js";
import { listIndices, messageOf } from "../failure.js";
import type { Task } from "../maker.js";
import { type Packet, pack, releasePacket } from "./packet.js";
import { type Brief, type Reply, type Request, unpackFailure } from "./protocol.js";

/** Fields of `Brief`, before options are packed for one worker. */
export type Assignment = Omit<Brief, "options" | "stop"> & { readonly options: unknown };

interface Member {
  readonly worker: Worker;
  readonly options: Packet;
  readonly tasks: Map<number, Task>;
  readonly exited: Promise<void>;
  /** True if it has answered once. */
  started: boolean;
}

/** Time that a worker may take over its current sample when it is told to stop, in milliseconds. */
const grace = 2000;

export class WorkerPool {
  readonly #members: Member[];
  readonly #name: string;
  readonly #stop = new SharedArrayBuffer(4);
  readonly #replies = new Map<number, Reply>();
  #waiting: { readonly id: number; settle(): void } | undefined;
  #failure: Error | undefined;
  #stopping = false;

  constructor(assignment: Assignment, count: number) {
    this.#name = assignment.name;
    getNumThreads(); // settles this thread's number, which would otherwise be the 1 of the workers
    this.#members = Array.from({ length: count }, () => this.#start(assignment));
  }

  #start(assignment: Assignment): Member {
    const options = pack(assignment.options);
    const brief: Brief = { ...assignment, options, stop: this.#stop };
    const worker = new Worker(new URL("./thread.js", import.meta.url), {
      workerData: brief,
      execArgv: [], // flags such as --input-type are for the main program only
    });
    const exited = new Promise<void>((done) => {
      worker.on("exit", (code) => {
        releasePacket(options); // in case the worker ended before it could take them
        this.#lost(member, new Error(`it stopped with exit code ${code}`));
        done();
      });
    });
    const member: Member = { worker, options, tasks: new Map(), exited, started: false };
    worker.on("message", (reply: Reply) => this.#take(member, reply));
    worker.on("error", (error) => this.#lost(member, error));
    worker.unref(); // a loop that was abandoned does not keep the process alive
    return member;
  }

  /** Gives a batch to the worker with the least to do. */
  assign(id: number, task: Task): void {
    const member = this.#members.reduce((a, b) => (b.tasks.size < a.tasks.size ? b : a));
    member.tasks.set(id, task);
    const request: Request = { id, task };
    member.worker.postMessage(request);
  }

  /** Batch `id`, or null at the end of a stream; waits for it. One call at a time. */
  async result(id: number): Promise<Packet | null> {
    if (!this.#replies.has(id) && this.#failure === undefined) {
      for (const { worker } of this.#members) worker.ref();
      await new Promise<void>((settle) => {
        this.#waiting = { id, settle };
      });
      this.#waiting = undefined;
      for (const { worker } of this.#members) worker.unref();
    }
    const reply = this.#replies.get(id);
    if (reply === undefined) throw this.#failure!;
    this.#replies.delete(id);
    if (reply.failure !== undefined) throw unpackFailure(reply.failure);
    return reply.batch ?? null;
  }

  #take(member: Member, reply: Reply): void {
    member.tasks.delete(reply.id);
    if (!member.started) setNumThreads(getNumThreads()); // threads yet to come take the last number that was set
    member.started = true;
    if (this.#stopping) {
      if (reply.batch) releasePacket(reply.batch);
      return;
    }
    this.#replies.set(reply.id, reply);
    if (this.#waiting?.id === reply.id) this.#waiting.settle();
  }

  #lost(member: Member, cause: Error): void {
    if (this.#stopping || this.#failure !== undefined) return;
    const task = member.tasks.values().next().value;
    const doing = task === undefined ? "" : ` at batch ${listIndices(task.indices)}`;
    this.#failure = new TorchError(
      "data/worker",
      `worker of ${this.#name} failed${doing}: ${messageOf(cause)}`,
      { cause },
    );
    this.#waiting?.settle();
  }

  /** Ends the workers and releases the batches that were not taken. Waits until both are done. */
  async stop(): Promise<void> {
    this.#stopping = true;
    Atomics.store(new Int32Array(this.#stop), 0, 1);
    for (const { batch } of this.#replies.values()) if (batch) releasePacket(batch);
    this.#replies.clear();
    await Promise.all(this.#members.map(end));
  }
}

async function end({ worker, exited }: Member): Promise<void> {
  worker.ref();
  const stop: Request = "stop";
  worker.postMessage(stop);
  const late = setTimeout(() => void worker.terminate(), grace);
  await exited;
  clearTimeout(late);
}
