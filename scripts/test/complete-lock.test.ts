// The lock file's check: a package without its hash, or an optional one of another platform that is not named, is found.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
interface Lock {
  packages: Record<string, { integrity?: string }>;
}
const read = () => JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")) as Lock;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "throughline-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

function check(lock: Lock): { status: number | null; stdout: string } {
  const file = join(folder, "package-lock.json");
  writeFileSync(file, JSON.stringify(lock));
  return spawnSync(process.execPath, [join(root, "scripts/complete-lock.mjs"), "--check", "--lock", file], {
    encoding: "utf8",
  });
}

test("ours names every package with its hash", () => {
  expect(check(read()).status).toBe(0);
});

test.each(["node_modules/vitest", "node_modules/@biomejs/cli-darwin-arm64"])(
  "%s without integrity",
  (path) => {
    const lock = read();
    delete lock.packages[path]!.integrity;
    const { status, stdout } = check(lock);
    expect(status).toBe(1);
    expect(stdout).toContain(`has no integrity of ${path}\nrun: node scripts/complete-lock.mjs\n`);
  },
);

test("a platform that is missing", () => {
  const lock = read();
  delete lock.packages["node_modules/@biomejs/cli-win32-x64"];
  const { status, stdout } = check(lock);
  expect(status).toBe(1);
  expect(stdout).toContain("lacks node_modules/@biomejs/cli-win32-x64\n");
});
