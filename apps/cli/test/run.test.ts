// run and resume.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { until } from "@throughline/testing/processes";
import { describe, expect, test } from "vitest";
import { json, start, throughline } from "./support/cli.js";
import { checkpointed } from "./support/runs.js";

interface Run {
  readonly id: string;
  readonly path: string;
  readonly status: string;
  readonly preset: string;
  readonly config: Record<string, unknown>;
  readonly summary: Record<string, number>;
  readonly figures: readonly string[];
  readonly error: string | null;
}

describe("run", () => {
  test("runs, says the result on stdout and everything else on stderr", async () => {
    const cwd = testFolder();
    const { code, stdout, stderr } = await throughline(["run", "line", "--preset", "smoke", "--draw"], {
      cwd,
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/^finished {2}test\/line {2}\S+\n {2}total {4}10\n/);
    expect(stdout).toMatch(/figures {2}runs\/test\/line\/\S+\/figures\/loss\.svg\n/);
    expect(stdout).toMatch(/next {5}throughline show /);
    expect(stderr).toMatch(/^test\/line, smoke preset, in runs\/test\/line\//);
    expect(stderr).toContain("train 5/5 steps");
  });

  test("takes values from flags, assignments, preset and file, in that order", async () => {
    const cwd = testFolder();
    const file = join(cwd, "options.yaml");
    writeFileSync(file, "learningRate: 0.25\nsteps: 7\nmodel: { hidden: 3 }\n");
    const flags = ["--steps", "4", "method=adam", "--nesterov", "--seed=9", "--threads", "1", "draw=true"];
    const said = await throughline(
      ["run", "test/line", ...flags, "--preset", "laptop", "--config", file, "--name", "mine", "--json"],
      { cwd },
    );
    const run = json<Run>(said);
    expect(run).toMatchObject({ id: "mine", status: "finished", preset: "laptop", error: null });
    expect(run.config).toMatchObject({ steps: 4, method: "adam", nesterov: true, seed: 9, threads: 1 });
    expect(run.config).toMatchObject({ learningRate: 0.25, model: { hidden: 3 } });
    const { options } = JSON.parse(readFileSync(join(run.path, "config.json"), "utf8"));
    expect(options.steps.source).toBe("flag");
    expect(options.learningRate.source).toContain("options.yaml");
    expect(run.figures).toContain(join(run.path, "figures", "loss.svg"));
    expect(run.summary.total).toBe(6);
  });

  test("a run that fails is code 1, with the error, and resumes once its cause is gone", async () => {
    const cwd = testFolder();
    const gate = join(cwd, "gate");
    const failed = await throughline(["run", "line", "failAt=12", `unless=${gate}`], { cwd });
    expect(failed).toMatchObject({ code: 1 });
    expect(failed.stderr).toMatch(/failed: (Error: )?step 12 went wrong/);
    expect(failed.stdout).toMatch(/next {5}throughline resume /);
    writeFileSync(gate, "");
    const resumed = await throughline(["resume", "latest", "--json"], { cwd });
    expect(resumed.code).toBe(0);
    expect(json<Run>(resumed)).toMatchObject({ status: "finished", summary: { total: 190 } });
    expect(resumed.stderr).toContain("resuming from checkpoint");
  });

  test("Ctrl-C checkpoints and stops with code 130; resume goes on to the same result", async () => {
    const cwd = testFolder();
    const { child, ended, heard } = start(["run", "line", "steps=80", "pause=20"], { cwd });
    await until("it has a checkpoint", () => heard() !== "" && checkpointed(cwd) === 1);
    child.kill("SIGINT");
    const stopped = await ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stdout).toMatch(/^interrupted /);
    const resumed = await throughline(["resume", "latest", "--json"], { cwd });
    expect(json<Run>(resumed).summary.total).toBe((79 * 80) / 2);
  });

  test("resume of a finished run says so and does nothing", async () => {
    const cwd = testFolder();
    await throughline(["run", "line", "--preset", "smoke"], { cwd });
    const { code, stderr } = await throughline(["resume", "latest"], { cwd });
    expect(code).toBe(0);
    expect(stderr).toMatch(/is finished; nothing to resume/);
  });

  test("the folder of runs comes from THROUGHLINE_RUNS where --root does not say", async () => {
    const cwd = testFolder();
    mkdirSync(join(cwd, "elsewhere"));
    const env = { THROUGHLINE_RUNS: join(cwd, "elsewhere") };
    const run = json<Run>(await throughline(["run", "line", "--preset", "smoke", "--json"], { cwd, env }));
    expect(run.path.startsWith(env.THROUGHLINE_RUNS)).toBe(true);
  });
});
