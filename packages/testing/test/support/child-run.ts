// Runs of vitest in a process of their own, over files that hold what must not hold in this one.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { startProcess } from "@throughline/testing/processes";

/** Outcome of a run. */
export interface ChildRun {
  readonly code: number | null;
  /** Everything it printed, and what its file as a whole has failed with. */
  readonly said: string;
  /** By title: `passed`, `failed`, `skipped`. */
  readonly statuses: Readonly<Record<string, string>>;
  /** By title: what failed tests said. */
  readonly failures: Readonly<Record<string, string>>;
}

interface Report {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly ancestorTitles: readonly string[];
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
}

/** Runs a file of `left/`. */
export async function runFile(name: string, env: NodeJS.ProcessEnv = {}): Promise<ChildRun> {
  const root = join(import.meta.dirname, "../../../..");
  const file = join(testFolder(), "report.json");
  const command = [
    ...[process.execPath, join(root, "node_modules/vitest/vitest.mjs"), "run"],
    ...["--config", join(import.meta.dirname, "../left/vitest.config.ts")],
    ...["--reporter=json", "--reporter=default", `--outputFile=${file}`],
  ];
  const { ended } = startProcess(command, { cwd: root, env: { ...process.env, LEFT_FILE: name, ...env } });
  const { code, stdout, stderr } = await ended;
  const [result] = (JSON.parse(readFileSync(file, "utf8")) as Report).testResults;
  const tests = result!.assertionResults.map(({ ancestorTitles, title, ...rest }) => ({
    ...rest,
    name: [...ancestorTitles, title].filter((part) => part !== "").join(" > "),
  }));
  return {
    code,
    said: stdout + stderr + result!.message,
    statuses: Object.fromEntries(tests.map(({ name: title, status }) => [title, status])),
    failures: Object.fromEntries(
      tests.map(({ name: title, failureMessages }) => [title, failureMessages.join("\n")]),
    ),
  };
}
