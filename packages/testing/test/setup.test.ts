// Faults that setup.ts notices, in vitest processes of their own.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { startProcess } from "@throughline/testing/processes";
import { expect, test } from "vitest";

interface Report {
  readonly success: boolean;
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly { readonly title: string; readonly status: string }[];
  }[];
}

/** Runs left/left-behind.ts. */
async function leave(what: string): Promise<{ code: number | null; said: string; report: Report }> {
  const root = join(import.meta.dirname, "../../..");
  const file = join(testFolder(), "report.json");
  const vitest = join(root, "node_modules/vitest/vitest.mjs");
  const config = join(import.meta.dirname, "left/vitest.config.ts");
  const { ended } = startProcess(
    [
      process.execPath,
      vitest,
      "run",
      "--config",
      config,
      "--reporter=json",
      "--reporter=default",
      `--outputFile=${file}`,
    ],
    { cwd: root, env: { ...process.env, LEAVE: what } },
  );
  const { code, stdout, stderr } = await ended;
  return { code, said: stdout + stderr, report: JSON.parse(readFileSync(file, "utf8")) as Report };
}

const lines = {
  "a line on the console": "failed",
  "a line that is expected": "passed",
  "a line that is expected in vain": "failed",
  nothing: "passed",
};

test.each([
  ["a tensor", "tensor", /live tensors after the tests of this file/],
  ["a rejection", "rejection", /nobody handles this/],
])("%s left behind fails; so do lines on the console", async (name, what, sentence) => {
  const { code, said, report } = await leave(what);
  const results = report.testResults[0]!.assertionResults;
  const statuses = Object.fromEntries(results.map(({ title, status }) => [title, status]));
  expect(statuses).toMatchObject({ ...lines, [name]: "passed" });
  expect(code).toBe(1);
  expect(said + report.testResults[0]!.message).toMatch(sentence);
});
