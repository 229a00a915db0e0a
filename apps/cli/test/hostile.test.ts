// Names, texts and places that try to reach the terminal, the shell or the exit code.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, openSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testFolder } from "@throughline/testing/folders";
import type { Ending } from "@throughline/testing/processes";
import { describe, expect, test } from "vitest";
import { bin, throughline } from "./support/cli.js";

const ESCAPES = "\u001b[2J\u001b]0;title\u0007\u009b31m\u202e\r";
/** All that the command itself may send: colours and styles. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const OURS = /\u001b\[(?:0|1|2|31|32|33|34|36)m/g;
const OBEYED = /(?![\t\n])[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u;

function expectQuiet({ stdout, stderr }: Ending): void {
  expect(stdout.replace(OURS, "")).not.toMatch(OBEYED);
  expect(stderr.replace(OURS, "")).not.toMatch(OBEYED);
}

/** A folder with a run whose directory has this name, which the command itself would not give. */
async function withRun(name: string): Promise<string> {
  const cwd = testFolder();
  await throughline(["run", "line", "steps=2", "--name", "a"], { cwd });
  renameSync(join(cwd, "runs/test/line/a"), join(cwd, "runs/test/line", name));
  return cwd;
}

describe("the terminal", () => {
  test.each([{}, { FORCE_COLOR: "1" }])("gets no escape sequence of a run's name, %j", async (env) => {
    const name = `a${ESCAPES}\u001b[31mred`;
    const cwd = await withRun(name);
    for (const args of [["runs"], ["show", "latest"], ["resume", name], ["clean", "--dry-run", name]]) {
      const said = await throughline(args, { cwd, env });
      expectQuiet(said);
      expect(said.stdout + said.stderr, args.join(" ")).toContain("␛[2J");
      // A colour that a name brings is no colour of ours.
      expect(said.stdout).not.toContain("\u001b[31m");
    }
    const listed = await throughline(["runs", "--json"], { cwd, env });
    expectQuiet(listed);
    expect(JSON.parse(listed.stdout)[0].id).toBe(name);
  });

  test("gets none of what was typed, of purposes, of tables and of errors", async () => {
    const cwd = testFolder();
    const path = join(cwd, "mine.mjs");
    const text = JSON.stringify(`Mine ${ESCAPES}`);
    writeFileSync(
      path,
      `const fail = () => { throw new Error(${text}); };
      export const experiments = [{ name: "mine/first", purpose: ${text}, load: fail }];`,
    );
    writeFileSync(join(cwd, "t.csv"), `experiment,steps${ESCAPES}\nline,1\n`);
    const env = {
      THROUGHLINE_REGISTRY: `${path}:${new URL("./support/registry.mjs", import.meta.url).pathname}`,
    };
    for (const args of [
      ["list"],
      ["describe", "mine/first"],
      ["describe", `x${ESCAPES}`],
      ["run", "line", `--x${ESCAPES}`],
      ["run", "line", `steps=${ESCAPES}`],
      ["run", "line", "--name", ESCAPES],
      [`x${ESCAPES}`],
      ["list", `--x${ESCAPES}`],
      ["sweep", "t.csv"],
      ["sweep", "line", "--grid", `x${ESCAPES}=1`],
      ["runs", "--where", `${ESCAPES}`],
      ["solve", "x.png", "--model", `x${ESCAPES}`],
    ]) {
      const said = await throughline(args, { cwd, env });
      expectQuiet(said);
      expect(said.stdout + said.stderr, JSON.stringify(args)).toMatch(/␛|\\u001b/);
      expect(said.stderr).not.toMatch(/^ {4}at /m);
    }
  });
});

describe("the shell", () => {
  /** What a shell makes of a command line that was suggested. */
  function wordsOf(line: string): string[] {
    const script = `throughline() { printf '%s\\0' "$@"; }\n${line}`;
    return execFileSync("bash", ["--norc", "-c", script], { encoding: "utf8" }).split("\0").slice(0, -1);
  }

  const lines = (stdout: string) =>
    [...stdout.matchAll(/throughline (?:show|sweep|resume|compare) .*$/gm)].map(([line]) => line);

  test("reads suggestions back as they were meant", async () => {
    const cwd = testFolder();
    const root = "a b;touch X $(touch Y)'";
    const done = await throughline(["run", "line", "steps=2", "--name", "a", "--root", root], { cwd });
    expect(lines(done.stdout).map(wordsOf)).toEqual([
      ["show", "a", "--root", root],
      ["sweep", "test/line", "--seeds", "0..2", "--root", root],
    ]);
    const sweep = await throughline(["sweep", "line", "failAt=0", "--name", "s", "--root", root], { cwd });
    expect(lines(sweep.stdout).map(wordsOf)).toEqual([["sweep", "s", "--root", root, "--retry"]]);
    expect(existsSync(join(cwd, "X"))).toBe(false);
  });

  test("completes names as words", async () => {
    const name = "a;touch X *:\\'";
    const cwd = await withRun(name);
    const script = (await throughline(["completion", "bash"])).stdout;
    symlinkSync(bin, join(cwd, "throughline"));
    const program = `${script}\nCOMP_WORDS=(throughline show a); COMP_CWORD=2; _throughline
      eval "printf '%s\\0' \${COMPREPLY[*]}"`;
    const path = `${cwd}:${join(process.execPath, "..")}:${process.env.PATH}`;
    const read = execFileSync("bash", ["--norc", "-c", program], {
      cwd,
      env: { ...process.env, PATH: path },
    });
    expect(read.toString()).toBe(`${name}\0`);
    expect(existsSync(join(cwd, "X"))).toBe(false);
  });

  test.each(["a;touch X", "../x", "a b", "", "x".repeat(101), "a\nb"])(
    "%j names neither a run nor a sweep",
    async (name) => {
      const cwd = testFolder();
      for (const command of ["run", "sweep"]) {
        const { code, stderr } = await throughline([command, "line", "--name", name], { cwd });
        expect({ command, code }).toEqual({ command, code: 2 });
        expect(stderr).toMatch(/cannot name a (run|sweep): give letters \(a to z\), digits, \., _ and -/);
      }
      expect(existsSync(join(cwd, "runs"))).toBe(false);
    },
  );
});

describe.skipIf(!existsSync("/dev/full"))("results that cannot be written", () => {
  function full(...args: string[]) {
    const out = openSync("/dev/full", "w");
    const cwd = testFolder();
    const registry = new URL("./support/registry.mjs", import.meta.url).pathname;
    const env = { ...process.env, THROUGHLINE_REGISTRY: registry, OMP_NUM_THREADS: "1" };
    const { status, stderr } = spawnSync(process.execPath, [bin, ...args], {
      cwd,
      env,
      stdio: ["ignore", out, "pipe"],
    });
    return { status, said: stderr.toString(), cwd };
  }

  test.each([[["list"]], [["list", "--json"]], [["--help"]], [["runs", "--json"]], [["describe", "line"]]])(
    "%j says so in a sentence",
    (args) => {
      const { status, said } = full(...args);
      expect({ status, said }).toEqual({
        status: 1,
        said: "throughline: cannot write the results: there is no space left (ENOSPC)\n",
      });
    },
  );

  test("of a run do not end the run", () => {
    const { status, said, cwd } = full("run", "line", "--name", "a", "steps=3");
    expect(status).toBe(1);
    expect(said).toContain("cannot write the results: there is no space left");
    expect(existsSync(join(cwd, "runs/test/line/a/summary.json"))).toBe(true);
  });

  test("a reader that goes away ends the command without a word", () => {
    const script = `"${process.execPath}" "${bin}" list --json 2>err | head -c 1; echo " \${PIPESTATUS[0]}"; cat err`;
    const said = execFileSync("bash", ["--norc", "-c", script], { cwd: testFolder(), encoding: "utf8" });
    expect(said).toBe("{ 0\n");
  });
});
