// @ts-check
// Preloaded into a command, it writes the path of every file that is opened or read to the file THROUGHLINE_OPENED.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const log = process.env.THROUGHLINE_OPENED ?? "";
/** @type {any} */
const all = fs;
const { appendFileSync } = fs;
for (const name of ["openSync", "readFileSync"]) {
  const original = all[name];
  all[name] = (/** @type {unknown[]} */ ...args) => {
    const [path] = args;
    if (typeof path === "string" && path !== log) appendFileSync(log, `${path}\n`);
    return original(...args);
  };
}
syncBuiltinESMExports();
