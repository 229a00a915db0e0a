// Python for tests that need one.
import { spawnSync } from "node:child_process";
import type { TestContext } from "vitest";

/** The Python of tests that need Gymnasium. */
export const gymnasiumPython: string = process.env.THROUGHLINE_GYMNASIUM_PYTHON ?? "python3";

const seen = new Map<string, boolean>();

/** True if a Python can be started and has all modules. */
export function hasModules(python: string, modules: readonly string[] = []): boolean {
  const program = ["import sys", ...modules.map((name) => `import ${name}`)].join("\n");
  const key = `${python}\n${program}`;
  const known = seen.get(key) ?? spawnSync(python, ["-c", program]).status === 0;
  seen.set(key, known);
  return known;
}

/** Skips the test, visibly, where there is no Python 3. */
export function needPython(context: TestContext): void {
  if (!hasModules("python3")) context.skip("there is no python3");
}

/** What tests say where Python has not all modules. */
export const lacking = (modules: readonly string[]): string =>
  `${gymnasiumPython} has not all of ${modules.join(", ")}; set THROUGHLINE_GYMNASIUM_PYTHON`;

/** Skips the test, visibly, where `gymnasiumPython` has not all modules. */
export function needModules(context: TestContext, modules: readonly string[]): void {
  if (!hasModules(gymnasiumPython, modules)) context.skip(lacking(modules));
}
