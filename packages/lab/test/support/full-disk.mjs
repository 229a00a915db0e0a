// @ts-check
// Loaded before the run: after THROUGHLINE_DISK bytes the disk is full. What is removed makes no room.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

let room = Number(process.env.THROUGHLINE_DISK);
/** @type {any} */
const all = fs;
const original = all.writeSync;
all.writeSync = (
  /** @type {any[]} */ ...[file, data, offset = 0, length = data.length - offset, ...rest]
) => {
  if (file <= 2) return original(file, data, offset, length, ...rest);
  if (room === 0) {
    throw Object.assign(new Error("ENOSPC: no space left on device, write"), {
      code: "ENOSPC",
      errno: -28,
      syscall: "write",
    });
  }
  // The last write that finds room is a short one.
  const count = Math.min(room, length);
  room -= count;
  return original(file, data, offset, count, ...rest);
};
syncBuiltinESMExports();
