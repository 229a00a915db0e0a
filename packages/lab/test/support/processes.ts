// Runs of the tiny experiment in processes of their own, which may be killed.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach } from "vitest";

const child = fileURLToPath(new URL("./child.mjs", import.meta.url));

/** How a process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process and its end. */
export interface Started {
  readonly process: ChildProcess;
  readonly ending: Promise<Ending>;
  /** Resolves when the process has written `text` to its standard error; rejects if it ends before. */
  said(text: string): Promise<void>;
}

/** A folder for the runs of one test file; it goes when the file's tests are done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "throughline-lab-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Those that have not ended; what a test leaves running ends with it. */
const alive = new Set<ChildProcess>();
afterEach(() => {
  for (const each of alive) each.kill("SIGKILL");
});

/** Starts `child.mjs` with these arguments. */
export function start(
  args: readonly string[],
  options: { env?: Record<string, string>; preload?: string; command?: readonly string[] } = {},
): Started {
  const preload = options.preload === undefined ? [] : ["--import", options.preload];
  const line = [...(options.command ?? []), process.execPath, ...preload, child, ...args];
  const running = spawn(line[0]!, line.slice(1), {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, OMP_NUM_THREADS: "1", ...options.env },
  });
  alive.add(running);
  running.on("close", () => alive.delete(running));
  let stdout = "";
  let stderr = "";
  const listeners = new Set<() => void>();
  running.stdout.on("data", (data: Buffer) => {
    stdout += data.toString();
  });
  running.stderr.on("data", (data: Buffer) => {
    stderr += data.toString();
    for (const listener of listeners) listener();
  });
  const ending = new Promise<Ending>((resolve, reject) => {
    running.on("error", reject);
    running.on("close", (code, signal) => resolve({ code, signal, stdout, stderr }));
  });
  const said = (text: string): Promise<void> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        if (stderr.includes(text)) resolve();
      };
      listeners.add(look);
      look();
      void ending.then(() => reject(new Error(`ended without saying "${text}": ${stdout}${stderr}`)));
    });
  return { process: running, ending, said };
}

/** Starts a process and waits for its end. */
export function done(...args: Parameters<typeof start>): Promise<Ending> {
  return start(...args).ending;
}

/** Where the run `name` under `root` is. */
export function runAt(root: string, name: string): string {
  return join(root, "test", "tiny", name);
}

/** What must be the same for two runs: rows without times, the last checkpoint bit for bit, summary, weights. */
export function results(run: string): Record<string, unknown> {
  const rows = readFileSync(join(run, "metrics.jsonl"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const { time: _, ...row } = JSON.parse(line) as Record<string, unknown>;
      return row;
    });
  const checkpoints = join(run, "checkpoints");
  const last = readdirSync(checkpoints)
    .filter((name) => name.startsWith("step-"))
    .sort()
    .at(-1)!;
  const { state } = JSON.parse(readFileSync(join(checkpoints, last, "state.json"), "utf8")) as {
    state: Record<string, unknown>;
  };
  return {
    rows,
    last,
    tensors: readFileSync(join(checkpoints, last, "tensors.safetensors")).toString("base64"),
    state: { ...state, elapsed: 0, metricsBytes: 0, metricsSha256: "" },
    best: JSON.parse(readFileSync(join(checkpoints, "pointers.json"), "utf8")) as unknown,
    summary: JSON.parse(readFileSync(join(run, "summary.json"), "utf8")) as unknown,
    weights: readFileSync(join(run, "artifacts", "weights.txt"), "utf8"),
  };
}

/** Numbers between 0 and 1 from a seed that a failure names. */
export function randoms(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
