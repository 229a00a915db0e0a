#!/usr/bin/env node
// The command itself is compiled; this file only finds it, and says what to do when it is not there.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const entry = new URL("../dist/main.js", import.meta.url);
if (existsSync(fileURLToPath(entry))) {
  const { main } = await import(entry.href);
  await main(process.argv.slice(2));
} else {
  process.stderr.write("throughline: not set up yet; run `npm run setup` in the repository first\n");
  process.exitCode = 1;
}
