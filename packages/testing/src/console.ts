// Lines that a test writes to the console, and which of them it expects.
import { expect } from "vitest";

const methods = ["log", "warn", "error", "info", "debug"] as const;
const lines: string[] = [];
const expected: RegExp[] = [];

/** Declares that this test writes a line that matches `pattern` to the console; without it the test fails, and so it does without the line. */
export function expectConsole(pattern: RegExp): void {
  expected.push(pattern);
}

/** Records what is written to the console from now on, in place of writing it. @returns its end */
export function recordConsole(): () => void {
  const before = methods.map((method) => console[method]);
  for (const method of methods) {
    console[method] = (...values: unknown[]): void => {
      lines.push(`console.${method}: ${values.map(String).join(" ")}`);
    };
  }
  return () => {
    for (const [i, method] of methods.entries()) console[method] = before[i]!;
  };
}

/** Fails if a line was recorded that nobody expected, or one expected that is not there; both are forgotten. */
export function checkConsole(): void {
  const [written, patterns] = [lines.splice(0), expected.splice(0)];
  const stray = written.filter((line) => !patterns.some((pattern) => pattern.test(line)));
  expect(stray, "lines on the console that the test does not expect (expectConsole)").toEqual([]);
  const missing = patterns.filter((pattern) => !written.some((line) => pattern.test(line))).map(String);
  expect(missing, "lines on the console that the test expects in vain").toEqual([]);
}
