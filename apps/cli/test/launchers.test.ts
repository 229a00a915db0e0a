// Launchers through the command: their options, and a sweep in a real Slurm that is left, looked at, cancelled and gone on with
// by processes of this machine.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { until } from "@throughline/testing/processes";
import { type Cluster, slurmIsMissing, startCluster } from "@throughline/testing/slurm";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { json, throughline } from "./support/cli.js";

describe("options of launchers", () => {
  test.each([
    [["--partition", "main"], "--partition is for --launcher slurm, not local"],
    [["--launcher", "ray", "--time", "2h"], "--time is for --launcher slurm, not ray"],
    [["--detach"], "--detach is for --launcher slurm or ray, not local"],
    [["--launcher", "kubernetes"], "add --print, and give it to kubectl"],
    [["--launcher", "kubernetes", "--print"], "--launcher kubernetes needs --image and --claim"],
    [["--launcher", "slurm", "--time", "5"], "give a time above 0 with its unit"],
    [["--launcher", "slurm", "--sbatch", "account=lab"], '"account=lab" is no option of sbatch'],
    [["--launcher", "slurm", "--time", "2min"], "give a shorter --margin or more --time"],
    [["--launcher", "mars"], "Allowed choices are local, slurm, ray, kubernetes"],
  ])("%j are refused", async (args, sentence) => {
    const cwd = testFolder();
    const { code, stderr } = await throughline(["sweep", "line", ...args], { cwd });
    expect(code, stderr).toBe(2);
    expect(stderr).toContain(sentence);
    expect(existsSync(join(cwd, "runs"))).toBe(false);
  });

  test("a Slurm that is not there is named; the cells wait", async () => {
    const cwd = testFolder();
    const args = ["sweep", "line", "steps=2", "--name", "s"];
    const asked = await throughline([...args, "--launcher", "slurm"], { cwd, env: { PATH: "/nowhere" } });
    expect(asked.code).toBe(1);
    expect(asked.stderr).toContain(
      "cannot be run: it is not installed here, or not on PATH; --launcher local runs cells",
    );
    const local = await throughline([...args, "--launcher", "local", "--json"], { cwd });
    expect(local.code, local.stderr).toBe(0);
    expect(json<{ cells: unknown[] }>(local).cells).toMatchObject([{ status: "finished", attempts: 1 }]);
  });

  test("--launcher kubernetes --print prints an Indexed Job, and nothing else", async () => {
    const cwd = testFolder();
    const args = ["sweep", "line", "--seeds", "0..2", "--name", "k", "--launcher", "kubernetes", "--print"];
    const { code, stdout, stderr } = await throughline(
      [...args, "--image", "i", "--claim", "c", "--jobs", "2"],
      { cwd },
    );
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^kind: Job$/m);
    expect(stdout).toMatch(/^ {2}completions: 3\n {2}parallelism: 2$/m);
    const { stdout: status } = await throughline(["sweep", "status", "k"], { cwd });
    expect(status).toMatch(/^k: 3 cells: 3 pending$/m);
  });

  test("a sweep that is not there, and a cell that is none of its, are named", async () => {
    const cwd = testFolder();
    expect(await throughline(["sweep", "status", "nothing"], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("there is no sweep nothing in runs/sweeps"),
    });
    await throughline(["sweep", "line", "steps=2", "--name", "s"], { cwd });
    expect(await throughline(["sweep", "logs", "s", "zzz"], { cwd })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("no cell of this sweep is called zzz"),
    });
    const cancelled = await throughline(["sweep", "cancel", "s"], { cwd });
    expect(cancelled).toMatchObject({ code: 0, stdout: "s: 0 jobs cancelled\n" });
  });
});

const missing = slurmIsMissing();

// Skipped, it says why.
describe.skipIf(missing !== undefined)(`in Slurm${missing === undefined ? "" : `: ${missing}`}`, () => {
  let cluster: Cluster | undefined;
  beforeAll(async () => {
    cluster = await startCluster(4);
  });
  afterAll(() => cluster?.stop());

  interface Status {
    readonly cells: readonly { id: string; label: string; status: string; job: string | null }[];
  }

  test("a sweep is left, looked at, cancelled, and gone on with here", async () => {
    const cwd = testFolder();
    const command = (...args: readonly string[]) => throughline(args, { cwd, env: { ...cluster!.env } });
    const sweep = ["sweep", "line", "steps=2000", "--seeds", "0..1", "--name", "s"];
    // In the queue a cell takes half an hour, here no time at all.
    const left = await throughline([...sweep, "--launcher", "slurm", "--time", "1h", "--detach"], {
      cwd,
      env: { ...cluster!.env, LINE_PAUSE: "1000" },
    });
    expect(left.code, left.stderr).toBe(0);
    expect(left.stdout).toMatch(/next {5}throughline sweep status s$/m);
    const script = readdirSync(join(cwd, "runs/sweeps/s/submissions")).find((name) => name.endsWith(".sh"))!;
    const text = readFileSync(join(cwd, "runs/sweeps/s/submissions", script), "utf8");
    expect(text).toContain("#SBATCH --time=60:00\n#SBATCH --signal=B:USR1@120\n");
    let status: Status = { cells: [] };
    for (let isWaiting = true; isWaiting; ) {
      status = json<Status>(await command("sweep", "status", "s", "--json"));
      isWaiting = status.cells.some((cell) => cell.status !== "running");
    }
    const [{ id, job }] = status.cells as [Status["cells"][number]];
    expect(job).toMatch(/^\d+_0$/);
    const runs = join(cwd, "runs/test/line");
    await until("both have checkpoints", () =>
      status.cells.every((cell) => existsSync(join(runs, `cell-${cell.id}/checkpoints/pointers.json`))),
    );
    const table = await command("sweep", "status", "s");
    expect(table.stdout).toMatch(new RegExp(`^cell-\\w+ +seed=0 +running +slurm ${job}`, "m"));
    const cancelled = await command("sweep", "cancel", "s");
    expect(cancelled.stdout).toBe("s: 2 jobs cancelled\n");
    // A sweep begun in a queue goes on there, unless it is told otherwise.
    const again = await command("sweep", "s", "--launcher", "local", "--json");
    expect(again.code, again.stderr).toBe(0);
    expect(json<{ cells: unknown[] }>(again).cells).toMatchObject([
      { status: "finished", summary: { total: 1999000 } },
      { status: "finished", summary: { total: 1999000 } },
    ]);
    const log = await command("sweep", "logs", "s", id.slice(0, 6));
    expect(log.stdout).toContain("resuming from checkpoint");
  });
});
