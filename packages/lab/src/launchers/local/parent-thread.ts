// The thread of parent-watch.ts. A process whose parent has gone belongs to another one.
import { workerData } from "node:worker_threads";
import type { ParentWatch } from "./parent-watch.js";

/** Milliseconds between two looks. */
const LOOK_EVERY = 500;

const { parent, grace } = workerData as ParentWatch;
const never = new Int32Array(new SharedArrayBuffer(4));
while (process.ppid === parent) Atomics.wait(never, 0, 0, LOOK_EVERY);
Atomics.wait(never, 0, 0, grace * 1000);
process.kill(process.pid, "SIGKILL");
