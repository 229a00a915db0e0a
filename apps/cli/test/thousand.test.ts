// A thousand cells over Slurm, and questions about a thousand runs: where THROUGHLINE_CELLS says how many, as `scripts/test/thousand.sh`
// does. It takes too long for CI. How long the questions take is printed.
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileFolder } from "@throughline/testing/folders";
import { type Cluster, slurmIsMissing, startCluster } from "@throughline/testing/slurm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

const count = Number(process.env.THROUGHLINE_CELLS ?? 0);
const missing = count > 0 ? slurmIsMissing() : "THROUGHLINE_CELLS is not set";
const steps = 3;

describe.skipIf(missing !== undefined)(`many cells${missing === undefined ? "" : `: ${missing}`}`, () => {
  const cwd = fileFolder();
  const folder = join(cwd, "runs/test/line");
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    cluster = await startCluster(2);
  });
  afterAll(() => cluster?.stop());

  test("over Slurm: nothing lost, nothing twice", { timeout: 10 * 3_600_000 }, async () => {
    const args = [
      "sweep",
      "line",
      `steps=${steps}`,
      "--seeds",
      `0..${count - 1}`,
      "--name",
      "many",
      "--json",
    ];
    const began = performance.now();
    const done = await throughline([...args, "--launcher", "slurm"], { cwd, env: { ...cluster!.env } });
    process.stdout.write(`${count} cells over Slurm: ${Math.round((performance.now() - began) / 1000)} s\n`);
    expect(done.code, done.stderr.slice(-2000)).toBe(0);
    const { cells } = json<{ cells: { id: string; status: string; attempts: number }[] }>(done);
    expect(cells.map(({ status, attempts }) => [status, attempts])).toEqual(cells.map(() => ["finished", 1]));
    expect(readdirSync(folder).sort()).toEqual(cells.map(({ id }) => `cell-${id}`).sort());
    for (const { id } of cells) {
      const run = join(folder, `cell-${id}`);
      const { sessions } = JSON.parse(readFileSync(join(run, "state.json"), "utf8"));
      expect(sessions, id).toMatchObject([{ outcome: "finished" }]);
      const rows = readFileSync(join(run, "metrics.jsonl"), "utf8").trimEnd().split("\n");
      expect(
        rows.map((row) => JSON.parse(row).step),
        id,
      ).toEqual([0, 1, 2]);
    }
  });

  test("questions about a thousand runs", async () => {
    const [one = "", other = ""] = readdirSync(folder);
    // Those that are missing are copies, which cost less.
    for (let i = readdirSync(folder).length; i < 1000; i++) {
      const copy = join(folder, `copy-${i}`);
      cpSync(join(folder, one), copy, { recursive: true });
      const config = join(copy, "config.json");
      const text = readFileSync(config, "utf8").replace(/"id": "[^"]+"/, `"id": "copy-${i}"`);
      writeFileSync(config, text.replace(/("seed": \{\s*"value": )\d+/, `$1${i}`));
    }
    const runs = readdirSync(folder).length;
    for (const args of [
      ["runs"],
      ["runs", "--where", "seed=7"],
      ["show", one],
      ["compare", one, other, "--no-figure"],
      ["compare", one, other],
    ]) {
      // The first listing makes the index.
      for (const which of ["first", "again"]) {
        const began = performance.now();
        const { code, stderr } = await throughline(args, { cwd });
        const wall = Math.round(performance.now() - began);
        expect(code, stderr).toBe(0);
        process.stdout.write(`${runs} runs: throughline ${args.join(" ")} ${which}: ${wall} ms\n`);
      }
    }
  });
});
