// @ts-check
// Takes the lock of a folder on a disk that makes a link and says that there was one already, as NFS may.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const { linkSync } = fs;
fs.linkSync = (from, to) => {
  linkSync(from, to);
  throw Object.assign(new Error("EEXIST"), { code: "EEXIST", syscall: "link" });
};
syncBuiltinESMExports();
const { acquireLock } = await import("@throughline/lab");
const lock = acquireLock(process.argv[2] ?? "");
console.log(lock.isHeld() ? "taken" : "not held");
lock.release();
