// Git commits of a run: Throughline's own, and that of the project it is used in.
import { spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** A commit, and whether tracked files differ from it. */
export interface Commit {
  readonly commit: string;
  readonly dirty: boolean;
}

let own: Commit | null | undefined;

/** The commit of Throughline's own checkout, wherever it is used from; null for an installed package, whose version tells. */
export function ownCommit(): Commit | null {
  if (own !== undefined) return own;
  const folder = dirname(fileURLToPath(import.meta.url));
  // A package inside node_modules lies in the repository of whoever uses it, but is no part of it.
  own =
    git(folder, "ls-files", "--error-unmatch", "../../package.json") === undefined ? null : commitOf(folder);
  return own;
}

/** The commit of the working directory where that is not Throughline's own repository; null outside of any. */
export function projectCommit(): Commit | null {
  return commitOf(process.cwd(), ownCommit()?.commit);
}

function commitOf(folder: string, butNot?: string): Commit | null {
  const commit = git(folder, "rev-parse", "HEAD");
  if (commit === undefined || commit === butNot) return null;
  return { commit, dirty: git(folder, "status", "--porcelain", "--untracked-files=no") !== "" };
}

function git(folder: string, ...args: readonly string[]): string | undefined {
  const result = spawnSync("git", args, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    timeout: 10_000,
  });
  return result.status === 0 ? result.stdout.trim() : undefined;
}
