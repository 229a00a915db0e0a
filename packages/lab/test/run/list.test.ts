// Many runs: listed by an index that is never wrong, found by their names without being read.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { createRun, listRuns, type RunRecord, readRun, resolveConfig, runFolders } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { beforeEach, expect, test } from "vitest";
import { done } from "../support/processes.js";
import { tiny } from "../support/tiny.mjs";

const folder = fileFolder();
let count = 0;
let root: string;
let index: string;

/** Makes a file, or all files below a folder, so old that they have settled. */
function settle(path: string): void {
  const then = Date.now() / 1000 - 60;
  for (const name of readdirSync(path, { recursive: true, encoding: "utf8" }))
    utimesSync(join(path, name), then, then);
}

/** Lists until the index holds all runs: the time of a change in a file's own data cannot be set from outside. */
async function indexed(): Promise<void> {
  settle(root);
  while (
    !existsSync(index) ||
    !["a", "b", "c"].every((name) => readFileSync(index, "utf8").includes(`/${name}"`))
  ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    listRuns(root);
  }
}

const told = (runs: readonly RunRecord[]): unknown[] =>
  runs.map(({ id, path, status, config, sources, summary, error, created }) => ({
    ...{ id, path, status, config, sources, summary, error, created },
  }));

/** What the list says is what the runs themselves say. */
function expectRight(): void {
  const { runs, problems } = listRuns(root);
  expect(problems).toEqual([]);
  expect(told(runs)).toEqual(told(runs.map(({ path }) => readRun(path))));
}

function edit(name: string, file: string, change: (value: Record<string, unknown>) => void): void {
  const path = join(root, "test", "tiny", name, file);
  const value = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : {};
  change(value);
  writeFileSync(path, JSON.stringify(value));
}

beforeEach(() => {
  root = join(folder, String(count++));
  index = join(root, ".index.json");
  for (const name of ["a", "b", "c"])
    createRun(tiny, resolveConfig(tiny, { overrides: [`hidden=${2 + name.length}`] }), { root, name });
});

test("an entry counts only while its files are the same", async () => {
  await indexed();
  expectRight();
  edit("a", "summary.json", (summary) => {
    summary.loss = 0.25;
  });
  edit("b", "state.json", (state) => {
    state.status = "failed";
    state.error = { code: "x", message: "it broke" };
  });
  expectRight();
  expect(listRuns(root).runs.map(({ status, summary, error }) => [status, summary, error])).toEqual([
    ["created", { loss: 0.25 }, undefined],
    ["failed", {}, "it broke"],
    ["created", {}, undefined],
  ]);
  // A change of the same length, with the time put back.
  const file = join(root, "test", "tiny", "c", "config.json");
  const { atimeMs, mtimeMs } = statSync(file);
  writeFileSync(file, readFileSync(file, "utf8").replace('"preset": "default"', '"preset": "another"'));
  utimesSync(file, atimeMs / 1000, mtimeMs / 1000);
  expectRight();
  expect(listRuns(root).runs[2]?.preset).toBe("another");
  rmSync(join(root, "test", "tiny", "a"), { recursive: true });
  renameSync(join(root, "test", "tiny", "b"), join(root, "test", "tiny", "d"));
  expectRight();
  expect(listRuns(root).runs.map(({ id }) => id)).toEqual(["d", "c"]);
});

test("what changes while it is new is not kept", () => {
  listRuns(root);
  expect(existsSync(index) && readFileSync(index, "utf8").includes("test/tiny")).toBe(false);
});

test("an index that is gone, damaged, of another version or another folder's is made anew", async () => {
  await indexed();
  const good = readFileSync(index);
  const list = told(listRuns(root).runs);
  for (let i = 0; i < 40; i++) {
    const bytes = Buffer.from(good);
    bytes[Math.floor((i * (bytes.length - 1)) / 39)]! ^= 1 << (i % 8);
    writeFileSync(index, bytes);
    expect(told(listRuns(root).runs)).toEqual(list);
    expect(readFileSync(index)).toEqual(good);
  }
  for (const text of ["", "x", "null", good.subarray(0, 100)]) {
    writeFileSync(index, text);
    expect(told(listRuns(root).runs)).toEqual(list);
  }
  rmSync(index);
  mkdirSync(index);
  expect(told(listRuns(root).runs)).toEqual(list);
  rmSync(index, { recursive: true });
  expect(told(listRuns(root).runs)).toEqual(list);
  expect(readFileSync(index)).toEqual(good);
  const copy = join(folder, "copy");
  cpSync(root, copy, { recursive: true });
  expect(listRuns(copy).runs.map(({ path }) => path)).toEqual(
    ["a", "b", "c"].map((name) => join(copy, "test", "tiny", name)),
  );
});

test("a root that cannot be written does without", () => {
  chmodSync(folder, 0o755);
  chmodSync(root, 0o555);
  const script = `
    import { listRuns } from "@throughline/lab/runs";
    console.log(listRuns(${JSON.stringify(root)}).runs.length);`;
  const asNobody = new URL("../support/as-nobody.mjs", import.meta.url).href;
  const said = execFileSync(process.execPath, ["--import", asNobody, "--input-type=module", "-e", script], {
    cwd: new URL("../support/", import.meta.url),
    encoding: "utf8",
  });
  chmodSync(root, 0o755);
  expect(said).toBe("3\n");
  expect(readdirSync(root)).toEqual(["test"]);
});

test("one run that is damaged is named, and the others are listed", async () => {
  await indexed();
  edit("b", "config.json", (config) => {
    config.created = "yesterday";
  });
  const { runs, problems } = listRuns(root);
  expect(runs.map(({ id }) => id)).toEqual(["a", "c"]);
  expect(problems).toEqual([
    `${join(root, "test", "tiny", "b", "config.json")} is damaged: created is "yesterday", and a time such as ` +
      "2026-11-22T20:26:01.000Z is expected",
  ]);
});

test("folders of runs are found by name alone", () => {
  writeFileSync(join(root, "test", "tiny", "b", "config.json"), "{");
  expect(runFolders(root)).toEqual(["a", "b", "c"].map((name) => join(root, "test", "tiny", name)));
  expect(runFolders(join(root, "nowhere"))).toEqual([]);
});

test("folders that killed creations have left go with the next creation, those at work stay", async () => {
  const killed = await done(["new", root, "killed"], {
    preload: new URL("../support/kill-at.mjs", import.meta.url).href,
    env: { THROUGHLINE_KILL_AT: "6" },
  });
  expect(killed.signal).toBe("SIGKILL");
  const runs = join(root, "test", "tiny");
  const hidden = (): string[] => readdirSync(runs).filter((name) => name.startsWith("."));
  expect(hidden()).toEqual([expect.stringMatching(/^\.killed\./)]);
  const [left = ""] = hidden();
  // As if another process of this place, and one of another, were at work on them.
  const own = left.replace(/\.\d+-\d+-/, `.${process.pid}-${birth()}-`).replace("killed", "own");
  const other = left.replace(/-[0-9a-f]{8}-/, "-12345678-").replace("killed", "other");
  const older = ".cell-0123456789ab.0123abcd.tmp";
  for (const name of [own, other, older]) mkdirSync(join(runs, name));
  createRun(tiny, resolveConfig(tiny), { root, name: "d" });
  expect(hidden().sort()).toEqual([older, other, own].sort());
  const then = Date.now() / 1000 - 121;
  for (const name of [own, other, older]) utimesSync(join(runs, name), then, then);
  createRun(tiny, resolveConfig(tiny), { root, name: "e" });
  expect(hidden()).toEqual([own]);
});

/** When this process began, as the system counts. */
function birth(): string {
  const stat = readFileSync("/proc/self/stat", "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] as string;
}
