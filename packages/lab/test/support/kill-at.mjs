// @ts-check
// Loaded before the run: kills the process at the file operation that THROUGHLINE_KILL_AT counts to.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const at = Number(process.env.THROUGHLINE_KILL_AT);
let count = 0;
/** @type {any} */
const all = fs;
for (const name of [
  "writeSync",
  "fsyncSync",
  "renameSync",
  "rmSync",
  "mkdirSync",
  "linkSync",
  "ftruncateSync",
]) {
  const original = all[name];
  all[name] = (/** @type {unknown[]} */ ...args) => {
    count += 1;
    if (count === at) {
      // Half of what was to be written is on the disk.
      if (name === "writeSync" && args[1] instanceof Uint8Array && args[2] === undefined) {
        original(args[0], args[1].subarray(0, args[1].length >> 1));
      }
      process.kill(process.pid, "SIGKILL");
    }
    return original(...args);
  };
}
syncBuiltinESMExports();
if (process.env.THROUGHLINE_KILL_COUNT)
  process.on("exit", () => process.stderr.write(`operations: ${count}\n`));
