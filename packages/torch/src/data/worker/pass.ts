// One pass over a dataset by worker threads.
import type { Tensor } from "../../tensor/index.js";
import type { Task } from "../maker.js";
import { unpack } from "./packet.js";
import { type Assignment, WorkerPool } from "./pool.js";

/** A batch whose tensors are this thread's. */
export interface Received {
  readonly batch: unknown;
  readonly tensors: readonly Tensor[];
}

/**
 * The batches of `tasks`, in the tasks' order, whichever worker is first. At most `workers · prefetch` batches are
 * made ahead of the consumer. The workers end with the pass, however it ends.
 */
export async function* workerPass(
  assignment: Assignment,
  tasks: Iterable<Task>,
  workers: number,
  prefetch: number,
): AsyncGenerator<Received, void, void> {
  const pool = new WorkerPool(assignment, workers);
  const upcoming = tasks[Symbol.iterator]();
  let assigned = 0;
  let delivered = 0;
  const fill = (): void => {
    while (assigned - delivered < workers * prefetch) {
      const task = upcoming.next();
      if (task.done) return;
      pool.assign(assigned++, task.value);
    }
  };
  try {
    for (fill(); delivered < assigned; ) {
      const packet = await pool.result(delivered++);
      if (packet === null) return;
      fill();
      const { value, tensors } = unpack(packet);
      yield { batch: value, tensors };
    }
  } finally {
    upcoming.return?.();
    await pool.stop();
  }
}
