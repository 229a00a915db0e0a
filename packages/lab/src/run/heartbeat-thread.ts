// The thread of heartbeat.ts.
import { parentPort, workerData } from "node:worker_threads";
import { beat } from "./beat.js";

let held: readonly (readonly [path: string, token: string])[] = [];
parentPort!.on("message", (message: typeof held) => {
  held = message;
});
setInterval(() => {
  for (const [path, token] of held) beat(path, token);
}, workerData as number);
