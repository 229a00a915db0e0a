// Everything that can be typed wrongly, and surroundings that do not play along.
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import { describe, expect, test } from "vitest";
import { start, throughline } from "./support/cli.js";

describe("a mistake is code 2, one clear text on stderr and nothing on stdout", () => {
  const mistakes: [args: string[], says: RegExp][] = [
    [["rnu"], /unknown command rnu; did you mean run\?/],
    [["list", "--jsn"], /unknown option --jsn; did you mean --json\?/],
    [["show"], /missing required argument run/],
    [["list", "--json", "x", "--limit"], /unknown option --limit/],
    [["runs", "--limit", "0"], /--limit.*0.*give a whole number from 1/],
    [["runs", "--status", "finishd"], /there is no status finishd; there are created, running/],
    [["runs", "--where", "loss"], /"loss" is no condition; write name=value/],
    [["describe", "digts"], /there is no experiment digts; did you mean examples\/digits\?/],
    [["run"], /name an experiment to run/],
    [["run", "--steps", "3", "line"], /--steps stands before the experiment's name/],
    [["run", "line", "--preset", "smok"], /no preset smok; did you mean smoke\?/],
    [
      ["run", "line", "--config", "none.yaml"],
      /cannot read the configuration none\.yaml: cannot open none\.yaml \(no such file\)/,
    ],
    [
      ["run", "line", "--lerning-rate", "0.1"],
      /there is no option --lerning-rate; did you mean --learning-rate\?/,
    ],
    [
      ["run", "line", "lerningRate=0.1"],
      /lerningRate \(flag\): there is no such option; did you mean learningRate\?/,
    ],
    [["run", "line", "--steps"], /--steps needs a value: a whole number from 1/],
    [["run", "line", "--name", "a/b"], /"a\/b" cannot name a run/],
    [["show", "latest"], /there is no run latest: there are no runs in runs/],
    [["reproduce", "sun"], /there is no reproduction sun; did you mean test\/sum\?/],
    [["reproduce", "sum", "--preset", "huge"], /there is no preset huge/],
    [["sweep"], /name an experiment, a table file, or a sweep/],
    [["sweep", "line", "--seeds", "0..x"], /--seeds: seeds are whole numbers from 0/],
    [["sweep", "line", "--grid", "steps"], /--grid steps: write an option and its values/],
    [["sweep", "line", "--grid", "steps=1,,2"], /has an empty value/],
    [
      ["sweep", "line", "--grid", "stepz=1,2"],
      /stepz .*there is no such option; did you mean steps\?.*\[every cell\]/,
    ],
    [["sweep", "line", "--grid", "steps=1", "--grid", "steps=2"], /--grid steps is given twice/],
    [["sweep", "line", "--jobs", "none"], /--jobs.*give a whole number from 1/],
    [["sweep", "line", "threads=2"], /threads=2: a sweep divides the cores itself; give --threads N/],
    [["sweep", "none.yaml"], /cannot use the table none\.yaml: cannot open none\.yaml \(no such file\)/],
    [["sweep", "line", "--grid", "seed=0..2", "--seeds", "0"], /seeds are given twice/],
    [["show", "."], /\. is not a run: it has no config\.json/],
    [["help", "nope"], /unknown command nope/],
    [["completion", "tcsh"], /tcsh.*Allowed choices are bash, zsh, fish/],
  ];

  test.each(mistakes)("%j", { concurrent: true }, async (args, says) => {
    // None of them makes anything, so that any folder will do.
    const cwd = join(import.meta.dirname, "support");
    const { code, stdout, stderr } = await throughline(args, { cwd });
    expect(stderr).toMatch(says);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).not.toMatch(/\n +at /);
  });

  test("all problems are said at once", async () => {
    const args = [
      "run",
      "line",
      "--lerning-rate",
      "0.1",
      "steps=0",
      "--method",
      "adm",
      "word",
      "--seed",
      "-1",
    ];
    const { code, stderr } = await throughline(args, { cwd: testFolder() });
    expect(code).toBe(2);
    expect(stderr).toContain("5 problems:");
    expect(stderr).toContain("--lerning-rate");
    expect(stderr).toContain("word: not understood");
    expect(stderr).toContain("steps=0 (flag): accepts a whole number from 1 (steps). How far to count.");
    expect(stderr).toContain("method=adm (flag): accepts one of sgd, adam.");
    expect(stderr).toContain("seed=-1 (flag)");
  });

  test("a table with mistakes names them all", async () => {
    const cwd = testFolder();
    writeFileSync(join(cwd, "t.yaml"), "experimnt: test/line\nseeds: 0..2\njobs: 0\n");
    const { code, stderr } = await throughline(["sweep", "t.yaml"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toMatch(/there is no experimnt in a table; did you mean experiment\?/);
    expect(stderr).toMatch(/jobs: /);
  });

  test("a run's name that is taken, and one that may be several runs", async () => {
    const cwd = testFolder();
    await throughline(["run", "line", "--name", "run-a", "steps=1"], { cwd });
    const again = await throughline(["run", "line", "--name", "run-a", "steps=1"], { cwd });
    expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining("there is already a run at") });
    await throughline(["run", "line", "--name", "run-b", "steps=1"], { cwd });
    const { code, stderr } = await throughline(["show", "run"], { cwd });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "throughline: run is ambiguous, there are 2 such runs:\n  test/line/run-a\n  test/line/run-b\n",
    });
  });
});

describe("surroundings", () => {
  test("a registry that cannot be loaded", async () => {
    const env = { THROUGHLINE_REGISTRY: "/nowhere/registry.mjs" };
    const { code, stderr } = await throughline(["list"], { env });
    expect(code).toBe(2);
    expect(stderr).toContain(
      "THROUGHLINE_REGISTRY names /nowhere/registry.mjs, which cannot be loaded: there is no such file",
    );
  });

  test("a folder of runs that cannot be written to", async () => {
    const cwd = testFolder();
    writeFileSync(join(cwd, "file"), "");
    const runs = await throughline(["run", "line", "--preset", "smoke", "--root", "file"], { cwd });
    expect(runs).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot write .*file/) });
    expect(runs.stderr).not.toMatch(/\n +at /);
    const sweep = await throughline(["sweep", "line", "--preset", "smoke", "--root", "file"], { cwd });
    expect(sweep).toMatchObject({ code: 1, stderr: expect.stringMatching(/cannot (read|write) .*file/) });
  });

  test.skipIf(!existsSync("/proc/self"))("a folder where there can be none", async () => {
    for (const verb of ["run", "sweep"]) {
      const args = [verb, "line", "--preset", "smoke", "--root", "/proc/nope"];
      const { code, stderr } = await throughline(args, { cwd: testFolder() });
      expect(code).toBe(1);
      expect(stderr).toMatch(
        /^throughline: cannot write \/proc\/nope.*: there is no such folder, and none can be made there/m,
      );
    }
  });

  test.skipIf(process.getuid?.() === 0)("a folder without permission", async () => {
    const cwd = testFolder();
    mkdirSync(join(cwd, "locked"));
    chmodSync(join(cwd, "locked"), 0o500);
    const { code, stderr } = await throughline(["run", "line", "--root", "locked"], { cwd });
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining("permission denied") });
  });

  test("a reader that goes away is no error", async () => {
    const { child, ended } = start(["describe", "digits"]);
    child.stdout?.destroy();
    expect(await ended).toMatchObject({ code: 0, stderr: "" });
  });

  test("a reader that goes away does not stop a run", async () => {
    const cwd = testFolder();
    const { child, ended } = start(["run", "line", "--name", "alone", "steps=50", "pause=10"], { cwd });
    child.stdout?.destroy();
    child.stderr?.destroy();
    await ended;
    const { stdout } = await throughline(["show", "alone", "--json"], { cwd });
    expect(JSON.parse(stdout).status).toBe("finished");
  });

  test("colour only where it is wanted", async () => {
    const [piped, forced, both] = await Promise.all([
      throughline(["list"]),
      throughline(["list"], { env: { FORCE_COLOR: "1" } }),
      throughline(["list"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }),
    ]);
    const paint = "\u001b[";
    expect(piped.stdout).not.toContain(paint);
    expect(forced.stdout).toContain(paint);
    expect(both.stdout).toBe(piped.stdout);
  });
});
