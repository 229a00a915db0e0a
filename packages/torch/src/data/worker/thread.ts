// Main function of a worker: it makes its dataset once, then batch after batch until it is told to stop.
import { parentPort, workerData } from "node:worker_threads";
import { scope } from "../../memory.js";
import { getNumThreads, setNumThreads } from "../../runtime.js";
import { listIndices, wrapFailure } from "../failure.js";
import { createMaker, type Maker, type Task } from "../maker.js";
import { loadDataset } from "./module.js";
import { type Packet, pack, releasePacket, unpack } from "./packet.js";
import { type Brief, packFailure, type Reply, type Request } from "./protocol.js";

const brief = workerData as Brief;
const port = parentPort!;
const stopped = new Int32Array(brief.stop);

// The workers share the cores with the training they feed. A thread takes the number set last, by whomever, when it first
// needs one; asking makes it do so now, and what is set afterwards is its own.
getNumThreads();
setNumThreads(1);

// Requests wait in the port until its listener is there.
const { dataset, collate } = await loadDataset(
  brief.module,
  brief.exportName,
  unpack(brief.options).value,
  brief.collateName,
);
const maker: Maker<unknown> = createMaker({
  dataset,
  collate,
  seed: brief.seed,
  dropLast: brief.dropLast,
  name: brief.name,
  checkpoint: () => {
    if (Atomics.load(stopped, 0) !== 0) throw new Error("stopped");
  },
});

port.on("message", (request: Request) => {
  if (request === "stop") {
    maker.close();
    port.close();
  } else if (Atomics.load(stopped, 0) === 0) {
    serve(request.id, request.task);
  }
});

function serve(id: number, task: Task): void {
  let batch: Packet | null;
  try {
    batch = scope(() => prepare(task));
  } catch (error) {
    if (Atomics.load(stopped, 0) === 0) send({ id, failure: packFailure(error) });
    return;
  }
  try {
    send({ id, batch });
  } catch (error) {
    if (batch !== null) releasePacket(batch);
    send({ id, failure: packFailure(unsendable(task, error)) });
  }
}

function prepare(task: Task): Packet | null {
  const made = maker.make(task);
  if (made === null) return null;
  try {
    return pack(made.batch);
  } catch (error) {
    throw unsendable(task, error);
  }
}

function unsendable(task: Task, cause: unknown): Error {
  const where = `batch ${listIndices(task.indices)} of ${brief.name} cannot be sent to the main thread`;
  return wrapFailure("data/transfer", where, cause);
}

function send(reply: Reply): void {
  port.postMessage(reply);
}
