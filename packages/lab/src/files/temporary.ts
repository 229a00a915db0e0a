// Temporary names of files that are being written. They name the process, so that leftovers of a killed process can be told
// from files that another process is still writing.
import { randomBytes } from "node:crypto";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { hashOfContent } from "@throughline/torch/files";
import { here, isAlive, processBirth, SILENCE } from "./process.js";

/** Earlier versions named no maker. */
const FORM = /^\..+\.(?:(\d+)-(\d+)-([0-9a-f]{8})-)?[0-9a-f]{8}\.tmp$/;
const UNKNOWN = "00000000";

/** A hidden name that nothing else has, for what will be called `name`. */
export function temporaryName(name: string): string {
  const { pid } = process;
  return `.${name}.${pid}-${processBirth(pid) ?? 0}-${placeMark()}-${randomBytes(4).toString("hex")}.tmp`;
}

/**
 * Removes unfinished files of ended processes in a folder: at once if they ran in this space, else when nothing was written to
 * it for 120 seconds.
 */
export function removeStaleTemporaries(folder: string): void {
  for (const entry of readdirSync(folder)) {
    if (!entry.startsWith(".") || !isStale(join(folder, entry), entry)) continue;
    rmSync(join(folder, entry), { recursive: true, force: true });
  }
}

function isStale(path: string, entry: string): boolean {
  const [whole, pid, birth, place] = FORM.exec(entry) ?? [];
  if (whole === undefined) return false;
  if (pid !== undefined && place !== UNKNOWN && place === placeMark())
    return !isAlive(Number(pid), birth === "0" ? undefined : birth);
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat !== undefined && Date.now() - stat.mtimeMs > SILENCE;
}

/** Stands for the place where the number of a process counts. */
function placeMark(): string {
  const { machine, space } = here();
  if (machine === undefined || space === undefined) return UNKNOWN;
  return hashOfContent(`${machine}/${space}`).slice(0, 8);
}
