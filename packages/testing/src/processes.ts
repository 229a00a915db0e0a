// Processes that tests start: whatever one leaves running ends with it.
import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, afterEach } from "vitest";

/** End of a process. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process and its end. */
export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Ending>;
  /** Its standard error so far. */
  readonly heard: () => string;
  /** Resolves when the process has written `text` to its standard error; rejects if it ends before. */
  said(text: string): Promise<void>;
}

/** Options of `startProcess`. */
export interface ProcessOptions {
  readonly cwd?: string;
  /** Environment in place of this process's; OMP_NUM_THREADS is 1 unless it says otherwise. */
  readonly env?: NodeJS.ProcessEnv;
  /** Starts it in a group of processes of its own, as at a terminal. */
  readonly detached?: boolean;
}

/** Those that have not ended. */
const alive = new Set<ChildProcess>();
const endAll = (): void => {
  for (const each of alive) each.kill("SIGKILL");
};
// Tests that run side by side would end each other's.
afterEach(({ task }) => (task.concurrent ? undefined : endAll()));
afterAll(endAll);

/** Starts a command, which is killed after the test (after all tests of the file, if they run side by side). */
export function startProcess(command: readonly string[], options: ProcessOptions = {}): Started {
  const { cwd, detached, env = process.env } = options;
  const running = spawn(command[0]!, command.slice(1), {
    cwd,
    detached,
    stdio: ["ignore", "pipe", "pipe"],
    env: { OMP_NUM_THREADS: "1", ...env },
  });
  alive.add(running);
  running.on("close", () => alive.delete(running));
  const text = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  running.stdout.setEncoding("utf8").on("data", (part: string) => {
    text.stdout += part;
  });
  running.stderr.setEncoding("utf8").on("data", (part: string) => {
    text.stderr += part;
    for (const listener of listeners) listener();
  });
  const ended = new Promise<Ending>((resolve, reject) => {
    running.on("error", reject);
    running.on("close", (code, signal) => resolve({ code, signal, ...text }));
  });
  const said = (wanted: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (text.stderr.includes(wanted)) resolve();
      };
      listeners.add(look);
      look();
      const fail = (): void =>
        reject(new Error(`ended without saying "${wanted}": ${text.stdout}${text.stderr}`));
      ended.then(fail, reject);
    });
  return { child: running, ended, heard: () => text.stderr, said };
}

/** The module that, preloaded (`--import`), writes the URL of every module imported to the file THROUGHLINE_LOADED. */
export const recordLoads: string = new URL("./record-loads.mjs", import.meta.url).href;

/** Waits until something is so. @throws after `milliseconds`. */
export async function until(what: string, condition: () => boolean, milliseconds = 600_000): Promise<void> {
  const began = performance.now();
  while (!condition()) {
    if (performance.now() - began > milliseconds) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** True if a process exists and is no zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
