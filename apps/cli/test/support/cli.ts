// The command as a child process, as a person calls it.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, onTestFinished } from "vitest";

export const bin: string = fileURLToPath(new URL("../../bin/throughline.js", import.meta.url));
const registry = fileURLToPath(new URL("./registry.mjs", import.meta.url));

export interface Said {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<Said>;
  /** What it has said on stderr so far. */
  readonly heard: () => string;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly nodeArgs?: readonly string[];
  /** In a group of processes of its own, as at a terminal. */
  readonly detached?: boolean;
}

/** An empty folder that is gone after the test. */
export function folder(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "throughline-cli-")));
  onTestFinished(() => rmSync(path, { recursive: true, force: true, maxRetries: 5 }));
  return path;
}

/** Those that have not ended; what a test leaves running ends with it. */
const alive = new Set<ChildProcess>();
const endAll = (): void => {
  for (const each of alive) each.kill("SIGKILL");
};
// Of tests that run side by side each would end the others'.
afterEach(({ task }) => (task.concurrent ? undefined : endAll()));
afterAll(endAll);

/** Starts `throughline …`, with one thread, as vitest.config.ts has it: beside other tests, two wait for each other. */
export function start(args: readonly string[], options: CliOptions = {}): Started {
  const { NO_COLOR: _, FORCE_COLOR: __, THROUGHLINE_RUNS: ___, ...env } = process.env;
  const child = spawn(process.execPath, [...(options.nodeArgs ?? []), bin, ...args], {
    ...{ cwd: options.cwd, detached: options.detached },
    env: { ...env, THROUGHLINE_REGISTRY: registry, ...options.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  alive.add(child);
  child.on("close", () => alive.delete(child));
  const text = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text.stdout += part;
  });
  child.stderr.setEncoding("utf8").on("data", (part: string) => {
    text.stderr += part;
  });
  const ended = new Promise<Said>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...text }));
  });
  return { child, ended, heard: () => text.stderr };
}

/** Runs `throughline …` to its end. */
export function throughline(args: readonly string[], options: CliOptions = {}): Promise<Said> {
  return start(args, options).ended;
}

/** What `--json` printed. */
export function json<T = Record<string, unknown>>({ stdout }: Said): T {
  return JSON.parse(stdout) as T;
}

/** Waits until something is so. */
export async function until(what: string, condition: () => boolean, milliseconds = 600_000): Promise<void> {
  const began = performance.now();
  while (!condition()) {
    if (performance.now() - began > milliseconds) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Whether a process is there and no zombie. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
