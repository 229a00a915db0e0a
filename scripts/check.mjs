// Everything CI runs, in order: format and lint, direction of imports, types, tests (which run the examples). Each step
// runs even if one before it failed; the last line says how many tests passed and failed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const reports = mkdtempSync(join(tmpdir(), "throughline-check-"));
const report = join(reports, "tests.json");

/** @type {[name: string, command: string, args: string[]][]} */
const steps = [
  ["format and lint", "biome", ["check", "--error-on-warnings", "."]],
  ["imports", process.execPath, ["scripts/check-imports.mjs"]],
  ["lock file", process.execPath, ["scripts/complete-lock.mjs", "--check"]],
  ["types", "tsc", ["-b"]],
  ["tests", "vitest", ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]],
];

const failed = [];
for (const [name, command, args] of steps) {
  const start = performance.now();
  process.stdout.write(`\n── ${name}\n`);
  const path = `${join("node_modules", ".bin")}${process.platform === "win32" ? ";" : ":"}${process.env.PATH}`;
  const result = spawnSync(command, args, { stdio: "inherit", env: { ...process.env, PATH: path } });
  if (result.status !== 0) failed.push(name);
  process.stdout.write(
    `── ${name}: ${result.status === 0 ? "ok" : "FAILED"} in ${((performance.now() - start) / 1000).toFixed(1)} s\n`,
  );
}

/** @type {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} */
let tests = { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
try {
  tests = JSON.parse(readFileSync(report, "utf8"));
} catch {
  failed.push("test report");
}
rmSync(reports, { recursive: true, force: true });

if (failed.length > 0) process.stdout.write(`\nfailed: ${failed.join(", ")}\n`);
process.stdout.write(
  `\n${tests.numPassedTests} passed, ${tests.numFailedTests} failed, ${tests.numPendingTests + tests.numTodoTests} skipped\n`,
);
process.exitCode = failed.length === 0 && tests.numPassedTests > 0 ? 0 : 1;
