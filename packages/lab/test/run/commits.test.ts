// Which commit a run and a page name: Throughline's own, from wherever it is used.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { expect, onTestFinished, test } from "vitest";

const lab = fileURLToPath(new URL("../..", import.meta.url));

function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "throughline-commits-")));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

function git(cwd: string, ...args: string[]): string {
  const who = ["-c", "user.name=a", "-c", "user.email=a@b.c"];
  return execFileSync("git", [...who, ...args], { cwd, encoding: "utf8" }).trim();
}

/** What a process in the folder `cwd` finds with the lab at `at`. */
function commits(
  at: string,
  cwd: string,
): { own: { commit: string } | null; project: { commit: string } | null } {
  const url = pathToFileURL(join(at, "dist/run/commits.js")).href;
  const program = `import("${url}").then((m) => console.log(JSON.stringify({ own: m.ownCommit(), project: m.projectCommit() })))`;
  return JSON.parse(execFileSync(process.execPath, ["-e", program], { cwd, encoding: "utf8" }));
}

test("outside of the checkout it is that of the checkout", () => {
  const { own, project } = commits(lab, folder());
  expect(own?.commit).toBe(git(lab, "rev-parse", "HEAD"));
  expect(project).toBeNull();
  expect(commits(lab, lab)).toMatchObject({ own: { commit: own?.commit }, project: null });
});

test("in a project that has it installed there is none, and the project has its own", () => {
  const project = folder();
  git(project, "init", "-q");
  git(project, "commit", "-q", "--allow-empty", "-m", "mine");
  const installed = join(project, "node_modules/@throughline/lab");
  mkdirSync(join(installed, "dist/run"), { recursive: true });
  cpSync(join(lab, "package.json"), join(installed, "package.json"));
  cpSync(join(lab, "dist/run/commits.js"), join(installed, "dist/run/commits.js"));
  expect(commits(installed, project)).toEqual({
    own: null,
    project: { commit: git(project, "rev-parse", "HEAD"), dirty: false },
  });
});
