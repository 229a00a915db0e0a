// @ts-check
// Creates a run that another process creates in the moment before it gets its name.
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { join } from "node:path";

const [root = ""] = process.argv.slice(2);
const { renameSync } = fs;
fs.renameSync = (from, to) => {
  if (String(to).endsWith("/twice")) {
    fs.mkdirSync(to, { recursive: true });
    fs.writeFileSync(join(String(to), "config.json"), "{}");
  }
  renameSync(from, to);
};
syncBuiltinESMExports();
const { createRun, resolveConfig } = await import("@throughline/lab");
const { tiny } = await import("./tiny.mjs");
try {
  createRun(tiny, resolveConfig(tiny, { preset: "smoke" }), { root, name: "twice" });
  console.log("created");
} catch (error) {
  console.log(/** @type {any} */ (error).code);
}
