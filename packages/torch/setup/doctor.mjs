#!/usr/bin/env node
// `npm run doctor`: what set-up needs and made, each line ok, warning or problem with what to do.
// Exit code 1 if there is a problem; `--json` for scripts.
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { typeable } from "./commands.mjs";
import { createContext } from "./context.mjs";
import { checkEngine } from "./doctor-engine.mjs";
import { checkMachine } from "./doctor-machine.mjs";
import { checkTools } from "./doctor-tools.mjs";
import { runMain } from "./failure.mjs";
import { silent } from "./progress.mjs";

/** @typedef {{ name: string, status: "ok" | "warning" | "problem", detail: string, advice?: string }} Check */

const COLOURS = { ok: 32, warning: 33, problem: 31 };

/**
 * @param {Check[]} checks
 * @param {boolean} colour
 */
function table(checks, colour) {
  const width = Math.max(...checks.map(({ name }) => name.length));
  const lines = checks.map(({ name, status, detail, advice }) => {
    const mark = status.padEnd(7);
    const shown = colour ? `\u001b[${COLOURS[status]}m${mark}\u001b[0m` : mark;
    return `  ${shown}  ${name.padEnd(width)}  ${detail}${advice ? ` → ${advice}` : ""}`;
  });
  const count = (/** @type {Check["status"]} */ wanted) =>
    checks.filter(({ status }) => status === wanted).length;
  return `${lines.join("\n")}\n\n  ${count("problem")} problems, ${count("warning")} warnings\n`;
}

await runMain(async () => {
  const here = fileURLToPath(new URL("..", import.meta.url));
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, package: { type: "string", default: here } },
  });
  const ctx = createContext({ progress: silent });
  const engine = await checkEngine(ctx, values.package);
  const checks = [...(await checkMachine(ctx)), ...(await checkTools(ctx, engine.ready)), ...engine.checks];
  const ok = checks.every(({ status }) => status !== "problem");
  if (values.json) console.log(typeable(JSON.stringify({ ok, checks }, null, 2)));
  else process.stdout.write(typeable(table(checks, process.stdout.isTTY === true)));
  if (!ok) process.exitCode = 1;
});
