// A full disk and folders that cannot be written: one sentence, earlier checkpoints whole, nothing half-written.
import { chmodSync, chownSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRun, readRun, resolveConfig } from "@throughline/lab";
import { fileFolder } from "@throughline/testing/folders";
import { expect, test } from "vitest";
import { done, results, runAt } from "../support/processes.js";
import { tiny } from "../support/tiny.mjs";

const root = fileFolder();
const options = ["steps=40", "checkpointEvery=4"];
const preload = (name: string): string => new URL(`../support/${name}`, import.meta.url).href;

let untouched: ReturnType<typeof done> | undefined;

/** Names below a folder that are not in their place for good. */
function halfWritten(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) =>
    /(^|[/\\])\.|\.tmp|(^|[/\\])lock/.test(name),
  );
}

test.each([60_000, 230_017])("the disk is full after %i bytes", async (bytes) => {
  const name = `full-${bytes}`;
  const full = await done(["new", root, name, ...options], {
    preload: preload("full-disk.mjs"),
    env: { THROUGHLINE_DISK: String(bytes) },
  });
  expect(full.code, full.stderr).toBe(1);
  expect(full.stderr).toMatch(/failed: cannot write \S+: the disk is full \(ENOSPC\)\n$/);
  expect(full.stderr.match(/ENOSPC/g)).toHaveLength(1);
  expect(halfWritten(root)).toEqual([]);
  // There was no room for the state either: nobody is at work, so the run can be resumed.
  expect(readRun(runAt(root, name)).status).toBe("interrupted");
  const again = await done(["resume", runAt(root, name)]);
  expect(again.code, again.stderr).toBe(0);
  expect(again.stderr).not.toContain("damaged");
  untouched ??= done(["new", root, "untouched", ...options]);
  await untouched;
  expect(results(runAt(root, name))).toEqual(results(runAt(root, "untouched")));
});
test("a limit on the size of files is no crash", async () => {
  const limit = ["bash", "-c", 'ulimit -f 200; exec "$@"', "limit"];
  const { code, stderr } = await done(["new", root, "limited", "steps=20", "ballast=100000"], {
    command: limit,
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /failed: cannot write \S+step-0000000[67]: the file would be larger than this process may write \(EFBIG\)\n$/,
  );
  expect(halfWritten(root)).toEqual([]);
  const record = readRun(runAt(root, "limited"));
  expect(record.status).toBe("failed");
  expect(record.error).toContain("EFBIG");
});

test("a folder for runs that is a file, or that may not be written", async () => {
  const file = join(root, "file");
  writeFileSync(file, "");
  expect(() => createRun(tiny, resolveConfig(tiny), { root: file })).toThrow(
    /^cannot write .*file\/test\/tiny: a part of the path is a file, not a folder \(ENOTDIR\)$/,
  );
  const folder = join(root, "forbidden");
  mkdirSync(folder, { mode: 0o555 });
  const { code, stderr } = await done(["new", folder, "x"], { preload: preload("as-nobody.mjs") });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^lab\/disk: cannot write \S+forbidden\/test\/tiny: permission denied \(EACCES\)\n$/,
  );
});

test("a run whose directory may no longer be written", async () => {
  chmodSync(root, 0o755);
  const path = createRun(tiny, resolveConfig(tiny), { root, name: "closed" });
  if (process.getuid?.() === 0) chownSync(path, 65534, 65534);
  chmodSync(path, 0o555);
  const { code, stderr } = await done(["resume", path], { preload: preload("as-nobody.mjs") });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^created\nlab\/disk: cannot write \S+closed\/lock: permission denied \(EACCES\)\n$/,
  );
});
