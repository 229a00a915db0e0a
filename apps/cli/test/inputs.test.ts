// Own data that change under a run, a sweep, a measurement.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

const small = [
  "--preset",
  "smoke",
  "--epochs",
  "2",
  "--floss-before",
  "2",
  "--floss-length",
  "4",
  "--floss-skip",
  "1",
];

/** Six sequences of four steps. */
function rows(first: number): string {
  const lines = Array.from({ length: 24 }, (_, i) => {
    const sequence = Math.floor(i / 4);
    return `${sequence},${first + i},${sequence % 2 === 0 ? "even" : "odd"}`;
  });
  return ["sequence,x,target", ...lines, ""].join("\n");
}

interface Swept {
  readonly cells: readonly { readonly id: string; readonly status: string; readonly attempts: number }[];
}

test("a sweep of changed data has cells of its own and says so; going on with the old one is refused", async () => {
  const cwd = testFolder();
  const data = join(cwd, "x.csv");
  writeFileSync(data, rows(0));
  const args = [
    "sweep",
    "flossing/train",
    ...small,
    "--data",
    "x.csv",
    "--seeds",
    "0..1",
    "--name",
    "own",
    "--json",
  ];
  const first = await throughline(args, { cwd });
  expect(json<Swept & Record<string, unknown>>(first).cells.map(({ status }) => status)).toEqual([
    "finished",
    "finished",
  ]);
  const again = await throughline(args, { cwd });
  expect(again.stderr).not.toContain("has changed");

  writeFileSync(data, rows(1));
  const goneOn = await throughline(["sweep", "own"], { cwd });
  expect(goneOn).toMatchObject({ code: 2, stdout: "" });
  expect(goneOn.stderr).toMatch(
    /x\.csv \(data\) has changed since the sweep own began: its SHA-256 was .* and is /,
  );

  const other = await throughline(args, { cwd });
  expect(other.stderr).toMatch(/x\.csv has changed since 2 runs read it; .* are run anew/);
  const ids = (said: typeof first) => json<Swept & Record<string, unknown>>(said).cells.map(({ id }) => id);
  expect(ids(other)).not.toEqual(ids(first));
  expect(json<Swept & Record<string, unknown>>(other).cells.map(({ attempts }) => attempts)).toEqual([1, 1]);
});

test("resume and lyapunov refuse changed data, wherever they are called from; show names what was read", async () => {
  const cwd = testFolder();
  const elsewhere = testFolder();
  const data = join(cwd, "x.csv");
  writeFileSync(data, rows(0));
  const { code } = await throughline(
    ["run", "flossing/train", ...small, "--data", "x.csv", "--name", "own"],
    { cwd },
  );
  expect(code).toBe(0);
  const run = join(cwd, "runs", "flossing", "train", "own");
  const { sha256 } = JSON.parse(readFileSync(join(run, "inputs.json"), "utf8")).data;
  const shown = await throughline(["show", run], { cwd: elsewhere });
  expect(shown.stdout).toMatch(new RegExp(`data +SHA-256 ${sha256.slice(0, 12)}`));
  const measured = await throughline(["lyapunov", run, "--steps", "60", "--json"], { cwd: elsewhere });
  expect(json(measured).inputs).toBe("its task's inputs");

  const state = JSON.parse(readFileSync(join(run, "state.json"), "utf8"));
  writeFileSync(join(run, "state.json"), JSON.stringify({ ...state, status: "interrupted" }));
  writeFileSync(data, rows(1));
  for (const args of [
    ["resume", run],
    ["lyapunov", run],
  ]) {
    const { code: exit, stderr } = await throughline(args, { cwd: elsewhere });
    expect(stderr).toMatch(/x\.csv \(data\) has changed since the run( own)? began: its SHA-256 was /);
    expect({ args, exit, lines: stderr.trimEnd().split("\n").length }).toEqual({
      args,
      exit: 2,
      lines: expect.any(Number),
    });
  }
  expect(JSON.parse(readFileSync(join(run, "state.json"), "utf8")).status).toBe("interrupted");
});
