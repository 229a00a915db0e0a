// Pipes that this process reads and writes without its event loop, so that a call can wait for its answer.
import { spawnSync } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EnvError } from "../errors.js";

/** Two ends of a pipe, as file descriptors. */
export interface Pipe {
  readonly read: number;
  readonly write: number;
}

/**
 * Makes pipes whose reads and writes wait. Node has no call for them (the pipes of its child processes are sockets that never
 * wait), so they begin as named pipes, whose names are gone when this returns.
 * @throws EnvError `envs/python` where there is no `mkfifo` (Linux and macOS have it)
 */
export function makePipes(count: number): readonly Pipe[] {
  const folder = mkdtempSync(join(tmpdir(), "throughline-pipes-"));
  try {
    const paths = Array.from({ length: count }, (_, i) => join(folder, String(i)));
    const { status, error, stderr } = spawnSync("mkfifo", ["-m", "600", ...paths], { encoding: "utf8" });
    if (status !== 0) {
      const why = error?.message ?? stderr.trim();
      throw new EnvError("python", `the bridge to Gymnasium needs named pipes, and mkfifo fails: ${why}`);
    }
    return paths.map(openBoth);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A reader that does not wait lets the writer open at once, and the writer the reader that is kept. */
function openBoth(path: string): Pipe {
  const first = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const write = openSync(path, constants.O_WRONLY);
    return { write, read: openSync(path, constants.O_RDONLY) };
  } finally {
    closeSync(first);
  }
}
